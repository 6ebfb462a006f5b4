extension Tensor {
  /// The matrix product A·B, or that of a transpose of either.
  ///
  /// Each element of the result is one chain of multiply-adds along the shared axis, from its start
  /// to its end: the same bits for any number of threads, and each row of the result depends on
  /// that row of A alone. Nothing is transposed in memory.
  ///
  /// - Parameters:
  ///   - other: The right operand, a matrix whose rows are as many as the left one's columns; other
  ///     sizes trap.
  ///   - transposingLeft: Whether to take Aᵀ for A.
  ///   - transposingRight: Whether to take Bᵀ for B.
  /// - Returns: A matrix of A's rows and B's columns.
  /// - Complexity: O(m·n·k) multiply-adds; m·k and k·n scalars are copied once for each tile that
  ///   reads them.
  public func matmul(
    _ other: Tensor, transposingLeft: Bool = false, transposingRight: Bool = false
  ) -> Tensor {
    require(
      rank == 2 && other.rank == 2, "matmul: shapes \(shape) and \(other.shape), expected matrices")
    let (rowCount, depth) = transposingLeft ? (sizes[1], sizes[0]) : (sizes[0], sizes[1])
    let (otherDepth, columnCount) =
      transposingRight ? (other.sizes[1], other.sizes[0]) : (other.sizes[0], other.sizes[1])
    require(depth == otherDepth, "matmul: \(depth) columns against \(otherDepth) rows")
    var result = Tensor(uninitialized: TensorShape(rowCount, columnCount))
    unsafe withUnsafeScalars { left in
      unsafe other.withUnsafeScalars { right in
        unsafe result.withUnsafeMutableScalars { output in
          unsafe MatrixProduct.compute([
            MatrixProduct(
              left: RowMajorMatrix(base: left, rowStride: sizes[1]),
              transposingLeft ? .depthAlongRows : .panelAlongRows,
              right: RowMajorMatrix(base: right, rowStride: other.sizes[1]),
              transposingRight ? .panelAlongRows : .depthAlongRows,
              rowCount: rowCount, columnCount: columnCount, depth: depth,
              output: output, outputStride: columnCount)
          ])
        }
      }
    }
    return result
  }

  /// The products of this matrix's rows with single matrices, computed together.
  ///
  /// - Parameter factors: Single matrices, whose rows are as many as this one's columns; others
  ///   trap.
  /// - Returns: A matrix for each factor.
  package func products(_ factors: [WeightOperand]) -> [Tensor] {
    for factor in factors { check(factor) }
    let columns = columnCount
    return unsafe withUnsafeScalars { base in
      WeightOperand.products(factors, at: .all(sizes[0])) {
        unsafe RowMajorMatrix(base: base + $0 * columns, rowStride: columns)
      }
    }
  }

  /// A function of the products of this matrix's rows with one or two single matrices, in the bits
  /// of the products and the function after them.
  ///
  /// - Parameters:
  ///   - factors: Single matrices of one shape, whose rows are as many as this one's columns; others
  ///     trap.
  ///   - function: A function of as many inputs as there are factors.
  ///   - keepingProducts: Whether the products are wanted too.
  /// - Returns: A matrix of as many rows, and the products where they are wanted.
  package func products(
    _ factors: [WeightOperand], then function: FusedFunction, keepingProducts: Bool
  ) -> WeightOperand.Fused {
    for factor in factors { check(factor) }
    require(
      factors.allSatisfy { $0.width == factors[0].width },
      "matmul: factors of shapes \(factors.map(\.matrices.shape))")
    let columns = columnCount
    return unsafe withUnsafeScalars { base in
      WeightOperand.fused(
        factors, then: function, keepsProducts: keepingProducts, offsets: [0, sizes[0]]
      ) {
        unsafe RowMajorMatrix(base: base + $0 * columns, rowStride: columns)
      }
    }
  }

  /// The products of this matrix's rows with two matrices, computed together.
  package func products(_ first: WeightOperand, _ second: WeightOperand) -> (Tensor, Tensor) {
    check(first)
    check(second)
    let columns = columnCount
    return unsafe withUnsafeScalars { base in
      WeightOperand.products(first, second, at: .all(sizes[0])) {
        unsafe RowMajorMatrix(base: base + $0 * columns, rowStride: columns)
      }
    }
  }

  private func check(_ factor: WeightOperand) {
    require(rank == 2, "matmul: shape \(shape), expected a matrix")
    require(
      factor.groupCount == 1 && factor.depth == columnCount,
      "matmul: \(columnCount) columns against \(factor.depth) rows")
  }

  /// The product of this matrix's rows with a single matrix.
  ///
  /// - Parameter factor: A single matrix, whose rows are as many as this one's columns; another
  ///   traps.
  /// - Returns: A matrix of as many rows.
  package func product(_ factor: WeightOperand) -> Tensor {
    check(factor)
    let columns = columnCount
    return unsafe withUnsafeScalars { base in
      factor.product(at: .all(sizes[0])) {
        unsafe RowMajorMatrix(base: base + $0 * columns, rowStride: columns)
      }
    }
  }
}
