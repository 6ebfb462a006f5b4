#if arch(x86_64) && !os(Windows)
  import Foundation
  import MoE
  import Testing

  /// Kernels that take the right operand's columns in place, transposed in registers.
  @Suite("Matrix kernels over columns in place")
  struct ColumnKernelTests {
    /// Everything a tile reads and writes, and what it should write.
    struct Tile {
      let shape: MatrixKernelShape
      let depth: Int
      let columns: Int
      let tiles: Int

      var tileColumns: Int { shape.panels * shape.set.panelWidth }

      /// Runs the kernel and compares bit for bit with chains of scalar fused multiply-adds.
      func mismatch() -> String? {
        let rows = shape.rows * tiles
        var numbers = TestNumbers(depth * 31 + columns)
        let a = GuardedFloats(rows * (depth + 3)) { _ in numbers.next() }
        // Columns in place end where nothing may be read.
        let columnStride = depth + 3
        let b = GuardedFloats(
          shape.right == .columns
            ? tileColumns * columnStride - 3 : (depth + 1) * tileColumns
        ) { _ in numbers.next() }
        let bias = GuardedFloats(columns, offset: 1) { _ in numbers.next() }
        let stride = columns + 5
        let c = GuardedFloats(rows * stride, offset: 3) { _ in numbers.next() }
        let before = (0..<c.count).map { c[$0] }
        let panel = GuardedFloats(tiles * depth * 16)
        let pointers = UnsafeMutablePointer<UnsafeRawPointer>.allocate(capacity: rows)
        let outputs = UnsafeMutablePointer<UnsafeMutableRawPointer>.allocate(capacity: rows)
        defer {
          unsafe pointers.deallocate()
          unsafe outputs.deallocate()
        }
        for row in 0..<rows {
          unsafe pointers[row] = UnsafeRawPointer(a.start + row * (depth + 3))
          // Backwards, to show that the pointers are used.
          unsafe outputs[row] = UnsafeMutableRawPointer(c.start + (rows - 1 - row) * stride)
        }

        var arguments = MatrixKernelArguments()
        arguments.tiles = tiles
        arguments.depth = depth
        arguments.columns = columns
        unsafe arguments.prefetch = UnsafeRawPointer(b.start)
        switch shape.left {
        case .panel(let width):
          for row in 0..<rows {
            for step in 0..<depth {
              let tile = row / shape.rows * depth * width
              panel[tile + step * width + row % shape.rows] = a[row * (depth + 3) + step]
            }
          }
          unsafe arguments.a = UnsafeRawPointer(panel.start)
          arguments.aStep = 4 * depth * width
        case .rows:
          unsafe arguments.a = UnsafeRawPointer(a.start)
          arguments.aStride = 4 * (depth + 3)
          arguments.aStep = shape.rows * arguments.aStride
        case .gathered:
          unsafe arguments.a = UnsafeRawPointer(pointers)
          arguments.aStep = 8 * shape.rows
        }
        unsafe arguments.b = UnsafeRawPointer(b.start)
        arguments.bStride =
          switch shape.right {
          case .packed: 4 * depth * shape.set.panelWidth
          case .rows, .rowsPacking: 4 * tileColumns
          case .columns: 4 * columnStride
          case .codes: preconditionFailure("codes have tests of their own")
          }
        if shape.scatters {
          unsafe arguments.c = UnsafeMutableRawPointer(outputs)
          arguments.cStep = 8 * shape.rows
        } else {
          unsafe arguments.c = UnsafeMutableRawPointer(c.start)
          arguments.cStride = 4 * stride
          arguments.cStep = 4 * stride * shape.rows
        }
        unsafe arguments.bias = UnsafeRawPointer(bias.start)
        let packed = GuardedFloats((depth + 1) * shape.set.panelWidth)
        unsafe arguments.packed = UnsafeMutableRawPointer(packed.start)
        let kernel = MatrixKernel(shape)
        unsafe kernel(&arguments)

        var expected = before
        for row in 0..<rows {
          let output = (shape.scatters ? rows - 1 - row : row) * stride
          for column in 0..<columns {
            var sum = shape.accumulates ? before[output + column] : 0
            let width = shape.set.panelWidth
            for step in 0..<depth {
              let index =
                switch shape.right {
                case .packed: column / width * depth * width + step * width + column % width
                case .rows, .rowsPacking: step * tileColumns + column
                case .columns: column * columnStride + step
                case .codes: preconditionFailure("codes have tests of their own")
                }
              sum.addProduct(a[row * (depth + 3) + step], b[index])
            }
            if shape.hasBias { sum += bias[column] }
            if shape.epilogue == .rectify { sum = max(sum, 0) }
            expected[output + column] = sum
          }
        }
        for index in 0..<c.count where c[index].bitPattern != expected[index].bitPattern {
          return "\(index / stride), \(index % stride): \(c[index]) instead of \(expected[index])"
        }
        if shape.right == .rowsPacking {
          for step in 0..<depth {
            for column in 0..<shape.vectors * shape.set.lanes {
              let expected = column < columns ? b[step * tileColumns + column] : 0
              if packed[step * shape.set.panelWidth + column] != expected {
                return "packed wrongly"
              }
            }
          }
        }
        return c.isIntact && bias.isIntact && packed.isIntact ? nil : "wrote outside"
      }
    }

    /// Every number of rows and every combination of what a kernel does on the way in and out, at
    /// depths of four steps, of sixteen and of both.
    @Test(arguments: InstructionSet.available)
    func chains(_ set: InstructionSet) {
      for left in [MatrixKernelShape.Left.rows, .gathered] {
        for rows in 1...set.rowsOverColumns {
          for options in 0..<16 {
            var shape = MatrixKernelShape(set, rows: rows, left: left)
            shape.right = .columns
            shape.accumulates = options & 1 != 0
            shape.hasBias = options & 2 != 0
            shape.epilogue = options & 4 != 0 ? .rectify : .none
            shape.scatters = options & 8 != 0
            let tile = Tile(
              shape: shape, depth: 4 * (1 + (rows + options) % 9),
              columns: shape.panels * set.panelWidth, tiles: 1 + options % 3)
            if let mismatch = tile.mismatch() {
              Issue.record("\(shape), \(tile.depth) steps: \(mismatch)")
            }
          }
        }
      }
    }
  }
#endif
