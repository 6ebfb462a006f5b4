/// The activations and their gradients, as kernels.
///
/// A gradient takes the gradient of the activation's result first, and what the activation was
/// taken of second.
package enum ActivationFunctions {
  /// f(x)·y.
  package struct Gated<Function: VectorFunction>: BinaryFunction {
    package var activation: Function
    package var scalars: FloatVector { activation.scalars }

    package init(activation: Function) { self.activation = activation }

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V, _ y: V) -> V {
      activation(x, y, y, y).0 * y
    }
  }

  /// The gradients of f(x)·y: with respect to x and with respect to y.
  ///
  /// In the bits of the steps g·y, times the derivative, and f(x)·g; what f and its gradient have in
  /// common is computed once.
  package struct GatedGradient<Function: UnaryFunction, Gradient: BinaryFunction>: VectorFunction {
    package var activation: Function
    package var gradient: Gradient
    package var scalars: FloatVector { activation.scalars }
    package static var inputCount: Int { 3 }
    package static var outputCount: Int { 2 }

    package init(activation: Function, gradient: Gradient) {
      self.activation = activation
      self.gradient = gradient
    }

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(
      _ outputGradient: V, _ x: V, _ y: V, _ unused: V
    ) -> (V, V, V) {
      (gradient(outputGradient * y, x), activation(x) * outputGradient, unused)
    }
  }

  /// The gradients of x·y.
  package struct ProductGradient: VectorFunction {
    package static var inputCount: Int { 3 }
    package static var outputCount: Int { 2 }

    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(
      _ outputGradient: V, _ x: V, _ y: V, _ unused: V
    ) -> (V, V, V) {
      (outputGradient * y, x * outputGradient, unused)
    }
  }

  /// max(x, 0).
  package struct ReLU: UnaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V {
      x.replacing(with: 0, where: x .< 0)
    }
  }

  /// Its gradient, zero at zero.
  package struct ReLUGradient: BinaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ gradient: V, _ x: V) -> V {
      gradient.replacing(with: 0, where: x .<= 0)
    }
  }

  /// max(x, 0)².
  package struct SquaredReLU: UnaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V {
      let positive = x.replacing(with: 0, where: x .< 0)
      return positive * positive
    }
  }

  /// Its gradient, with 2·max(x, 0).
  package struct SquaredReLUGradient: BinaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ gradient: V, _ x: V) -> V {
      (gradient * x * 2).replacing(with: 0, where: x .<= 0)
    }
  }

  /// x·Φ(x); of −∞, times zero, NaN as in PyTorch.
  package struct GELU: UnaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x * x.normalDistribution() }
  }

  /// Its gradient, with Φ(x) + x·φ(x).
  package struct GELUGradient: BinaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ gradient: V, _ x: V) -> V {
      gradient * x.normalDistribution().adding(x, times: x.normalDensity())
    }
  }

  /// x·σ(2u) with u = √(2/π)·(x + 0.044715·x³); of −∞ NaN as in PyTorch.
  package struct GELUTanh: UnaryFunction {
    package init() {}

    static let scale: Float = 0.797884561
    static let cubic: Float = 0.044715

    @inline(__always)
    static func logistic<V: VectorArithmetic>(_ x: V) -> V {
      (x * (x * x).times(V(repeating: 2 * cubic * scale), plus: 2 * scale)).logistic()
    }

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x * Self.logistic(x) }
  }

  /// Its gradient, with s + x·s·(1 − s)·2u′ for s = σ(2u).
  package struct GELUTanhGradient: BinaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ gradient: V, _ input: V) -> V {
      // Beyond 16 the derivative is 0 or 1; the bound keeps zero times infinity away.
      let x = input.replacing(with: 16, where: V(repeating: 16) .< input)
        .replacing(with: -16, where: input .< -16)
      let s = GELUTanh.logistic(x)
      let slope = (x * x).times(
        V(repeating: 6 * GELUTanh.cubic * GELUTanh.scale), plus: 2 * GELUTanh.scale)
      return gradient * s.adding(x * (s * (1 - s)), times: slope)
    }
  }

  /// x·σ(x); of −∞, times zero, NaN as in PyTorch.
  package struct SiLU: UnaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V) -> V { x * x.logistic() }
  }

  /// Its gradient, with s + x·s·(1 − s) for s = σ(x).
  package struct SiLUGradient: BinaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ gradient: V, _ x: V) -> V {
      let s = x.logistic()
      return gradient * s.adding(x, times: s * (1 - s))
    }
  }

  /// The gradient of the hyperbolic tangent t, with 1 − t².
  package struct TanhGradient: BinaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ gradient: V, _ x: V) -> V {
      let t = x.hyperbolicTangent()
      return gradient * (1 - t * t)
    }
  }

  /// The gradient of the logistic function s, with s·(1 − s).
  package struct SigmoidGradient: BinaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ gradient: V, _ x: V) -> V {
      let s = x.logistic()
      return gradient * (s * (1 - s))
    }
  }
}
