#if arch(x86_64) && !os(Windows)
  /// Panels of a compressed matrix, decoded into the order of the generated kernels.
  extension CompressedMatrix {
    /// Decodes some steps of a panel.
    ///
    /// - Parameters:
    ///   - panel: The number of the panel.
    ///   - axis: Whether outputs go along the panels, or along the depth.
    ///   - depth: The steps, from a multiple of eight on.
    ///   - columns: The columns of all panels.
    ///   - set: The instructions to use.
    ///   - destination: Where the first step goes, one panel width after another.
    func decode(
      panel: Int, _ axis: PackedAxis, depth: Range<Int>, columns: Int, set: InstructionSet,
      into destination: UnsafeMutablePointer<Float>
    ) {
      guard !depth.isEmpty else { return }
      let (width, tile) = (set.panelWidth, CompressedLayout.tileWidth)
      let kernels = KernelSet(set)
      switch axis {
      case .panelAlongRows:
        let first = panel * width / tile
        for number in first..<min(first + width / tile, layout.tileCount) {
          unsafe decode(
            tile: number, inputs: depth, into: destination + (number - first) * tile,
            stride: width, kernels: kernels)
        }
      case .depthAlongRows:
        let inputs = panel * width..<min((panel + 1) * width, columns)
        // A tile's outputs, input by input, are to become rows.
        let pack = PackingKernelShape(set, .transposed, columns: inputs.count, width: width).kernel
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: width * tile) { buffer in
          guard let decoded = buffer.baseAddress else { return }
          for number in depth.lowerBound / tile...(depth.upperBound - 1) / tile {
            unsafe decode(
              tile: number, inputs: inputs, into: decoded, stride: tile, kernels: kernels)
            let outputs = depth.clamped(to: number * tile..<(number + 1) * tile)
            var arguments = PackingArguments()
            unsafe arguments.source = UnsafeRawPointer(
              decoded + (outputs.lowerBound - number * tile))
            arguments.sourceStride = 4 * tile
            unsafe arguments.destination = UnsafeMutableRawPointer(
              destination + (outputs.lowerBound - depth.lowerBound) * width)
            arguments.depth = outputs.count
            unsafe pack(&arguments)
          }
        }
      }
    }
  }
#endif
