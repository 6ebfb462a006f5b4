/// Elementwise arithmetic. Two tensors must be of one shape; others trap, with both shapes.
extension Tensor {
  /// The sums of the scalars of two tensors of one shape.
  public static func + (left: Tensor, right: Tensor) -> Tensor {
    left.combined(with: right, "+", ArithmeticFunctions.Add())
  }
  /// The differences of the scalars of two tensors of one shape.
  public static func - (left: Tensor, right: Tensor) -> Tensor {
    left.combined(with: right, "-", ArithmeticFunctions.Subtract())
  }
  /// The products of the scalars of two tensors of one shape.
  public static func * (left: Tensor, right: Tensor) -> Tensor {
    left.combined(with: right, "*", ArithmeticFunctions.Multiply())
  }
  /// The quotients of the scalars of two tensors of one shape.
  public static func / (left: Tensor, right: Tensor) -> Tensor {
    left.combined(with: right, "/", ArithmeticFunctions.Divide())
  }

  /// Adds a tensor of the same shape.
  public static func += (left: inout Tensor, right: Tensor) {
    left.update(with: right, "+=", ArithmeticFunctions.Add())
  }
  /// Subtracts a tensor of the same shape.
  public static func -= (left: inout Tensor, right: Tensor) {
    left.update(with: right, "-=", ArithmeticFunctions.Subtract())
  }
  /// Multiplies by a tensor of the same shape, scalar by scalar.
  public static func *= (left: inout Tensor, right: Tensor) {
    left.update(with: right, "*=", ArithmeticFunctions.Multiply())
  }
  /// Divides by a tensor of the same shape, scalar by scalar.
  public static func /= (left: inout Tensor, right: Tensor) {
    left.update(with: right, "/=", ArithmeticFunctions.Divide())
  }

  /// Each scalar plus a number.
  public static func + (left: Tensor, right: Float) -> Tensor {
    left.map(ArithmeticFunctions.AddNumber(number: right))
  }
  /// Each scalar minus a number.
  public static func - (left: Tensor, right: Float) -> Tensor {
    left.map(ArithmeticFunctions.AddNumber(number: -right))
  }
  /// Each scalar times a number.
  public static func * (left: Tensor, right: Float) -> Tensor {
    left.map(ArithmeticFunctions.Scale(factor: right))
  }
  /// Each scalar divided by a number.
  public static func / (left: Tensor, right: Float) -> Tensor {
    left.map(ArithmeticFunctions.DivideByNumber(number: right))
  }
  /// A number plus each scalar.
  public static func + (left: Float, right: Tensor) -> Tensor {
    right.map(ArithmeticFunctions.AddNumber(number: left))
  }
  /// A number minus each scalar.
  public static func - (left: Float, right: Tensor) -> Tensor {
    right.map(ArithmeticFunctions.SubtractFromNumber(number: left))
  }
  /// A number times each scalar.
  public static func * (left: Float, right: Tensor) -> Tensor {
    right.map(ArithmeticFunctions.Scale(factor: left))
  }
  /// A number divided by each scalar.
  public static func / (left: Float, right: Tensor) -> Tensor {
    right.map(ArithmeticFunctions.DivideNumber(number: left))
  }

  /// Adds a number to each scalar.
  public static func += (left: inout Tensor, right: Float) {
    left.update(ArithmeticFunctions.AddNumber(number: right))
  }
  /// Subtracts a number from each scalar.
  public static func -= (left: inout Tensor, right: Float) {
    left.update(ArithmeticFunctions.AddNumber(number: -right))
  }
  /// Multiplies each scalar by a number.
  public static func *= (left: inout Tensor, right: Float) {
    left.update(ArithmeticFunctions.Scale(factor: right))
  }
  /// Divides each scalar by a number.
  public static func /= (left: inout Tensor, right: Float) {
    left.update(ArithmeticFunctions.DivideByNumber(number: right))
  }

  /// The scalars with their signs changed.
  public static prefix func - (tensor: Tensor) -> Tensor {
    tensor.map(ArithmeticFunctions.Negate())
  }
}
