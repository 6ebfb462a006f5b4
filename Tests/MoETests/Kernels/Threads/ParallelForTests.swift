import Foundation
import MoE
import Synchronization
import Testing

@Suite(.namingCombinations) struct ParallelForTests {
  /// A counter for each item, that any thread may raise.
  final class Counters: Sendable {
    let counts: Locked<[Int]>
    let scratches = Atomic<Int>(0)
    init(_ count: Int) { counts = Locked([Int](repeating: 0, count: count)) }
  }

  @Test func everyItemOnce() {
    withEvery("count", in: [0, 1, 2, 7, 64, 1000]) { count in
      withEvery("threads", in: [1, 2, 3, 8, 100]) { threads in
        let counters = Counters(count)
        parallelFor(
          count, threads: threads,
          scratch: { _ = counters.scratches.add(1, ordering: .relaxed) },
          { _, item in counters.counts.withLock { $0[item] += 1 } })
        #expect(counters.counts.withLock { $0 } == [Int](repeating: 1, count: count))
        // One for each thread that takes part, and no more threads than items.
        let scratches = counters.scratches.load(ordering: .relaxed)
        #expect(scratches >= min(1, count) && scratches <= min(threads, count))
      }
    }
  }

  /// What a thread did to its scratch on one item is there on the next.
  @Test func scratchStaysWithItsThread() {
    struct Tally: ~Copyable {
      var items = 0
      let total: Counters
      deinit { total.counts.withLock { $0[0] += items } }
    }
    for threads in [1, 2, 5] {
      let total = Counters(1)
      parallelFor(
        100, threads: threads, scratch: { Tally(total: total) }, { tally, _ in tally.items += 1 })
      #expect(total.counts.withLock { $0 } == [100])
    }
  }

  /// Alone in its process, where no other pass has the workers.
  @Test func theThreadCountIsThatOfCompute() async {
    await #expect(processExitsWith: .success) {
      for threads in [1, 4, 2, 2, 4, 3, 2] {
        let scratches = Atomic(0)
        let end = Date.now + 60
        Compute.withThreadCount(threads) {
          parallelFor(
            50, scratch: { _ = scratches.add(1, ordering: .relaxed) },
            { _, _ in
              // Nobody goes on before all are there; a minute is for a machine that has no time.
              while scratches.load(ordering: .relaxed) < threads, Date.now < end { usleep(1000) }
            })
        }
        precondition(scratches.load(ordering: .relaxed) == threads)
      }
    }
  }

  /// What the caller has set holds on every thread, whatever ran on it before.
  @Test(arguments: KernelSet.available) func settingsReachTheWorkers(_ set: KernelSet) {
    let seen = Locked<[(threads: Int, kernels: KernelSet)]>([])
    let nothing: () -> Void = {}
    KernelSet.withCurrent(set) {
      Compute.withThreadCount(3) {
        // Each item waits for the others a while, so that several threads take part where there are
        // any.
        let arrived = Atomic(0)
        parallelFor(3, scratch: nothing) { _, _ in
          arrived.add(1, ordering: .relaxed)
          for _ in 0..<1000 where arrived.load(ordering: .relaxed) < 3 { usleep(20) }
          seen.withLock { $0.append((Compute.threadCount, KernelSet.current)) }
          Compute.withThreadCount(2) {
            parallelFor(2, scratch: nothing) { _, _ in
              seen.withLock { $0.append((Compute.threadCount + 1, KernelSet.current)) }
            }
          }
        }
      }
    }
    let all = seen.withLock { $0 }
    #expect(all.count == 9)
    #expect(all.allSatisfy { $0.threads == 3 && $0.kernels == set })
  }

  @Test func callsMayNest() {
    let counters = Counters(60)
    let nothing: () -> Void = {}
    parallelFor(6, threads: 3, scratch: nothing) { _, outer in
      parallelFor(10, threads: 3, scratch: nothing) { _, inner in
        counters.counts.withLock { $0[outer * 10 + inner] += 1 }
      }
    }
    #expect(counters.counts.withLock { $0 } == [Int](repeating: 1, count: 60))
  }

  @Test func runsCoverEveryElementOnce() {
    withEvery("count", in: [0, 1, 7, 8, 9, 100]) { count in
      withEvery("run", in: [-1, 0, 1, 7, 8, 100, 1000]) { run in
        let counters = Counters(count)
        Compute.withThreadCount(3) {
          parallelRuns(of: count, run: run) { range in
            #expect(!range.isEmpty && range.count <= max(run, 1))
            #expect(range.lowerBound % max(run, 1) == 0)
            counters.counts.withLock { counts in for index in range { counts[index] += 1 } }
          }
        }
        #expect(counters.counts.withLock { $0 } == [Int](repeating: 1, count: count))
      }
    }
  }
}
