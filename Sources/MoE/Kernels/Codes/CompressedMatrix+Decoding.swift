/// A compressed matrix as the panels that products read.
extension CompressedMatrix {
  /// Decodes some inputs of a tile, input by input, 16 floats each.
  ///
  /// - Parameters:
  ///   - tile: The tile.
  ///   - inputs: The inputs, from an even one on.
  ///   - destination: Where the first goes.
  ///   - stride: The floats from one input to the next.
  ///   - kernels: The kernels to use.
  func decode(
    tile: Int, inputs: Range<Int>, into destination: UnsafeMutablePointer<Float>, stride: Int,
    kernels: KernelSet
  ) {
    guard !inputs.isEmpty else { return }
    #if arch(x86_64) && !os(Windows)
      if !hasSpecialCodes, let set = kernels.instructions {
        let kernel = DecodingKernelShape(set: set, traits: CodeTraits(layout)).kernel
        if kernel.isGenerated {
          var arguments = arguments(tile: tile, inputs: inputs)
          unsafe arguments.destination = UnsafeMutableRawPointer(destination)
          arguments.destinationStep = 4 * stride
          return unsafe kernel(&arguments)
        }
      }
    #endif
    unsafe decodePortably(tile: tile, inputs: inputs, into: destination, stride: stride)
  }

  #if arch(x86_64) && !os(Windows)
    private func arguments(tile: Int, inputs: Range<Int>) -> DecodingArguments {
      let group = inputs.lowerBound / layout.groupSize
      var arguments = DecodingArguments()
      unsafe arguments.codes = UnsafeRawPointer(
        codes + tile * layout.tileBytes + layout.codeBytes(inputs: inputs.lowerBound))
      unsafe arguments.scales = scaleAddress(tile: tile, group: group)
      unsafe arguments.zeroPoints = zeroPointAddress(tile: tile, group: group)
      arguments.inputs = inputs.count
      arguments.firstGroup = (group + 1) * layout.groupSize - inputs.lowerBound
      arguments.groupSize = layout.groupSize
      arguments.factor = CodeTraits(layout).factor(factor)
      return arguments
    }
  #endif

  /// Where the scales of a tile's group stand.
  func scaleAddress(tile: Int, group: Int) -> UnsafeRawPointer {
    let output = tile * CompressedLayout.tileWidth
    let index = layout.scaleIndex(output: output, group: group)
    return unsafe UnsafeRawPointer(scales + (layout.scale?.bytes(index) ?? 0))
  }

  /// Where the zero points of a tile's group stand.
  func zeroPointAddress(tile: Int, group: Int) -> UnsafeRawPointer {
    let output = tile * CompressedLayout.tileWidth
    return unsafe UnsafeRawPointer(
      zeroPoints + layout.zeroPointIndex(output: output, group: group))
  }

  /// Decodes a block into panels, as ``RowMajorMatrix/pack(_:range:depth:width:copies:into:)`` copies
  /// one, on the portable kernels.
  func pack(
    _ axis: PackedAxis, range: Range<Int>, depth: Range<Int>, width: Int,
    into destination: UnsafeMutablePointer<Float>
  ) {
    var panel = unsafe destination
    for start in stride(from: range.lowerBound, to: range.upperBound, by: width) {
      for (step, depth) in depth.enumerated() {
        for lane in 0..<width {
          let column = start + lane
          unsafe panel[step * width + lane] =
            column >= range.upperBound
            ? 0 : axis == .panelAlongRows ? self[column, depth] : self[depth, column]
        }
      }
      unsafe panel += depth.count * width
    }
  }
}
