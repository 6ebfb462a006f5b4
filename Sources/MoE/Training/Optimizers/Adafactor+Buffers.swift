extension Adafactor {
  /// Visits `step`, of each matrix that was updated `factors.….rows` and `factors.….columns`, and
  /// of each other parameter `squares.…`, with the name of the parameter between.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    var count: Tensor? = Tensor(integer: step)
    try visit("step", &count)
    setStep(count?.integer)
    try factors.visitBuffers(visit)
    try squares.visitBuffers(visit)
  }

  /// Throws where means of a parameter do not fit together, or are not finite or negative, or there
  /// are some though there was no step.
  public func checkBuffers() throws {
    guard step > 0 || factors.tensors.isEmpty && squares.tensors.isEmpty else {
      throw MoEError.configuration(
        "step", value: "0", expected: "at least 1 where there are means of squares")
    }
    try factors.checkBuffers()
    try squares.checkBuffers()
  }

  /// Takes over saved buffers; of none, the optimiser is as it was before its first update.
  ///
  /// Where it throws, nothing has changed.
  ///
  /// - Parameter buffers: What ``Buffered/namedBuffers`` gave, by name.
  /// - Throws: ``MoEError`` where a name is not known, `step` is no whole number or missing, a
  ///   parameter lacks a part, or what ``checkBuffers()`` throws.
  public mutating func restoreBuffers(_ buffers: [String: Tensor]) throws {
    var restored = self
    let (steps, rest) = ParameterStates.parting(buffers) { $0 == "step" }
    let (ofVectors, others) = ParameterStates.parting(rest) { $0.hasPrefix("squares.") }
    try restored.factors.restore(others)
    try restored.squares.restore(ofVectors)
    restored.setStep(try ParameterStates.step(in: steps, beside: buffers))
    try restored.checkBuffers()
    self = restored
  }

  /// Throws where the means are not those of the model's parameters; nothing before the first
  /// update.
  public func check(_ model: some Parameterized) throws {
    try factors.check(ParameterSubset(model, where: ParameterSelection.areMatrices))
    try squares.check(ParameterSubset(model, where: ParameterSelection.areVectors))
  }

  /// Lets go of the means of some parameters.
  ///
  /// - Parameter isForgotten: Whether those of a parameter of a name are let go.
  public mutating func forget(where isForgotten: (String) -> Bool) {
    factors.forget(where: isForgotten)
    squares.forget(where: isForgotten)
  }

  /// Takes the means to where an edit takes the parameters; the step goes on.
  ///
  /// - Throws: What the edit throws, and where it draws other numbers each time.
  public mutating func follow<Model: Parameterized>(
    _ model: Model, _ edit: (inout Model) throws -> Void
  ) throws {
    var moved = self
    try moved.factors.follow(ParameterSubset(model, where: ParameterSelection.areMatrices)) {
      try edit(&$0.base)
    }
    try moved.squares.follow(ParameterSubset(model, where: ParameterSelection.areVectors)) {
      try edit(&$0.base)
    }
    self = moved
  }
}

extension ParameterStates {
  /// Buffers whose names meet a condition, and the others.
  static func parting(
    _ buffers: [String: Tensor], where isFirst: (String) -> Bool
  ) -> (first: [String: Tensor], others: [String: Tensor]) {
    (buffers.filter { isFirst($0.key) }, buffers.filter { !isFirst($0.key) })
  }

  /// The number of updates among saved buffers: 0 of none.
  ///
  /// - Throws: ``MoEError`` where it is no whole number, or missing where there are others.
  static func step(
    in steps: [String: Tensor], beside buffers: [String: Tensor]
  ) throws -> Int {
    guard let saved = steps["step"] else {
      guard buffers.isEmpty else {
        throw MoEError.configuration(
          "saved buffers", value: "without step", expected: "step beside the moments")
      }
      return 0
    }
    guard let count = saved.integer else {
      throw MoEError.configuration(
        "step", value: "\(saved)", expected: "a whole number in parts of 21 bits")
    }
    return count
  }
}
