extension CompressedMatrix {
  /// Writes the weights of a tile's outputs, row after row.
  ///
  /// - Parameters:
  ///   - tile: The tile.
  ///   - target: Room for as many rows as the tile has outputs, of which there are fewer in the last.
  package func decompress(tile: Int, to target: UnsafeMutablePointer<Float>) {
    switch layout.code {
    case .float32: unsafe decompress(tile, target) { Float(bitPattern: $0) }
    case .bfloat16: unsafe decompress(tile, target) { Float(bitPattern: $0 << 16) }
    case .float16:
      unsafe decompress(tile, target) { NumberCode.float(halfBits: UInt16(truncatingIfNeeded: $0)) }
    case .int8: unsafe decompress(tile, target) { Float(Int8(truncatingIfNeeded: $0)) }
    case .float8E4M3: unsafe decompress(tile, target, NumberCode.e4m3Values)
    case .float8E5M2: unsafe decompress(tile, target, NumberCode.e5m2Values)
    case .float8E8M0: unsafe decompress(tile, target, NumberCode.e8m0Values)
    case .int4: unsafe decompress(tile, target, (0..<16).map { NumberCode.int4.value($0) })
    case .float4E2M1: unsafe decompress(tile, target, NumberCode.float4Values)
    }
  }

  private func decompress(_ tile: Int, _ target: UnsafeMutablePointer<Float>, _ values: [Float]) {
    unsafe values.withUnsafeBufferPointer { values in
      unsafe decompress(tile, target) { unsafe values[Int($0)] }
    }
  }

  @inline(__always)
  private func decompress(
    _ tile: Int, _ target: UnsafeMutablePointer<Float>, _ value: (UInt32) -> Float
  ) {
    let width = CompressedLayout.tileWidth
    let first = tile * width
    for group in 0..<layout.groupCount {
      let start = group * layout.groupSize
      let inputs = start..<min(layout.inputSize, start + layout.groupSize)
      for output in first..<min(layout.outputSize, first + width) {
        let row = unsafe target + (output - first) * layout.inputSize
        let scale = scale(output: output, group: group)
        let zero = Float(self[zeroPoint: output, group])
        let (hasScales, hasZeros) = (layout.scale != nil, layout.hasZeroPoints)
        for input in inputs {
          let number = value(self[code: output, input])
          // As the definition by element has it.
          unsafe row[input] = hasScales ? (hasZeros ? number - zero : number) * scale : number
        }
      }
    }
  }
}
