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
    precondition(momentum >= 0 && momentum < 1, "SGD: momentum \(momentum), expected 0..<1")
    self.learningRate = learningRate
    self.momentum = momentum
    self.isNesterov = isNesterov
  }

  /// One step for every parameter; names or shapes that differ from those of the gradient trap.
  public mutating func update<Model: Parameterized>(_ model: inout Model, along gradient: Model) {
    let (rate, momentum, isNesterov) = (learningRate, momentum, isNesterov)
    model.visitParameters(with: gradient) { name, parameter, gradient in
      guard momentum != 0 else {
        return parameter.updateVectors(with: gradient, "SGD") { $0.adding($1, times: -rate) }
      }
      velocities[name, default: Tensor(zeros: gradient.shape)]
        .updateVectors(with: gradient, "SGD") { $1.adding($0, times: momentum) }
      guard let velocity = velocities[name] else { return }
      if isNesterov {
        let step = gradient.zipVectors(velocity, "SGD") { $0.adding($1, times: momentum) }
        parameter.updateVectors(with: step, "SGD") { $0.adding($1, times: -rate) }
      } else {
        parameter.updateVectors(with: velocity, "SGD") { $0.adding($1, times: -rate) }
      }
    }
  }
}
