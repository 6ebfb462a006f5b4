/// The loops around the portable microkernel: tiles for threads, blocks of depth, panels.
extension MatrixProduct {
  /// The depth that is packed at a time: a left panel of 256 × 6 scalars, four times each, is 24
  /// KiB, and stays in a first-level cache of 32 KiB beside a right panel of 8 KiB.
  package static let depthBlock = 256
  /// The largest tile that one thread computes at a time: with packed operands of 768 and 512 KiB
  /// it fits a second-level cache of 1 to 2 MiB, and packing costs about a twentieth of its
  /// arithmetic.
  static let rowBlock = 192
  static let columnBlock = 512
  /// Computes all the products on the portable microkernel.
  static func computePortably(_ products: [MatrixProduct]) {
    let (work, threads) = effort(of: products)
    // Small enough that the last tiles even out the threads' loads.
    let largest = threads == 1 ? Int.max : work / (4 * threads)
    var tiles: [Tile] = []
    var (leftSize, rightSize) = (0, 0)
    for (index, product) in products.enumerated() {
      guard product.rowCount > 0 && product.columnCount > 0 else { continue }
      guard product.depth > 0 else {
        product.clearOutput()
        product.finish(rows: 0..<product.rowCount, columns: 0..<product.columnCount)
        continue
      }
      let shape = product.tileShape(workAtMost: largest)
      let depth = min(product.depth, depthBlock)
      leftSize = max(leftSize, shape.rows * depth * MatrixMicrokernel.leftCopies)
      rightSize = max(rightSize, shape.columns * depth)
      for row in stride(from: 0, to: product.rowCount, by: shape.rows) {
        for column in stride(from: 0, to: product.columnCount, by: shape.columns) {
          tiles.append(
            Tile(
              product: index, rows: row..<min(row + shape.rows, product.rowCount),
              columns: column..<min(column + shape.columns, product.columnCount)))
        }
      }
    }
    parallelFor(
      tiles.count, threads: threads,
      scratch: { PackedOperands(leftSize: leftSize, rightSize: rightSize) },
      { packed, item in products[tiles[item].product].compute(tiles[item], packed) })
  }

  /// A part of one product's output.
  private struct Tile {
    var product: Int
    var rows: Range<Int>
    var columns: Range<Int>
  }

  /// The memory that one thread packs into.
  private struct PackedOperands {
    let left: AlignedStorage
    let right: AlignedStorage

    init(leftSize: Int, rightSize: Int) {
      left = AlignedStorage(uninitializedCapacity: leftSize)
      right = AlignedStorage(uninitializedCapacity: rightSize)
    }
  }

  /// The rows and columns of a tile: whole microkernel tiles, halved until they are small enough.
  private func tileShape(workAtMost largest: Int) -> (rows: Int, columns: Int) {
    func whole(_ size: Int, _ unit: Int) -> Int { (size + unit - 1) / unit * unit }
    let (rowUnit, columnUnit) = (MatrixMicrokernel.rowCount, MatrixMicrokernel.columnCount)
    var rows = min(MatrixProduct.rowBlock, whole(rowCount, rowUnit))
    var columns = min(MatrixProduct.columnBlock, whole(columnCount, columnUnit))
    // Below 48 × 64 packing would cost more than the balance is worth.
    while rows * columns > max(largest / max(depth, 1), 48 * 64) {
      if rows > columns {
        rows = whole(rows / 2, rowUnit)
      } else {
        columns = whole(columns / 2, columnUnit)
      }
    }
    return (rows, columns)
  }

  private func compute(_ tile: Tile, _ packed: PackedOperands) {
    let rowUnit = MatrixMicrokernel.rowCount
    let columnUnit = MatrixMicrokernel.columnCount
    for start in stride(from: 0, to: depth, by: MatrixProduct.depthBlock) {
      let block = start..<min(start + MatrixProduct.depthBlock, depth)
      unsafe left.pack(
        leftAxis, range: tile.rows, depth: block, width: rowUnit,
        copies: MatrixMicrokernel.leftCopies, into: packed.left.base)
      unsafe right.pack(
        columns: tile.columns, depth: block, width: columnUnit, into: packed.right.base)
      for row in stride(from: 0, to: tile.rows.count, by: rowUnit) {
        for column in stride(from: 0, to: tile.columns.count, by: columnUnit) {
          unsafe runMicrokernel(
            depth: block.count, accumulates: start > 0,
            left: packed.left.base + row * block.count * MatrixMicrokernel.leftCopies,
            right: packed.right.base + column * block.count,
            at: output + (tile.rows.lowerBound + row) * outputStride
              + tile.columns.lowerBound + column,
            rows: min(rowUnit, tile.rows.count - row),
            columns: min(columnUnit, tile.columns.count - column))
        }
      }
    }
    finish(rows: tile.rows, columns: tile.columns)
  }

  /// Runs the microkernel on the output itself, or, at its edges, on a copy of which a part is
  /// kept.
  private func runMicrokernel(
    depth: Int, accumulates: Bool, left: UnsafePointer<Float>, right: UnsafePointer<Float>,
    at target: UnsafeMutablePointer<Float>, rows: Int, columns: Int
  ) {
    let (width, height) = (MatrixMicrokernel.columnCount, MatrixMicrokernel.rowCount)
    guard rows < height || columns < width else {
      return unsafe MatrixMicrokernel.run(
        depth: depth, left: left, right: right, output: target, outputStride: outputStride,
        accumulates: accumulates)
    }
    unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: width * height) { buffer in
      guard let copy = buffer.baseAddress else { return }
      unsafe copy.initialize(repeating: 0, count: width * height)
      if accumulates {
        for row in 0..<rows {
          unsafe (copy + row * width).update(from: target + row * outputStride, count: columns)
        }
      }
      unsafe MatrixMicrokernel.run(
        depth: depth, left: left, right: right, output: copy, outputStride: width,
        accumulates: accumulates)
      for row in 0..<rows {
        unsafe (target + row * outputStride).update(from: copy + row * width, count: columns)
      }
    }
  }

  /// Adds the bias to finished chains and applies the epilogue, where either is wanted.
  private func finish(rows: Range<Int>, columns: Range<Int>) {
    let bias = unsafe bias
    guard unsafe bias != nil || epilogue != .none else { return }
    for row in rows {
      let target = unsafe output + row * outputStride
      forEachVector(in: columns) { slot in
        var vector = unsafe slot.load(target)
        if let bias = unsafe bias { unsafe vector += slot.load(bias) }
        switch epilogue {
        case .none: break
        case .rectify: vector = ActivationFunctions.ReLU()(vector)
        }
        unsafe slot.store(vector, to: target)
      }
    }
  }

  /// A sum of no products is zero.
  private func clearOutput() {
    for row in 0..<rowCount {
      unsafe (output + row * outputStride).update(repeating: 0, count: columnCount)
    }
  }
}

extension RightOperand {
  /// Copies a block into panels, as ``RowMajorMatrix/pack(_:range:depth:width:copies:into:)`` does.
  fileprivate func pack(
    columns: Range<Int>, depth: Range<Int>, width: Int,
    into destination: UnsafeMutablePointer<Float>
  ) {
    switch self {
    case .matrix(let matrix, let axis):
      unsafe matrix.pack(
        axis, range: columns, depth: depth, width: width, copies: 1, into: destination)
    case .compressed(let matrix, let axis):
      unsafe matrix.pack(axis, range: columns, depth: depth, width: width, into: destination)
    case .packed: preconditionFailure("panels of other kernels")
    }
  }
}
