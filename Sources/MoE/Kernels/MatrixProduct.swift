/// The last step of an element of a product on its way out, after the bias.
package enum ProductEpilogue: Hashable, Sendable, CaseIterable {
  /// Nothing.
  case none
  /// The larger of the element and zero; −0 and NaN stay.
  case rectify
}

/// The right operand of a product, and how it stands in memory.
@safe
package enum RightOperand {
  /// In single precision, as it is.
  case matrix(RowMajorMatrix, PackedAxis)
  /// As packed panels for the kernel set in use.
  case packed(UnsafePointer<Float>)
  /// In fewer bits: the weight's transpose where its rows, the outputs, go along the panels, and the
  /// weight itself where they are the depth.
  case compressed(CompressedMatrix, PackedAxis)
}

/// One product of two matrices, or one of many that are computed together.
///
/// Whatever the shapes, the blocking and the number of threads, an output element is one chain of
/// multiply-adds from depth 0 upwards: so a row of the output depends on that row of the left
/// operand alone, and its bits on nothing else.
@safe
package struct MatrixProduct {
  /// The left operand, of `rowCount` × `depth`, or its transpose.
  package var left: RowMajorMatrix
  /// How the left operand stands in memory.
  package var leftAxis: PackedAxis
  /// The right operand, of `depth` × `columnCount`, or its transpose.
  package var right: RightOperand
  /// The rows of the output.
  package var rowCount: Int
  /// The columns of the output.
  package var columnCount: Int
  /// The columns of the left and rows of the right operand.
  package var depth: Int
  /// The first scalar of the output, which overlaps no operand.
  package var output: UnsafeMutablePointer<Float>
  /// The scalars from one row of the output to the next.
  package var outputStride: Int
  /// One value a column, added once to the finished chain.
  package var bias: UnsafePointer<Float>?
  /// The last step of each element.
  package var epilogue = ProductEpilogue.none

  /// A product of two operands in single precision into an output.
  @unsafe
  package init(
    left: RowMajorMatrix, _ leftAxis: PackedAxis, right: RowMajorMatrix, _ rightAxis: PackedAxis,
    rowCount: Int, columnCount: Int, depth: Int,
    output: UnsafeMutablePointer<Float>, outputStride: Int
  ) {
    unsafe self.init(
      left: left, leftAxis, right: .matrix(right, rightAxis), rowCount: rowCount,
      columnCount: columnCount, depth: depth, output: output, outputStride: outputStride)
  }

  /// A product of two operands into an output.
  @unsafe
  package init(
    left: RowMajorMatrix, _ leftAxis: PackedAxis, right: RightOperand, rowCount: Int,
    columnCount: Int, depth: Int,
    output: UnsafeMutablePointer<Float>, outputStride: Int
  ) {
    self.left = left
    self.leftAxis = leftAxis
    self.right = right
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.depth = depth
    unsafe self.output = unsafe output
    self.outputStride = outputStride
    unsafe bias = nil
  }

  /// The rows that a product counts for at least where threads are weighed: of fewer, reading the
  /// right operand takes longer than the arithmetic.
  private static let leastRows = 8

  /// Computes all the products, whose outputs are disjoint, on the threads of ``Compute``.
  package static func compute(_ products: [MatrixProduct]) {
    ComputeSettings.current.productCounter?.add(products)
    #if arch(x86_64) && !os(Windows)
      if let set = KernelSet.current.instructions { return compute(products, generatedFor: set) }
    #endif
    computePortably(products)
  }

  /// Computes the product on the calling thread, under settings that were read before: of one
  /// product after another that is less than to put them into an array and to weigh them there.
  func compute(under settings: ComputeSettings) {
    settings.productCounter?.add(self)
    #if arch(x86_64) && !os(Windows)
      if let set = settings.kernelSet.instructions { return compute(generatedFor: set) }
    #endif
    MatrixProduct.computePortably([self])
  }

  /// The number of multiply-adds of some products, and how many threads are worth their while.
  static func effort(of products: [MatrixProduct]) -> (work: Int, threads: Int) {
    var (work, effort) = (0, 0)
    for product in products {
      work += product.work
      effort += product.effort
    }
    return (work, threads(forEffort: effort))
  }

  /// How many threads are worth the while of so much effort.
  static func threads(forEffort effort: Int) -> Int {
    // No machine has more cores than that, and small multiples of it are in no danger of overflow.
    let least = SharedEffort.product(wakes: !ThreadTeam.isManned)
    return effort < least ? 1 : min(Compute.threadCount, 1 << 12)
  }

  /// Whether products are so small that preparing them to be fused costs more than it saves.
  static func isSmall(rows: Int, columns: Int, depth: Int) -> Bool {
    rows <= leastRows && columns * depth <= 1 << 14
  }

  /// The effort of so many rows, in multiply-adds.
  static func effort(rows: Int, columns: Int, depth: Int) -> Int {
    max(rows, leastRows) * columns * depth
  }

  private var effort: Int {
    MatrixProduct.effort(rows: rowCount, columns: columnCount, depth: depth)
  }

  /// The number of multiply-adds.
  var work: Int { rowCount * columnCount * depth }
}
