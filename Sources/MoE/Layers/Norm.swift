/// A norm of either kind, as blocks and attention hold one.
public enum Norm: Layer {
  /// A root mean square norm.
  case rms(RMSNorm)
  /// A layer norm.
  case layer(LayerNorm)
  /// A root mean square norm of rows that are scaled first.
  case prescaledRMS(PrescaledRMSNorm)

  /// The number of columns of the input.
  public var inputSize: Int {
    switch self {
    case .rms(let norm): norm.inputSize
    case .layer(let norm): norm.inputSize
    case .prescaledRMS(let norm): norm.inputSize
    }
  }

  /// The number of columns of the output.
  public var outputSize: Int { inputSize }

  /// Visits the parameters of the norm, under their own names.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    switch self {
    case .rms(var norm):
      defer { self = .rms(norm) }
      try norm.visitParameters(visit)
    case .layer(var norm):
      defer { self = .layer(norm) }
      try norm.visitParameters(visit)
    case .prescaledRMS(var norm):
      defer { self = .prescaledRMS(norm) }
      try norm.visitParameters(visit)
    }
  }

  /// The result of a forward pass.
  public enum Pass: LayerPass {
    /// Of a root mean square norm.
    case rms(RMSNorm.Pass)
    /// Of a layer norm.
    case layer(LayerNorm.Pass)
    /// Of a root mean square norm of rows that are scaled first.
    case prescaledRMS(PrescaledRMSNorm.Pass)

    /// The output, of shape [rows, size].
    public var output: Tensor {
      switch self {
      case .rms(let pass): pass.output
      case .layer(let pass): pass.output
      case .prescaledRMS(let pass): pass.output
      }
    }
  }

  /// The output, and in training what the backward pass needs.
  public func forward(_ input: Tensor, context: LayerContext) -> Pass {
    switch self {
    case .rms(let norm): .rms(norm.forward(input, context: context))
    case .layer(let norm): .layer(norm.forward(input, context: context))
    case .prescaledRMS(let norm): .prescaledRMS(norm.forward(input, context: context))
    }
  }

  /// The gradients; a pass of the other kind traps.
  public func backward(_ outputGradient: Tensor, pass: Pass) -> LayerGradient<Norm> {
    switch (self, pass) {
    case (.rms(let norm), .rms(let pass)):
      let back = norm.backward(outputGradient, pass: pass)
      return LayerGradient(input: back.input, parameters: .rms(back.parameters))
    case (.layer(let norm), .layer(let pass)):
      let back = norm.backward(outputGradient, pass: pass)
      return LayerGradient(input: back.input, parameters: .layer(back.parameters))
    case (.prescaledRMS(let norm), .prescaledRMS(let pass)):
      let back = norm.backward(outputGradient, pass: pass)
      return LayerGradient(input: back.input, parameters: .prescaledRMS(back.parameters))
    default: fatalError("Norm.backward: a pass of another kind of norm")
    }
  }
}

/// A plan for a norm, before what it belongs to gives it a size.
public enum NormSpecification: Sendable, Hashable, Codable {
  /// A root mean square norm, with ε, and 1 + w in the place of w where `addsOne` is true.
  case rms(epsilon: Float = 1e-6, addsOne: Bool = false)
  /// A layer norm, with ε, and a bias or none.
  case layer(epsilon: Float = 1e-5, bias: Bool = true)
  /// A root mean square norm of rows that are scaled first, by w or 1 + w.
  case prescaledRMS(epsilon: Float = 1e-6, addsOne: Bool = false)

  /// Makes the norm.
  ///
  /// - Parameter size: The number of columns.
  /// - Returns: A norm that changes nothing but the size of rows.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where ε is negative or not finite.
  public func norm(size: Int) throws -> Norm {
    let epsilon =
      switch self {
      case .rms(let epsilon, _), .layer(let epsilon, _), .prescaledRMS(let epsilon, _): epsilon
      }
    guard epsilon >= 0, epsilon.isFinite else {
      throw MoEError.configuration(
        "epsilon of a norm", value: "\(epsilon)", expected: "a finite number, at least 0")
    }
    return switch self {
    case .rms(let epsilon, let addsOne):
      .rms(RMSNorm(size: size, epsilon: epsilon, addsOne: addsOne))
    case .layer(let epsilon, let bias):
      .layer(LayerNorm(size: size, epsilon: epsilon, bias: bias))
    case .prescaledRMS(let epsilon, let addsOne):
      .prescaledRMS(PrescaledRMSNorm(size: size, epsilon: epsilon, addsOne: addsOne))
    }
  }
}
