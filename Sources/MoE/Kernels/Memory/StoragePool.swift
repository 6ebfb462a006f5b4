/// Large blocks of memory that are not in use, kept for the next tensor of about their size.
///
/// A training step makes and drops the same large tensors again and again. Memory fresh from the
/// system has to be cleared by it first, page by page: without the pool, a tenth to a sixth of the
/// time of a layer.
///
/// What is kept adds at most a quarter to the most that was ever in use at once, so that a process
/// needs little more memory than its tensors; and it is at most ``largestByteCount``.
@safe
package enum StoragePool {
  /// The most bytes that are kept; what is freed beyond them goes back to the system.
  ///
  /// Enough for the gradients of a layer of some tens of millions of parameters, and little beside
  /// the memory that training one takes.
  package static let largestByteCount = 256 << 20

  /// A block, its address as a number, so that it may go from thread to thread.
  private struct Block {
    let address: UInt
    let byteCount: Int

    func free() { unsafe UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
  }

  private struct State {
    /// The blocks that are kept, the oldest first.
    var blocks: [Block] = []
    /// The bytes of these.
    var keptByteCount = 0
    /// The bytes of large blocks that are in use now, and the most that ever were.
    var usedByteCount = 0
    var mostUsedByteCount = 0

    /// Gives the oldest blocks back until few enough are left.
    mutating func shrink() {
      let limit = min(
        largestByteCount, mostUsedByteCount + mostUsedByteCount / 4 - usedByteCount)
      var count = 0
      while keptByteCount > limit, count < blocks.count {
        keptByteCount -= blocks[count].byteCount
        blocks[count].free()
        count += 1
      }
      blocks.removeFirst(count)
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
      for block in state.blocks { block.free() }
      (state.blocks, state.keptByteCount) = ([], 0)
      state.mostUsedByteCount = state.usedByteCount
      return total
    }
  }

  /// A block of at least the given size, and at most a quarter more, whose contents are undefined.
  ///
  /// Where none is kept, the caller is to make one of that size: it counts as in use from here on.
  static func take(_ byteCount: Int) -> (memory: UnsafeMutableRawPointer, byteCount: Int)? {
    let block = state.withLock { state -> Block? in
      // The latest first: it may still be in a cache.
      let index = state.blocks.lastIndex {
        $0.byteCount >= byteCount && $0.byteCount <= byteCount + byteCount / 4
      }
      let block = index.map { state.blocks.remove(at: $0) }
      state.keptByteCount -= block?.byteCount ?? 0
      state.usedByteCount += block?.byteCount ?? byteCount
      state.mostUsedByteCount = max(state.mostUsedByteCount, state.usedByteCount)
      // Before a new one is made.
      if block == nil { state.shrink() }
      return block
    }
    guard let block, let memory = unsafe UnsafeMutableRawPointer(bitPattern: block.address) else {
      return nil
    }
    return unsafe (memory, block.byteCount)
  }

  /// Keeps a block that is no longer in use, and gives the oldest ones back where there are too
  /// many.
  static func keep(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
    state.withLock { state in
      state.blocks.append(Block(address: UInt(bitPattern: memory), byteCount: byteCount))
      state.keptByteCount += byteCount
      state.usedByteCount -= byteCount
      state.shrink()
    }
  }
}
