/// The sizes of the pool's blocks: eight between one power of two and the next, so that a block is
/// at most an eighth larger than what it was asked for.
package struct BlockSize {
  /// The smallest block: smaller ones are the C library's.
  package static let least = 1 << 12
  private static let leastShift = 12
  /// How many sizes there are, up to a quarter of all addresses.
  static let count = 8 * (62 - leastShift) + 1

  /// Which one of the sizes it is.
  package let index: Int

  init(index: Int) { self.index = index }

  /// The smallest size that holds so many bytes, at least ``least`` of them.
  package init(holding byteCount: Int) {
    let shift = Int.bitWidth - 1 - byteCount.leadingZeroBitCount
    let eighth = 1 << (shift - 3)
    let eighths = (byteCount - (1 << shift) + eighth - 1) / eighth
    index = 8 * (shift - BlockSize.leastShift) + eighths
  }

  /// Its bytes.
  package var byteCount: Int { (8 + index % 8) << (index / 8 + BlockSize.leastShift - 3) }
}
