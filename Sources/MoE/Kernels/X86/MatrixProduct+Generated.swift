#if arch(x86_64) && !os(Windows)
  /// Products on generated kernels: operands as these take them.
  extension MatrixProduct {
    /// Computes all the products on the kernels generated for a set.
    static func compute(_ products: [MatrixProduct], generatedFor set: InstructionSet) {
      let (work, threads) = effort(of: products)
      let prepared = products.map { PreparedProduct($0, set) }
      // An array may be let go after its last use, and the kernels still read the memory that it
      // owns.
      defer { withExtendedLifetime(prepared) {} }
      guard threads > 1 else { return PreparedProduct.run(prepared.map(\.generated)) }
      GeneratedFusion.compute(
        prepared.map { GeneratedFusion($0.generated) }, work: work, threads: threads)
    }

    /// Computes the product whole, on the calling thread, on the kernels generated for a set.
    func compute(generatedFor set: InstructionSet) {
      guard rowCount > 0 else { return }
      let prepared = PreparedProduct(self, set)
      defer { withExtendedLifetime(prepared) {} }
      PreparedProduct.run(prepared.generated)
    }
  }

  extension FusedProduct {
    /// Computes products and what follows them on the kernels generated for a set.
    static func compute(_ fused: [FusedProduct], generatedFor set: InstructionSet) {
      let (work, threads) = MatrixProduct.effort(of: fused.flatMap(\.products))
      let prepared = fused.map { $0.products.map { PreparedProduct($0, set) } }
      defer { withExtendedLifetime(prepared) {} }
      let fusions = zip(fused, prepared).map { item, products in
        GeneratedFusion(
          products.map(\.generated), keepsPartner: item.keepsPartner, tail: item.tail)
      }
      GeneratedFusion.compute(fusions, work: work, threads: threads)
    }
  }

  extension GeneratedFusion {
    /// How many parts each thread gets of all work: enough that none waits long for the last one.
    private static let partsPerThread = 8

    /// Computes some products and what follows them, of so many multiply-adds in all.
    static func compute(_ fusions: [GeneratedFusion], work: Int, threads: Int) {
      let cuts = fusions.map { fusion in
        let own = Double(fusion.first.rows * fusion.first.columns * fusion.effort)
        let share =
          threads > 1 && work > 0 ? Int(Double(partsPerThread * threads) * own / Double(work)) : 0
        return ProductCut(fusion, parts: max(1, share))
      }
      for turn in 0..<(cuts.map(\.turns).max() ?? 0) {
        ProductTurn(cuts, turn).run(threads: threads)
      }
    }
  }

  /// A product with its operands as the generated kernels take them.
  private struct PreparedProduct {
    var generated: GeneratedProduct
    /// Addresses of gathered rows, which `generated` points into.
    private let addresses: AddressTable?
    /// Copies of gathered rows, which `generated` points into.
    private var copies: [AlignedStorage] = []

    init(_ product: MatrixProduct, _ set: InstructionSet) {
      var copies: [AlignedStorage] = []
      /// An operand whose rows run along the depth: one after another, as the kernels take them.
      func along(_ matrix: RowMajorMatrix, columns: Int, isTransposed: Bool)
        -> GeneratedProduct.Source
      {
        guard unsafe matrix.rows != nil else {
          return unsafe GeneratedProduct.Source(
            matrix.base, stride: matrix.rowStride, isTransposed: isTransposed)
        }
        let copy = AlignedStorage(uninitializedCapacity: product.depth * columns)
        for row in 0..<product.depth {
          unsafe (copy.base + row * columns).update(from: matrix.row(row), count: columns)
        }
        copies.append(copy)
        return unsafe GeneratedProduct.Source(
          copy.base, stride: columns, isTransposed: isTransposed)
      }

      var addresses: AddressTable?
      let left: GeneratedProduct.Left
      switch product.leftAxis {
      case .depthAlongRows:
        left = .matrix(along(product.left, columns: product.rowCount, isTransposed: true))
      case .panelAlongRows:
        if unsafe product.left.rows == nil || product.rowCount == 1 {
          // A single row is where it is, whether it was picked or not.
          left = unsafe .matrix(
            GeneratedProduct.Source(
              product.rowCount > 0 ? product.left.row(0) : product.left.base,
              stride: product.left.rowStride))
        } else {
          let table = AddressTable(product.left, count: product.rowCount)
          addresses = table
          left = unsafe .gathered(table.base)
        }
      }
      let right: GeneratedProduct.Right
      switch product.right {
      case .packed(let panels): right = unsafe .packed(panels)
      case .compressed(let matrix, let axis): right = .compressed(matrix, axis)
      case .matrix(let matrix, .depthAlongRows):
        right = .matrix(along(matrix, columns: product.columnCount, isTransposed: false))
      case .matrix(let matrix, .panelAlongRows):
        right = unsafe .matrix(
          GeneratedProduct.Source(matrix.base, stride: matrix.rowStride, isTransposed: true))
      }
      generated = unsafe GeneratedProduct(
        set, rows: product.rowCount, columns: product.columnCount, depth: product.depth,
        left: left, right: right, output: .matrix(product.output, stride: product.outputStride))
      unsafe generated.bias = product.bias
      generated.epilogue = product.epilogue
      self.addresses = addresses
      self.copies = copies
    }

    /// Computes products whole, on the calling thread: there is nothing to cut and to hand out.
    static func run(_ products: [GeneratedProduct]) {
      var bytes = 0
      for product in products {
        let needed = product.workspaceBytes(rows: product.rows, panels: product.panelCount)
        bytes = max(bytes, needed)
      }
      unsafe withWorkspace(bytes) { workspace in
        for product in products where product.rows > 0 {
          unsafe product(
            rows: 0..<product.rows, panels: 0..<product.panelCount, workspace: workspace)
        }
      }
    }

    /// Computes a product of some rows whole, on the calling thread.
    static func run(_ product: GeneratedProduct) {
      let (rows, panels) = (0..<product.rows, 0..<product.panelCount)
      guard !panels.isEmpty, let skinny = SkinnyProduct(product, rows: rows, panels: panels) else {
        return unsafe withWorkspace(product.workspaceBytes(rows: rows.count, panels: panels.count))
        {
          unsafe product(rows: rows, panels: panels, workspace: $0)
        }
      }
      unsafe withWorkspace(skinny.workspaceBytes) { unsafe skinny.run(workspace: $0) }
    }

    private static func withWorkspace(
      _ byteCount: Int, _ body: (UnsafeMutableRawPointer) -> Void
    ) {
      guard byteCount > 0 else {
        // Memory of no bytes is nowhere. Of one byte on such a boundary it would be on the heap.
        guard let nowhere = unsafe UnsafeMutableRawPointer(bitPattern: AlignedStorage.alignment)
        else { preconditionFailure("the address is not zero") }
        return unsafe body(nowhere)
      }
      guard byteCount + AlignedStorage.alignment <= mostBytesOnStack else {
        let memory = AlignedStorage(uninitializedCapacity: byteCount / MemoryLayout<Float>.stride)
        defer { withExtendedLifetime(memory) {} }
        return unsafe body(UnsafeMutableRawPointer(memory.base))
      }
      // A stack has no such boundary; there is room to move on to one.
      unsafe withUnsafeTemporaryAllocation(
        byteCount: mostBytesOnStack, alignment: MemoryLayout<Float>.alignment
      ) { unsafe body($0.baseAddress!.alignedUp(toMultipleOf: AlignedStorage.alignment)) }
    }

    /// A workspace of so many bytes at most is no memory of its own.
    private static let mostBytesOnStack = 1 << 10
  }

  /// The addresses of the rows of a matrix.
  @safe
  private final class AddressTable {
    let base: UnsafeMutablePointer<UnsafeRawPointer>

    init(_ matrix: RowMajorMatrix, count: Int) {
      unsafe base = .allocate(capacity: max(count, 1))
      for row in 0..<count { unsafe (base + row).initialize(to: UnsafeRawPointer(matrix.row(row))) }
    }

    deinit { unsafe base.deallocate() }
  }
#endif
