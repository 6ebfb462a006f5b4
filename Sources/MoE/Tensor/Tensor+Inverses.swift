extension Tensor {
  /// One over each scalar, or zero where that is not finite.
  func inversesOrZero() -> Tensor {
    var inverses = 1 / self
    var scalars = inverses.mutableScalars
    for index in 0..<scalars.count where !scalars[index].isFinite { scalars[index] = 0 }
    return inverses
  }
}
