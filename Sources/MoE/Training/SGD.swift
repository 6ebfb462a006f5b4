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
  private var velocities: [String: Tensor] = [:]

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
  public mutating func update<Model: Parameterized>(_ model: inout Model, along gradient: Model) {
    let (momentum, isNesterov) = (momentum, isNesterov)
    let step = ArithmeticFunctions.MultiplyAdd(factor: -learningRate)
    model.visitParameters(with: gradient) { name, parameter, gradient in
      guard momentum != 0 else { return parameter.update(with: gradient, "SGD", step) }
      velocities[name, default: Tensor(zeros: gradient.shape)].update(
        with: gradient, "SGD", OptimizerFunctions.Velocity(momentum: momentum))
      guard let velocity = velocities[name] else { return }
      let direction =
        isNesterov
        ? velocity.combined(with: gradient, "SGD", OptimizerFunctions.Velocity(momentum: momentum))
        : velocity
      parameter.update(with: direction, "SGD", step)
    }
  }
}
