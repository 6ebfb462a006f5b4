/// Stochastic gradient descent, with momentum: v ← μ·v + g, θ ← θ − η·v.
///
/// With Nesterov's momentum the step is g + μ·v instead of v. The first step's v is g.
public struct SGD: Optimizer {
  /// The size of a step, η.
  public var learningRate: Float
  /// The share μ of the last velocity that is kept; 0 for none.
  public let momentum: Float
  /// Whether the step looks ahead along the velocity.
  public let isNesterov: Bool
  /// The velocity of each parameter.
  var velocities = ParameterStates("velocities")

  /// A fresh optimiser.
  ///
  /// - Parameters:
  ///   - learningRate: The size of a step.
  ///   - momentum: The share of the last velocity that is kept; from 0 to below 1, others trap.
  ///   - isNesterov: Whether the step looks ahead along the velocity.
  public init(learningRate: Float, momentum: Float = 0, isNesterov: Bool = false) {
    require(momentum >= 0 && momentum < 1, "SGD: momentum \(momentum), expected 0..<1")
    self.learningRate = learningRate
    self.momentum = momentum
    self.isNesterov = isNesterov
  }

  /// One step for every parameter; names or shapes that differ from those of the gradient trap.
  ///
  /// Traps too where ``restoreBuffers(_:)`` took over the velocities of another model, which
  /// ``check(_:)`` throws for.
  public mutating func update<Model: Parameterized>(_ model: inout Model, along gradient: Model) {
    velocities.claim(model, SGD.self)
    let (momentum, isNesterov, rate) = (momentum, isNesterov, learningRate)
    model.updateParameters(along: gradient) { name, parameter, gradient in
      guard momentum != 0 else {
        return parameter.update(
          with: gradient, "SGD", ArithmeticFunctions.MultiplyAdd(factor: -rate))
      }
      velocities.update(name, shape: gradient.shape) { own in
        if isNesterov {
          parameter.update(
            with: gradient, &own[0], "SGD",
            OptimizerFunctions.NesterovStep(momentum: momentum, rate: rate))
        } else {
          parameter.update(
            with: gradient, &own[0], "SGD",
            OptimizerFunctions.MomentumStep(momentum: momentum, rate: rate))
        }
      }
    }
  }
}

extension SGD {
  /// Visits `velocities.…`, with the name of the parameter, of each parameter that was updated;
  /// nothing without momentum.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    try velocities.visitBuffers(visit)
  }

  /// Throws where a velocity is not finite.
  public func checkBuffers() throws { try velocities.checkBuffers() }

  /// Takes over saved buffers; of none, the optimiser is as it was before its first update.
  ///
  /// Where it throws, nothing has changed.
  ///
  /// - Parameter buffers: What ``Buffered/namedBuffers`` gave, by name.
  /// - Throws: ``MoEError`` where a name is not known or there is no momentum, and what
  ///   ``checkBuffers()`` throws.
  public mutating func restoreBuffers(_ buffers: [String: Tensor]) throws {
    guard momentum != 0 || buffers.isEmpty else {
      throw MoEError.configuration(
        "saved buffers", value: buffers.keys.sorted().joined(separator: ", "),
        expected: "none, as SGD without momentum has none")
    }
    var restored = self
    try restored.velocities.restore(buffers)
    try restored.checkBuffers()
    self = restored
  }

  /// Throws where the velocities are not those of the model's parameters; nothing before the first
  /// update.
  public func check(_ model: some Parameterized) throws { try velocities.check(model) }

  /// Lets go of the velocities of some parameters.
  ///
  /// - Parameter isForgotten: Whether those of a parameter of a name are let go.
  public mutating func forget(where isForgotten: (String) -> Bool) {
    velocities.forget(where: isForgotten)
  }
}
