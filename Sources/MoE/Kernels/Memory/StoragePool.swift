/// Large blocks of memory that are not in use, kept for the next tensor of about their size.
///
/// A training step makes and drops the same large tensors again and again. Memory fresh from the system has to
/// be cleared by it first, page by page: without the pool, a tenth to a sixth of the time of a layer.
@safe
package enum StoragePool {
  /// The most bytes that are kept; what is freed beyond them goes back to the system.
  ///
  /// Enough for the gradients of a layer of some tens of millions of parameters, and little beside the
  /// memory that training one takes.
  package static let largestByteCount = 256 << 20

  private struct Block {
    let address: UInt
    let byteCount: Int
  }

  private static let blocks = Locked<[Block]>([])

  /// The bytes that are kept now.
  package static var byteCount: Int { blocks.withLock { $0.reduce(0) { $0 + $1.byteCount } } }

  /// Gives all blocks back to the system.
  ///
  /// - Returns: How many bytes they have.
  package static func release() -> Int {
    blocks.withLock { blocks in
      let total = blocks.reduce(0) { $0 + $1.byteCount }
      for block in blocks {
        unsafe UnsafeMutableRawPointer(bitPattern: block.address)?.deallocate()
      }
      blocks = []
      return total
    }
  }

  /// A block of at least the given size, and at most a quarter more, whose contents are undefined.
  static func take(_ byteCount: Int) -> (memory: UnsafeMutableRawPointer, byteCount: Int)? {
    unsafe blocks.withLock { blocks in
      // The latest first: it may still be in a cache.
      guard
        let index = blocks.lastIndex(where: {
          $0.byteCount >= byteCount && $0.byteCount <= byteCount + byteCount / 4
        })
      else { return nil }
      let block = blocks.remove(at: index)
      guard let memory = unsafe UnsafeMutableRawPointer(bitPattern: block.address) else {
        return nil
      }
      return unsafe (memory, block.byteCount)
    }
  }

  /// Keeps a block that is no longer in use, and gives the oldest ones back where there are too many.
  static func keep(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
    blocks.withLock { blocks in
      blocks.append(Block(address: UInt(bitPattern: memory), byteCount: byteCount))
      var total = blocks.reduce(0) { $0 + $1.byteCount }
      while total > largestByteCount {
        let oldest = blocks.removeFirst()
        total -= oldest.byteCount
        unsafe UnsafeMutableRawPointer(bitPattern: oldest.address)?.deallocate()
      }
    }
  }
}
