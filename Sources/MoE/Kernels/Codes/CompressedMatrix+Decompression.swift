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
}
