extension Tensor {
  /// Each row divided by its Euclidean norm, and one over the norms; zeros for a row of zeros.
  ///
  /// Rows are scaled by a power of two first, so that squares neither overflow nor vanish. A row
  /// with a NaN or an infinity gives NaN; one below the range of normal numbers counts as zero.
  func unitRows() -> (unit: Tensor, inverseNorms: Tensor) {
    let (highest, lowest) = (rowMaxima(), (-self).rowMaxima())
    var factors = Tensor(uninitialized: TensorShape(rowCount))
    var scalars = factors.mutableScalars
    for row in 0..<scalars.count {
      // A NaN, which compares with nothing, must not be taken for zero.
      let largest = max(highest.scalars[row], lowest.scalars[row])
      scalars[row] =
        !largest.isFinite
        ? .nan
        : largest < .leastNormalMagnitude
          ? 0 : Float(sign: .plus, exponent: -Int(largest.exponent), significand: 1)
    }
    var unit = self
    unit.scaleRows(by: factors)
    let norms = unit.rowDots(unit).squareRoot()
    var inverses = 1 / norms
    var inverseScalars = inverses.mutableScalars
    for row in 0..<inverseScalars.count where norms.scalars[row] == 0 { inverseScalars[row] = 0 }
    unit.scaleRows(by: inverses)
    return (unit, inverses * factors)
  }

  /// The gradient with respect to the rows that ``unitRows()`` was taken of: (g − x̂·⟨x̂, g⟩) /
  /// ‖x‖.
  static func unitRowsGradient(_ gradient: Tensor, unit: Tensor, inverseNorms: Tensor) -> Tensor {
    var along = unit
    along.scaleRows(by: gradient.rowDots(unit))
    var result = gradient - along
    result.scaleRows(by: inverseNorms)
    return result
  }
}
