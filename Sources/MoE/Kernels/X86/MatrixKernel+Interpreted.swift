#if arch(x86_64) && !os(Windows)
  /// The work of a matrix kernel in plain Swift: for a process that may not make pages
  /// executable any more.
  ///
  /// One chain of fused multiply-adds an output, so that the bits are those of the code.
  extension MatrixKernel {
    func interpret(_ arguments: inout MatrixKernelArguments) {
      for _ in 0..<arguments.tiles {
        if shape.right == .rowsPacking { packTile(arguments) }
        for row in 0..<shape.rows {
          let output = unsafe outputRow(row, arguments)
          for column in 0..<columns(arguments) {
            var sum = shape.accumulates ? unsafe output[column] : 0
            multiply(row, column, arguments, into: &sum)
            if shape.hasBias, let bias = unsafe arguments.bias {
              unsafe sum += bias.loadUnaligned(fromByteOffset: 4 * column, as: Float.self)
            }
            unsafe output[column] = finished(sum)
          }
        }
        unsafe arguments.a = arguments.a.map { unsafe $0 + arguments.aStep }
        unsafe arguments.b = arguments.b.map { unsafe $0 + arguments.bStep }
        unsafe arguments.c = arguments.c.map { unsafe $0 + arguments.cStep }
        if shape.hasBias {
          unsafe arguments.bias = arguments.bias.map { unsafe $0 + arguments.biasStep }
        }
      }
    }

    /// The columns of a tile.
    private func columns(_ arguments: MatrixKernelArguments) -> Int {
      let most = shape.totalVectors * shape.set.lanes
      return shape.isMasked ? min(arguments.columns, most) : most
    }

    private func finished(_ sum: Float) -> Float {
      switch shape.epilogue {
      case .none: sum
      // What is not a number passes, and so does −0.
      case .rectify: 0 > sum ? 0 : sum
      }
    }

    private func outputRow(
      _ row: Int, _ arguments: MatrixKernelArguments
    ) -> UnsafeMutablePointer<Float> {
      guard let c = unsafe arguments.c else { preconditionFailure("no output") }
      let start =
        shape.scatters
        ? unsafe c.load(fromByteOffset: 8 * row, as: UnsafeMutableRawPointer.self)
          + arguments.cOffset
        : unsafe c + row * arguments.cStride
      return unsafe start.assumingMemoryBound(to: Float.self)
    }

    /// Goes on with the chain of one output.
    private func multiply(
      _ row: Int, _ column: Int, _ arguments: MatrixKernelArguments, into sum: inout Float
    ) {
      guard arguments.depth > 0 else { return }
      let (left, leftStep) = unsafe left(row, arguments)
      let (right, rightStep) = unsafe right(column, arguments)
      for step in 0..<arguments.depth {
        unsafe sum.addProduct(
          left.loadUnaligned(fromByteOffset: step * leftStep, as: Float.self),
          right.loadUnaligned(fromByteOffset: step * rightStep, as: Float.self))
      }
    }

    /// Where a row of the left operand starts, and the bytes from one step of k to the next.
    private func left(
      _ row: Int, _ arguments: MatrixKernelArguments
    ) -> (UnsafeRawPointer, Int) {
      guard let a = unsafe arguments.a else { preconditionFailure("no left operand") }
      switch shape.left {
      case .panel(let stride): return unsafe (a + 4 * row, 4 * stride)
      case .rows: return unsafe (a + row * arguments.aStride, 4)
      case .gathered:
        let start = unsafe a.load(fromByteOffset: 8 * row, as: UnsafeRawPointer.self)
        return unsafe (start + arguments.aOffset, 4)
      }
    }

    /// Where a column of the right operand starts, and the bytes from one step of k to the next.
    private func right(
      _ column: Int, _ arguments: MatrixKernelArguments
    ) -> (UnsafeRawPointer, Int) {
      guard let b = unsafe arguments.b else { preconditionFailure("no right operand") }
      let width = shape.vectors * shape.set.lanes
      switch shape.right {
      case .packed:
        let panel = unsafe b + column / width * arguments.bStride
        return unsafe (panel + 4 * (column % width), 4 * shape.set.panelWidth)
      case .rows, .rowsPacking: return unsafe (b + 4 * column, arguments.bStride)
      case .columns: return unsafe (b + column * arguments.bStride, 4)
      case .codes: preconditionFailure("codes are decoded before")
      }
    }

    /// Writes the panel that a tile packs on its way, zeros beyond the last column.
    private func packTile(_ arguments: MatrixKernelArguments) {
      guard let packed = unsafe arguments.packed, arguments.depth > 0 else { return }
      let columns = columns(arguments)
      for column in 0..<shape.vectors * shape.set.lanes {
        let source = column < columns ? unsafe right(column, arguments) : nil
        for step in 0..<arguments.depth {
          let value = unsafe source.map { source in
            unsafe source.0.loadUnaligned(fromByteOffset: step * source.1, as: Float.self)
          }
          unsafe packed.storeBytes(
            of: value ?? 0, toByteOffset: 4 * (step * shape.set.panelWidth + column),
            as: Float.self)
        }
      }
    }
  }
#endif
