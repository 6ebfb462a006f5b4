/// The gate's parameters for experts that are added to a layer.
public enum AddedGateRows: Sendable {
  /// Normally distributed numbers around zero; 0.02 is a usual deviation.
  case normal(deviation: Float)
  /// Zeros, so that a new expert's logits are zero for every token.
  case zero
  /// Those of an expert that there is, each times 1 + ε·n with n standard normal.
  ///
  /// Without noise a new expert has the logits of that one: of equal ones the first wins.
  case like(Int, noise: Float)
  /// These, for each new expert by the names of ``ExpertParameterized/visitParameters(ofExpert:_:)``,
  /// one after another for the slots of a soft mixture.
  case given([[String: Tensor]])
}

extension MixtureOfExperts {
  /// Adds a group of experts behind the others.
  ///
  /// - Parameters:
  ///   - specification: The experts to add.
  ///   - model: The expert whose place the new ones take in all beside their group and the gate:
  ///     share of the capacity, cost, bias, offset, quality; the last unless given. No token id of a
  ///     hash table goes to a new one.
  ///   - gateRows: The gate's parameters for them.
  ///   - routing: The strategy afterwards, where it is another one.
  ///   - generator: The source of randomness, for the experts first.
  /// - Throws: As ``editingExperts(_:routing:)``, what the specification throws, and where rows are
  ///   given that the gate does not have; neither layer nor generator have changed then.
  public mutating func addExperts(
    _ specification: ExpertSpecification, like model: Int? = nil,
    gateRows: AddedGateRows = .normal(deviation: 0.02), routing: RoutingStrategy? = nil,
    using generator: inout some RandomNumberGenerator
  ) throws {
    var drawn = generator
    let group = try specification.group(
      inputSize: expertGroups[0].inputSize, outputSize: expertGroups[0].outputSize, using: &drawn)
    try addExperts(group, like: model, gateRows: gateRows, routing: routing, using: &drawn)
    generator = drawn
  }

  /// Adds a given group of experts behind the others.
  ///
  /// - Parameters:
  ///   - group: The experts to add, of the sizes of the others.
  ///   - model: The expert whose place the new ones take in all beside their group and the gate; the
  ///     last unless given.
  ///   - gateRows: The gate's parameters for them.
  ///   - routing: The strategy afterwards, where it is another one.
  ///   - generator: The source of randomness.
  /// - Throws: As ``editingExperts(_:routing:)``, and where the group has other sizes, or rows are
  ///   given that the gate does not have; neither layer nor generator have changed then.
  public mutating func addExperts(
    _ group: any ExpertGroup, like model: Int? = nil,
    gateRows: AddedGateRows = .normal(deviation: 0.02), routing: RoutingStrategy? = nil,
    using generator: inout some RandomNumberGenerator
  ) throws {
    let (inputSize, outputSize) = (expertGroups[0].inputSize, expertGroups[0].outputSize)
    guard group.expertCount > 0, group.inputSize == inputSize, group.outputSize == outputSize
    else {
      throw MoEError.configuration(
        "experts to add",
        value: "\(group.expertCount) from \(group.inputSize) to \(group.outputSize)",
        expected: "at least 1 from \(inputSize) to \(outputSize)")
    }
    switch gateRows {
    case .normal(let size), .like(_, let size):
      guard size >= 0, size.isFinite else {
        throw MoEError.configuration(
          "deviation of added gate rows", value: "\(size)",
          expected: "a finite number, at least 0")
      }
    case .zero, .given: break
    }
    let model = model ?? expertCount - 1
    var rowModel = model
    if case .like(let expert, _) = gateRows { rowModel = expert }
    func edit(_ added: Int) throws -> ExpertEdit {
      try ExpertEdit(
        Array(0..<expertCount) + Array(repeating: added, count: group.expertCount),
        of: expertCount)
    }
    let new = expertCount..<expertCount + group.expertCount
    var edited = try editingExperts(
      edit(model), routing: routing, gateEdit: edit(rowModel), groups: expertGroups + [group])
    edited.router.disabledExperts.subtract(new)
    edited.frozenExperts.subtract(new)
    edited.frozenGateRows.subtract(new)
    var drawn = generator
    try edited.fillGateRows(of: new, gateRows, using: &drawn)
    self = edited
    generator = drawn
  }

  /// Sets the gate's parameters of new experts.
  private mutating func fillGateRows(
    of experts: Range<Int>, _ rows: AddedGateRows,
    using generator: inout some RandomNumberGenerator
  ) throws {
    let slots = router.strategy.slotsPerExpert ?? 1
    let logits = experts.lowerBound * slots..<experts.upperBound * slots
    if case .given(let given) = rows, given.count != logits.count {
      throw MoEError.configuration(
        "number of given gate rows", value: "\(given.count)", expected: "\(logits.count)")
    }
    for logit in logits {
      switch rows {
      case .normal(let deviation):
        try router.gate.visitParameters(ofExpert: logit) {
          $1 = .normal(standardDeviation: deviation, shape: $1.shape, using: &generator)
        }
      case .zero: try router.gate.visitParameters(ofExpert: logit) { $1 = Tensor(zeros: $1.shape) }
      case .like(_, let noise):
        try router.gate.addNoise(toExpert: logit, noise, using: &generator)
      case .given(let given):
        try router.gate.setParameters(ofExpert: logit, to: given[logit - logits.lowerBound])
      }
    }
  }
}

extension ExpertParameterized {
  /// Multiplies each of an expert's parameters by 1 + ε·n, with n standard normal.
  mutating func addNoise(
    toExpert expert: Int, _ size: Float, using generator: inout some RandomNumberGenerator
  ) throws {
    guard size != 0 else { return }
    try visitParameters(ofExpert: expert) {
      $1 *= 1 + size * .normal(shape: $1.shape, using: &generator)
    }
  }

  /// Sets all of an expert's parameters.
  fileprivate mutating func setParameters(
    ofExpert expert: Int, to given: [String: Tensor]
  ) throws {
    let names = try namedParameters(ofExpert: expert).map(\.name)
    guard names.sorted() == given.keys.sorted() else {
      throw MoEError.configuration(
        "given gate rows", value: given.keys.sorted().joined(separator: ", "),
        expected: names.isEmpty ? "none, as the gate has none" : names.joined(separator: ", "))
    }
    try visitParameters(ofExpert: expert) { name, parameter in
      guard let row = given[name], row.sizes == parameter.sizes else {
        throw MoEError.shape(
          "given gate row \(name)", found: given[name]?.shape ?? [],
          expected: "\(parameter.shape)")
      }
      parameter = row
    }
  }
}
