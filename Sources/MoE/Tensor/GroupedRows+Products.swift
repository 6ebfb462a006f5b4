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

  /// A function of the products of each row with one or two matrices of its group, in the bits of
  /// the products and the function after them.
  ///
  /// - Parameters:
  ///   - operand: The rows.
  ///   - factors: Matrices for each group, of as many rows as the operand has columns and of one
  ///     number of columns; others trap.
  ///   - function: A function of as many inputs as there are factors.
  ///   - keepingProducts: Whether the products are wanted too.
  /// - Returns: One row a position, and the products where they are wanted.
  package func products(
    _ operand: GroupedOperand, _ factors: [WeightOperand], then function: FusedFunction,
    keepingProducts: Bool
  ) -> WeightOperand.Fused {
    check(operand)
    for factor in factors { check(factor, of: operand) }
    require(
      factors.allSatisfy { $0.width == factors[0].width },
      "grouped product: matrices of shapes \(factors.map(\.matrices.shape))")
    return withOperand(operand) { source in
      WeightOperand.fused(
        factors, then: function, keepsProducts: keepingProducts, offsets: offsets, left: source)
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
