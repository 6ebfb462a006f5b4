import MoE

/// A tile of a product, with panels for its kernel.
protocol KernelTile {
  var rows: Int { get }
  var columns: Int { get }
  var depth: Int { get }
  /// Computes the tile, time and again.
  func multiply(tiles: Int)
  func left(row: Int, step: Int) -> Float
  func right(step: Int, column: Int) -> Float
  func output(row: Int, column: Int) -> Float
}

extension KernelTile {
  /// Those of one tile.
  var operations: Int { 2 * rows * columns * depth }

  /// That of every element of the tile.
  var residual: Double {
    var residual = Residual()
    for row in 0..<rows {
      for column in 0..<columns {
        var (sum, magnitude) = (0.0, 0.0)
        for step in 0..<depth {
          let term = Double(left(row: row, step: step)) * Double(right(step: step, column: column))
          sum += term
          magnitude += term.magnitude
        }
        residual.compare(
          output(row: row, column: column), to: sum, magnitude: magnitude, steps: depth)
      }
    }
    return residual.worst
  }
}

/// The tile of the portable microkernel.
struct PortableTile: KernelTile {
  let rows = MatrixMicrokernel.rowCount
  let columns = MatrixMicrokernel.columnCount
  let depth = PortablePanels.depth
  private let panels = PortablePanels()

  init() {
    // Numbers that tell one place from another; the left panel holds each four times.
    let copies = MatrixMicrokernel.leftCopies
    for index in 0..<panels.left.capacity {
      unsafe panels.left.base[index] = Float(index / copies % 23) / 8 - 1
    }
    for index in 0..<panels.right.capacity {
      unsafe panels.right.base[index] = Float(index % 29) / 8 - 1
    }
  }

  func multiply(tiles: Int) { for _ in 0..<tiles { panels.multiply() } }

  func left(row: Int, step: Int) -> Float {
    unsafe panels.left.base[(step * rows + row) * MatrixMicrokernel.leftCopies]
  }
  func right(step: Int, column: Int) -> Float { unsafe panels.right.base[step * columns + column] }
  func output(row: Int, column: Int) -> Float { unsafe panels.output.base[row * columns + column] }
}

#if arch(x86_64) && !os(Windows)
  /// A tile of a generated kernel: panels for many rows, rows in place for few, as in products.
  struct GeneratedTile: KernelTile {
    let rows: Int
    let columns: Int
    // With it two panels fit a first-level cache of 48 KiB.
    let depth = 192
    private let kernel: MatrixKernel
    private let a: Tensor
    private let b: Tensor
    private let c: AlignedStorage

    init(_ set: InstructionSet, rows: Int) {
      var shape = MatrixKernelShape(
        set, rows: rows, left: rows == 1 ? .rows : .panel(stride: set.leftPanelStride))
      shape.panels = set.panels(forRows: rows)
      kernel = shape.kernel
      self.rows = rows
      columns = shape.panels * set.panelWidth
      a = Tensor(scattering: -1...1, shape: [depth, set.leftPanelStride], seed: 1)
      b = Tensor(scattering: -1...1, shape: [shape.panels, depth, set.panelWidth], seed: 2)
      c = AlignedStorage(filledWith: 0, count: rows * columns)
    }

    func multiply(tiles: Int) {
      unsafe a.withUnsafeScalars { a in
        unsafe b.withUnsafeScalars { b in
          // The steps from tile to tile stay zero.
          var arguments = MatrixKernelArguments()
          unsafe arguments.a = UnsafeRawPointer(a)
          arguments.aStride = 4 * depth
          unsafe arguments.b = UnsafeRawPointer(b)
          arguments.bStride = 4 * kernel.shape.set.panelWidth * depth
          unsafe arguments.c = UnsafeMutableRawPointer(c.base)
          arguments.cStride = 4 * columns
          arguments.depth = depth
          arguments.tiles = tiles
          unsafe arguments.prefetch = UnsafeRawPointer(b)
          unsafe kernel(&arguments)
        }
      }
    }

    func left(row: Int, step: Int) -> Float {
      a.scalars[rows == 1 ? step : step * a.columnCount + row]
    }
    func right(step: Int, column: Int) -> Float {
      let width = b.columnCount
      return b.scalars[(column / width * depth + step) * width + column % width]
    }
    func output(row: Int, column: Int) -> Float { unsafe c.base[row * columns + column] }
  }
#endif
