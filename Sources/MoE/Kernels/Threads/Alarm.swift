#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#elseif canImport(Darwin)
  import Darwin
#endif

/// What one thread sleeps by until another rings; a ring that comes first is kept.
///
/// The system's lock and condition, as in ``Locked``, because the thread sanitizer sees through
/// them.
@safe
final class Alarm: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var hasRung = false

  /// An alarm that has not rung.
  init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe pthread_mutex_init(mutex, nil)
    unsafe condition = .allocate(capacity: 1)
    unsafe condition.initialize(to: pthread_cond_t())
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe condition.deallocate()
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  /// Wakes the thread that sleeps, or keeps it from sleeping the next time.
  ///
  /// - Parameter change: What is done before, while the other thread does not look.
  func ring(after change: () -> Void = {}) {
    unsafe pthread_mutex_lock(mutex)
    change()
    hasRung = true
    // Afterwards, so that the thread that wakes finds the lock free.
    unsafe pthread_mutex_unlock(mutex)
    unsafe pthread_cond_signal(condition)
  }

  /// Sleeps until there was a ring since the last time, or several.
  ///
  /// - Parameter look: What is done then, while nobody rings.
  /// - Returns: What `look` returns.
  func wait<Result>(then look: () -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while !hasRung { unsafe pthread_cond_wait(condition, mutex) }
    hasRung = false
    return look()
  }
}
