import MoE
import Testing

/// Blocks of large tensors are kept for the next ones, up to a bound.
@Suite(.serialized) struct StoragePoolTests {
  static let large = AlignedStorage.largeByteCount / MemoryLayout<Float>.stride

  func address(_ tensor: Tensor) -> Int { unsafe tensor.withUnsafeScalars { Int(bitPattern: $0) } }

  @Test func largeStoragesStandOnTheirBoundary() {
    for count in [Self.large, Self.large + 1, 3 * Self.large] {
      let storage = AlignedStorage(uninitializedCapacity: count)
      #expect(unsafe Int(bitPattern: storage.base) % AlignedStorage.alignment == 0)
      #expect(storage.capacity == count)
    }
  }

  @Test func blocksAreAnEighthLargerAtMost() {
    withEvery("shift", in: Array(12..<40)) { shift in
      withEvery("more", in: [0, 1, (1 << shift) / 8, (1 << shift) / 3, (1 << shift) - 1]) { more in
        let needed = (1 << shift) + more
        let size = BlockSize(holding: needed)
        #expect(size.byteCount >= needed && size.byteCount - needed < (1 << shift) / 8)
        #expect(BlockSize(holding: size.byteCount).index == size.index)
        #expect(BlockSize(holding: size.byteCount + 1).index == size.index + 1)
      }
    }
  }

  /// Nothing is in use, or what is counts: alone in its process, as the pool is everybody's.
  @Test func whatIsKeptStaysBelowTheBound() async {
    await #expect(processExitsWith: .success) {
      let most = StoragePool.largestByteCount
      let count = most / MemoryLayout<Float>.stride / 3
      for _ in 0..<2 {
        // All at once, so that none can take the block of another.
        let storages = (0..<5).map { _ in AlignedStorage(uninitializedCapacity: count) }
        precondition(Set(storages.map { unsafe Int(bitPattern: $0.base) }).count == 5)
        withExtendedLifetime(storages) {}
      }
      precondition(StoragePool.byteCount <= most && StoragePool.byteCount > most / 2)
      _ = AlignedStorage(uninitializedCapacity: 2 * most / 4)
      precondition(StoragePool.byteCount <= most)
      // Beside weights in use, gradients as large are kept; when they are gone, the rest is.
      var weights: [AlignedStorage]? = (0..<5).map { _ in
        AlignedStorage(uninitializedCapacity: count)
      }
      for _ in 0..<2 {
        let gradients = (0..<5).map { _ in AlignedStorage(uninitializedCapacity: count) }
        withExtendedLifetime(gradients) {}
      }
      precondition(StoragePool.byteCount >= 5 * count * MemoryLayout<Float>.stride)
      withExtendedLifetime(weights) {}
      weights = nil
      precondition(weights == nil && StoragePool.byteCount <= most)
    }
  }

  @Test func memoryIsGivenBack() async {
    // Alone in its process: the pool is everybody's.
    await #expect(processExitsWith: .success) {
      var tensor = Tensor(zeros: [StoragePoolTests.large])
      let held = Tensor(repeating: 7, shape: [StoragePoolTests.large])
      Compute.releaseMemory()
      tensor = []
      precondition(StoragePool.byteCount == 4 * StoragePoolTests.large && tensor.count == 0)
      precondition(Compute.releaseMemory() == 4 * StoragePoolTests.large)
      precondition(StoragePool.byteCount == 0)
      precondition(held[StoragePoolTests.large - 1] == 7)
      precondition(Tensor(zeros: [StoragePoolTests.large]) == 0 * held)
    }
  }

  /// Blocks of sizes that nothing asks for any more make room: whatever the sizes that come, what
  /// is kept and what is in use is at most a quarter more than the most that was in use at once.
  @Test func whatIsKeptAddsAQuarterAtMost() async {
    await #expect(processExitsWith: .success) {
      let large = StoragePoolTests.large
      for factor in [8, 2, 4, 1, 6, 3, 8, 5] {
        // So many that each round needs as much as any other, of blocks that do not fit the others.
        let tensors = (0..<24 / factor).map { _ in Tensor(repeating: 1, shape: [factor * large]) }
        let used = tensors.reduce(0) { $0 + 4 * $1.count }
        precondition(used + StoragePool.byteCount <= 4 * 24 * large * 5 / 4, "\(factor)")
        withExtendedLifetime(tensors) {}
      }
      precondition(StoragePool.byteCount > 0)
    }
  }

  /// A tensor made of a kept block holds what its initialiser says, and never what another still
  /// reads.
  @Test func blocksAreNotShared() {
    let first = Tensor(repeating: 1, shape: [Self.large])
    var second = Tensor(repeating: 2, shape: [Self.large])
    second = Tensor(repeating: 3, shape: [Self.large])
    let third = Tensor(zeros: [Self.large])
    #expect(Set([first, second, third].map(address)).count == 3)
    #expect(first[0] == 1 && first[Self.large - 1] == 1)
    #expect(second[0] == 3 && third[Self.large - 1] == 0)
  }
}
