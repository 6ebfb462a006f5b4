/// The kernels that work on one row at a time, made ready once for all rows.
package enum RowKernels {
  /// Adds up a row.
  package struct Sum: VectorFold {
    package init() {}

    package static var inputCount: Int { 1 }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ lanes: V, _ a: V, _ b: V) -> (
      lanes: V, stored: V
    ) {
      (lanes + a, a)
    }
  }

  /// Adds up a row times zero: zero, or NaN where a scalar is infinite or NaN.
  package struct Finiteness: VectorFold {
    package init() {}

    package static var inputCount: Int { 1 }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ lanes: V, _ a: V, _ b: V) -> (
      lanes: V, stored: V
    ) {
      (lanes.adding(a, times: 0), a)
    }
  }

  /// Adds up the products of two rows.
  package struct Dot: VectorFold {
    package init() {}

    package static var inputCount: Int { 2 }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ lanes: V, _ a: V, _ b: V) -> (
      lanes: V, stored: V
    ) {
      (lanes.adding(a, times: b), a)
    }
  }

  /// Adds up the products of two rows, and multiplies the first by a number.
  package struct ScalingDot: VectorFold {
    /// The number.
    package var factor: Float

    package init(factor: Float) { self.factor = factor }

    package static var inputCount: Int { 2 }
    package static var isStored: Bool { true }
    package var scalars: FloatVector { .slots(factor) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ lanes: V, _ a: V, _ b: V) -> (
      lanes: V, stored: V
    ) {
      (lanes.adding(a, times: b), a * V.scalar(factor, slot: 0))
    }
  }

  /// Finds the largest scalar of a row: −∞ for an empty one, NaN where there is one.
  package struct Maximum: VectorFold {
    package init() {}

    package static var inputCount: Int { 1 }
    package static var initial: Float { -.infinity }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ lanes: V, _ a: V, _ b: V) -> (
      lanes: V, stored: V
    ) {
      // A NaN, which compares with nothing, goes in and stays.
      (Self.combine(lanes, a), a)
    }
    @inline(__always)
    package static func combine<V: VectorArithmetic>(_ first: V, _ second: V) -> V {
      first.replacing(with: second, where: first .< second)
        .replacing(with: second, where: second .!= second)
    }
  }

  /// Writes e^(x − shift) of a row, and adds it up.
  package struct Exponentials: VectorFold {
    /// The largest scalar of the row.
    package var shift: Float

    package init(shift: Float) { self.shift = shift }

    package static var inputCount: Int { 1 }
    package static var isStored: Bool { true }
    package var scalars: FloatVector { .slots(shift) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ lanes: V, _ a: V, _ b: V) -> (
      lanes: V, stored: V
    ) {
      let power = (a - V.scalar(shift, slot: 0)).nonpositiveExponential()
      return (lanes + power, power)
    }
  }

  /// Adds up e^(x − shift) of a row.
  package struct ExponentialSum: VectorFold {
    /// The largest scalar of the row; any number where that is infinite and the sum of no use.
    package var shift: Float

    package init(shift: Float) { self.shift = shift }

    package static var inputCount: Int { 1 }
    package var scalars: FloatVector { .slots(shift) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ lanes: V, _ a: V, _ b: V) -> (
      lanes: V, stored: V
    ) {
      (lanes + (a - V.scalar(shift, slot: 0)).nonpositiveExponential(), a)
    }
  }

  /// The largest scalar of a row plus the logarithm of the sum; that scalar itself where it is
  /// infinite.
  package struct LogSumExp: BinaryFunction {
    package init() {}

    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V, _ y: V) -> V {
      (x + y.naturalLogarithm()).replacing(with: x, where: x.magnitudes .== Float.infinity)
    }
  }

  /// The gradient of a softmax p, from that of its result g: p·(g − mean), with mean the sum of
  /// g·p.
  package struct SoftmaxGradient: BinaryFunction {
    package var mean: Float

    package init(mean: Float) { self.mean = mean }

    package var scalars: FloatVector { .slots(mean) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ x: V, _ y: V) -> V {
      y * (x - V.scalar(mean, slot: 0))
    }
  }
}
