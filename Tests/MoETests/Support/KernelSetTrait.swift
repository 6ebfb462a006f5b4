import MoE
import Testing

/// Runs a test once on each kernel set that this machine has.
struct KernelSetTrait: TestTrait, SuiteTrait, TestScoping {
  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    guard testCase != nil else { return try await function() }
    for set in KernelSet.available {
      try await KernelSet.withCurrent(set) { try await function() }
    }
  }
}

extension Trait where Self == KernelSetTrait {
  /// Runs the test once on each kernel set that this machine has.
  static var onEveryKernelSet: KernelSetTrait { KernelSetTrait() }
}
