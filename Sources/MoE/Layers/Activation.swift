/// A function of each scalar, between two linear maps.
public enum Activation: String, Sendable, Hashable, CaseIterable, Codable {
  /// x itself.
  case identity
  /// max(x, 0).
  case relu
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
    case .relu: input.mapVectors { $0.replacing(with: 0, where: $0 .< 0) }
    case .gelu: input.mapVectors { $0 * $0.normalDistribution() }
    case .geluTanh: input.mapVectors { $0 * (2 * geluArgument($0)).logistic() }
    case .silu: input.mapVectors { $0 * $0.logistic() }
    case .tanh: input.tanh()
    case .sigmoid: input.sigmoid()
    }
  }

  /// The gradient with respect to the input: that with respect to the output times the derivative.
  ///
  /// The derivative of ``relu`` at zero is taken as zero.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the output.
  ///   - input: What the function was taken of, of the same shape; another traps.
  /// - Returns: A tensor of the same shape.
  public func gradient(_ outputGradient: Tensor, at input: Tensor) -> Tensor {
    let name: StaticString = "Activation.gradient"
    return switch self {
    case .identity: outputGradient
    case .relu:
      outputGradient.zipVectors(input, name) { $0.replacing(with: 0, where: $1 .<= 0) }
    case .gelu:
      outputGradient.zipVectors(input, name) {
        $0 * $1.normalDistribution().adding($1, times: $1.normalDensity())
      }
    case .geluTanh:
      outputGradient.zipVectors(input, name) { gradient, input in
        // Beyond 16 the derivative is 0 or 1; the bound keeps zero times infinity away.
        let x = input.replacing(with: 16, where: input .> 16)
          .replacing(with: -16, where: input .< -16)
        let s = (2 * geluArgument(x)).logistic()
        // 2·du/dx
        let slope = (x * x).times(
          FloatVector(repeating: 6 * geluCubic * geluScale), plus: 2 * geluScale)
        return gradient * (s + x * (s * (1 - s)) * slope)
      }
    case .silu:
      outputGradient.zipVectors(input, name) { gradient, x in
        let s = x.logistic()
        return gradient * (s + x * (s * (1 - s)))
      }
    case .tanh:
      outputGradient.zipVectors(input, name) { gradient, x in
        let t = x.hyperbolicTangent()
        return gradient * (1 - t * t)
      }
    case .sigmoid:
      outputGradient.zipVectors(input, name) { gradient, x in
        let s = x.logistic()
        return gradient * (s * (1 - s))
      }
    }
  }
}

/// √(2/π) and the cubic coefficient of the approximation.
private let geluScale: Float = 0.797884561
private let geluCubic: Float = 0.044715

@inline(__always)
private func geluArgument(_ x: FloatVector) -> FloatVector {
  x * (x * x).times(FloatVector(repeating: geluCubic * geluScale), plus: geluScale)
}
