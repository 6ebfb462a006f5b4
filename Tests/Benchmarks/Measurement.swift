import Foundation

/// What a rate counts.
enum Unit: String {
  /// 10⁹ floating-point operations a second.
  case gflops
  /// 10⁹ bytes a second.
  case gigabytesPerSecond
  /// 10³ passes a second.
  case passes

  /// What one pass counts, as all rates are of 10⁹.
  static let amountOfPass = 1e6

  /// As it stands in a table.
  var symbol: String {
    switch self {
    case .gflops: "GFLOP/s"
    case .gigabytesPerSecond: "GB/s"
    case .passes: "10³/s"
    }
  }
}

/// What time is taken from.
enum Clock {
  /// The time that the calling thread spent on a processor: other processes do not count.
  case thread
  /// The time that passed.
  case wall
  /// The time that all threads of the process spent on processors.
  case process

  /// The clock for work on a number of threads.
  ///
  /// Only work on one thread is seen by that thread's own clock.
  init(threads: Int) { self = threads == 1 ? .thread : .wall }

  /// The time since some moment.
  var seconds: Double {
    let source =
      switch self {
      case .thread: CLOCK_THREAD_CPUTIME_ID
      case .wall: CLOCK_MONOTONIC
      case .process: CLOCK_PROCESS_CPUTIME_ID
      }
    var time = timespec()
    unsafe clock_gettime(source, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }

  /// The time that some work takes.
  func time(_ work: () throws -> Void) rethrows -> Double {
    let start = seconds
    try work()
    return seconds - start
  }

  /// How often work must be repeated to take at least as long as wanted.
  func repeats(toTake wanted: Double, _ work: (_ repeats: Int) throws -> Void) rethrows -> Int {
    var repeats = 1
    while true {
      let taken = try time { try work(repeats) }
      if taken >= wanted { return repeats }
      // Not too far at once: the first runs are slower than later ones.
      let factor = (wanted / max(taken, 1e-9) * 1.1).rounded(.up)
      repeats *= max(2, Int(min(factor, 64)))
    }
  }
}

/// The time that some work takes, beside its ceiling at the same moments.
struct Measurement {
  /// The median time of the work, done once.
  var milliseconds: Double
  /// The interquartile range of the times over their median.
  let spread: Double
  /// What the rates count.
  let unit: Unit
  /// The rate at the median time.
  let rate: Double
  /// The median rate of the ceiling.
  let ceiling: Double
  /// The median of the samples' percentages.
  let percent: Double
  /// The same of what the innermost loop of products alone reaches, where that was measured.
  let kernelPercent: Double?
  /// Whether other processes kept the threads from running for most of the time.
  let isDisturbed: Bool

  /// How long and how often to measure.
  struct Effort {
    var samples: Int
    /// Seconds of one sample, at least; short work is repeated.
    var sampleTime: Double
    /// Seconds of one measurement of the ceiling.
    var ceilingTime: Double
    /// The share of the time that the threads of a ceiling must have run for the samples beside it
    /// to count.
    var leastOccupancy: Double

    /// For numbers to be trusted.
    ///
    /// Threads take some microseconds to come together, which must not show in their ceiling.
    static func thorough(threads: Int) -> Effort {
      Effort(
        samples: 15, sampleTime: 0.02, ceilingTime: threads == 1 ? 0.004 : 0.012,
        leastOccupancy: 0.95)
    }

    /// Only to see that everything runs.
    static let smoke = Effort(samples: 12, sampleTime: 1e-4, ceilingTime: 1e-4, leastOccupancy: 0)
  }

