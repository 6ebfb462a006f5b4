/// Where the codes and scales of a compressed matrix stand, in an order that all kernels read.
///
/// The matrix is a weight W, of shape [outputSize, inputSize]. Outputs are cut into *tiles* of 16
/// neighbours: a vector of AVX-512, or two of AVX2. A tile stands in *blocks* of some inputs: each
/// output has a word of 32 bits, with as many inputs as it holds, so that shifting a vector of words
/// gives a vector of codes. So one sequential stream holds what a product needs, whatever the
/// kernel. Half precision and whole numbers of eight bits stand input by input, as processors
/// convert them so.
///
/// A *group* is some neighbouring inputs of one output, or of `scaleRows` neighbouring ones, that
/// share a scale, and perhaps a zero point. Scales of groups of one output stand as the codes do:
/// tile by tile, group by group, 16 side by side. Those of blocks stand block by block.
///
/// A weight is value(code) · scale, rounded once, or (value(code) − zero point) · scale.
package struct CompressedLayout: Hashable, Sendable {
  /// The outputs of a tile.
  package static let tileWidth = 16

  /// How weights stand.
  package let code: NumberCode
  /// How scales stand; there are none where this is nothing.
  package let scale: NumberCode?
  /// The inputs that share a scale: a multiple of 16, or all.
  package let groupSize: Int
  /// The outputs that share a scale: 1, or a multiple of 16.
  package let scaleRows: Int
  /// Whether each group has a whole number that is zero, a byte each.
  package let hasZeroPoints: Bool
  /// The rows of W.
  package let outputSize: Int
  /// The columns of W.
  package let inputSize: Int

  /// A layout of some sizes; a group of nothing means all inputs.
  package init(
    _ code: NumberCode, scale: NumberCode? = nil, groupSize: Int? = nil, scaleRows: Int = 1,
    hasZeroPoints: Bool = false, outputSize: Int, inputSize: Int
  ) {
    let tile = CompressedLayout.tileWidth
    require(
      groupSize.map { $0 > 0 && $0 % tile == 0 } ?? true,
      "groups of \(groupSize ?? 0) inputs, expected a multiple of \(tile)")
    require(
      scaleRows == 1 || scaleRows % tile == 0 && scaleRows > 0,
      "blocks of \(scaleRows) outputs, expected 1 or a multiple of \(tile)")
    self.code = code
    self.scale = scale
    self.groupSize = min(groupSize ?? .max, max(inputSize, 1))
    self.scaleRows = scaleRows
    self.hasZeroPoints = hasZeroPoints
    self.outputSize = outputSize
    self.inputSize = inputSize
  }

  /// Tiles of outputs, the last perhaps filled up with zeros.
  package var tileCount: Int {
    (outputSize + CompressedLayout.tileWidth - 1) / CompressedLayout.tileWidth
  }

  /// Groups along the inputs.
  package var groupCount: Int { (inputSize + groupSize - 1) / groupSize }

  /// Bytes of so many inputs of a tile, the last block filled up.
  package func codeBytes(inputs: Int) -> Int {
    (inputs + code.blockInputs - 1) / code.blockInputs * code.blockBytes
  }

  /// Bytes of a tile's codes.
  package var tileBytes: Int { codeBytes(inputs: inputSize) }

  /// Bytes of all codes.
  package var codeByteCount: Int { tileCount * tileBytes }

  /// Scales in all.
  package var scaleCount: Int {
    guard scale != nil else { return 0 }
    return scaleRows == 1
      ? tileCount * groupCount * CompressedLayout.tileWidth
      : (outputSize + scaleRows - 1) / scaleRows * groupCount
  }

  /// Bytes of all scales.
  package var scaleByteCount: Int { scale?.bytes(scaleCount) ?? 0 }

  /// Bytes of all zero points.
  package var zeroPointByteCount: Int {
    hasZeroPoints ? tileCount * groupCount * CompressedLayout.tileWidth : 0
  }

  /// The place of a scale among all.
  package func scaleIndex(output: Int, group: Int) -> Int {
    let tile = CompressedLayout.tileWidth
    return scaleRows == 1
      ? (output / tile * groupCount + group) * tile + output % tile
      : output / scaleRows * groupCount + group
  }

  /// The place of a zero point among all.
  package func zeroPointIndex(output: Int, group: Int) -> Int {
    let tile = CompressedLayout.tileWidth
    return (output / tile * groupCount + group) * tile + output % tile
  }

  /// The byte of a code, and how far up in it the code starts.
  package func codePlace(output: Int, input: Int) -> (byte: Int, shift: Int) {
    let tile = CompressedLayout.tileWidth
    let block = output / tile * tileBytes + input / code.blockInputs * code.blockBytes
    let position = code.position(input % code.blockInputs)
    return (block + output % tile * (code.blockBytes / tile) + position / 8, position % 8)
  }
}
