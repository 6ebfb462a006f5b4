/// Rotations of pairs of scalars, as a kernel.
package enum RotationFunctions {
  /// (x·c − y·s, y·c + x·s) of two vectors and the cosines and sines of angles.
  package struct Rotate: VectorFunction {
    package init() {}

    package static var inputCount: Int { 4 }
    package static var outputCount: Int { 2 }
    @inline(__always)
    package func callAsFunction<V: VectorArithmetic>(
      _ x: V, _ y: V, _ cosine: V, _ sine: V
    ) -> (V, V, V) {
      (
        (x * cosine).adding(y * -1, times: sine), (y * cosine).adding(x, times: sine), cosine
      )
    }
  }
}
