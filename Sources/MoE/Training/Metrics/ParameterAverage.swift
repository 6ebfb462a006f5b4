/// A running mean of a model's parameters, a ← d·a + (1 − d)·θ after each update, which often does
/// better than the last parameters.
///
///     var average = ParameterAverage(decay: 0.999)
///     optimizer.update(&model, along: gradient)
///     average.update(with: model)
///     let evaluated = average.averaged(model)
///
/// Corrected for its start, a is Σ dᵗ⁻ⁱ·θᵢ over the sum of these weights: a mean of what was seen,
/// as Adam has it. Otherwise it starts with the first parameters, which then fade.
///
/// **Names**: buffers `step`, and `average.…` with the name of the parameter.
public struct ParameterAverage: Buffered {
  /// How much of the mean is kept, d.
  public let decay: Float
  /// Whether the mean is corrected for its start.
  public let isBiasCorrected: Bool
  /// The number of updates so far.
  public private(set) var step = 0
  private var means = ParameterStates("average")

  /// A mean of nothing yet.
  ///
  /// - Parameters:
  ///   - decay: How much of the mean is kept, from 0 to below 1; others trap. It looks back on
  ///     about 1/(1 − d) updates.
  ///   - isBiasCorrected: Whether the mean is corrected for its start.
  public init(decay: Float = 0.999, isBiasCorrected: Bool = true) {
    require((0..<1).contains(decay), "ParameterAverage: decay \(decay), expected 0..<1")
    self.decay = decay
    self.isBiasCorrected = isBiasCorrected
  }

  /// Takes the parameters after an update into account.
  ///
  /// - Parameter model: The model; other names or shapes than before trap.
  public mutating func update(with model: some Parameterized) {
    means.claim(model, ParameterAverage.self)
    let isFirst = step == 0
    step += 1
    let average = OptimizerFunctions.Average(share: 1 - decay)
    for (name, parameter) in model.namedParameters {
      means.update(name, shape: parameter.shape) { own in
        if isFirst, !isBiasCorrected {
          own[0] = parameter
        } else {
          own[0].update(with: parameter, "ParameterAverage", average)
        }
      }
    }
  }

  /// The model with the mean in the place of its parameters, to be evaluated or saved.
  ///
  /// Buffers are those of the model. The model itself before the first update.
  ///
  /// - Parameter model: The model; other names or shapes trap.
  /// - Returns: A value that shares the memory of what it has in common with the model.
  public func averaged<Model: Parameterized>(_ model: Model) -> Model {
    guard step > 0 else { return model }
    let weight = isBiasCorrected ? 1 - DoublePrecision.power(Double(decay), step) : 1
    var averaged = model
    averaged.visitParameters { name, parameter in
      guard let mean = means.tensors[name]?[0], mean.sizes == parameter.sizes else {
        fatalError("ParameterAverage: no mean of \(name) of shape \(parameter.shape)")
      }
      parameter = weight == 1 ? mean : mean * Float(1 / weight)
    }
    return averaged
  }
}

extension ParameterAverage {
  /// Visits `step`, and the mean of each parameter.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    var count: Tensor? = Tensor(integer: step)
    try visit("step", &count)
    step = count?.integer ?? step
    try means.visitBuffers(visit)
  }

  /// Throws where a mean is not finite, or there is one though there was no update.
  public func checkBuffers() throws {
    guard step > 0 || means.tensors.isEmpty else {
      throw MoEError.configuration(
        "step", value: "0", expected: "at least 1 where there are means of parameters")
    }
    try means.checkBuffers()
  }

  /// Takes over saved buffers; of none, the mean is as it was before its first update.
  ///
  /// Where it throws, nothing has changed.
  ///
  /// - Parameter buffers: What ``Buffered/namedBuffers`` gave, by name.
  /// - Throws: ``MoEError`` where a name is not known, `step` is no whole number or missing, and
  ///   what ``checkBuffers()`` throws.
  public mutating func restoreBuffers(_ buffers: [String: Tensor]) throws {
    var restored = self
    let (steps, own) = ParameterStates.parting(buffers) { $0 == "step" }
    try restored.means.restore(own)
    restored.step = try ParameterStates.step(in: steps, beside: buffers)
    try restored.checkBuffers()
    self = restored
  }

  /// Throws where the means are not those of the model's parameters; nothing before the first
  /// update.
  ///
  /// - Parameter model: What is to be trained.
  /// - Throws: ``MoEError`` with the name of the parameter.
  public func check(_ model: some Parameterized) throws {
    guard step == 0 || !means.tensors.isEmpty || model.namedParameters.isEmpty else {
      throw MoEError.configuration(
        "average of parameters", value: "none at step \(step)", expected: "one of each parameter")
    }
    try means.check(model)
  }

  /// Takes the means to where an edit of the model takes its parameters; what is new starts from
  /// zero.
  ///
  /// - Parameters:
  ///   - model: The model before the edit.
  ///   - edit: Changes a model of the same type; it is called several times.
  /// - Throws: What the edit throws, and where it draws other numbers each time.
  public mutating func follow<Model: Parameterized>(
    _ model: Model, _ edit: (inout Model) throws -> Void
  ) throws { try means.follow(model, edit) }
}

extension ParameterAverage: CustomStringConvertible {
  /// The settings, and the number of updates so far.
  public var description: String {
    "ParameterAverage(decay: \(decay), isBiasCorrected: \(isBiasCorrected)), "
      + "\(step) updates so far"
  }
}
