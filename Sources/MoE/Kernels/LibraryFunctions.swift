/// Every vector function and fold of the library, to make their kernels ready ahead.
///
/// Numbers that they hold are of no account: kernels of one type differ in these alone.
package enum LibraryFunctions {
  /// The functions.
  package static let functions: [any VectorFunction] = [
    ActivationFunctions.ReLU(), ActivationFunctions.ReLUGradient(), ActivationFunctions.GELU(),
    ActivationFunctions.GELUGradient(), ActivationFunctions.GELUTanh(),
    ActivationFunctions.GELUTanhGradient(), ActivationFunctions.SiLU(),
    ActivationFunctions.SiLUGradient(), ActivationFunctions.TanhGradient(),
    ActivationFunctions.SigmoidGradient(), ActivationFunctions.SquaredReLU(),
    ActivationFunctions.SquaredReLUGradient(), ActivationFunctions.ProductGradient(),
    ActivationFunctions.Gated(activation: ActivationFunctions.ReLU()),
    ActivationFunctions.Gated(activation: ActivationFunctions.SquaredReLU()),
    ActivationFunctions.Gated(activation: ActivationFunctions.GELU()),
    ActivationFunctions.Gated(activation: ActivationFunctions.GELUTanh()),
    ActivationFunctions.Gated(activation: ActivationFunctions.SiLU()),
    ActivationFunctions.Gated(activation: ElementaryFunctions.HyperbolicTangent()),
    ActivationFunctions.Gated(activation: ElementaryFunctions.Logistic()),
    ActivationFunctions.GatedGradient(
      activation: ActivationFunctions.ReLU(), gradient: ActivationFunctions.ReLUGradient()),
    ActivationFunctions.GatedGradient(
      activation: ActivationFunctions.SquaredReLU(),
      gradient: ActivationFunctions.SquaredReLUGradient()),
    ActivationFunctions.GatedGradient(
      activation: ActivationFunctions.GELU(), gradient: ActivationFunctions.GELUGradient()),
    ActivationFunctions.GatedGradient(
      activation: ActivationFunctions.GELUTanh(), gradient: ActivationFunctions.GELUTanhGradient()),
    ActivationFunctions.GatedGradient(
      activation: ActivationFunctions.SiLU(), gradient: ActivationFunctions.SiLUGradient()),
    ActivationFunctions.GatedGradient(
      activation: ElementaryFunctions.HyperbolicTangent(),
      gradient: ActivationFunctions.TanhGradient()),
    ActivationFunctions.GatedGradient(
      activation: ElementaryFunctions.Logistic(), gradient: ActivationFunctions.SigmoidGradient()),
    GatedActivationFunctions.GPTOSS(alpha: 1.702, limit: 7),
    GatedActivationFunctions.GPTOSSGradient(alpha: 1.702, limit: 7),
    GatedActivationFunctions.Clamped(limit: 2), GatedActivationFunctions.ClampedGradient(limit: 2),
    GatedActivationFunctions.ClampedAfter(limit: 1),
    GatedActivationFunctions.ClampedAfterGradient(limit: 1),
    GatedActivationFunctions.Softcapped(gate: 4, up: 25),
    GatedActivationFunctions.SoftcappedGradient(gate: 4, up: 25),
    ArithmeticFunctions.Add(), ArithmeticFunctions.Subtract(), ArithmeticFunctions.Multiply(),
    ArithmeticFunctions.Divide(), ArithmeticFunctions.AddNumber(number: 3),
    ArithmeticFunctions.SubtractFromNumber(number: 0.1),
    ArithmeticFunctions.DivideByNumber(number: 0.3), ArithmeticFunctions.DivideNumber(number: 7),
    ArithmeticFunctions.Scale(factor: -0.7), ArithmeticFunctions.MultiplyAdd(factor: 1.1),
    ArithmeticFunctions.Negate(), ArithmeticFunctions.AddSquare(),
    ArithmeticFunctions.ScaledMultiply(factor: 0.7), ArithmeticFunctions.Clamp(bound: 0.5),
    ElementaryFunctions.Exponential(), ElementaryFunctions.NaturalLogarithm(),
    ElementaryFunctions.HyperbolicTangent(), ElementaryFunctions.Logistic(),
    ElementaryFunctions.ErrorFunction(), ElementaryFunctions.SquareRoot(),
    ElementaryFunctions.Softplus(), ElementaryFunctions.SquareRootSoftplus(),
    ElementaryFunctions.SquareRootSoftplusDerivative(),
    OptimizerFunctions.MomentumStep(momentum: 0.9, rate: 0.1),
    OptimizerFunctions.NesterovStep(momentum: 0.9, rate: 0.1),
    OptimizerFunctions.AdamWStep(
      beta1: 0.9, beta2: 0.99, epsilon: 1e-8, shrinkage: 0.999, rate: 0.1, squareScale: 2),
    OptimizerFunctions.LionStep(beta1: 0.9, beta2: 0.99, shrinkage: 0.999, rate: 0.1),
    OptimizerFunctions.Average(share: 0.3), OptimizerFunctions.Velocity(momentum: 0.9),
    OptimizerFunctions.DecayedStep(shrinkage: 0.999, rate: 0.1),
    RowKernels.LogSumExp(), RowKernels.SoftmaxGradient(mean: 0.2), RotationFunctions.Rotate(),
    NormalizationFunctions.Gradient(mean: 0.1, along: 0.3, scale: 2),
  ]

  /// The folds.
  package static let folds: [any VectorFold] = [
    ExtremeFolds.Lowest(), ExtremeFolds.Highest(), ExtremeFolds.LargestMagnitude(),
    ExtremeFolds.LargestFiniteMagnitude(),
    RowKernels.Sum(), RowKernels.Finiteness(), RowKernels.Dot(), RowKernels.ScalingDot(factor: 0.3),
    RowKernels.Maximum(),
    RowKernels.Exponentials(shift: 9),
    RowKernels.ExponentialSum(shift: 9), NormalizationFunctions.LargestMagnitude(),
    NormalizationFunctions.CenteredSquares(mean: 0.2, scale: 0.5),
  ]
}
