/// Steps of one size along the sign of a mean of gradients, with decoupled weight decay.
///
/// c = β₁·m + (1 − β₁)·g; θ ← θ − η·(sign(c) + λ·θ); m ← β₂·m + (1 − β₂)·g.
///
/// It keeps one number a parameter, half of what ``AdamW`` keeps. As every scalar moves by η, rates
/// are 3 to 10 times smaller than those of ``AdamW`` and decays as many times larger.
///
/// Source: Chen and others, arXiv 2302.06675, algorithm 2.
public struct Lion: DecayingOptimizer {
  /// The size of a step, η.
  public var learningRate: Float
  /// How much of the mean a step goes along, β₁.
  public let beta1: Float
  /// The decay of the mean of gradients, β₂.
  public let beta2: Float
  /// The decay of parameters, λ.
  public var weightDecay: Float
  /// Which parameters decay, by name.
  public var decays: @Sendable (String) -> Bool
  /// The running mean of each parameter's gradient.
  var means = ParameterStates("means")

  /// A fresh optimiser.
  ///
  /// - Parameters:
  ///   - learningRate: The size of a step.
  ///   - beta1: How much of the mean a step goes along; from 0 to below 1, others trap.
  ///   - beta2: The decay of the mean of gradients; from 0 to below 1, others trap.
  ///   - weightDecay: The decay of parameters.
  ///   - decays: Which parameters decay, by name; all but biases unless given.
  public init(
    learningRate: Float = 1e-4, beta1: Float = 0.9, beta2: Float = 0.99, weightDecay: Float = 0,
    decays: @escaping @Sendable (String) -> Bool = { !ParameterSelection.biases($0) }
  ) {
    require(
      (0..<1).contains(beta1) && (0..<1).contains(beta2),
      "Lion: beta1 \(beta1) and beta2 \(beta2), expected 0..<1")
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.weightDecay = weightDecay
    self.decays = decays
  }

  /// One step for every parameter; names or shapes that differ from those of the gradient trap.
  ///
  /// A scalar whose mean is NaN becomes NaN, so that nothing is hidden. Traps too where
  /// ``restoreBuffers(_:)`` took over the means of another model, which ``check(_:)`` throws for.
  public mutating func update<Model: Parameterized>(_ model: inout Model, along gradient: Model) {
    means.claim(model, Lion.self)
    var function = OptimizerFunctions.LionStep(
      beta1: beta1, beta2: beta2, shrinkage: 1, rate: learningRate)
    model.updateParameters(along: gradient) { name, parameter, gradient in
      function.shrinkage = decays(name) ? 1 - learningRate * weightDecay : 1
      means.update(name, shape: gradient.shape) { own in
        parameter.update(with: gradient, &own[0], "Lion", function)
      }
    }
  }
}

extension Lion {
  /// Visits `means.…`, with the name of the parameter, of each parameter that was updated.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    try means.visitBuffers(visit)
  }

  /// Throws where a mean is not finite.
  public func checkBuffers() throws { try means.checkBuffers() }

  /// Takes over saved buffers; of none, the optimiser is as it was before its first update.
  ///
  /// Where it throws, nothing has changed.
  ///
  /// - Parameter buffers: What ``Buffered/namedBuffers`` gave, by name.
  /// - Throws: ``MoEError`` where a name is not known, and what ``checkBuffers()`` throws.
  public mutating func restoreBuffers(_ buffers: [String: Tensor]) throws {
    var restored = self
    try restored.means.restore(buffers)
    try restored.checkBuffers()
    self = restored
  }

  /// Throws where the means are not those of the model's parameters; nothing before the first
  /// update.
  public func check(_ model: some Parameterized) throws { try means.check(model) }

  /// Lets go of the means of some parameters.
  ///
  /// - Parameter isForgotten: Whether that of a parameter of a name is let go.
  public mutating func forget(where isForgotten: (String) -> Bool) {
    means.forget(where: isForgotten)
  }

  /// Takes the means to where an edit takes the parameters.
  ///
  /// - Throws: What the edit throws, and where it draws other numbers each time.
  public mutating func follow<Model: Parameterized>(
    _ model: Model, _ edit: (inout Model) throws -> Void
  ) throws { try means.follow(model, edit) }
}
