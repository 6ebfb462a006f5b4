extension Tensor {
  /// The same scalars, but zero where another tensor is: as p·ln p is zero where p is.
  func zeroing(where other: Tensor) -> Tensor {
    var result = self
    let source = other.scalars
    var scalars = result.mutableScalars
    for index in 0..<scalars.count where source[index] == 0 { scalars[index] = 0 }
    return result
  }
}
