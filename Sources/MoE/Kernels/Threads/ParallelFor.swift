import Synchronization

/// Calls `body` once for each of `0..<count`, on several threads.
///
/// Which thread takes which item is left to chance, so that a slow core holds nothing up; items
/// must therefore write to disjoint places. Each thread makes one `scratch` and keeps it from item
/// to item. What the caller's task has set, of threads and of kernels, holds on all of them.
///
/// - Parameters:
///   - count: The number of items.
///   - threads: The number of threads at most; that of ``Compute`` unless given.
///   - scratch: Makes what a thread works with.
///   - body: The work on one item.
package func parallelFor<Scratch: ~Copyable>(
  _ count: Int, threads: Int? = nil, scratch: () -> Scratch,
  _ body: (inout Scratch, Int) -> Void
) {
  let most = min(threads ?? Compute.threadCount, count)
  guard most > 1 else {
    guard count > 0 else { return }
    var mine = scratch()
    for item in 0..<count { body(&mine, item) }
    return
  }
  let next = Atomic<Int>(0)
  withoutActuallyEscaping(scratch) { scratch in
    withoutActuallyEscaping(body) { body in
      // The compiler cannot see that items write to disjoint places: that is the caller's promise.
      nonisolated(unsafe) let work = (scratch: scratch, body: body)
      let settings = ComputeSettings.current
      withoutActuallyEscaping({
        // Workers belong to no task.
        settings.apply {
          var item = next.wrappingAdd(1, ordering: .relaxed).oldValue
          // Nothing is made for a thread that comes too late.
          guard item < count else { return }
          var mine = unsafe work.scratch()
          while item < count {
            unsafe work.body(&mine, item)
            item = next.wrappingAdd(1, ordering: .relaxed).oldValue
          }
        }
      }) { ThreadTeam.current.share(among: most - 1, $0) }
    }
  }
}

/// Calls `body` once for each of `0..<count`, on several threads, in no order.
///
/// - Parameters:
///   - count: The number of items, which must write to disjoint places.
///   - scalars: The scalars that all of them touch together; fewer than a thread takes at a time
///     stay on the calling thread.
///   - body: The work on one item.
package func parallelFor(_ count: Int, scalars: Int = .max, _ body: (Int) -> Void) {
  let isShared = count > 1 && scalars > SharedEffort.scalars(wakes: !ThreadTeam.isManned)
  parallelFor(
    count, threads: isShared ? nil : 1, scratch: { NoScratch() }, { _, item in body(item) })
}

/// The scratch of a thread that needs nothing of its own.
private struct NoScratch {}

/// Cuts `0..<count` into runs and calls `body` for each, on several threads where there is enough
/// work.
///
/// - Parameters:
///   - count: The number of elements.
///   - run: The elements of one run; a multiple of the vector width keeps partial vectors at the
///     end.
///   - scalars: The scalars of all runs together; ``scalarsPerRun`` a run unless given.
///   - body: The work on one run of elements.
package func parallelRuns(
  of count: Int, run: Int, scalars: Int? = nil, _ body: (Range<Int>) -> Void
) {
  let run = max(run, 1)
  let runs = (count + run - 1) / run
  parallelFor(runs, scalars: scalars ?? runs * scalarsPerRun) { item in
    body(item * run..<min(count, (item + 1) * run))
  }
}
