#if arch(x86_64) && !os(Windows)
  /// Few rows against a transposed B, such as the weights of a layer: its columns are transposed in
  /// registers, on the way to the multiplications.
  extension SkinnyProduct {
    /// Steps of a panel that are packed at once, where the kernel for columns in place does not do:
    /// they stay in the first-level cache.
    private static let packedSteps = 256

    /// Bytes of scratch memory that `run(workspace:)` needs, for any of the product's panels.
    var workspaceBytes: Int {
      let (width, depth) = (product.set.panelWidth, product.depth)
      let packedBytes = 4 * width * min(depth, Self.packedSteps)
      return switch shape.right {
      case .packed, .rows, .rowsPacking: 0
      // Nothing is packed of whole panels in whole turns of the kernel.
      case .columns: product.columns % width != 0 || depth % 4 != 0 ? packedBytes : 0
      case .codes: max(packedBytes, ScaleTable.bytes(panels: panels.count, set: product.set))
      }
    }

    func runOverColumns(workspace: UnsafeMutableRawPointer) {
      let whole = min(panels.upperBound, product.columns / product.set.panelWidth)
      // The kernel takes whole panels and four steps a time; what remains is little.
      let steps = product.depth / 4 * 4
      if panels.lowerBound < whole && steps > 0 {
        runInPlace(panels.lowerBound..<whole, steps: steps)
        if steps < product.depth {
          for panel in panels.lowerBound..<whole {
            unsafe runPacked(panel, steps: steps..<product.depth, workspace: workspace)
          }
        }
        for panel in whole..<panels.upperBound {
          unsafe runPacked(panel, steps: 0..<product.depth, workspace: workspace)
        }
      } else {
        for panel in panels {
          unsafe runPacked(panel, steps: 0..<product.depth, workspace: workspace)
        }
      }
    }

    /// The first `steps` steps of whole panels.
    private func runInPlace(_ panels: Range<Int>, steps: Int) {
      let pieces = (rows.count + product.set.rowsOverColumns - 1) / product.set.rowsOverColumns
      if pieces == 1 { return runInPlace(panels, rows: rows, steps: steps) }
      // The second rows find a panel in the cache.
      for panel in panels {
        for piece in 0..<pieces {
          let start = rows.lowerBound + rows.count * piece / pieces
          let end = rows.lowerBound + rows.count * (piece + 1) / pieces
          runInPlace(panel..<panel + 1, rows: start..<end, steps: steps)
        }
      }
    }

    private func runInPlace(_ panels: Range<Int>, rows: Range<Int>, steps: Int) {
      var shape = shape
      shape.rows = rows.count
      if steps < product.depth { shape.leaveUnfinished() }
      let part = SkinnyProduct(product, shape, rows: rows, panels: panels)
      var arguments = part.arguments(shape, from: panels.lowerBound)
      arguments.depth = steps
      arguments.tiles = panels.count
      if case .matrix(let source) = product.right {
        arguments.prefetchStride = prefetchDistance(from: source)
      }
      unsafe shape.kernel(&arguments)
    }

    /// From a line of a column to one of the next panel, whose start the hardware does not know; or
    /// to one nearer where panels are so large that it would be gone before its use.
    private func prefetchDistance(from source: GeneratedProduct.Source) -> Int {
      let panelBytes = 4 * product.set.panelWidth * source.stride
      return panelBytes <= 256 << 10 ? panelBytes : 512
    }

    /// Some steps of one panel, of which a part at a time is packed.
    func runPacked(_ panel: Int, steps: Range<Int>, workspace: UnsafeMutableRawPointer) {
      let (set, lanes) = (product.set, product.set.lanes)
      let columns = min(product.columns - panel * set.panelWidth, set.panelWidth)
      var step = steps.lowerBound
      repeat {
        let end = min(step + Self.packedSteps, steps.upperBound)
        if step < end {
          unsafe pack(panel, steps: step..<end, into: workspace)
        }
        var shape = shape
        shape.right = .packed
        shape.vectors = (columns + lanes - 1) / lanes
        shape.isMasked = columns % lanes != 0
        if step > 0 { shape.accumulates = true }
        if end < product.depth { shape.leaveUnfinished() }
        var arguments = arguments(shape, from: panel)
        arguments.depth = end - step
        unsafe arguments.b = UnsafeRawPointer(workspace)
        switch shape.left {
        case .gathered: arguments.aOffset = 4 * step
        default: unsafe arguments.a! += 4 * step
        }
        unsafe shape.kernel(&arguments)
        step = end
      } while step < steps.upperBound
    }
  }

  extension SkinnyProduct {
    /// Packs some steps of a panel that stands in place, or decodes them.
    private func pack(
      _ panel: Int, steps: Range<Int>, into workspace: UnsafeMutableRawPointer
    ) {
      switch product.right {
      case .packed: break
      case .matrix(let source):
        var (pack, packing) = unsafe GeneratedProduct.packing(
          source, firstStep: steps.lowerBound, depth: steps.count, columns: product.columns,
          set: product.set, panel: panel, into: workspace)
        unsafe pack(&packing)
      case .compressed(let matrix, let axis):
        unsafe matrix.decode(
          panel: panel, axis, depth: steps, columns: product.columns, set: product.set,
          into: workspace.assumingMemoryBound(to: Float.self))
      }
    }
  }

  extension MatrixKernelShape {
    /// Leaves out what follows a finished chain.
    fileprivate mutating func leaveUnfinished() {
      hasBias = false
      epilogue = .none
    }
  }
#endif
