/// The threads and kernels that a task has asked its work to run on.
///
/// They follow a task wherever its work goes: ``parallelFor(_:threads:scratch:_:)`` hands them to
/// the threads that it wakes, so that what is called there finds those of the caller.
struct ComputeSettings: Sendable, Equatable {
  /// Those of the task that runs.
  @TaskLocal static var current = ComputeSettings()

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

  /// Runs `body` on a thread that may belong to no task, under these settings.
  func apply(_ body: () -> Void) {
    if self == ComputeSettings.current {
      body()
    } else {
      ComputeSettings.$current.withValue(self) { body() }
    }
  }
}
