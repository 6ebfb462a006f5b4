/// A fixed number of floats on a 64-byte boundary: the memory of tensors, and what kernels work
/// with.
///
/// Tensors share a storage until one of them is mutated. The boundary is that of a cache line, and
/// of the widest vector that a kernel loads. A large storage stands on the boundary of a huge page,
/// which is asked for, and goes to the ``StoragePool`` when it is no longer in use.
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
  /// How many bytes were allocated.
  private let byteCount: Int
  /// What measures the work that made the storage.
  private let meter: MemoryMeter?

  /// Allocates room for `capacity` scalars, whose values are undefined until written.
  package init(uninitializedCapacity capacity: Int) {
    // A storage of no scalars still has an address, so that kernels need no special case.
    let needed = max(capacity, 1) * MemoryLayout<Float>.stride
    let memory: UnsafeMutableRawPointer
    var isFreshBlock = false
    if needed < AlignedStorage.largeByteCount {
      byteCount = needed
      unsafe memory = .allocate(byteCount: needed, alignment: AlignedStorage.alignment)
    } else if let block = unsafe StoragePool.take(needed) {
      unsafe (memory, byteCount) = unsafe block
    } else {
      byteCount = needed
      isFreshBlock = true
      unsafe memory = .allocate(byteCount: needed, alignment: HugePages.size)
      unsafe HugePages.ask(for: memory, byteCount: needed)
    }
    unsafe base = memory.bindMemory(to: Float.self, capacity: max(capacity, 1))
    self.capacity = capacity
    meter = .current
    meter?.add(needed, isFreshBlock: isFreshBlock)
  }

  deinit {
    meter?.remove(max(capacity, 1) * MemoryLayout<Float>.stride)
    let memory = unsafe UnsafeMutableRawPointer(base)
    guard byteCount >= AlignedStorage.largeByteCount else { return unsafe memory.deallocate() }
    unsafe StoragePool.keep(memory, byteCount: byteCount)
  }
}
