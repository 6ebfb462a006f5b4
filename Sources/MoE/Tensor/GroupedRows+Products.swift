extension GroupedRows {
  /// Multiplies each row by the matrices of its group, for all groups and factors at once.
  ///
  /// Picked rows are gathered while they are packed, and never stand in memory in the order of the
  /// positions.
  ///
  /// - Parameters:
  ///   - operand: The rows.
  ///   - factors: Matrices for each group, of as many rows as the operand has columns; others trap.
  /// - Returns: One row a position, for each factor.
  package func products(_ operand: GroupedOperand, _ factors: [WeightOperand]) -> [Tensor] {
    check(operand)
    for factor in factors { check(factor, of: operand) }
    return withOperand(operand) { source in
      WeightOperand.products(factors, at: .groups(offsets), left: source)
    }
  }

  /// Multiplies each row by the matrices of its group of two factors, all at once.
  package func products(
    _ operand: GroupedOperand, _ first: WeightOperand, _ second: WeightOperand
  ) -> (Tensor, Tensor) {
    check(operand)
    check(first, of: operand)
    check(second, of: operand)
    return withOperand(operand) { source in
      WeightOperand.products(first, second, at: .groups(offsets), left: source)
    }
  }

  private func check(_ factor: WeightOperand, of operand: GroupedOperand) {
    require(
      factor.groupCount == groupCount && factor.depth == operand.columnCount,
      "grouped product: rows of \(operand.columnCount) in \(groupCount) groups against matrices "
        + "\(factor.matrices.shape)")
  }

  /// Multiplies each row by the matrix of its group, for all groups at once.
  ///
  /// - Parameters:
  ///   - operand: The rows.
  ///   - factor: A matrix for each group, of as many rows as the operand has columns; another
  ///     traps.
  /// - Returns: One row a position.
  package func product(_ operand: GroupedOperand, _ factor: WeightOperand) -> Tensor {
    check(operand)
    check(factor, of: operand)
    return withOperand(operand) { source in
      factor.product(at: .groups(offsets), left: source)
    }
  }

  /// Multiplies each row by the matrix of its group, for all groups at once.
  ///
  /// - Parameters:
  ///   - operand: The rows.
  ///   - matrices: One matrix a group, of shape [groups, m, n].
  ///   - transposing: Whether to multiply by each matrix's transpose: rows of n, results of m.
  /// - Returns: One row a position.
  package func product(
    _ operand: GroupedOperand, _ matrices: Tensor, transposing: Bool
  ) -> Tensor { product(operand, WeightOperand(matrices, transposing: transposing)) }
}
