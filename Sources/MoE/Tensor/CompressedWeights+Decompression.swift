extension CompressedWeights {
  /// The weights in single precision, of the same shape.
  ///
  /// - Complexity: O(weights), on the threads of ``Compute``.
  package func decompressed() -> Tensor {
    var result = Tensor(uninitialized: sizes)
    let (layout, kernels, tile) = (layout, KernelSet.current, CompressedLayout.tileWidth)
    let count = result.count
    unsafe result.withUnsafeMutableScalars { scalars in
      nonisolated(unsafe) let scalars = unsafe scalars
      parallelFor(matrixCount * layout.tileCount, scalars: count) { item in
        let (index, number) = (item / layout.tileCount, item % layout.tileCount)
        let outputs = number * tile..<min((number + 1) * tile, layout.outputSize)
        let matrix = matrix(index)
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: run * tile) { buffer in
          guard let decoded = buffer.baseAddress else { return }
          for start in stride(from: 0, to: layout.inputSize, by: run) {
            let inputs = start..<min(start + run, layout.inputSize)
            unsafe matrix.decode(
              tile: number, inputs: inputs, into: decoded, stride: tile, kernels: kernels)
            for output in outputs {
              let row = unsafe scalars + (index * layout.outputSize + output) * layout.inputSize
              let lane = unsafe decoded + output - outputs.lowerBound
              for input in inputs { unsafe row[input] = lane[(input - start) * tile] }
            }
          }
        }
      }
    }
    return result
  }

  /// Inputs that are decoded at once: they stay in the first-level cache.
  private var run: Int { 128 }
}