  /// Measures work after a warm-up, taking turns with its ceiling.
  ///
  /// The machine's clock moves from moment to moment, and so do its neighbours: hence each sample
  /// is compared with the ceilings right before and after it.
  ///
  /// - Parameters:
  ///   - amount: The operations or bytes of the work, done once.
  ///   - ceiling: The ceiling, on the same threads.
  ///   - kernelCeiling: What the innermost loop of products alone reaches, where that is wanted.
  ///   - effort: How long and how often.
  ///   - clock: What time is taken from.
  ///   - work: The work.
  init(
    amount: Double, ceiling: Ceiling, kernelCeiling: Ceiling? = nil, effort: Effort, clock: Clock,
    _ work: () throws -> Void
  ) rethrows {
    // Twice: the first run generates kernels and touches memory.
    for _ in 0..<2 { try work() }
    let repeats = try clock.repeats(toTake: effort.sampleTime) { repeats in
      for _ in 0..<repeats { try work() }
    }
    let samples = try Measurement.samples(ceiling, kernelCeiling, effort) {
      try clock.time { for _ in 0..<repeats { try work() } } / Double(repeats)
    }
    self.init(samples, amount: amount, unit: ceiling.unit, effort: effort)
  }

  /// Measures a ceiling itself.
  init(_ ceiling: Ceiling, effort: Effort) {
    let samples = Measurement.samples(ceiling, nil, effort) { ceiling.rate().seconds }
    self.init(samples, amount: ceiling.amount, unit: ceiling.unit, effort: effort)
  }

  private init(_ samples: [Sample], amount: Double, unit: Unit, effort: Effort) {
    let times = samples.map(\.seconds)
    let median = times.quantile(0.5)
    milliseconds = 1000 * median
    spread = (times.quantile(0.75) - times.quantile(0.25)) / median
    self.unit = unit
    rate = amount / median / 1e9
    ceiling = samples.map(\.ceiling).quantile(0.5)
    percent = samples.map { 100 * amount / $0.seconds / 1e9 / $0.ceiling }.quantile(0.5)
    let kernelPercents = samples.compactMap { sample in
      sample.kernelCeiling.map { 100 * amount / sample.seconds / 1e9 / $0 }
    }
    kernelPercent = kernelPercents.isEmpty ? nil : kernelPercents.quantile(0.5)
    isDisturbed = samples.map(\.occupancy).quantile(0.5) < effort.leastOccupancy
  }

  /// One time of the work, with the mean of the ceilings before and after it.
  private struct Sample {
    var seconds: Double
    var ceiling: Double
    var kernelCeiling: Double?
    var occupancy: Double
  }

  /// Takes samples until enough of them were not disturbed, or until there are four times as many.
  ///
  /// Whether a sample counts is decided by its ceilings, not by its own time.
  private static func samples(
    _ ceiling: Ceiling, _ kernelCeiling: Ceiling?, _ effort: Effort, _ time: () throws -> Double
  ) rethrows -> [Sample] {
    var all: [Sample] = []
    var undisturbed: [Sample] = []
    var (before, kernelBefore) = (ceiling.rate(), kernelCeiling?.rate())
    while undisturbed.count < effort.samples, all.count < 4 * effort.samples {
      let seconds = try time()
      let (after, kernelAfter) = (ceiling.rate(), kernelCeiling?.rate())
      let sample = Sample(
        seconds: seconds, ceiling: (before.rate + after.rate) / 2,
        kernelCeiling: kernelBefore.flatMap { before in
          kernelAfter.map { (before.rate + $0.rate) / 2 }
        },
        occupancy: min(before.occupancy, after.occupancy))
      all.append(sample)
      if sample.occupancy >= effort.leastOccupancy { undisturbed.append(sample) }
      (before, kernelBefore) = (after, kernelAfter)
    }
    return undisturbed.count >= effort.samples ? undisturbed : all
  }
}

extension [Double] {
  /// The value below which a share of the values lies, between neighbours where it falls between.
  fileprivate func quantile(_ share: Double) -> Double {
    let sorted = sorted()
    let place = share * Double(count - 1)
    let lower = Int(place)
    let upper = Swift.min(lower + 1, count - 1)
    return sorted[lower] + (place - Double(lower)) * (sorted[upper] - sorted[lower])
  }
}

/// Takes a result that nobody needs, so that the compiler cannot leave out what made it.
@inline(never)
@_optimize(none)
func blackHole<Value>(_ value: Value) {}
