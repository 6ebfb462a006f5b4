/// A compressed matrix as the panels that products read.
extension CompressedMatrix {
  /// Decodes some inputs of a tile, input by input, 16 floats each.
  ///
  /// - Parameters:
  ///   - tile: The tile.
  ///   - inputs: The inputs, from the first of a block on; others trap.
  ///   - destination: Where the first goes.
  ///   - stride: The floats from one input to the next.
  ///   - kernels: The kernels to use.
  func decode(
    tile: Int, inputs: Range<Int>, into destination: UnsafeMutablePointer<Float>, stride: Int,
    kernels: KernelSet
  ) {
    guard !inputs.isEmpty else { return }
    precondition(inputs.lowerBound % layout.code.blockInputs == 0, "inputs \(inputs) of blocks")
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
    let tile = CompressedLayout.tileWidth
    let (outputs, inputs) = axis == .panelAlongRows ? (range, depth) : (depth, range)
    guard !outputs.isEmpty, !inputs.isEmpty else { return }
    if range.count % width != 0 {
      let lastPanel = unsafe destination + range.count / width * width * depth.count
      unsafe lastPanel.update(repeating: 0, count: width * depth.count)
    }
    let decoded = AlignedStorage(uninitializedCapacity: inputs.count * tile)
    for number in outputs.lowerBound / tile...(outputs.upperBound - 1) / tile {
      unsafe decodePortably(tile: number, inputs: inputs, into: decoded.base, stride: tile)
      let own = outputs.clamped(to: number * tile..<(number + 1) * tile)
      let first = own.lowerBound - number * tile
      if axis == .panelAlongRows {
        unsafe copy(
          decoded.base + first, columns: own.lowerBound - range.lowerBound, own.count,
          steps: inputs.count, width: width, into: destination)
        continue
      }
      for output in own {
        let lane = unsafe decoded.base + (output - number * tile)
        for input in inputs {
          let (column, step) = (input - range.lowerBound, output - depth.lowerBound)
          let panel = unsafe destination + column / width * width * depth.count
          unsafe panel[step * width + column % width] = lane[(input - inputs.lowerBound) * tile]
        }
      }
    }
    withExtendedLifetime(decoded) {}
  }

  /// Copies neighbouring columns of a decoded tile into the panels that they belong to.
  private func copy(
    _ decoded: UnsafePointer<Float>, columns first: Int, _ count: Int, steps: Int, width: Int,
    into destination: UnsafeMutablePointer<Float>
  ) {
    var column = first
    while column < first + count {
      let run = min(width - column % width, first + count - column)
      let source = unsafe decoded + (column - first)
      let target = unsafe destination + column / width * width * steps + column % width
      for step in 0..<steps {
        let (from, to) = unsafe (source + step * CompressedLayout.tileWidth, target + step * width)
        if run == FloatVector.scalarCount {
          let vector = unsafe UnsafeRawPointer(from).loadUnaligned(as: FloatVector.self)
          unsafe UnsafeMutableRawPointer(to).storeBytes(of: vector, as: FloatVector.self)
        } else {
          unsafe to.update(from: from, count: run)
        }
      }
      column += run
    }
  }
}
