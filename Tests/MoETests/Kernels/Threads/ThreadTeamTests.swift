import Foundation
import MoE
import Synchronization
import Testing

/// Passes whose loops share workers.
@Suite struct ThreadTeamTests {
  /// Runs a pass of loops with pauses between them, and returns how often each item was done.
  private static func pass(loops: Int, items: Int, pause: UInt32, threads: Int) -> [Int] {
    let counts = Locked([Int](repeating: 0, count: items))
    Compute.withThreadCount(threads) {
      Compute.pass(effort: .max) {
        for loop in 0..<loops {
          parallelFor(items) { item in counts.withLock { $0[item] += 1 } }
          // Longer than workers wait by turns, so that they sleep and are woken; or not.
          if pause > 0 && loop % 3 == 0 { usleep(pause) }
        }
      }
    }
    return counts.withLock { $0 }
  }

  @Test(arguments: [UInt32(0), 300]) func everyItemOfEveryLoopOnce(pause: UInt32) {
    for threads in [2, 3, 5] {
      let counts = Self.pass(loops: 60, items: 17, pause: pause, threads: threads)
      #expect(counts == [Int](repeating: 60, count: 17))
    }
  }

  /// Passes of several threads at once take turns with the workers, and get along without.
  @Test func passesOfManyThreads() async {
    await withTaskGroup(of: [Int].self) { group in
      for index in 0..<12 {
        group.addTask {
          Self.pass(loops: 40, items: 9, pause: index % 2 == 0 ? 0 : 150, threads: 2 + index % 3)
        }
      }
      for await counts in group { #expect(counts == [Int](repeating: 40, count: 9)) }
    }
  }

  @Test func passesMayBeInsideOfOthers() {
    let count = Atomic(0)
    Compute.withThreadCount(3) {
      Compute.pass {
        for _ in 0..<10 {
          Compute.pass(effort: .max) {
            parallelFor(4) { _ in
              Compute.pass { parallelFor(3) { _ in count.add(1, ordering: .relaxed) } }
            }
          }
        }
      }
    }
    #expect(count.load(ordering: .relaxed) == 120)
  }

  #if os(Linux)
    /// The thread sanitizer ends a process that makes threads after a fork.
    private static let mayFork = unsafe dlsym(nil, "__tsan_init") == nil

    /// The workers are no threads of a process that was forked: it makes its own.
    @Test(.enabled(if: mayFork)) func aForkedProcessGoesOn() async {
      await #expect(processExitsWith: .success) {
        _ = ThreadTeamTests.pass(loops: 20, items: 9, pause: 0, threads: 3)
        typealias Fork = @convention(c) () -> Int32
        guard let address = unsafe dlsym(nil, "fork") else { preconditionFailure("no fork") }
        let child = unsafe unsafeBitCast(address, to: Fork.self)()
        if child == 0 {
          let counts = ThreadTeamTests.pass(loops: 20, items: 9, pause: 0, threads: 3)
          _exit(counts == [Int](repeating: 20, count: 9) ? 0 : 1)
        }
        var status: Int32 = -1
        precondition(unsafe waitpid(child, &status, 0) == child && status == 0, "\(status)")
      }
    }
  #endif
}
