#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#elseif canImport(Darwin)
  import Darwin
#endif

extension Compute {
  /// Runs a pass: work of many loops, which share the workers that one of them has woken.
  ///
  /// Waking a thread takes some 50 microseconds. Without a pass around them, each loop wakes its
  /// own workers, and lets them go. Passes may be inside of one another; the outermost counts.
  ///
  /// - Parameters:
  ///   - effort: The multiply-adds of the pass where they are known: workers are then woken at once
  ///     where they are worth it, and arrive while the pass does what it does alone.
  ///   - body: The work, which does not wait for other tasks.
  /// - Returns: What `body` returns.
  package static func pass<Result>(
    effort: Int = 0, _ body: () throws -> Result
  ) rethrows -> Result {
    let threads = threadCount
    guard threads > 1 else { return try body() }
    let team = ThreadTeam.current
    team.begin()
    defer { team.end() }
    // Half of what is worth it for a single product, which workers come late to.
    if effort >= SharedEffort.product(wakes: true) / 2 { team.call(threads - 1) }
    return try body()
  }
}

/// How much work is worth sharing.
package enum SharedEffort {
  /// The multiply-adds of products from which other threads take part.
  ///
  /// A thread that sleeps is there after some 50 microseconds, in which a core does 2²² to 2²³
  /// multiply-adds on generated kernels; one that waits for the next loop, after about one.
  package static func product(wakes: Bool) -> Int {
    ComputeSettings.current.sharesSmallWork ? 1 << 20 : wakes ? 1 << 23 : 1 << 18
  }

  /// The scalars of a loop from which other threads take part: in the time that it takes to wake
  /// one, the calling thread has gone through about as many by itself.
  package static func scalars(wakes: Bool) -> Int {
    ComputeSettings.current.sharesSmallWork ? scalarsPerRun : wakes ? 1 << 18 : 1 << 14
  }
}

extension ThreadTeam {
  /// The team of the calling thread.
  static var current: ThreadTeam {
    if let known = unsafe pthread_getspecific(key) {
      return unsafe Unmanaged<ThreadTeam>.fromOpaque(known).takeUnretainedValue()
    }
    let team = ThreadTeam()
    unsafe pthread_setspecific(key, Unmanaged.passRetained(team).toOpaque())
    return team
  }

  /// Whether workers of the calling thread's pass are awake.
  static var isManned: Bool {
    guard let known = unsafe pthread_getspecific(key) else { return false }
    return unsafe Unmanaged<ThreadTeam>.fromOpaque(known)._withUnsafeGuaranteedRef { $0.hasWorkers }
  }

  /// The place of a team among what the system keeps for a thread, which lets it go at the end.
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    #if canImport(Darwin)
      unsafe pthread_key_create(&key) {
        unsafe Unmanaged<ThreadTeam>.fromOpaque($0).release()
      }
    #else
      unsafe pthread_key_create(&key) {
        if let team = unsafe $0 { unsafe Unmanaged<ThreadTeam>.fromOpaque(team).release() }
      }
    #endif
    return key
  }()
}
