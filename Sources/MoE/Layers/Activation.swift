/// A function of each scalar, between two linear maps.
public enum Activation: String, Sendable, Hashable, CaseIterable, Codable {
  /// x itself.
  case identity
  /// max(x, 0).
  case relu
  /// max(x, 0)², for experts of few active hidden units (So et al., "Primer", arXiv 2109.08668;
  /// Nemotron).
  case squaredReLU
  /// x·Φ(x), with Φ the standard normal distribution function (Hendrycks and Gimpel, 2016).
  case gelu
  /// x·σ(2u) with u = √(2/π)·(x + 0.044715·x³), which equals ½x·(1 + tanh u): the approximation of
  /// ``gelu`` that many models were trained with.
  case geluTanh
  /// x·σ(x), also called swish.
  case silu
  /// The hyperbolic tangent.
  case tanh
  /// The logistic function σ(x) = 1 / (1 + e⁻ˣ).
  case sigmoid

  /// The function of each scalar.
  ///
  /// - Parameter input: A tensor of any shape.
  /// - Returns: A tensor of the same shape.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    switch self {
    case .identity: input
    case .relu: input.map(ActivationFunctions.ReLU())
    case .squaredReLU: input.map(ActivationFunctions.SquaredReLU())
    case .gelu: input.map(ActivationFunctions.GELU())
    case .geluTanh: input.map(ActivationFunctions.GELUTanh())
    case .silu: input.map(ActivationFunctions.SiLU())
    case .tanh: input.tanh()
    case .sigmoid: input.sigmoid()
    }
  }

  /// The function of each scalar, times a scalar of another tensor: f(x)·y, what a gated network
  /// does.
  ///
  /// One pass over memory instead of two, and no tensor between them.
  ///
  /// - Parameters:
  ///   - input: A tensor of any shape.
  ///   - factor: A tensor of the same shape; another traps.
  /// - Returns: A tensor of the same shape, in the bits of the two steps.
  /// - Complexity: O(`input.count`).
  public func callAsFunction(_ input: Tensor, times factor: Tensor) -> Tensor {
    GatedActivation.gated(self)(input, factor)
  }

  /// Hands the function to a user of functions; nothing for ``identity``, which is none.
  func hand<User: VectorFunctionUser>(to user: User) -> User.Result? {
    switch self {
    case .identity: nil
    case .relu: user.use(ActivationFunctions.ReLU())
    case .squaredReLU: user.use(ActivationFunctions.SquaredReLU())
    case .gelu: user.use(ActivationFunctions.GELU())
    case .geluTanh: user.use(ActivationFunctions.GELUTanh())
    case .silu: user.use(ActivationFunctions.SiLU())
    case .tanh: user.use(ElementaryFunctions.HyperbolicTangent())
    case .sigmoid: user.use(ElementaryFunctions.Logistic())
    }
  }

  /// The gradient with respect to the input: that with respect to the output times the derivative.
  ///
  /// The derivative of ``relu`` at zero is taken as zero. Where ``relu`` and ``squaredReLU`` are
  /// flat the gradient is zero, whatever that of the output.
  ///
  /// In place, where the caller has handed its gradient over and no other tensor shares its memory.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the output.
  ///   - input: What the function was taken of, of the same shape; another traps.
  /// - Returns: A tensor of the same shape.
  public func gradient(_ outputGradient: consuming Tensor, at input: Tensor) -> Tensor {
    multiply(&outputGradient, byDerivativeAt: input)
    return outputGradient
  }

  /// Makes a gradient with respect to the output into that with respect to the input: multiplies it
  /// by the derivative.
  ///
  /// - Parameters:
  ///   - gradient: The gradient with respect to the output.
  ///   - input: What the function was taken of, of the same shape; another traps.
  /// - Complexity: O(`input.count`); in place where the gradient's memory is shared with no other
  ///   tensor.
  public func multiply(_ gradient: inout Tensor, byDerivativeAt input: Tensor) {
    func product(_ function: some BinaryFunction) {
      gradient.update(with: input, "Activation.gradient", function)
    }
    switch self {
    case .identity: break
    case .relu: product(ActivationFunctions.ReLUGradient())
    case .squaredReLU: product(ActivationFunctions.SquaredReLUGradient())
    case .gelu: product(ActivationFunctions.GELUGradient())
    case .geluTanh: product(ActivationFunctions.GELUTanhGradient())
    case .silu: product(ActivationFunctions.SiLUGradient())
    case .tanh: product(ActivationFunctions.TanhGradient())
    case .sigmoid: product(ActivationFunctions.SigmoidGradient())
    }
  }

  /// Makes a gradient with respect to f(x)·y into that with respect to x, and returns that with
  /// respect to y.
  func split(_ gradient: inout Tensor, at input: Tensor, times factor: Tensor) -> Tensor {
    func parts(_ function: some VectorFunction) -> Tensor {
      gradient.split(with: input, factor, "Activation.split", function)
    }
    func parts(_ function: some UnaryFunction, _ derivative: some BinaryFunction) -> Tensor {
      parts(ActivationFunctions.GatedGradient(activation: function, gradient: derivative))
    }
    return switch self {
    case .identity: parts(ActivationFunctions.ProductGradient())
    case .relu: parts(ActivationFunctions.ReLU(), ActivationFunctions.ReLUGradient())
    case .squaredReLU:
      parts(ActivationFunctions.SquaredReLU(), ActivationFunctions.SquaredReLUGradient())
    case .gelu: parts(ActivationFunctions.GELU(), ActivationFunctions.GELUGradient())
    case .geluTanh: parts(ActivationFunctions.GELUTanh(), ActivationFunctions.GELUTanhGradient())
    case .silu: parts(ActivationFunctions.SiLU(), ActivationFunctions.SiLUGradient())
    case .tanh:
      parts(ElementaryFunctions.HyperbolicTangent(), ActivationFunctions.TanhGradient())
    case .sigmoid: parts(ElementaryFunctions.Logistic(), ActivationFunctions.SigmoidGradient())
    }
  }
}
