import Foundation
import MoE
import Testing

@Suite struct ComputeTests {
  struct Failure: Error {}

  @Test func overridesNest() throws {
    let outside = Compute.threadCount
    #expect(outside >= 1)
    let result = Compute.withThreadCount(3) {
      #expect(Compute.threadCount == 3)
      Compute.withThreadCount(5) { #expect(Compute.threadCount == 5) }
      #expect(Compute.threadCount == 3)
      Compute.withThreadCount(1) { #expect(Compute.threadCount == 1) }
      return Compute.threadCount
    }
    #expect(result == 3)
    #expect(throws: Failure.self) { try Compute.withThreadCount(9) { throw Failure() } }
    #expect(Compute.threadCount == outside)
  }

  @Test func overridesHoldInChildTasks() async {
    let task = Compute.withThreadCount(6) { Task { Compute.threadCount } }
    #expect(await task.value == 6)
    async let detached = Task.detached { Compute.threadCount }.value
    #expect(await detached == Compute.threadCount)
  }

  @Test func theEnvironmentSetsTheDefault() async {
    await #expect(processExitsWith: .exitCode(37)) {
      unsafe setenv("MOE_THREADS", "37", 1)
      exit(Int32(Compute.threadCount))
    }
  }

  @Test(arguments: KernelSet.available.map(\.rawValue))
  func theEnvironmentForcesKernels(_ name: String) async {
    await #expect(processExitsWith: .success) { [name] in
      unsafe setenv("MOE_KERNELS", name.uppercased(), 1)
      precondition(KernelSet.current.rawValue == name)
      precondition(Compute.description.hasPrefix("\(name) kernels on "))
    }
  }

  @Test func kernelsThatAreNotThereAreSaidAndNotUsed() async {
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardErrorContent]
    ) {
      unsafe setenv("MOE_KERNELS", "sse9", 1)
      precondition(KernelSet.current == KernelSet.available.last)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("MOE_KERNELS is sse9, expected one of portable"))
  }

  @Test func description() {
    Compute.withThreadCount(1) { #expect(Compute.description.hasSuffix(", 1 thread")) }
    Compute.withThreadCount(3) { #expect(Compute.description.hasSuffix(", 3 threads")) }
  }

  @Test(arguments: ["0", "-2", "many", "", "1.5"]) func otherValuesAreIgnored(_ text: String) async
  {
    await #expect(processExitsWith: .success) { [text] in
      unsafe setenv("MOE_THREADS", text, 1)
      exit(Compute.threadCount == ProcessInfo.processInfo.activeProcessorCount ? 0 : 1)
    }
  }
}
