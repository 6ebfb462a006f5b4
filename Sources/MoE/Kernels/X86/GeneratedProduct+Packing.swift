#if arch(x86_64) && !os(Windows)
  /// Packing of either operand in either orientation.
  extension GeneratedProduct {
    /// Floats that `columns` columns of `depth` steps take when packed.
    package static func packedCount(depth: Int, columns: Int, set: InstructionSet) -> Int {
      (columns + set.panelWidth - 1) / set.panelWidth * set.panelWidth * depth
    }

    /// Packs panels of B to `destination`, which is aligned to 64 bytes and starts with panel 0.
    ///
    /// Panel p holds columns p·width and on, k-major, all of `depth`, zeros beyond the last column.
    package static func pack(
      _ source: Source, depth: Int, columns: Int, set: InstructionSet, panels: Range<Int>,
      into destination: UnsafeMutablePointer<Float>
    ) {
      guard depth > 0, !panels.isEmpty else { return }
      let width = set.panelWidth
      let whole = min(panels.upperBound, columns / width)
      for part in [panels.lowerBound..<max(whole, panels.lowerBound), whole..<panels.upperBound]
      where !part.isEmpty {
        var (kernel, arguments) = unsafe packing(
          source, firstStep: 0, depth: depth, columns: columns, set: set, panel: part.lowerBound,
          into: UnsafeMutableRawPointer(destination + part.lowerBound * width * depth))
        arguments.panels = part.count
        unsafe kernel(&arguments)
      }
    }

    /// The kernel that packs `panel` of B, or a run of panels from there that are as wide, and its
    /// arguments for one.
    static func packing(
      _ source: Source, firstStep: Int, depth: Int, columns: Int, set: InstructionSet, panel: Int,
      into destination: UnsafeMutableRawPointer
    ) -> (PackingKernel, PackingArguments) {
      let width = set.panelWidth
      let first = panel * width
      var arguments = PackingArguments()
      unsafe arguments.source = UnsafeRawPointer(
        source.isTransposed
          ? source.base + first * source.stride + firstStep
          : source.base + firstStep * source.stride + first)
      arguments.sourceStride = 4 * source.stride
      arguments.sourceStep = source.isTransposed ? 4 * source.stride * width : 4 * width
      unsafe arguments.destination = destination
      arguments.destinationStep = 4 * width * depth
      arguments.depth = depth
      let kernel = PackingKernelShape(
        set, source.isTransposed ? .transposed : .contiguous,
        columns: min(columns - first, width), width: width
      ).kernel
      return (kernel, arguments)
    }

    /// Packs tiles of A of `tileRows` rows each, from `firstRow` on.
    func packLeft(
      firstRow: Int, tileRows: Int, tiles: Int, firstStep: Int, depth: Int,
      into destination: UnsafeMutableRawPointer
    ) {
      guard tiles > 0 else { return }
      var arguments = PackingArguments()
      unsafe arguments.destination = destination
      arguments.destinationStep = 4 * set.leftPanelStride * depth
      arguments.depth = depth
      arguments.panels = tiles
      let kind: PackingKernelShape.Source
      switch left {
      case .gathered(let pointers):
        kind = .gathered
        unsafe arguments.source = UnsafeRawPointer(pointers + firstRow)
        arguments.sourceOffset = 4 * firstStep
        arguments.sourceStep = 8 * tileRows
      case .matrix(let source):
        kind = source.isTransposed ? .contiguous : .transposed
        unsafe arguments.source = UnsafeRawPointer(
          source.isTransposed
            ? source.base + firstStep * source.stride + firstRow
            : source.base + firstRow * source.stride + firstStep)
        arguments.sourceStride = 4 * source.stride
        arguments.sourceStep = source.isTransposed ? 4 * tileRows : 4 * source.stride * tileRows
      }
      let kernel = PackingKernelShape(set, kind, columns: tileRows, width: set.leftPanelStride)
        .kernel
      unsafe kernel(&arguments)
    }
  }
#endif
