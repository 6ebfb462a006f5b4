/// The memory of one or more tensors: a fixed number of floats on a 64-byte boundary.
///
/// Tensors share a storage until one of them is mutated. The boundary is that of a cache line, and of
/// the widest vector that a kernel loads. A large storage stands on the boundary of a huge page, which is
/// asked for.
@safe
package final class TensorStorage: @unchecked Sendable {
  /// The bytes that the first scalar's address is a multiple of.
  package static let alignment = 64

  /// The address of the first scalar.
  package let base: UnsafeMutablePointer<Float>
  /// How many scalars the storage has room for.
  package let capacity: Int

  /// Allocates room for `capacity` scalars, whose values are undefined until written.
  package init(uninitializedCapacity capacity: Int) {
    // A storage of no scalars still has an address, so that kernels need no special case.
    let byteCount = max(capacity, 1) * MemoryLayout<Float>.stride
    let isLarge = byteCount >= 2 * HugePages.size
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: byteCount, alignment: isLarge ? HugePages.size : TensorStorage.alignment)
    if isLarge { unsafe HugePages.ask(for: memory, byteCount: byteCount) }
    unsafe base = memory.bindMemory(to: Float.self, capacity: max(capacity, 1))
    self.capacity = capacity
  }

  deinit { unsafe UnsafeMutableRawPointer(base).deallocate() }
}
