import MoE

/// Some work to be measured.
struct Workload {
  var group: Group
  var name: String
  var shape: String
  /// The operations or bytes of the work, as the unit of its ceiling has it.
  var amount: Double
  /// The largest residual of a correct result.
  var largestResidual = 1.0
  /// Does the work once, and holds the result against a reference.
  var residual: () throws -> Double
  /// Does the work once.
  var run: () throws -> Void
  /// How many pieces of work of one kind that is, where times are to be those of one.
  var turns = 1
  /// What the innermost loop of products alone reaches, where the line is to say it.
  var kernelCeiling: Ceiling?
  /// What else is worth saying, from the seconds that the work takes.
  var note: (Double) -> String = { _ in "" }
}

/// A run of the benchmarks.
struct Session {
  let options: Options
  let output: Output

  /// A result that is further from the reference than rounding can explain.
  struct WrongResult: Error, CustomStringConvertible {
    var label: String
    var residual: Double
    var expected: Double

    var description: String {
      "\(label): residual \(residual), expected at most \(expected)"
    }
  }

  /// Runs the groups that were asked for.
  func run() throws {
    output.begin(options)
    for group in options.groups { try group.run(in: self) }
  }

  /// Whether the filter lets a line through.
  func wants(_ group: Group, _ name: String, _ shape: String) -> Bool {
    guard let filter = options.filter?.lowercased() else { return true }
    return "\(group.rawValue) \(name) \(shape)".lowercased().contains(filter)
  }

  /// Calls `body` for each kernel set and number of threads that was asked for, with both in force.
  func forEachConfiguration(
    threadCounts: [Int]? = nil, _ body: (KernelSet, Int) throws -> Void
  ) rethrows {
    for set in options.kernelSets {
      for threads in threadCounts ?? options.threadCounts {
        try KernelSet.withCurrent(set) {
          try Compute.withThreadCount(threads) { try body(set, threads) }
        }
      }
    }
  }

  /// How long and how often to measure.
  func effort(threads: Int) -> Measurement.Effort {
    options.isSmoke ? .smoke : .thorough(threads: threads)
  }

  /// Checks some work, measures it with the kernels and threads in force, and prints its line.
  func measure(_ work: Workload, against ceiling: Ceiling) throws {
    let (set, threads) = (KernelSet.current, Compute.threadCount)
    let residual = try work.residual()
    guard residual <= work.largestResidual else {
      throw WrongResult(
        label: "\(work.group.rawValue) \(work.name) \(work.shape) on \(set.rawValue) kernels, "
          + "threads \(threads)",
        residual: residual, expected: work.largestResidual)
    }
    var measurement = try Measurement(
      amount: work.amount, ceiling: ceiling, kernelCeiling: work.kernelCeiling,
      effort: effort(threads: threads), clock: Clock(threads: threads), work.run)
    measurement.milliseconds /= Double(work.turns)
    output.write(
      Line(
        group: work.group, name: work.name, shape: work.shape, kernels: set, threads: threads,
        measurement: measurement, residual: residual,
        note: work.note(measurement.milliseconds / 1000)))
  }
}

extension Session {
  /// The speed of some work in relation to that of other work: the median over runs that take
  /// turns.
  func speed(
    of work: () throws -> Void, over other: () throws -> Void, clock: Clock
  ) throws -> Double {
    // Twice: the first run generates kernels and touches memory.
    for _ in 0..<2 {
      try work()
      try other()
    }
    var ratios: [Double] = []
    for index in 0..<(options.isSmoke ? 3 : 21) {
      // Each goes first as often as the other.
      let isFirst = index % 2 == 0
      let first = try clock.time(isFirst ? work : other)
      let second = try clock.time(isFirst ? other : work)
      ratios.append(isFirst ? second / first : first / second)
    }
    return ratios.sorted()[ratios.count / 2]
  }
}
