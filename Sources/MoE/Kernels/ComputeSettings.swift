import Synchronization

/// The threads and kernels that a task has asked its work to run on.
///
/// They follow a task wherever its work goes: ``parallelFor(_:threads:scratch:_:)`` hands them to
/// the threads that it wakes, so that what is called there finds those of the caller.
struct ComputeSettings: Sendable, Equatable {
  /// Those of the task that runs.
  static var current: ComputeSettings {
    wereEverSet.load(ordering: .relaxed) ? ofTask : ComputeSettings()
  }

  @TaskLocal private static var ofTask = ComputeSettings()
  /// Whether a task has ever asked for something: until then nobody has to be asked what it was.
  ///
  /// It stays so, as tasks of their own keep what they inherited beyond the end of its scope.
  private static let wereEverSet = Atomic(false)

  /// The number of threads; that of the process where there is none.
  var threadCount: Int?
  /// The kernels; those of the process where there are none.
  var kernels: KernelSet?
  /// Whether threads share work that is too small to gain from it, as tests want it.
  var sharesSmallWork = false
  /// What counts products, where something does.
  var productCounter: ProductCounter?
  /// What measures the memory of tensors, where something does.
  var memoryMeter: MemoryMeter?

  /// Runs `body`, and all that it calls, under these settings.
  func callAsFunction<Result>(_ body: () throws -> Result) rethrows -> Result {
    ComputeSettings.wereEverSet.store(true, ordering: .relaxed)
    return try ComputeSettings.$ofTask.withValue(self, operation: body)
  }

  /// Runs `body`, and all that it awaits, under these settings.
  func whileAwaiting<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    ComputeSettings.wereEverSet.store(true, ordering: .relaxed)
    return try await ComputeSettings.$ofTask.withValue(self, operation: body)
  }

  /// Runs `body` on a thread that may belong to no task, under these settings.
  func apply(_ body: () -> Void) {
    if self == ComputeSettings.current {
      body()
    } else {
      self(body)
    }
  }
}
