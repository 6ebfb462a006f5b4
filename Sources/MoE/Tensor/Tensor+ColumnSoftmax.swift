extension Tensor {
  /// The softmax of each column, over the rows of a matrix; a column of −∞ alone gives zeros.
  func softmaxOverRows() -> Tensor {
    var result = transposed().softmax()
    var scalars = result.mutableScalars
    for index in 0..<scalars.count where scalars[index].isNaN { scalars[index] = 0 }
    return result.transposed()
  }

  /// The gradient with respect to what ``softmaxOverRows()`` was taken of.
  static func softmaxOverRowsGradient(_ gradient: Tensor, softmax: Tensor) -> Tensor {
    Tensor.softmaxGradient(gradient.transposed(), softmax: softmax.transposed()).transposed()
  }
}
