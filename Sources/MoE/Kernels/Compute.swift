import Foundation

/// The machine as the library's work uses it: the kernels and the number of threads.
///
/// Results never depend on the number of threads: every output element is computed by one thread,
/// in one order. On x86-64 the kernels are generated for the processor when they are first needed;
/// the environment variable `MOE_KERNELS` forces `portable`, `avx2` or `avx512`, where the
/// processor has it.
public enum Compute {
  /// How many threads the library's work is spread over, the calling one included.
  ///
  /// That of the innermost ``withThreadCount(_:_:)``; else the environment variable `MOE_THREADS`,
  /// where it is a positive number; else one for each active core.
  public static var threadCount: Int {
    ComputeSettings.current.threadCount ?? defaultThreadCount
  }

  /// Runs `body`, and all that it calls, on the given number of threads.
  ///
  /// The number goes along with the work to other threads and to child tasks, not to detached ones.
  ///
  /// - Parameters:
  ///   - count: At least 1; anything else traps.
  ///   - body: The work.
  /// - Returns: What `body` returns.
  public static func withThreadCount<Result>(
    _ count: Int, _ body: () throws -> Result
  ) rethrows -> Result {
    require(count >= 1, "withThreadCount: \(count) threads, expected at least 1")
    var settings = ComputeSettings.current
    settings.threadCount = count
    return try settings(body)
  }

  /// Runs `body` on the given number of threads, which share small work too, though they lose by it:
  /// so that tests need no large tensors.
  ///
  /// - Parameters:
  ///   - count: At least 1; anything else traps.
  ///   - body: The work.
  /// - Returns: What `body` returns.
  package static func sharingAllWork<Result>(
    among count: Int, _ body: () throws -> Result
  ) rethrows -> Result {
    var settings = ComputeSettings.current
    settings.sharesSmallWork = true
    return try settings { try withThreadCount(count, body) }
  }

  /// Which kernels run, on which processor and on how many threads, in a line.
  ///
  /// For example `avx512 kernels on AMD EPYC 9R14, 2 threads`.
  public static var description: String {
    let threads = threadCount == 1 ? "1 thread" : "\(threadCount) threads"
    return "\(KernelSet.current.rawValue) kernels on \(processor), \(threads)"
  }

  /// The marketing name of the processor, or the name of its family.
  private static var processor: String {
    #if arch(x86_64) && !os(Windows)
      let brand = CPUFeatures.current.brand
      return brand.isEmpty ? "x86-64" : brand
    #elseif arch(arm64)
      return "arm64"
    #else
      return "an unknown processor"
    #endif
  }

  private static let defaultThreadCount: Int = {
    EnvironmentSetting.value("MOE_THREADS", expected: "a number of at least 1") {
      Int($0).flatMap { $0 >= 1 ? $0 : nil }
    } ?? max(1, ProcessInfo.processInfo.activeProcessorCount)
  }()
}
