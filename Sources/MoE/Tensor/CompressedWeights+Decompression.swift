extension CompressedWeights {
  /// The weights in single precision, of the same shape.
  ///
  /// - Returns: A tensor of ``CompressedMatrix/subscript(_:_:)`` of each place.
  /// - Complexity: O(weights), on the threads of ``Compute``.
  package func decompressed() -> Tensor {
    var tensor = Tensor(uninitialized: sizes)
    let (outputs, inputs) = (layout.outputSize, layout.inputSize)
    let (tiles, count) = (layout.tileCount, tensor.count)
    guard count > 0 else { return tensor }
    unsafe tensor.withUnsafeMutableScalars { scalars in
      nonisolated(unsafe) let scalars = unsafe scalars
      parallelFor(matrixCount * tiles, scalars: count) { item in
        let (index, tile) = item.quotientAndRemainder(dividingBy: tiles)
        let first = index * outputs + tile * CompressedLayout.tileWidth
        unsafe matrix(index).decompress(tile: tile, to: scalars + first * inputs)
      }
    }
    return tensor
  }
}
