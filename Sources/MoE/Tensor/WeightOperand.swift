/// The factor of some rows: matrices of one shape, and what happens to each result on its way
/// out.
package struct WeightOperand {
  /// The matrices, of shape [groups, m, n], or a single matrix.
  package let matrices: WeightNumbers
  /// Whether rows are multiplied by the transposes: rows of n, results of m.
  package let transposing: Bool
  /// The rows that are added to each result, one a group.
  package let bias: Tensor?
  /// The matrices packed, which saves packing them again.
  package let packed: PackedPanels?
  /// The last step of each result, after the bias.
  package let epilogue: ProductEpilogue
  /// What watches the rows, if anything does.
  var meter: ColumnMeter?
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
    self.init(
      .tensor(matrices), transposing: transposing, bias: bias, packed: packed, epilogue: epilogue)
  }

  /// A factor of matrices that may be in fewer bits than single precision.
  init(
    _ matrices: WeightNumbers, transposing: Bool, bias: Tensor? = nil,
    packed: PackedPanels? = nil, epilogue: ProductEpilogue = .none
  ) {
    let sizes = matrices.sizes
    require(
      sizes.rank == 2 || sizes.rank == 3,
      "product: factor of shape \(sizes.array), expected one matrix or one a group")
    self.matrices = matrices
    self.transposing = transposing
    self.bias = bias
    self.packed = packed
    self.epilogue = epilogue
    groupCount = sizes.rank == 2 ? 1 : sizes[0]
    depth = sizes[sizes.rank - (transposing ? 1 : 2)]
    width = sizes[sizes.rank - (transposing ? 2 : 1)]
    if let bias {
      require(
        bias.sizes
          == (sizes.rank == 2 ? TensorShape(width) : TensorShape(groupCount, width)),
        "product: bias of shape \(bias.shape) against matrices \(sizes.array)")
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
  ///   - positions: The positions of each group.
  ///   - left: Gives the rows from a position on.
  /// - Returns: One row a position, for each factor.
  static func products(
    _ factors: [WeightOperand], at positions: ProductPositions, left: (Int) -> RowMajorMatrix
  ) -> [Tensor] {
    for factor in factors { factor.meter?.add(positions, left: left) }
    let effort = factors.reduce(0) { $0 + $1.effort(at: positions) }
    guard MatrixProduct.threads(forEffort: effort) > 1 else {
      let settings = ComputeSettings.current
      return factors.map { $0.product(at: positions, left: left, under: settings) }
    }
    defer { withExtendedLifetime(factors) {} }
    return products(factors[...], after: [], at: positions, left: left)
  }

  /// Multiplies the rows of each group by its matrix of both factors, all at once.
  static func products(
    _ first: WeightOperand, _ second: WeightOperand, at positions: ProductPositions,
    left: (Int) -> RowMajorMatrix
  ) -> (Tensor, Tensor) {
    let effort = first.effort(at: positions) + second.effort(at: positions)
    guard MatrixProduct.threads(forEffort: effort) > 1 else {
      first.meter?.add(positions, left: left)
      second.meter?.add(positions, left: left)
      let settings = ComputeSettings.current
      return (
        first.product(at: positions, left: left, under: settings),
        second.product(at: positions, left: left, under: settings)
      )
    }
    let both = products([first, second], at: positions, left: left)
    return (both[0], both[1])
  }

  /// Multiplies the rows of each group by its matrix.
  func product(at positions: ProductPositions, left: (Int) -> RowMajorMatrix) -> Tensor {
    guard MatrixProduct.threads(forEffort: effort(at: positions)) > 1 else {
      meter?.add(positions, left: left)
      return product(at: positions, left: left, under: .current)
    }
    return WeightOperand.products([self], at: positions, left: left)[0]
  }

  private func effort(at positions: ProductPositions) -> Int {
    var effort = 0
    for group in 0..<groupCount where !positions[group].isEmpty {
      effort += MatrixProduct.effort(rows: positions[group].count, columns: width, depth: depth)
    }
    return effort
  }

  /// Multiplies group by group, on the calling thread: nothing is gathered into arrays, which for a
  /// single token would take longer than the products.
  private func product(
    at positions: ProductPositions, left: (Int) -> RowMajorMatrix, under settings: ComputeSettings
  ) -> Tensor {
    var result = Tensor(uninitialized: TensorShape(positions.count, width))
    let kernels = settings.kernelSet
    unsafe matrices.withUnsafeScalars { scalars in
      unsafe withBias { bias in
        unsafe result.withUnsafeMutableScalars { output in
          for group in 0..<groupCount where !positions[group].isEmpty {
            let rows = positions[group]
            unsafe product(
              group, left(rows.lowerBound), rows: rows, scalars: scalars, bias: bias,
              output: output, kernels: kernels
            ).compute(under: settings)
          }
        }
      }
    }
    withExtendedLifetime(self) {}
    return result
  }

  /// One factor after another, as their memory can be had only inside of a closure; all are
  /// computed in the innermost.
  private static func products(
    _ factors: ArraySlice<WeightOperand>, after products: [MatrixProduct],
    at positions: ProductPositions, left: (Int) -> RowMajorMatrix
  ) -> [Tensor] {
    guard let factor = factors.first else {
      MatrixProduct.compute(products)
      return []
    }
    var products = products
    let kernels = KernelSet.current
    var result = Tensor(uninitialized: TensorShape(positions.count, factor.width))
    let others = unsafe factor.matrices.withUnsafeScalars { scalars in
      unsafe factor.withBias { bias in
        unsafe result.withUnsafeMutableScalars { output in
          for group in 0..<factor.groupCount where !positions[group].isEmpty {
            let rows = positions[group]
            unsafe products.append(
              factor.product(
                group, left(rows.lowerBound), rows: rows, scalars: scalars, bias: bias,
                output: output, kernels: kernels))
          }
          return self.products(factors.dropFirst(), after: products, at: positions, left: left)
        }
      }
    }
    return [result] + others
  }

  func product(
    _ group: Int, _ left: RowMajorMatrix, rows: Range<Int>, scalars: UnsafePointer<Float>?,
    bias: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>, kernels: KernelSet
  ) -> MatrixProduct {
    var product = unsafe MatrixProduct(
      left: left, .panelAlongRows,
      right: right(group, scalars: scalars, kernels: kernels),
      rowCount: rows.count, columnCount: width, depth: depth,
      output: output + rows.lowerBound * width, outputStride: width)
    unsafe product.bias = bias.map { unsafe $0 + group * width }
    product.epilogue = epilogue
    return product
  }

  private func right(
    _ group: Int, scalars: UnsafePointer<Float>?, kernels: KernelSet
  ) -> RightOperand {
    if let panels = unsafe packed?.panels(of: group, for: kernels) {
      return unsafe .packed(panels)
    }
    let axis = transposing ? PackedAxis.panelAlongRows : .depthAlongRows
    switch matrices {
    case .tensor:
      guard let scalars = unsafe scalars else { preconditionFailure("a tensor without scalars") }
      return unsafe .matrix(
        RowMajorMatrix(
          base: scalars + group * depth * width, rowStride: transposing ? depth : width), axis)
    case .compressed(let weights): return .compressed(weights.matrix(group), axis)
    }
  }
}

/// The numbers of some matrices: in single precision, or in fewer bits.
package enum WeightNumbers: Sendable {
  /// In single precision.
  case tensor(Tensor)
  /// In fewer bits.
  case compressed(CompressedWeights)

  /// The size along each axis.
  var sizes: TensorShape {
    switch self {
    case .tensor(let tensor): tensor.sizes
    case .compressed(let weights): weights.sizes
    }
  }

  /// The size along each axis.
  package var shape: [Int] { sizes.array }

  /// Calls `body` with the scalars of a tensor, or with nothing.
  func withUnsafeScalars<Result>(_ body: (UnsafePointer<Float>?) -> Result) -> Result {
    switch self {
    case .tensor(let tensor): unsafe tensor.withUnsafeScalars { unsafe body($0) }
    case .compressed: body(nil)
    }
  }
}

/// The positions of the rows that each group of a product takes.
enum ProductPositions {
  /// So many rows of a single group.
  case all(Int)
  /// Groups one after another: where each starts, and at the end the number of positions.
  case groups([Int])

  /// The number of positions.
  var count: Int {
    switch self {
    case .all(let count): count
    case .groups(let offsets): offsets[offsets.count - 1]
    }
  }

  /// The positions of a group.
  subscript(group: Int) -> Range<Int> {
    switch self {
    case .all(let count): 0..<count
    case .groups(let offsets): offsets[group]..<offsets[group + 1]
    }
  }
}
