import Foundation

/// What the library's work runs on: the number of threads.
///
/// Results never depend on it: every output element is computed by one thread, in one order.
public enum Compute {
  @TaskLocal private static var threadCountOverride: Int?

  /// How many threads the library's work is spread over, the calling one included.
  ///
  /// That of the innermost ``withThreadCount(_:_:)``; else the environment variable `MOE_THREADS`, where
  /// it is a positive number; else one for each active core.
  public static var threadCount: Int { threadCountOverride ?? defaultThreadCount }

  /// Runs `body`, and all that it calls, on the given number of threads.
  ///
  /// - Parameters:
  ///   - count: At least 1; anything else traps.
  ///   - body: The work.
  /// - Returns: What `body` returns.
  public static func withThreadCount<Result>(
    _ count: Int, _ body: () throws -> Result
  ) rethrows -> Result {
    precondition(count >= 1, "withThreadCount: \(count) threads, expected at least 1")
    return try $threadCountOverride.withValue(count, operation: body)
  }

  private static let defaultThreadCount: Int = {
    let info = ProcessInfo.processInfo
    if let text = info.environment["MOE_THREADS"], let count = Int(text), count >= 1 {
      return count
    }
    return max(1, info.activeProcessorCount)
  }()
}
