import Synchronization

/// The calling thread of a pass and the workers that help it, loop after loop.
///
/// A loop is *open* while items are left. Workers that are there join it, and nobody waits for one
/// that is not: so a worker that the system keeps from running costs its share and no more, and a
/// process whose workers are gone, as after a fork, goes on by itself. The calling thread waits
/// only for those that have joined.
///
/// Between the loops of a pass, workers wait by turns for a bounded time, then they sleep, as they
/// do as soon as the pass is over.
@safe
final class ThreadTeam: @unchecked Sendable {
  /// The loop that is open, and who works on it.
  private let state = Atomic<UInt64>(0)
  /// How often the team was dismissed: workers of earlier passes know by it that they are late.
  private let passNumber = Atomic<Int>(0)
  /// How many workers wait for a loop without sleeping, or work on one.
  private let presentCount = Atomic<Int>(0)
  /// What all do in the open loop; touched by the caller while nobody has joined, else by those
  /// who have.
  private var work: (() -> Void)?
  /// Where the calling thread sleeps until the last worker has left a loop.
  private let isDone = Alarm()

  // What follows, only the calling thread touches.

  private var members: [Worker] = []
  /// How many passes are inside of one another.
  private var depth = 0
  /// Whether a loop is open: what its items share in turn, they do by themselves.
  private var isSharing = false

  /// Whether workers are there that need not be woken.
  var hasWorkers: Bool { presentCount.load(ordering: .relaxed) > 0 }

  // MARK: The calling thread

  /// Starts a pass, which may be inside of another.
  func begin() { depth += 1 }

  /// Ends a pass; with the outermost the workers go.
  func end() {
    depth -= 1
    guard depth == 0, !members.isEmpty else { return }
    passNumber.add(1, ordering: .relaxed)
    // Those that wait by turns see a loop without places, and then the number.
    open(places: 0)
    for worker in members { _ = worker.claim() }
    WorkerPool.keep(members)
    members.removeAll(keepingCapacity: true)
  }

  /// Wakes workers, so that there are so many, as far as any are idle.
  func call(_ count: Int) {
    guard members.count < count, !isSharing else { return }
    let pass = passNumber.load(ordering: .relaxed)
    for worker in WorkerPool.take(count - members.count) {
      members.append(worker)
      worker.join(self, pass)
    }
  }

  /// Runs `work` on the calling thread and on so many workers at most, and returns when all are
  /// done with it.
  ///
  /// - Parameters:
  ///   - workers: How many may join.
  ///   - work: What each does; it ends when nothing is left to do.
  func share(among workers: Int, _ work: @escaping () -> Void) {
    guard !isSharing else { return work() }
    begin()
    defer { end() }
    call(workers)
    isSharing = true
    self.work = work
    open(places: UInt64(min(workers, State.mostPlaces)))
    for worker in members where worker.claim() { worker.wake() }
    work()
    close()
    self.work = nil
    isSharing = false
  }

  private func open(places: UInt64) {
    let loop = State(state.load(ordering: .relaxed)).loop &+ 1
    // Workers that fall asleep look at it once more after they have said so.
    state.store(State(loop: loop, places: places).bits, ordering: .sequentiallyConsistent)
  }

  /// Lets nobody join any more, and waits for those who have.
  private func close() {
    let old = state.bitwiseAnd(~State.placesMask, ordering: .acquiringAndReleasing).oldValue
    guard State(old).joinedCount > 0 else { return }
    let isOver = Waiting.spin { State(state.load(ordering: .acquiring)).joinedCount == 0 }
    guard !isOver else { return }
    let last = state.bitwiseOr(State.sleepsFlag, ordering: .acquiringAndReleasing).oldValue
    if State(last).joinedCount > 0 { isDone.wait {} }
  }

  // MARK: Workers

  /// Helps with the loops of a pass, until it is over or the worker is to sleep, which is woken for
  /// the next loop.
  func serve(_ worker: Worker, pass: Int) {
    presentCount.add(1, ordering: .relaxed)
    defer { presentCount.subtract(1, ordering: .relaxed) }
    // No loop has that number: the one that is open now is the first to look at.
    var seen: UInt64?
    while true {
      if !Waiting.spin(until: { loop() != seen }) {
        worker.fallAsleep()
        if loop() == seen { return }
        // Something has come up; where the caller knows that it sleeps, it is woken at once.
        guard worker.claim() else { return }
      }
      guard passNumber.load(ordering: .relaxed) == pass else { return }
      let now = loop()
      if join(now) {
        runWork()
        leave()
      }
      seen = now
    }
  }

  private func loop() -> UInt64 { State(state.load(ordering: .sequentiallyConsistent)).loop }

  private func join(_ loop: UInt64) -> Bool {
    var bits = state.load(ordering: .acquiring)
    while true {
      let now = State(bits)
      guard now.loop == loop, now.places > 0 else { return false }
      let (exchanged, original) = state.compareExchange(
        expected: bits, desired: now.joined.bits, ordering: .acquiringAndReleasing)
      if exchanged { return true }
      bits = original
    }
  }

  /// By itself, so that the closure is let go before ``leave()``.
  @inline(never)
  private func runWork() { work?() }

  private func leave() {
    let old = State(state.subtract(1, ordering: .acquiringAndReleasing).oldValue)
    if old.joinedCount == 1 && old.callerSleeps { isDone.ring() }
  }

  /// The number of a loop, how many may still join it and how many have, in one word.
  private struct State {
    static let placesMask: UInt64 = 0x7fff << 16
    static let sleepsFlag: UInt64 = 1 << 15
    static let mostPlaces = 0x7fff

    let bits: UInt64

    init(_ bits: UInt64) { self.bits = bits }
    init(loop: UInt64, places: UInt64) { bits = (loop & 0xffff_ffff) << 32 | places << 16 }

    var loop: UInt64 { bits >> 32 }
    var places: UInt64 { (bits & State.placesMask) >> 16 }
    var joinedCount: UInt64 { bits & 0x7fff }
    var callerSleeps: Bool { bits & State.sleepsFlag != 0 }
    var joined: State { State(bits - 1 << 16 + 1) }
  }
}
