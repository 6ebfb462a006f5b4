import Foundation

/// Waiting for another thread that is expected soon.
enum Waiting {
  /// How long: about as long as it takes to wake a thread that sleeps, so that waiting never costs
  /// more than twice what sleeping would have.
  private static let mostNanoseconds: UInt64 = 100_000

  /// Waits for a condition for a bounded time, and lets other threads have the processor.
  ///
  /// - Parameter isOver: The condition, which another thread brings about.
  /// - Returns: Whether it has come about.
  static func spin(until isOver: () -> Bool) -> Bool {
    for _ in 0..<200 where isOver() { return true }
    let start = now
    repeat {
      for _ in 0..<20 where isOver() { return true }
      sched_yield()
    } while now - start < mostNanoseconds
    return isOver()
  }

  private static var now: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
