/// Adam with decoupled weight decay.
///
/// m ← β₁·m + (1 − β₁)·g and v ← β₂·v + (1 − β₂)·g², both divided by 1 − βᵗ at step t;
/// θ ← θ − η·(λ·θ + m̂ / (√v̂ + ε)). With a `weightDecay` of 0 it is Adam.
///
/// Source: Loshchilov and Hutter, arXiv 1711.05101; Kingma and Ba, arXiv 1412.6980.
public struct AdamW: DecayingOptimizer {
  /// The size of a step, η.
  public var learningRate: Float
  /// The decay of the mean of gradients, β₁.
  public let beta1: Float
  /// The decay of the mean of squares, β₂.
  public let beta2: Float
  /// The number that keeps the divisor from zero, ε.
  public let epsilon: Float
  /// The decay of parameters, λ.
  public var weightDecay: Float
  /// Which parameters decay, by name.
  public var decays: @Sendable (String) -> Bool
  /// The number of updates so far.
  public private(set) var step = 0
  /// The running means of each parameter's gradient and of its square.
  var moments = ParameterStates(
    "moments", parts: [.init(name: "mean"), .init(name: "square", isNotNegative: true)])

  /// A fresh optimiser.
  ///
  /// - Parameters:
  ///   - learningRate: The size of a step.
  ///   - beta1: The decay of the mean of gradients; from 0 to below 1, others trap.
  ///   - beta2: The decay of the mean of squares; from 0 to below 1, others trap.
  ///   - epsilon: What keeps the divisor from zero.
  ///   - weightDecay: The decay of parameters.
  ///   - decays: Which parameters decay, by name; all but biases unless given.
  public init(
    learningRate: Float = 1e-3, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8,
    weightDecay: Float = 0.01,
    decays: @escaping @Sendable (String) -> Bool = { !$0.hasSuffix("bias") }
  ) {
    require(
      (0..<1).contains(beta1) && (0..<1).contains(beta2),
      "AdamW: beta1 \(beta1) and beta2 \(beta2), expected 0..<1")
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decays = decays
  }

  /// One step for every parameter; names or shapes that differ from those of the gradient trap.
  ///
  /// Traps too where ``restoreBuffers(_:)`` took over the moments of another model, which
  /// ``check(_:)`` throws for.
  public mutating func update<Model: Parameterized>(_ model: inout Model, along gradient: Model) {
    moments.claim(model, AdamW.self)
    step += 1
    // The corrections in double precision: 1 − 0.999 is only good to 5 digits in single.
    let correction1 = 1 - DoublePrecision.power(Double(beta1), step)
    let correction2 = 1 - DoublePrecision.power(Double(beta2), step)
    var function = OptimizerFunctions.AdamWStep(
      beta1: beta1, beta2: beta2, epsilon: epsilon, shrinkage: 1,
      rate: Float(Double(learningRate) / correction1), squareScale: Float(1 / correction2))
    model.updateParameters(along: gradient) { name, parameter, gradient in
      function.shrinkage = decays(name) ? 1 - learningRate * weightDecay : 1
      moments.update(name, shape: gradient.shape) { own in
        // Out of the array, so that both may be changed at once; an empty one is not copied.
        var (mean, square) = (own[0], own[1])
        own.removeAll(keepingCapacity: true)
        parameter.update(with: gradient, &mean, &square, "AdamW", function)
        own.append(mean)
        own.append(square)
      }
    }
  }
}

extension AdamW {
  /// Visits `step`, and of each parameter that was updated `moments.….mean` and `moments.….square`,
  /// with the name of the parameter between.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    var count: Tensor? = Tensor(integer: step)
    try visit("step", &count)
    step = count?.integer ?? step
    try moments.visitBuffers(visit)
  }

  /// Throws where moments of a parameter are of different shapes or not finite, or a square is
  /// negative, or there are moments though there was no step.
  public func checkBuffers() throws {
    guard step > 0 || moments.tensors.isEmpty else {
      throw MoEError.configuration(
        "step", value: "0", expected: "at least 1 where there are moments")
    }
    try moments.checkBuffers()
  }

  /// Takes over saved buffers; of none, the optimiser is as it was before its first update.
  ///
  /// Where it throws, nothing has changed.
  ///
  /// - Parameter buffers: What ``Buffered/namedBuffers`` gave, by name.
  /// - Throws: ``MoEError`` where a name is not known, `step` is no whole number or missing, a
  ///   parameter lacks a moment, or what ``checkBuffers()`` throws.
  public mutating func restoreBuffers(_ buffers: [String: Tensor]) throws {
    var restored = self
    try restored.moments.restore(buffers, besides: ["step"])
    restored.step = try ParameterStates.step(
      in: buffers.filter { $0.key == "step" }, beside: buffers)
    try restored.checkBuffers()
    self = restored
  }

  /// Throws where the moments are not those of the model's parameters; nothing before the first
  /// update.
  public func check(_ model: some Parameterized) throws { try moments.check(model) }

  /// Lets go of the moments of some parameters.
  ///
  /// - Parameter isForgotten: Whether those of a parameter of a name are let go.
  public mutating func forget(where isForgotten: (String) -> Bool) {
    moments.forget(where: isForgotten)
  }
}
