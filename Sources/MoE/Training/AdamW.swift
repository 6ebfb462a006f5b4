/// Adam with decoupled weight decay.
///
/// m ← β₁·m + (1 − β₁)·g and v ← β₂·v + (1 − β₂)·g², both divided by 1 − βᵗ at step t;
/// θ ← θ − η·(λ·θ + m̂ / (√v̂ + ε)).
///
/// Source: Loshchilov and Hutter, arXiv 1711.05101; Kingma and Ba, arXiv 1412.6980.
public struct AdamW: Optimizer {
  /// The size of a step, η.
  public var learningRate: Float
  /// The decay of the mean of gradients, β₁.
  public let beta1: Float
  /// The decay of the mean of squares, β₂.
  public let beta2: Float
  /// What keeps the divisor from zero, ε.
  public let epsilon: Float
  /// The decay of parameters, λ.
  public let weightDecay: Float
  /// Which parameters decay, by name.
  public let decays: @Sendable (String) -> Bool
  /// The number of updates so far.
  public private(set) var step = 0
  private var moments: [String: Moments] = [:]

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
  public mutating func update<Model: Parameterized>(_ model: inout Model, along gradient: Model) {
    step += 1
    // The corrections in double precision: 1 − 0.999 is only good to 5 digits in single.
    let correction1 = 1 - power(Double(beta1), step)
    let correction2 = 1 - power(Double(beta2), step)
    var function = OptimizerFunctions.AdamWStep(
      beta1: beta1, beta2: beta2, epsilon: epsilon, shrinkage: 1,
      rate: Float(Double(learningRate) / correction1), squareScale: Float(1 / correction2))
    model.visitParameters(with: gradient) { name, parameter, gradient in
      function.shrinkage = decays(name) ? 1 - learningRate * weightDecay : 1
      moments[name, default: Moments(shape: gradient.shape)].update(
        &parameter, along: gradient, function)
    }
  }

  /// The running means of a parameter's gradient and of its square.
  private struct Moments {
    var mean: Tensor
    var square: Tensor

    init(shape: [Int]) {
      mean = Tensor(zeros: shape)
      square = Tensor(zeros: shape)
    }

    mutating func update(
      _ parameter: inout Tensor, along gradient: Tensor, _ function: OptimizerFunctions.AdamWStep
    ) {
      parameter.update(with: gradient, &mean, &square, "AdamW", function)
    }
  }

  /// By repeated multiplication, whose result is the same on every system.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
