import Foundation
import Synchronization

/// A thread that helps with the loops of passes, and sleeps between passes.
@safe
final class Worker: @unchecked Sendable {
  private let alarm = Alarm()
  private let isAsleep = Atomic(false)
  /// The pass to help with, the last one that the worker was taken for: touched at the alarm.
  private var assignment: (team: ThreadTeam, pass: Int)?

  /// A worker that sleeps until it is called.
  init() {
    let thread = Thread { [self] in
      while true {
        guard let (team, pass) = alarm.wait(then: { assignment }) else { continue }
        team.serve(self, pass: pass)
      }
    }
    thread.name = "MoE worker"
    thread.qualityOfService = .userInitiated
    thread.start()
  }

  /// Wakes the worker for a pass; whoever took it from the ``WorkerPool`` may.
  ///
  /// It may be about to leave the pass before, and comes then.
  func join(_ team: ThreadTeam, _ pass: Int) {
    alarm.ring { assignment = (team, pass) }
  }

  /// Wakes the worker for the pass that it fell asleep in; whoever has claimed it may.
  func wake() { alarm.ring() }

  /// Says that the worker is about to sleep.
  func fallAsleep() { isAsleep.store(true, ordering: .sequentiallyConsistent) }

  /// Whether the worker sleeps and nobody else has claimed it; it is the caller's then.
  func claim() -> Bool {
    isAsleep.load(ordering: .sequentiallyConsistent)
      && isAsleep.exchange(false, ordering: .sequentiallyConsistent)
  }
}

/// The workers of the process that no pass has at the moment.
enum WorkerPool {
  private struct State {
    /// The process that the workers are threads of: a fork has none of them.
    var process: Int32
    var idle: [Worker] = []
    var count = 0
  }

  private static let state = Locked(State(process: getpid()))

  /// Takes idle workers, and makes such as are missing as long as there are fewer than asked for.
  ///
  /// - Parameter count: How many are wanted.
  /// - Returns: As many, or fewer where others help elsewhere.
  static func take(_ count: Int) -> [Worker] {
    state.withLock { state in
      if state.process != getpid() { state = State(process: getpid()) }
      while state.idle.count < count, state.count < max(count, processorCount - 1) {
        state.idle.append(Worker())
        state.count += 1
      }
      let taken = Array(state.idle.suffix(count))
      state.idle.removeLast(taken.count)
      return taken
    }
  }

  /// Takes workers back, which may be about to leave the pass.
  static func keep(_ workers: [Worker]) { state.withLock { $0.idle += workers } }

  private static let processorCount = ProcessInfo.processInfo.activeProcessorCount
}
