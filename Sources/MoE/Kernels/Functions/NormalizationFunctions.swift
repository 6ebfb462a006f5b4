/// The rows of norms, as kernels.
package enum NormalizationFunctions {
  /// Finds the largest magnitude of a row: 0 for an empty one, NaN where there is one.
  package struct LargestMagnitude: VectorFold {
    package init() {}

    package static var inputCount: Int { 1 }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ lanes: V, _ a: V, _ b: V) -> (
      lanes: V, stored: V
    ) {
      (Self.combine(lanes, a.magnitudes), a)
    }
    @inline(__always)
    package static func combine<V: VectorArithmetic>(_ first: V, _ second: V) -> V {
      RowKernels.Maximum.combine(first, second)
    }
  }

  /// Writes (x − mean)·scale of a row, and adds up its squares.
  package struct CenteredSquares: VectorFold {
    package var mean: Float
    package var scale: Float

    package init(mean: Float, scale: Float) {
      self.mean = mean
      self.scale = scale
    }

    package static var inputCount: Int { 1 }
    package static var isStored: Bool { true }
    package var scalars: FloatVector { .slots(mean, scale) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ lanes: V, _ a: V, _ b: V) -> (
      lanes: V, stored: V
    ) {
      let centered = a * V.scalar(scale, slot: 1) - V.scalar(mean, slot: 0)
      return (lanes.adding(centered, times: centered), centered)
    }
  }

  /// The gradient of a row's norm, from g of its result and the result x̂ itself: (g − mean −
  /// x̂·along)·scale.
  package struct Gradient: BinaryFunction {
    package var mean: Float
    package var along: Float
    package var scale: Float

    package init(mean: Float, along: Float, scale: Float) {
      self.mean = mean
      self.along = along
      self.scale = scale
    }

    package var scalars: FloatVector { .slots(mean, -along, scale) }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(_ gradient: V, _ unit: V) -> V {
      (gradient - V.scalar(mean, slot: 0)).adding(unit, times: V.scalar(-along, slot: 1))
        * V.scalar(scale, slot: 2)
    }
  }
}
