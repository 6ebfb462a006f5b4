extension Tensor {
  /// The logarithm of the softmax of each row, x − ln Σ eˣ, which keeps its digits where the
  /// softmax rounds to zero.
  ///
  /// - Returns: A tensor of the same shape. −∞ gives −∞; a row with NaN or +∞, or of −∞ alone,
  ///   gives NaN.
  public func logSoftmax() -> Tensor {
    var result = self
    let (columns, normalizers) = (columnCount, logSumExp())
    let sums = normalizers.scalars
    var scalars = result.mutableScalars
    for row in 0..<sums.count {
      for index in row * columns..<(row + 1) * columns { scalars[index] -= sums[row] }
    }
    return result
  }
}
