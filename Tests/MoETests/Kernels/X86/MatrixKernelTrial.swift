#if arch(x86_64) && !os(Windows)
  import Foundation
  import MoE

  /// Operands that every matrix kernel of a set can be run on, and what it has to write.
  ///
  /// What is expected is computed once, one chain of scalar fused multiply-adds a value, so that
  /// trying a kernel costs little beside generating it.
  @safe
  final class MatrixKernelTrial {
    /// No step of k, one beside the unrolled loop, and a turn of the loop with one more.
    static let depths = [0, 1, 5]
    private static let longest = 5

    private let set: InstructionSet
    private let rows: Int
    private let columns: Int
    private let outputStride: Int
    private let left: GuardedFloats
    private let right: GuardedFloats
    private let rightPanels: GuardedFloats
    private let packed: GuardedFloats
    private let bias: GuardedFloats
    private let output: GuardedFloats
    private let before: [Float]
    /// The outputs by depth and by the combination of ``Options``.
    private var expected: [[Float]] = []
    private var leftPanels: [[Int]: GuardedFloats] = [:]
    private let leftRows: UnsafeMutablePointer<UnsafeRawPointer>
    private let outputRows: UnsafeMutablePointer<UnsafeMutableRawPointer>

    /// What changes the value of an output.
    private struct Options: OptionSet {
      let rawValue: Int
      static let accumulates = Options(rawValue: 1)
      static let hasBias = Options(rawValue: 2)
      static let rectify = Options(rawValue: 4)
      static let combinations = (0..<8).map(Options.init(rawValue:))
    }

    /// Room for two of the set's largest tiles, one below the other, and for the widest.
    init(_ set: InstructionSet) {
      self.set = set
      let (depth, rows, columns) = (Self.longest, 2 * set.tileRows, 4 * set.panelWidth)
      (self.rows, self.columns, outputStride) = (rows, columns, columns + 5)
      var numbers = TestNumbers(1)
      left = GuardedFloats(rows * (depth + 3)) { _ in numbers.next() }
      right = GuardedFloats(depth * columns) { _ in numbers.next() }
      bias = GuardedFloats(columns, offset: 1) { _ in numbers.next() }
      // The rows are the same from the end on, so that scattered ones start from the same values.
      let firstRows = (0..<rows / 2).map { _ in (0..<columns + 5).map { _ in numbers.next() } }
      before = (firstRows + firstRows.reversed()).flatMap(\.self)
      output = GuardedFloats(before.count, offset: 3)
      packed = GuardedFloats(depth * set.panelWidth)
      rightPanels = GuardedFloats(depth * columns)
      for column in 0..<columns {
        for step in 0..<depth {
          let width = set.panelWidth
          rightPanels[(column / width * depth + step) * width + column % width] =
            right[step * columns + column]
        }
      }
      unsafe leftRows = .allocate(capacity: rows)
      unsafe outputRows = .allocate(capacity: rows)
      for row in 0..<rows {
        unsafe leftRows[row] = UnsafeRawPointer(left.start + row * (depth + 3))
        // Backwards, to show that the pointers are used.
        unsafe outputRows[row] = UnsafeMutableRawPointer(
          output.start + (rows - 1 - row) * outputStride)
      }
      for depth in Self.depths {
        expected += Options.combinations.map { outputs(depth: depth, $0) }
      }
    }

    deinit {
      unsafe leftRows.deallocate()
      unsafe outputRows.deallocate()
    }

    private func outputs(depth: Int, _ options: Options) -> [Float] {
      (0..<rows * outputStride).map { index in
        let (row, column) = (index / outputStride, index % outputStride)
        guard column < columns else { return before[index] }
        var sum = options.contains(.accumulates) ? before[index] : 0
        for step in 0..<depth {
          sum.addProduct(left[row * (Self.longest + 3) + step], right[step * columns + column])
        }
        if options.contains(.hasBias) { sum += bias[column] }
        return options.contains(.rectify) ? max(sum, 0) : sum
      }
    }

    /// Generates the kernel of a shape, runs it at every depth, and says where a bit is wrong.
    ///
    /// - Parameters:
    ///   - shape: A shape that is not masked, or whose last vector the columns leave partial.
    ///   - columns: The columns of a tile.
    /// - Returns: What is wrong, or nothing.
    func mismatch(_ shape: MatrixKernelShape, columns: Int) -> String? {
      mismatch(MatrixKernel(shape), columns: columns)
    }

    /// Runs a kernel at every depth, and says where a bit is wrong.
    func mismatch(_ kernel: MatrixKernel, columns: Int) -> String? {
      let shape = kernel.shape
      for depth in Self.depths {
        let tiles = depth == Self.longest && shape.right != .rowsPacking ? 2 : 1
        unsafe memcpy(output.start, before, 4 * before.count)
        unsafe memset(packed.start, 0xFF, 4 * packed.count)
        var arguments = arguments(shape, depth: depth, columns: columns, tiles: tiles)
        unsafe kernel(&arguments)
        let place = "depth \(depth), \(columns) columns"
        if let row = wrongRow(shape, depth: depth, columns: columns, tiles: tiles) {
          return "\(place): row \(row)"
        }
        if shape.right == .rowsPacking && !isPacked(shape, depth: depth, columns: columns) {
          return "\(place): packed wrongly"
        }
        if !(output.isIntact && bias.isIntact && packed.isIntact) {
          return "\(place): wrote outside"
        }
      }
      return nil
    }

    private func arguments(
      _ shape: MatrixKernelShape, depth: Int, columns: Int, tiles: Int
    ) -> MatrixKernelArguments {
      var arguments = MatrixKernelArguments()
      (arguments.tiles, arguments.depth, arguments.columns) = (tiles, depth, columns)
      switch shape.left {
      case .panel(let width):
        unsafe arguments.a = UnsafeRawPointer(panel(rows: shape.rows, width: width).start)
        arguments.aStep = 4 * Self.longest * width
      case .rows:
        unsafe arguments.a = UnsafeRawPointer(left.start)
        arguments.aStride = 4 * (Self.longest + 3)
        arguments.aStep = shape.rows * arguments.aStride
      case .gathered:
        unsafe arguments.a = UnsafeRawPointer(leftRows)
        arguments.aStep = 8 * shape.rows
      }
      if shape.right == .packed {
        unsafe arguments.b = UnsafeRawPointer(rightPanels.start)
        arguments.bStride = 4 * Self.longest * set.panelWidth
      } else {
        unsafe arguments.b = UnsafeRawPointer(right.start)
        arguments.bStride = 4 * self.columns
      }
      unsafe arguments.packed = UnsafeMutableRawPointer(packed.start)
      if shape.scatters {
        unsafe arguments.c = UnsafeMutableRawPointer(outputRows)
        arguments.cStep = 8 * shape.rows
      } else {
        unsafe arguments.c = UnsafeMutableRawPointer(output.start)
        arguments.cStride = 4 * outputStride
        arguments.cStep = 4 * outputStride * shape.rows
      }
      unsafe arguments.bias = UnsafeRawPointer(bias.start)
      unsafe arguments.prefetch = UnsafeRawPointer(right.start)
      unsafe arguments.prefetchEnd = UnsafeRawPointer(right.start + right.count)
      arguments.prefetchStride = 128
      return arguments
    }

    /// The left operand packed for two tiles of so many rows.
    private func panel(rows: Int, width: Int) -> GuardedFloats {
      if let panel = leftPanels[[rows, width]] { return panel }
      let panel = GuardedFloats(2 * Self.longest * width)
      for row in 0..<2 * rows {
        for step in 0..<Self.longest {
          panel[(row / rows * Self.longest + step) * width + row % rows] =
            left[row * (Self.longest + 3) + step]
        }
      }
      leftPanels[[rows, width]] = panel
      return panel
    }

    private func wrongRow(
      _ shape: MatrixKernelShape, depth: Int, columns: Int, tiles: Int
    ) -> Int? {
      var options: Options = []
      if shape.accumulates { options.insert(.accumulates) }
      if shape.hasBias { options.insert(.hasBias) }
      if shape.epilogue == .rectify { options.insert(.rectify) }
      let depthNumber = Self.depths.firstIndex(of: depth) ?? 0
      return unsafe expected[8 * depthNumber + options.rawValue].withUnsafeBufferPointer {
        expected in
        unsafe before.withUnsafeBufferPointer { before in
          (0..<rows).first { row in
            let found = unsafe output.start + row * outputStride
            let source = shape.scatters ? rows - 1 - row : row
            let written = source < tiles * shape.rows ? columns : 0
            return unsafe memcmp(found, expected.baseAddress! + source * outputStride, 4 * written)
              != 0
              || memcmp(
                found + written, before.baseAddress! + row * outputStride + written,
                4 * (outputStride - written)) != 0
          }
        }
      }
    }

    private func isPacked(_ shape: MatrixKernelShape, depth: Int, columns: Int) -> Bool {
      for step in 0..<depth {
        for column in 0..<shape.vectors * set.lanes {
          let expected = column < columns ? right[step * self.columns + column] : 0
          if packed[step * set.panelWidth + column] != expected { return false }
        }
      }
      return true
    }
  }
#endif
