import MoE
import Testing

/// Golden data of reference implementations, computed in double precision on the same weights.
enum Golden {
  /// How far each scalar may be off, in parts of the tensor's largest.
  ///
  /// The implementations' own single precision differs from double by 2 to 5·10⁻⁷ of it, in other
  /// orders of summation; four times the larger leaves room for this library's order.
  static let tolerance = 2e-6

  /// Expects a tensor to be as exact as that.
  static func expect(
    _ found: Tensor, _ exact: [Double], _ name: String, within tolerance: Double = tolerance,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let scale = exact.reduce(0) { max($0, $1.magnitude) }
    GradientTolerance.expect(
      found, near: exact, within: tolerance * scale, name, sourceLocation: sourceLocation)
  }
}
