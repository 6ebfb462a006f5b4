#if arch(x86_64) && !os(Windows)
  /// Runs panels of B against a packed block of A.
  ///
  /// What does not change from panel to panel is prepared once: in debug builds every statement
  /// in the loop costs as much as dozens of multiply-adds.
  @safe
  struct PanelLoop {
    /// One group of tiles: its arguments but for the panel, and its kernels.
    @safe
    private struct Pass {
      var arguments = MatrixKernelArguments()
      /// The first tile's kernel, which packs B on the way; `nil` where B is packed already.
      var packing: MatrixKernel?
      var plain: MatrixKernel
    }

    private let product: GeneratedProduct
    private let tiles: RowTiles
    private let steps: Range<Int>
    /// Whether tiles after the first read the packed panels, here or in a later block.
    private let isReadAgain: Bool
    /// B in place, where the first tile is to pack it.
    private var source: GeneratedProduct.Source?
    /// B in place, where each panel is packed right before its use, while still near.
    private var transposedSource: GeneratedProduct.Source?
    /// B in fewer bits, of which likewise each panel is decoded.
    private var compressed: (matrix: CompressedMatrix, axis: PackedAxis)?

    init(
      _ product: GeneratedProduct, tiles: RowTiles, steps: Range<Int>, packsRight: Bool,
      isOnly: Bool
    ) {
      self.product = product
      isReadAgain = tiles.count > 1 || !isOnly
      self.tiles = tiles
      self.steps = steps
      guard packsRight else { return }
      if case .compressed(let matrix, let axis) = product.right { compressed = (matrix, axis) }
      guard case .matrix(let source) = product.right else { return }
      if source.isTransposed {
        transposedSource = source
      } else {
        self.source = source
      }
    }

    /// All tiles against `panels`, which lie `stride` bytes apart from `packed` on, or are to be
    /// packed there.
    func run(
      _ panels: Range<Int>, packedLeft: UnsafeRawPointer, packed: UnsafeMutableRawPointer,
      stride: Int
    ) {
      let width = product.set.panelWidth
      let whole = min(panels.upperBound, product.columns / width)
      if panels.lowerBound < whole {
        unsafe run(
          panels.lowerBound..<whole, passes(columns: width, packedLeft: packedLeft),
          packed: packed, stride: stride)
      }
      if whole < panels.upperBound {
        unsafe run(
          whole..<panels.upperBound,
          passes(columns: product.columns % width, packedLeft: packedLeft),
          packed: packed + (whole - panels.lowerBound) * stride, stride: stride)
      }
    }

    private func run(
      _ panels: Range<Int>, _ passes: [Pass], packed: UnsafeMutableRawPointer, stride: Int
    ) {
      var packed = unsafe packed
      var packing: PackingKernel?
      var packingArguments = PackingArguments()
      if let transposedSource, steps.count > 0 {
        (packing, packingArguments) = unsafe GeneratedProduct.packing(
          transposedSource, firstStep: steps.lowerBound, depth: steps.count,
          columns: product.columns, set: product.set, panel: panels.lowerBound, into: packed)
        packingArguments.destinationStep = stride
      }
      var byte = 4 * panels.lowerBound * product.set.panelWidth
      let endByte = 4 * panels.upperBound * product.set.panelWidth
      let scatters = if case .scattered = product.output { true } else { false }
      let ahead = unsafe farPrefetch(panels.lowerBound, packed: packed, stride: stride)
      var prefetch = unsafe ahead.start
      while byte < endByte {
        unsafe packing?(&packingArguments)
        if let compressed {
          unsafe compressed.matrix.decode(
            panel: byte / (4 * product.set.panelWidth), compressed.axis, depth: steps,
            columns: product.columns, set: product.set,
            into: packed.assumingMemoryBound(to: Float.self))
        }
        unsafe prefetch += ahead.step
        var number = 0
        while number < passes.count {
          var arguments = passes[number].arguments
          if scatters {
            arguments.cOffset = byte
          } else {
            unsafe arguments.c! += byte
          }
          if unsafe arguments.bias != nil { unsafe arguments.bias! += byte }
          if number == 0 && byte + 4 * product.set.panelWidth < endByte {
            unsafe arguments.prefetch = prefetch
            arguments.prefetchStride = ahead.stride
            unsafe arguments.prefetchEnd = prefetch + ahead.bytes
          }
          if let packing = passes[number].packing {
            let tiles = arguments.tiles
            arguments.tiles = 1
            unsafe arguments.b! += byte
            unsafe arguments.packed = packed
            unsafe packing(&arguments)
            arguments.tiles = tiles - 1
          }
          if arguments.tiles > 0 {
            unsafe arguments.b = UnsafeRawPointer(packed)
            unsafe passes[number].plain(&arguments)
          }
          number += 1
        }
        unsafe packed += stride
        byte += 4 * product.set.panelWidth
      }
    }

    // MARK: Preparation

    /// The memory to bring nearer for a panel: from where, in which strides, how far; and the way
    /// to the next panel's.
    @safe
    private struct FarPrefetch {
      var start: UnsafeRawPointer
      var stride: Int
      var bytes: Int
      var step: Int
    }

    private func farPrefetch(
      _ panel: Int, packed: UnsafeMutableRawPointer, stride: Int
    ) -> FarPrefetch {
      let rowBytes = 4 * product.set.panelWidth
      if let source {
        return unsafe FarPrefetch(
          start: UnsafeRawPointer(source.base + steps.lowerBound * source.stride)
            + panel * rowBytes,
          stride: 4 * source.stride, bytes: 4 * source.stride * steps.count, step: rowBytes)
      }
      // Lines in a row are all that the kernel can ask for: worth it if most of them are wanted.
      if let transposedSource, transposedSource.stride <= steps.count * 5 / 4 {
        let bytes = rowBytes * transposedSource.stride
        return unsafe FarPrefetch(
          start: UnsafeRawPointer(transposedSource.base + steps.lowerBound) + panel * bytes,
          stride: 128, bytes: bytes, step: bytes)
      }
      return unsafe FarPrefetch(
        start: UnsafeRawPointer(packed), stride: 128,
        bytes: transposedSource == nil && compressed == nil ? rowBytes * steps.count : 0,
        step: stride)
    }

    private func passes(columns: Int, packedLeft: UnsafeRawPointer) -> [Pass] {
      let set = product.set
      return tiles.groups.map { group in
        let packs = source != nil && group.firstTile == 0
        var pass = pass(group, columns: columns, packs: packs)
        pass.arguments.columns = columns
        pass.arguments.depth = steps.count
        pass.arguments.tiles = group.tiles
        pass.arguments.aStep = 4 * set.leftPanelStride * steps.count
        unsafe pass.arguments.a = packedLeft + group.firstTile * pass.arguments.aStep
        unsafe pass.arguments.bias = product.bias.map { unsafe UnsafeRawPointer($0) }
        if packs, let source {
          unsafe pass.arguments.b = UnsafeRawPointer(
            source.base + steps.lowerBound * source.stride)
          pass.arguments.bStride = 4 * source.stride
        }
        switch product.output {
        case .matrix(let base, let stride):
          unsafe pass.arguments.c = UnsafeMutableRawPointer(base + group.firstRow * stride)
          pass.arguments.cStride = 4 * stride
          pass.arguments.cStep = 4 * stride * group.rows
        case .scattered(let pointers):
          unsafe pass.arguments.c = UnsafeMutableRawPointer(
            mutating: UnsafeRawPointer(pointers + group.firstRow))
          pass.arguments.cStep = 8 * group.rows
        }
        return pass
      }
    }

    private func pass(_ group: RowTiles.Group, columns: Int, packs: Bool) -> Pass {
      let set = product.set
      var shape = MatrixKernelShape(
        set, rows: group.rows, left: .panel(stride: set.leftPanelStride))
      shape.vectors = (columns + set.lanes - 1) / set.lanes
      shape.isMasked = columns % set.lanes != 0
      shape.accumulates = product.accumulates || steps.lowerBound > 0
      if case .scattered = product.output { shape.scatters = true }
      if steps.upperBound == product.depth {
        shape.hasBias = unsafe product.bias != nil
        shape.epilogue = product.epilogue
      }
      var pass = Pass(plain: shape.kernel)
      if packs {
        // Nothing reads the packed panel if there is but one tile of the only block.
        shape.right = isReadAgain ? .rowsPacking : .rows
        pass.packing = shape.kernel
      }
      return pass
    }
  }
#endif
