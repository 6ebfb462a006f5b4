/// One matrix a group, or a single one, in fewer bits than single precision.
package struct CompressedWeights: Sendable {
  /// How the numbers are kept.
  package let format: WeightFormat
  /// The number of matrices.
  package let matrixCount: Int
  /// The size along each axis: of a matrix, or of one a group.
  let sizes: TensorShape
  /// Where the numbers of a matrix stand.
  package let layout: CompressedLayout
  /// The codes of all matrices, then the scales, then the zero points.
  private let storage: AlignedStorage
  /// The factor of all scales of each matrix, and whether it has special codes.
  private var traits: [(factor: Float, hasSpecialCodes: Bool)]

  /// Weights whose codes are written by `fill`, matrix by matrix.
  ///
  /// - Parameters:
  ///   - format: A format of fewer bits than single precision.
  ///   - shape: [outputSize, inputSize], or [groups, outputSize, inputSize]; another traps.
  ///   - isZeroed: Whether all is zero before; else `fill` must write all.
  ///   - fill: Writes the codes, scales and zero points of a matrix, and returns the factor of its
  ///     scales.
  package init(
    _ format: WeightFormat, shape: [Int], isZeroed: Bool = true,
    fill: (Int, CompressedMatrix) -> Float
  ) {
    require(
      shape.count == 2 || shape.count == 3,
      "weights of shape \(shape), expected [outputSize, inputSize] or one a group")
    let matrixCount = shape.count == 2 ? 1 : shape[0]
    sizes = TensorShape(shape)
    guard
      let layout = format.layout(
        outputSize: shape[shape.count - 2], inputSize: shape[shape.count - 1])
    else {
      preconditionFailure("single precision is kept as a tensor")
    }
    self.format = format
    self.matrixCount = matrixCount
    self.layout = layout
    let bytes = CompressedWeights.offsets(layout, matrixCount).end
    let storage = AlignedStorage(
      uninitializedCapacity: (bytes + MemoryLayout<Float>.stride - 1) / MemoryLayout<Float>.stride)
    if isZeroed { unsafe storage.base.initialize(repeating: 0, count: storage.capacity) }
    self.storage = storage
    traits = Array(repeating: (1, true), count: matrixCount)
    for matrix in 0..<matrixCount {
      traits[matrix].factor = fill(matrix, self.matrix(matrix))
      traits[matrix].hasSpecialCodes = self.matrix(matrix).findSpecialCodes()
    }
  }

  /// The size along each axis.
  package var shape: [Int] { sizes.array }

  /// A matrix, for as long as this value lives.
  package func matrix(_ index: Int) -> CompressedMatrix {
    let offsets = CompressedWeights.offsets(layout, matrixCount)
    let base = unsafe UnsafeMutableRawPointer(storage.base)
    return unsafe CompressedMatrix(
      layout, codes: base + index * layout.codeByteCount,
      scales: base + offsets.scales + index * layout.scaleByteCount,
      zeroPoints: (base + offsets.zeroPoints + index * layout.zeroPointByteCount)
        .assumingMemoryBound(to: Int8.self),
      factor: traits[index].factor, hasSpecialCodes: traits[index].hasSpecialCodes)
  }

  /// Bytes of codes, scales and zero points.
  package var byteCount: Int {
    matrixCount * (layout.codeByteCount + layout.scaleByteCount + layout.zeroPointByteCount)
  }

  private static func offsets(
    _ layout: CompressedLayout, _ count: Int
  ) -> (scales: Int, zeroPoints: Int, end: Int) {
    let line = AlignedStorage.alignment
    let scales = (count * layout.codeByteCount + line - 1) / line * line
    let zeroPoints = (scales + count * layout.scaleByteCount + line - 1) / line * line
    return (scales, zeroPoints, zeroPoints + count * layout.zeroPointByteCount)
  }
}
