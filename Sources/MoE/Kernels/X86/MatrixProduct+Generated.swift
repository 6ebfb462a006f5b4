#if arch(x86_64) && !os(Windows)
  /// Products on generated kernels: operands as these take them, and parts for threads.
  extension MatrixProduct {
    /// The columns, at least, of the parts that a product is cut into for threads: each part packs the left
    /// operand anew, which costs about as much as 16 columns of arithmetic.
    private static let columnsPerPart = 256

    /// Computes all the products on the kernels generated for a set.
    static func compute(_ products: [MatrixProduct], generatedFor set: InstructionSet) {
      let (work, threads) = effort(of: products)
      let prepared = products.map { PreparedProduct($0, set) }
      // An array may be let go after its last use, and the kernels still read the memory that it owns.
      defer { withExtendedLifetime(prepared) {} }
      var parts: [Part] = []
      var workspaceBytes = 0
      for (index, product) in prepared.enumerated() where product.generated.rows > 0 {
        // Each thread gets two parts, or whole products where there are many.
        let share = work > 0 ? 2 * threads * products[index].work / work : 0
        let count = threads == 1 ? 1 : max(1, share)
        for (rows, panels) in product.parts(count, columnsAtLeast: columnsPerPart) {
          parts.append(Part(product: index, rows: rows, panels: panels))
          workspaceBytes = max(
            workspaceBytes,
            product.generated.workspaceBytes(rows: rows.count, panels: panels.count))
        }
      }
      // The largest first, so that no thread starts on one when the others are done.
      if threads > 1 { parts.sort { $0.size(in: prepared) > $1.size(in: prepared) } }
      parallelFor(
        parts.count, threads: threads,
        scratch: {
          TensorStorage(uninitializedCapacity: workspaceBytes / MemoryLayout<Float>.stride)
        },
        { workspace, item in
          let part = parts[item]
          unsafe prepared[part.product].generated(
            rows: part.rows, panels: part.panels, workspace: UnsafeMutableRawPointer(workspace.base)
          )
        })
    }

    /// Some rows and panels of one product.
    private struct Part {
      var product: Int
      var rows: Range<Int>
      var panels: Range<Int>

      func size(in products: [PreparedProduct]) -> Int {
        rows.count * panels.count * products[product].generated.depth
      }
    }
  }

  /// A product with its operands as the generated kernels take them.
  private struct PreparedProduct {
    var generated: GeneratedProduct
    /// Addresses of gathered rows, which `generated` points into.
    private let addresses: AddressTable?
    /// Copies of gathered rows, which `generated` points into.
    private var copies: [TensorStorage] = []

    init(_ product: MatrixProduct, _ set: InstructionSet) {
      var copies: [TensorStorage] = []
      /// An operand whose rows run along the depth: one after another, as the kernels take them.
      func along(_ matrix: RowMajorMatrix, columns: Int, isTransposed: Bool)
        -> GeneratedProduct.Source
      {
        guard unsafe matrix.rows != nil else {
          return unsafe GeneratedProduct.Source(
            matrix.base, stride: matrix.rowStride, isTransposed: isTransposed)
        }
        let copy = TensorStorage(uninitializedCapacity: product.depth * columns)
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
        if unsafe product.left.rows == nil {
          left = unsafe .matrix(
            GeneratedProduct.Source(product.left.base, stride: product.left.rowStride))
        } else {
          let table = AddressTable(product.left, count: product.rowCount)
          addresses = table
          left = unsafe .gathered(table.base)
        }
      }
      let right: GeneratedProduct.Right
      if let packed = unsafe product.packedRight {
        right = unsafe .packed(packed)
      } else {
        switch product.rightAxis {
        case .depthAlongRows:
          right = .matrix(along(product.right, columns: product.columnCount, isTransposed: false))
        case .panelAlongRows:
          right = unsafe .matrix(
            GeneratedProduct.Source(
              product.right.base, stride: product.right.rowStride, isTransposed: true))
        }
      }
      generated = unsafe GeneratedProduct(
        set, rows: product.rowCount, columns: product.columnCount, depth: product.depth,
        left: left, right: right, output: .matrix(product.output, stride: product.outputStride))
      unsafe generated.bias = product.bias
      generated.activation = product.rectifies ? .relu : .none
      self.addresses = addresses
      self.copies = copies
    }

    /// Cuts the product into parts of about the same size: along the columns, so that each packs its own part
    /// of the right operand, and along the rows where there are too few columns.
    func parts(_ count: Int, columnsAtLeast: Int) -> [(rows: Range<Int>, panels: Range<Int>)] {
      let panelCount = generated.panelCount
      guard count > 1 else { return [(0..<generated.rows, 0..<panelCount)] }
      let width = generated.set.panelWidth
      let along = max(1, min(count, panelCount * width / columnsAtLeast))
      let down = max(1, min(count / along, generated.rows / (4 * generated.set.tileRows)))
      return (0..<down).flatMap { row in
        (0..<along).map { column in
          (
            generated.rows * row / down..<generated.rows * (row + 1) / down,
            panelCount * column / along..<panelCount * (column + 1) / along
          )
        }
      }
    }
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
