/// Blocks of memory that are not in use, kept for the next tensor of about their size.
///
/// A training step makes and drops the same tensors again and again. Memory fresh from the system
/// has to be cleared by it first, page by page, and the C library gives what is free at the end of
/// its heap back: without the pool, a tenth to a half of the time of a layer.
///
/// What is kept adds at most a quarter to the most that was ever in use at once, so that a process
/// needs little more memory than its tensors; and it is at most as much as is in use and
/// ``largestByteCount`` more, so that little is kept when the work is over.
@safe
package enum StoragePool {
  /// The most bytes that are kept beside as many as are in use; what is freed beyond them goes back
  /// to the system.
  ///
  /// While weights are in use, gradients as large as they are find their blocks again; these bytes
  /// more are for the rows of a step.
  package static let largestByteCount = 256 << 20

  /// The least bytes that are kept whatever was in use: steps of small layers whose sizes change
  /// find what they need.
  package static let leastByteCount = 1 << 20

  /// A block, its address as a number, so that it may go from thread to thread.
  private struct Block {
    let address: UInt
    /// When it was kept, in relation to others.
    let time: Int

    func free() { unsafe UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
  }

  private struct State {
    /// The blocks that are kept, by size, the oldest first.
    var blocks = [[Block]](repeating: [], count: BlockSize.count)
    var time = 0
    /// The bytes of these.
    var keptByteCount = 0
    /// The bytes of blocks that are in use now, and the most that ever were.
    var usedByteCount = 0
    var mostUsedByteCount = 0

    /// Gives the oldest blocks back until few enough are left.
    mutating func shrink() {
      let limit = min(
        usedByteCount + largestByteCount,
        max(mostUsedByteCount + mostUsedByteCount / 4 - usedByteCount, leastByteCount))
      while keptByteCount > limit {
        var oldest: (index: Int, time: Int)?
        for index in blocks.indices {
          guard let first = blocks[index].first, first.time < oldest?.time ?? .max else { continue }
          oldest = (index, first.time)
        }
        guard let oldest else { return }
        blocks[oldest.index].removeFirst().free()
        keptByteCount -= BlockSize(index: oldest.index).byteCount
      }
    }
  }

  private static let state = Locked(State())

  /// The bytes that are kept now.
  package static var byteCount: Int { state.withLock { $0.keptByteCount } }

  /// Gives all blocks back to the system.
  ///
  /// - Returns: How many bytes they have.
  package static func release() -> Int {
    state.withLock { state in
      let total = state.keptByteCount
      for index in state.blocks.indices {
        for block in state.blocks[index] { block.free() }
        state.blocks[index] = []
      }
      state.keptByteCount = 0
      state.mostUsedByteCount = state.usedByteCount
      return total
    }
  }

  /// A block of a size, whose contents are undefined.
  ///
  /// Where none is kept, the caller is to make one of that size: it counts as in use from here on.
  static func take(_ size: BlockSize) -> UnsafeMutableRawPointer? {
    let block = state.withLock { state -> Block? in
      let byteCount = size.byteCount
      // The latest first: it may still be in a cache.
      let block = state.blocks[size.index].popLast()
      if block != nil { state.keptByteCount -= byteCount }
      state.usedByteCount += byteCount
      state.mostUsedByteCount = max(state.mostUsedByteCount, state.usedByteCount)
      // Before a new one is made.
      if block == nil { state.shrink() }
      return block
    }
    return unsafe block.flatMap { unsafe UnsafeMutableRawPointer(bitPattern: $0.address) }
  }

  /// Keeps a block that is no longer in use, and gives the oldest ones back where there are too
  /// many.
  static func keep(_ memory: UnsafeMutableRawPointer, _ size: BlockSize) {
    state.withLock { state in
      state.blocks[size.index].append(Block(address: UInt(bitPattern: memory), time: state.time))
      state.time += 1
      state.keptByteCount += size.byteCount
      state.usedByteCount -= size.byteCount
      state.shrink()
    }
  }
}
