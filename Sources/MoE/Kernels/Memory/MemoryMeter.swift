import Synchronization

/// Measures the memory of the tensors that some work makes, so that tests can hold it to a bound.
///
/// What the work makes counts until it is freed, wherever that is; what was made before does not.
/// Bytes are those that were asked for: a kept block of the ``StoragePool`` may have some more. Small
/// tensors, below ``BlockSize/least`` bytes, do not count.
package final class MemoryMeter: Sendable, Equatable {
  /// What a meter shows.
  package struct Reading: Sendable {
    /// The bytes that are in use now.
    package var byteCount = 0
    /// The most that were in use at once.
    package var largestByteCount = 0
    /// How many blocks were asked of the system, as the ``StoragePool`` had none.
    package var freshBlockCount = 0
  }

  /// How many pieces of work are being measured: where none is, making a tensor costs no more than
  /// a look at this.
  private static let activeCount = Atomic<Int>(0)

  private let state = Locked(Reading())

  /// A meter that shows nothing yet.
  package init() {}

  /// Calls `body` and measures what it makes, on all threads.
  package func measure<Result>(_ body: () throws -> Result) rethrows -> Result {
    var settings = ComputeSettings.current
    settings.memoryMeter = self
    MemoryMeter.activeCount.wrappingAdd(1, ordering: .relaxed)
    defer { MemoryMeter.activeCount.wrappingSubtract(1, ordering: .relaxed) }
    return try settings(body)
  }

  /// What the meter shows now.
  package var reading: Reading { state.withLock { $0 } }

  /// Forgets the most that was in use, and the blocks, so that they count from now on.
  package func restart() {
    state.withLock {
      $0.largestByteCount = $0.byteCount
      $0.freshBlockCount = 0
    }
  }

  /// That of the work that runs, where something measures it.
  static var current: MemoryMeter? {
    activeCount.load(ordering: .relaxed) == 0 ? nil : ComputeSettings.current.memoryMeter
  }

  func add(_ byteCount: Int, isFreshBlock: Bool) {
    state.withLock {
      $0.byteCount += byteCount
      $0.largestByteCount = max($0.largestByteCount, $0.byteCount)
      if isFreshBlock { $0.freshBlockCount += 1 }
    }
  }

  func remove(_ byteCount: Int) { state.withLock { $0.byteCount -= byteCount } }

  package static func == (left: MemoryMeter, right: MemoryMeter) -> Bool { left === right }
}
