/// The factor of some rows: matrices of one shape, and what happens to each result on its way
/// out.
package struct WeightOperand {
  /// The matrices, of shape [groups, m, n], or a single matrix.
  package let matrices: Tensor
  /// Whether rows are multiplied by the transposes: rows of n, results of m.
  package let transposing: Bool
  /// The rows that are added to each result, one a group.
  package let bias: Tensor?
  /// The matrices packed, which saves packing them again.
  package let packed: PackedPanels?
  /// The last step of each result, after the bias.
  package let epilogue: ProductEpilogue
  /// The number of matrices.
  let groupCount: Int
  /// The columns of the rows.
  let depth: Int
  /// The columns of the results.
  let width: Int

  /// A factor of the given parts.
  ///
  /// - Parameters:
  ///   - matrices: Of shape [groups, m, n], or a single matrix; a tensor of another rank traps.
  ///   - transposing: Whether to multiply by the transposes.
  ///   - bias: One row a group, or a single row for a single matrix, of as many columns as the
  ///     results; another shape traps.
  ///   - packed: The panels of `matrices` for the same `transposing`.
  ///   - epilogue: What happens to each result last.
  package init(
    _ matrices: Tensor, transposing: Bool, bias: Tensor? = nil, packed: PackedPanels? = nil,
    epilogue: ProductEpilogue = .none
  ) {
    require(
      matrices.rank == 2 || matrices.rank == 3,
      "product: factor of shape \(matrices.shape), expected one matrix or one a group")
    self.matrices = matrices
    self.transposing = transposing
    self.bias = bias
    self.packed = packed
    self.epilogue = epilogue
    let shape = matrices.shape
    groupCount = shape.count == 2 ? 1 : shape[0]
    depth = shape[shape.count - (transposing ? 1 : 2)]
    width = shape[shape.count - (transposing ? 2 : 1)]
    if let bias {
      require(
        bias.shape == (shape.count == 2 ? [width] : [groupCount, width]),
        "product: bias of shape \(bias.shape) against matrices \(matrices.shape)")
    }
  }

  func withBias<Result>(_ body: (UnsafePointer<Float>?) -> Result) -> Result {
    guard let bias else { return body(nil) }
    return unsafe bias.withUnsafeScalars { unsafe body($0) }
  }

  /// Multiplies the rows of each group by its matrix of every factor, all at once.
  ///
  /// - Parameters:
  ///   - factors: Of as many groups as there are, and of the rows' depth: the caller checks both.
  ///   - offsets: The first position of each group, and at the end the number of positions.
  ///   - left: Gives the rows from a position on.
  /// - Returns: One row a position, for each factor.
  static func products(
    _ factors: [WeightOperand], offsets: [Int], left: (Int) -> RowMajorMatrix
  ) -> [Tensor] {
    defer { withExtendedLifetime(factors) {} }
    return products(factors[...], after: [], offsets: offsets, left: left)
  }

  /// One factor after another, as their memory can be had only inside of a closure; all are
  /// computed in the innermost.
  private static func products(
    _ factors: ArraySlice<WeightOperand>, after products: [MatrixProduct], offsets: [Int],
    left: (Int) -> RowMajorMatrix
  ) -> [Tensor] {
    guard let factor = factors.first else {
      MatrixProduct.compute(products)
      return []
    }
    var products = products
    var result = Tensor(uninitialized: [offsets[offsets.count - 1], factor.width])
    let others = unsafe factor.matrices.withUnsafeScalars { matrices in
      unsafe factor.withBias { bias in
        unsafe result.withUnsafeMutableScalars { output in
          for group in 0..<factor.groupCount where offsets[group] < offsets[group + 1] {
            unsafe products.append(
              factor.product(
                group, left(offsets[group]), rows: offsets[group]..<offsets[group + 1],
                matrices: matrices, bias: bias, output: output))
          }
          return self.products(
            factors.dropFirst(), after: products, offsets: offsets, left: left)
        }
      }
    }
    return [result] + others
  }

  func product(
    _ group: Int, _ left: RowMajorMatrix, rows: Range<Int>, matrices: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>
  ) -> MatrixProduct {
    var product = unsafe MatrixProduct(
      left: left, .panelAlongRows,
      right: RowMajorMatrix(
        base: matrices + group * depth * width, rowStride: transposing ? depth : width),
      transposing ? .panelAlongRows : .depthAlongRows,
      rowCount: rows.count, columnCount: width, depth: depth,
      output: output + rows.lowerBound * width, outputStride: width)
    unsafe product.packedRight = packed?.panels(of: group)
    unsafe product.bias = bias.map { unsafe $0 + group * width }
    product.epilogue = epilogue
    return product
  }
}
