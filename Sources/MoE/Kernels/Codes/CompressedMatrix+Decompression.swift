extension CompressedMatrix {
  /// Writes the weights of a tile's outputs, row after row.
  ///
  /// - Parameters:
  ///   - tile: The tile.
  ///   - target: Room for as many rows as the tile has outputs, of which there are fewer in the last.
  package func decompress(tile: Int, to target: UnsafeMutablePointer<Float>) {
    let (width, kernels) = (CompressedLayout.tileWidth, KernelSet.current)
    let outputs = min(width, layout.outputSize - tile * width)
    unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.run * width) { buffer in
      guard let decoded = buffer.baseAddress else { return }
      for start in stride(from: 0, to: layout.inputSize, by: Self.run) {
        let inputs = start..<min(start + Self.run, layout.inputSize)
        unsafe decode(
          tile: tile, inputs: inputs, into: decoded, stride: width, kernels: kernels)
        for output in 0..<outputs {
          let row = unsafe target + output * layout.inputSize + start
          for input in 0..<inputs.count {
            unsafe row[input] = decoded[input * width + output]
          }
        }
      }
    }
  }

  /// Inputs that are decoded at once: they stay in the first-level cache.
  private static var run: Int { 128 }

  /// Decodes some inputs of a tile in plain Swift, as ``decode(tile:inputs:into:stride:kernels:)``
  /// does.
  func decodePortably(
    tile: Int, inputs: Range<Int>, into destination: UnsafeMutablePointer<Float>, stride: Int
  ) {
    func decode(_ value: (UInt32) -> Float) {
      unsafe self.decode(tile, inputs, destination, stride, value)
    }
    func decode(_ values: [Float]) {
      unsafe values.withUnsafeBufferPointer { values in decode { unsafe values[Int($0)] } }
    }
    switch layout.code {
    case .float32: decode { Float(bitPattern: $0) }
    case .bfloat16: decode { Float(bitPattern: $0 << 16) }
    case .float16: decode { NumberCode.float(halfBits: UInt16(truncatingIfNeeded: $0)) }
    case .int8: decode { Float(Int8(truncatingIfNeeded: $0)) }
    case .float8E4M3: decode(NumberCode.e4m3Values)
    case .float8E5M2: decode(NumberCode.e5m2Values)
    case .float8E8M0: decode(NumberCode.e8m0Values)
    case .int4: decode((0..<16).map { NumberCode.int4.value($0) })
    case .float4E2M1: decode(NumberCode.float4Values)
    }
  }

  @inline(__always)
  private func decode(
    _ tile: Int, _ inputs: Range<Int>, _ destination: UnsafeMutablePointer<Float>, _ stride: Int,
    _ value: (UInt32) -> Float
  ) {
    let width = CompressedLayout.tileWidth
    let (hasScales, hasZeros) = (layout.scale != nil, layout.hasZeroPoints)
    for lane in 0..<width {
      let output = tile * width + lane
      var start = inputs.lowerBound
      while start < inputs.upperBound {
        let group = start / layout.groupSize
        let end = min((group + 1) * layout.groupSize, inputs.upperBound)
        guard output < layout.outputSize else {
          for input in start..<end {
            unsafe destination[(input - inputs.lowerBound) * stride + lane] = 0
          }
          start = end
          continue
        }
        let scale = scale(output: output, group: group)
        let zero = Float(self[zeroPoint: output, group])
        for input in start..<end {
          let number = value(self[code: output, input])
          // As the definition by element has it.
          unsafe destination[(input - inputs.lowerBound) * stride + lane] =
            hasScales ? (hasZeros ? number - zero : number) * scale : number
        }
        start = end
      }
    }
  }
}
