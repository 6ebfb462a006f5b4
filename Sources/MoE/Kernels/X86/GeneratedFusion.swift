#if arch(x86_64) && !os(Windows)
  /// Products of the same rows and sizes on generated kernels, and what a function makes of them.
  ///
  /// Rows are packed once for all of the products; the function runs over some columns of a block of
  /// rows as soon as both are finished, while they are in the second-level cache.
  @safe
  package struct GeneratedFusion {
    /// Columns that are finished together: calls of the function are long enough, and the rows of
    /// a block still near.
    private static let columnsTogether = 256

    /// One or two products.
    var products: [GeneratedProduct]
    /// What runs over them, and whether the last product's output is no memory of its own.
    var tail: FusedProduct.Tail?
    var keepsPartner = true

    /// A product by itself.
    package init(_ product: GeneratedProduct) { products = [product] }

    /// Products, and what follows them.
    init(_ products: [GeneratedProduct], keepsPartner: Bool, tail: FusedProduct.Tail?) {
      self.products = products
      self.keepsPartner = keepsPartner
      self.tail = tail
    }

    /// The first product, whose rows and sizes are those of the others.
    package var first: GeneratedProduct { products[0] }

    /// Takes rows that are packed already.
    mutating func takePackedRows(_ packed: UnsafePointer<Float>) {
      for index in products.indices { unsafe products[index].packedLeft = unsafe packed }
    }

    /// The multiply-adds of a row and a column.
    var effort: Int { first.depth * products.count }

    /// Whether parts of so many rows are computed without packing.
    private func isSkinny(_ rows: Range<Int>, _ panels: Range<Int>) -> Bool {
      products.allSatisfy { SkinnyProduct($0, rows: rows, panels: panels) != nil }
    }

    // MARK: Workspace

    /// Bytes of scratch memory that `callAsFunction` needs for that many rows and panels.
    package func workspaceBytes(rows: Int, panels: Int) -> Int {
      if products.count == 1 { return first.workspaceBytes(rows: rows, panels: panels) }
      let (rows, panels) = (0..<rows, 0..<panels)
      if isSkinny(rows, panels) {
        return scratchBytes(rows: rows.count, panels: panels.count)
          + first.workspaceBytes(rows: rows.count, panels: panels.count)
      }
      return scratch(rows, panels).bytes
        + first.leftWorkspaceBytes(rows: rows.count)
        + products.reduce(0) { $0 + $1.rightWorkspaceBytes(rows: rows.count, panels: panels.count) }
    }

    /// Memory for the last product's part: of as few columns as can be finished together.
    private func scratch(
      _ rows: Range<Int>, _ panels: Range<Int>
    ) -> (bytes: Int, coversAll: Bool) {
      guard !keepsPartner else { return (0, false) }
      // Chains that are cut pass through the output.
      let coversAll = first.blocking.parts(first.depth).count > 1
      return coversAll
        ? (scratchBytes(rows: rows.count, panels: panels.count), true)
        : (
          scratchBytes(
            rows: min(rows.count, first.blocking.rows), panels: min(panels.count, panelsTogether)),
          false
        )
    }

    private func scratchBytes(rows: Int, panels: Int) -> Int {
      keepsPartner ? 0 : 4 * rows * scratchStride(panels: panels)
    }

    /// A cache line more than the columns, so that rows do not share sets of the cache.
    private func scratchStride(panels: Int) -> Int { panels * first.set.panelWidth + 16 }

    private var panelsTogether: Int { Self.columnsTogether / first.set.panelWidth }

    // MARK: Running

    /// Computes a part of the products and of the function; parts with different rows or panels may
    /// run at once, each with a workspace of its own, aligned to 64 bytes.
    package func callAsFunction(
      rows: Range<Int>, panels: Range<Int>, workspace: UnsafeMutableRawPointer
    ) {
      guard !rows.isEmpty, !panels.isEmpty else { return }
      guard let tail else {
        for product in products {
          unsafe product(rows: rows, panels: panels, workspace: workspace)
        }
        return
      }
      if isSkinny(rows, panels) {
        let bytes = scratchBytes(rows: rows.count, panels: panels.count)
        let placed = unsafe placed(rows, panels, coveredPanels: panels.count, workspace)
        for product in placed {
          unsafe product(rows: rows, panels: panels, workspace: workspace + bytes)
        }
        return run(tail, rows, panels, placed)
      }
      let (scratchBytes, coversAll) = scratch(rows, panels)
      let left = unsafe workspace + scratchBytes
      let right = unsafe left + first.leftWorkspaceBytes(rows: rows.count)
      var placed = unsafe placed(rows, panels, coveredPanels: panels.count, workspace)
      let blocks = first.rowBlocks(rows)
      var packed = unsafe first.packedLeft.map { unsafe UnsafeRawPointer($0) }
      for steps in first.blocking.parts(first.depth) {
        for (number, tiles) in blocks.enumerated() {
          let block = unsafe packed ?? first.packLeft(tiles, steps: steps, into: left)
          for start in stride(from: panels.lowerBound, to: panels.upperBound, by: panelsTogether) {
            let some = start..<min(start + panelsTogether, panels.upperBound)
            if !keepsPartner && !coversAll {
              placed = unsafe self.placed(
                tiles.rows, some, coveredPanels: min(panels.count, panelsTogether), workspace)
            }
            var right = unsafe right
            for product in placed {
              unsafe product.multiply(
                tiles, packedLeft: block, panels: some, of: panels, steps: steps,
                isFirst: number == 0, isOnly: blocks.count == 1, workspace: right)
              unsafe right += product.rightWorkspaceBytes(rows: rows.count, panels: panels.count)
            }
            if steps.upperBound == first.depth { run(tail, tiles.rows, some, placed) }
          }
          unsafe packed = packed.map {
            unsafe $0 + first.leftBytes(tiles: tiles.count, steps: steps.count)
          }
        }
      }
    }

    /// The products, the last with its output in the workspace where it has none of its own.
    private func placed(
      _ rows: Range<Int>, _ panels: Range<Int>, coveredPanels: Int,
      _ workspace: UnsafeMutableRawPointer
    ) -> [GeneratedProduct] {
      guard !keepsPartner else { return products }
      var products = products
      let stride = scratchStride(panels: coveredPanels)
      let offset = rows.lowerBound * stride + panels.lowerBound * first.set.panelWidth
      products[products.count - 1].output = unsafe .matrix(
        workspace.assumingMemoryBound(to: Float.self) - offset, stride: stride)
      return products
    }

    private func run(
      _ tail: FusedProduct.Tail, _ rows: Range<Int>, _ panels: Range<Int>,
      _ products: [GeneratedProduct]
    ) {
      let width = first.set.panelWidth
      let columns = panels.lowerBound * width..<min(panels.upperBound * width, first.columns)
      tail.run(rows, columns, products[0].outputMatrix, products[products.count - 1].outputMatrix)
    }
  }

  extension GeneratedProduct {
    /// The output's rows, which a function of them finds one after another.
    fileprivate var outputMatrix: FusedProduct.Matrix {
      guard case .matrix(let base, let stride) = output else {
        preconditionFailure("a function of rows that are scattered")
      }
      return unsafe FusedProduct.Matrix(base: base, stride: stride)
    }
  }
#endif
