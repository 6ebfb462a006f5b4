/// A fixed number of floats on a 64-byte boundary: the memory of tensors, and what kernels work
/// with.
///
/// Tensors share a storage until one of them is mutated. The boundary is that of a cache line, and
/// of the widest vector that a kernel loads. A large storage stands on the boundary of a huge page,
/// which is asked for; all but small ones go to the ``StoragePool`` when they are no longer in use.
@safe
package final class AlignedStorage: @unchecked Sendable {
  /// The bytes that the first scalar's address is a multiple of.
  package static let alignment = 64

  /// The bytes from which a storage is large: two huge pages, of which it fills at least one.
  package static let largeByteCount = 2 * HugePages.size

  /// The address of the first scalar.
  package let base: UnsafeMutablePointer<Float>
  /// How many scalars the storage has room for.
  package let capacity: Int
  /// The block of the pool that it is; nothing for small ones.
  private let block: BlockSize?
  /// What measures the work that made the storage.
  private let meter: MemoryMeter?

  /// Allocates room for `capacity` scalars, whose values are undefined until written.
  package init(uninitializedCapacity capacity: Int) {
    // A storage of no scalars still has an address, so that kernels need no special case.
    let needed = max(capacity, 1) * MemoryLayout<Float>.stride
    let memory: UnsafeMutableRawPointer
    var isFreshBlock = false
    if needed < BlockSize.least {
      block = nil
      unsafe memory = .allocate(byteCount: needed, alignment: AlignedStorage.alignment)
    } else {
      let size = BlockSize(holding: needed)
      block = size
      let kept = unsafe StoragePool.take(size)
      isFreshBlock = unsafe kept == nil
      unsafe memory = unsafe kept ?? AlignedStorage.fresh(size.byteCount)
    }
    unsafe base = memory.bindMemory(to: Float.self, capacity: max(capacity, 1))
    self.capacity = capacity
    meter = .current
    meter?.add(needed, isFreshBlock: isFreshBlock)
  }

  private static func fresh(_ byteCount: Int) -> UnsafeMutableRawPointer {
    guard byteCount >= largeByteCount else {
      return .allocate(byteCount: byteCount, alignment: alignment)
    }
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: byteCount, alignment: HugePages.size)
    unsafe HugePages.ask(for: memory, byteCount: byteCount)
    return unsafe memory
  }

  deinit {
    meter?.remove(max(capacity, 1) * MemoryLayout<Float>.stride)
    let memory = unsafe UnsafeMutableRawPointer(base)
    guard let block else { return unsafe memory.deallocate() }
    unsafe StoragePool.keep(memory, block)
  }
}
