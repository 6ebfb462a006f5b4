/// The activations of two operands, a gate g and an up value u, and their gradients, as kernels.
///
/// A gradient takes the gradient of the result first, then g and u, and gives those with respect to
/// both. Bounds are scalars of a kernel, so that all limits share its code.
package enum GatedActivationFunctions {
  /// (u′ + 1)·g′·σ(α·g′) with g′ = min(g, L) and u′ = u within ±L.
  package struct GPTOSS: BinaryFunction {
    package var alpha: Float
    package var limit: Float
    package var scalars: FloatVector { .slots(limit, -limit, alpha) }

    package init(alpha: Float, limit: Float) {
      self.alpha = alpha
      self.limit = limit
    }

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ gate: V, _ up: V) -> V {
      let g = gate.bounded(above: limit)
      let s = (g * V.scalar(alpha, slot: 2)).logistic()
      return g * s * (up.bounded(within: limit) + 1)
    }
  }

  /// Its gradients, with (u′ + 1)·(s + α·g′·s·(1 − s)) and g′·s for s = σ(α·g′).
  package struct GPTOSSGradient: VectorFunction {
    package var alpha: Float
    package var limit: Float
    package var scalars: FloatVector { .slots(limit, -limit, alpha) }
    package static var inputCount: Int { 3 }
    package static var outputCount: Int { 2 }

    package init(alpha: Float, limit: Float) {
      self.alpha = alpha
      self.limit = limit
    }

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(
      _ gradient: V, _ gate: V, _ up: V, _ unused: V
    ) -> (V, V, V) {
      let g = gate.bounded(above: limit)
      let z = g * V.scalar(alpha, slot: 2)
      let s = z.logistic()
      let slope = s.adding(z, times: s * (1 - s))
      let factor = up.bounded(within: limit) + 1
      return (
        gate.passing(gradient * factor * slope, upTo: limit),
        up.magnitudes.passing(gradient * (g * s), upTo: limit), unused
      )
    }
  }

  /// silu(g′)·u′ with g′ = min(g, L) and u′ = u within ±L.
  package struct Clamped: BinaryFunction {
    package var limit: Float
    package var scalars: FloatVector { .slots(limit, -limit) }

    package init(limit: Float) { self.limit = limit }

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ gate: V, _ up: V) -> V {
      let g = gate.bounded(above: limit)
      return g * g.logistic() * up.bounded(within: limit)
    }
  }

  /// Its gradients, with u′·silu′(g′) and silu(g′).
  package struct ClampedGradient: VectorFunction {
    package var limit: Float
    package var scalars: FloatVector { .slots(limit, -limit) }
    package static var inputCount: Int { 3 }
    package static var outputCount: Int { 2 }

    package init(limit: Float) { self.limit = limit }

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(
      _ gradient: V, _ gate: V, _ up: V, _ unused: V
    ) -> (V, V, V) {
      let g = gate.bounded(above: limit)
      let s = g.logistic()
      let slope = s.adding(g, times: s * (1 - s))
      return (
        gate.passing(gradient * up.bounded(within: limit) * slope, upTo: limit),
        up.magnitudes.passing(gradient * (g * s), upTo: limit), unused
      )
    }
  }

  /// min(silu(g), L)·u′ with u′ = u within ±L.
  package struct ClampedAfter: BinaryFunction {
    package var limit: Float
    package var scalars: FloatVector { .slots(limit, -limit) }

    package init(limit: Float) { self.limit = limit }

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ gate: V, _ up: V) -> V {
      (gate * gate.logistic()).bounded(above: limit) * up.bounded(within: limit)
    }
  }

  /// Its gradients, with u′·silu′(g) where silu(g) ≤ L, and min(silu(g), L).
  package struct ClampedAfterGradient: VectorFunction {
    package var limit: Float
    package var scalars: FloatVector { .slots(limit, -limit) }
    package static var inputCount: Int { 3 }
    package static var outputCount: Int { 2 }

    package init(limit: Float) { self.limit = limit }

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(
      _ gradient: V, _ gate: V, _ up: V, _ unused: V
    ) -> (V, V, V) {
      let s = gate.logistic()
      let silu = gate * s
      let slope = s.adding(gate, times: s * (1 - s))
      return (
        silu.passing(gradient * up.bounded(within: limit) * slope, upTo: limit),
        up.magnitudes.passing(gradient * silu.bounded(above: limit), upTo: limit), unused
      )
    }
  }

  /// a·tanh(g/a)·σ(g)·b·tanh(u/b).
  package struct Softcapped: BinaryFunction {
    package var gate: Float
    package var up: Float
    package var scalars: FloatVector { .slots(gate, up) }

    package init(gate: Float, up: Float) {
      self.gate = gate
      self.up = up
    }

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V, _ y: V) -> V {
      let (a, b) = (V.scalar(gate, slot: 0), V.scalar(up, slot: 1))
      return (x / a).hyperbolicTangent() * a * x.logistic() * ((y / b).hyperbolicTangent() * b)
    }
  }

  /// Its gradients: with t = tanh(g/a), s = σ(g) and q = tanh(u/b), b·q·((1 − t²)·s + a·t·s·(1 − s))
  /// and a·t·s·(1 − q²).
  package struct SoftcappedGradient: VectorFunction {
    package var gate: Float
    package var up: Float
    package var scalars: FloatVector { .slots(gate, up) }
    package static var inputCount: Int { 3 }
    package static var outputCount: Int { 2 }

    package init(gate: Float, up: Float) {
      self.gate = gate
      self.up = up
    }

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(
      _ gradient: V, _ x: V, _ y: V, _ unused: V
    ) -> (V, V, V) {
      let (a, b) = (V.scalar(gate, slot: 0), V.scalar(up, slot: 1))
      let t = (x / a).hyperbolicTangent()
      let q = (y / b).hyperbolicTangent()
      let s = x.logistic()
      let capped = t * a
      let slope = ((1 - t * t) * s).adding(capped, times: s * (1 - s))
      return (gradient * (q * b) * slope, gradient * (capped * s) * (1 - q * q), unused)
    }
  }
}

extension VectorArithmetic {
  /// The lanes, and the limit of slot 0 where they are above it; NaN stays.
  @inline(__always)
  fileprivate func bounded(above limit: Float) -> Self {
    let bound = Self.scalar(limit, slot: 0)
    return replacing(with: bound, where: bound .< self)
  }

  /// The lanes, and the limits of slots 0 and 1 where they are beyond these; NaN stays.
  @inline(__always)
  fileprivate func bounded(within limit: Float) -> Self {
    let (upper, lower) = (bounded(above: limit), Self.scalar(-limit, slot: 1))
    return upper.replacing(with: lower, where: upper .< lower)
  }

  /// The lanes of a gradient where `self` is not above the limit of slot 0, and 0 elsewhere.
  ///
  /// At the limit itself it passes, as PyTorch's clamp has it. A NaN is not above.
  @inline(__always)
  fileprivate func passing(_ gradient: Self, upTo limit: Float) -> Self {
    gradient.replacing(with: 0, where: Self.scalar(limit, slot: 0) .< self)
  }
}
