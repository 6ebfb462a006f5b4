/// Elementwise arithmetic. Two tensors must be of one shape; others trap, with both shapes.
extension Tensor {
  /// The sums of the scalars of two tensors of one shape.
  public static func + (left: Tensor, right: Tensor) -> Tensor {
    left.zipVectors(right, "+") { $0 + $1 }
  }
  /// The differences of the scalars of two tensors of one shape.
  public static func - (left: Tensor, right: Tensor) -> Tensor {
    left.zipVectors(right, "-") { $0 - $1 }
  }
  /// The products of the scalars of two tensors of one shape.
  public static func * (left: Tensor, right: Tensor) -> Tensor {
    left.zipVectors(right, "*") { $0 * $1 }
  }
  /// The quotients of the scalars of two tensors of one shape.
  public static func / (left: Tensor, right: Tensor) -> Tensor {
    left.zipVectors(right, "/") { $0 / $1 }
  }

  /// Adds a tensor of the same shape.
  public static func += (left: inout Tensor, right: Tensor) {
    left.updateVectors(with: right, "+=") { $0 + $1 }
  }
  /// Subtracts a tensor of the same shape.
  public static func -= (left: inout Tensor, right: Tensor) {
    left.updateVectors(with: right, "-=") { $0 - $1 }
  }
  /// Multiplies by a tensor of the same shape, scalar by scalar.
  public static func *= (left: inout Tensor, right: Tensor) {
    left.updateVectors(with: right, "*=") { $0 * $1 }
  }
  /// Divides by a tensor of the same shape, scalar by scalar.
  public static func /= (left: inout Tensor, right: Tensor) {
    left.updateVectors(with: right, "/=") { $0 / $1 }
  }

  /// Each scalar plus a number.
  public static func + (left: Tensor, right: Float) -> Tensor { left.mapVectors { $0 + right } }
  /// Each scalar minus a number.
  public static func - (left: Tensor, right: Float) -> Tensor { left.mapVectors { $0 - right } }
  /// Each scalar times a number.
  public static func * (left: Tensor, right: Float) -> Tensor { left.mapVectors { $0 * right } }
  /// Each scalar divided by a number.
  public static func / (left: Tensor, right: Float) -> Tensor { left.mapVectors { $0 / right } }
  /// A number plus each scalar.
  public static func + (left: Float, right: Tensor) -> Tensor { right.mapVectors { left + $0 } }
  /// A number minus each scalar.
  public static func - (left: Float, right: Tensor) -> Tensor { right.mapVectors { left - $0 } }
  /// A number times each scalar.
  public static func * (left: Float, right: Tensor) -> Tensor { right.mapVectors { left * $0 } }
  /// A number divided by each scalar.
  public static func / (left: Float, right: Tensor) -> Tensor { right.mapVectors { left / $0 } }

  /// Adds a number to each scalar.
  public static func += (left: inout Tensor, right: Float) { left.updateVectors { $0 + right } }
  /// Subtracts a number from each scalar.
  public static func -= (left: inout Tensor, right: Float) { left.updateVectors { $0 - right } }
  /// Multiplies each scalar by a number.
  public static func *= (left: inout Tensor, right: Float) { left.updateVectors { $0 * right } }
  /// Divides each scalar by a number.
  public static func /= (left: inout Tensor, right: Float) { left.updateVectors { $0 / right } }

  /// The scalars with their signs changed.
  public static prefix func - (tensor: Tensor) -> Tensor {
    // Negating a vector subtracts it from 0, which of 0 makes 0; from −0 it makes −0.
    tensor.mapVectors { -0.0 - $0 }
  }
}
