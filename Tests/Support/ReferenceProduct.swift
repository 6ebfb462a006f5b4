package import MoE

extension Tensor {
  /// The matrix product as its definition says it, in double precision: what every fast product is
  /// held to.
  ///
  /// - Parameters:
  ///   - other: The right operand.
  ///   - transposingLeft: Whether to take Aᵀ for A.
  ///   - transposingRight: Whether to take Bᵀ for B.
  /// - Returns: The elements row by row, and for each the product of the magnitudes, which a bound
  ///   on rounding errors is made of.
  package func referenceProduct(
    _ other: Tensor, transposingLeft: Bool = false, transposingRight: Bool = false
  ) -> (values: [Double], magnitudes: [Double]) {
    let (rows, depth) = transposingLeft ? (shape[1], shape[0]) : (shape[0], shape[1])
    let columns = transposingRight ? other.shape[0] : other.shape[1]
    let (left, right) = (scalars, other.scalars)
    var values = [Double](repeating: 0, count: rows * columns)
    var magnitudes = values
    for row in 0..<rows {
      for column in 0..<columns {
        for step in 0..<depth {
          let a = left[transposingLeft ? step * rows + row : row * depth + step]
          let b = right[transposingRight ? column * depth + step : step * columns + column]
          let product = Double(a) * Double(b)
          values[row * columns + column] += product
          magnitudes[row * columns + column] += product.magnitude
        }
      }
    }
    return (values, magnitudes)
  }
}
