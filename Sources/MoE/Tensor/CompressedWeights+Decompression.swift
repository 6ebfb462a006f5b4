extension CompressedWeights {
  /// The weights that the codes are, in single precision.
  ///
  /// - Returns: A tensor of the shape of the weights, with ``CompressedMatrix/subscript(_:_:)`` of
  ///   each place.
  package func decompressed() -> Tensor {
    var tensor = Tensor(uninitialized: shape)
    let (outputs, inputs) = (layout.outputSize, layout.inputSize)
    guard tensor.count > 0 else { return tensor }
    let tiles = layout.tileCount
    unsafe tensor.withUnsafeMutableScalars { scalars in
      nonisolated(unsafe) let scalars = unsafe scalars
      parallelFor(matrixCount * tiles, scalars: matrixCount * outputs * inputs) { item in
        let (index, tile) = item.quotientAndRemainder(dividingBy: tiles)
        let first = index * outputs + tile * CompressedLayout.tileWidth
        unsafe matrix(index).decompress(tile: tile, to: scalars + first * inputs)
      }
    }
    return tensor
  }
}
