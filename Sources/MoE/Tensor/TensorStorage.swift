/// The memory of tensors: the floats on a 64-byte boundary, behind what counts who holds them.
///
/// One allocation is both, so that making a small tensor costs as little as can be. Any other has
/// its floats in an ``AlignedStorage``, with what that does for its memory.
@safe
package final class TensorStorage: ManagedBuffer<TensorMemory, Float> {
  /// Allocates room for `capacity` scalars, whose values are undefined until written.
  static func make(uninitializedCapacity capacity: Int) -> TensorStorage {
    if capacity >= BlockSize.least / MemoryLayout<Float>.stride {
      let large = AlignedStorage(uninitializedCapacity: capacity)
      return make(room: 0) { _ in
        unsafe TensorMemory(base: large.base, capacity: capacity, large: large)
      }
    }
    // Room to move on to the boundary.
    let alignment = AlignedStorage.alignment
    let room = capacity + alignment / MemoryLayout<Float>.stride
    return make(room: room) { storage in
      unsafe storage.withUnsafeMutablePointerToElements { elements in
        let base = unsafe UnsafeMutableRawPointer(elements).alignedUp(toMultipleOf: alignment)
        return unsafe TensorMemory(
          base: base.assumingMemoryBound(to: Float.self), capacity: capacity, large: nil)
      }
    }
  }

  private static func make(
    room: Int, _ memory: (ManagedBuffer<TensorMemory, Float>) -> TensorMemory
  ) -> TensorStorage {
    unsafe unsafeDowncast(create(minimumCapacity: room, makingHeaderWith: memory), to: Self.self)
  }

  /// The address of the first scalar.
  var base: UnsafeMutablePointer<Float> { unsafe header.base }

  /// How many scalars the storage has room for.
  package var scalarCapacity: Int { header.capacity }
}

/// Where the floats of a ``TensorStorage`` stand.
@safe
package struct TensorMemory {
  /// The address of the first scalar.
  let base: UnsafeMutablePointer<Float>
  /// How many scalars there is room for.
  let capacity: Int
  /// The memory of a storage that is not small.
  let large: AlignedStorage?

  @unsafe
  init(base: UnsafeMutablePointer<Float>, capacity: Int, large: AlignedStorage?) {
    unsafe self.base = base
    self.capacity = capacity
    self.large = large
  }
}
