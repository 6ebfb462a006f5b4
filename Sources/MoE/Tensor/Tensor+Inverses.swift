extension Tensor {
  /// One over each scalar, or zero where that is not finite.
  func inversesOrZero() -> Tensor {
    var inverses = self
    inverses.invertOrZero()
    return inverses
  }

  /// Replaces each scalar by one over it, or by zero where that is not finite.
  mutating func invertOrZero() {
    update(ArithmeticFunctions.DivideNumber(number: 1))
    var scalars = mutableScalars
    for index in 0..<scalars.count where !scalars[index].isFinite { scalars[index] = 0 }
  }
}
