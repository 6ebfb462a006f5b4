/// What a schedule of this library's own shapes was made of: what can be written and read again.
indirect enum SchedulePlan: Sendable, Hashable, Codable {
  case constant(Float)
  case warmup(peak: Float, warmup: Int)
  case cosine(peak: Float, warmup: Int, total: Int, floor: Float)
  case linear(peak: Float, warmup: Int, total: Int, floor: Float)
  case inverseSquareRoot(peak: Float, warmup: Int)
  case warmupStableDecay(peak: Float, warmup: Int, decay: Int, total: Int, floor: Float)
  case then(SchedulePlan, SchedulePlan, after: Int)
  case warmedUp(SchedulePlan, over: Int)
  case scaled(SchedulePlan, by: Float)

  /// The schedule that it is the plan of.
  var schedule: LearningRateSchedule {
    switch self {
    case .constant(let rate): .constant(rate)
    case .warmup(let peak, let warmup): .warmup(peak: peak, warmup: warmup)
    case .cosine(let peak, let warmup, let total, let floor):
      .cosine(peak: peak, warmup: warmup, total: total, floor: floor)
    case .linear(let peak, let warmup, let total, let floor):
      .linear(peak: peak, warmup: warmup, total: total, floor: floor)
    case .inverseSquareRoot(let peak, let warmup):
      .inverseSquareRoot(peak: peak, warmup: warmup)
    case .warmupStableDecay(let peak, let warmup, let decay, let total, let floor):
      .warmupStableDecay(peak: peak, warmup: warmup, decay: decay, total: total, floor: floor)
    case .then(let first, let next, let count): first.schedule.then(next.schedule, after: count)
    case .warmedUp(let base, let count): base.schedule.warmedUp(over: count)
    case .scaled(let base, let factor): base.schedule.scaled(by: factor)
    }
  }
}

extension SchedulePlan {
  /// Its rates, its numbers of updates, and the schedules that it is made of.
  private var parts: (rates: [Float], counts: [Int], bases: [SchedulePlan]) {
    switch self {
    case .constant(let rate): ([rate], [], [])
    case .warmup(let peak, let warmup), .inverseSquareRoot(let peak, let warmup):
      ([peak], [warmup], [])
    case .cosine(let peak, let warmup, let total, let floor),
      .linear(let peak, let warmup, let total, let floor):
      ([peak, floor], [warmup, total], [])
    case .warmupStableDecay(let peak, let warmup, let decay, let total, let floor):
      ([peak, floor], [warmup, decay, total], [])
    case .then(let first, let next, let count): ([], [count], [first, next])
    case .warmedUp(let base, let count): ([], [count], [base])
    case .scaled(let base, let factor): ([factor], [], [base])
    }
  }

  /// Throws where a number that was read cannot be one of a schedule.
  fileprivate func check(_ decoder: any Decoder) throws {
    let parts = parts
    if let rate = parts.rates.first(where: { !$0.isFinite }) {
      throw decoder.refusing(
        "learning rate of a schedule", value: "\(rate)", expected: "a finite number")
    }
    if let count = parts.counts.first(where: { $0 < 0 }) {
      throw decoder.refusing(
        "number of updates of a schedule", value: "\(count)", expected: "at least 0")
    }
    for base in parts.bases { try base.check(decoder) }
  }
}

extension LearningRateSchedule {
  /// The same, knowing what it was made of.
  func planned(_ plan: SchedulePlan?) -> LearningRateSchedule {
    var schedule = self
    schedule.plan = plan
    return schedule
  }
}

extension LearningRateSchedule: Codable {
  /// Writes what the schedule is made of.
  ///
  /// - Throws: `EncodingError` of a schedule of your own, which is a closure.
  public func encode(to encoder: any Encoder) throws {
    try encodePlan(plan, of: "learning rate schedule", to: encoder)
  }

  /// Reads what the schedule is made of.
  ///
  /// - Throws: `DecodingError` for a rate that is not finite, and a number of updates below 0.
  public init(from decoder: any Decoder) throws {
    let plan = try SchedulePlan(from: decoder)
    try plan.check(decoder)
    self = plan.schedule
  }
}

extension LearningRateSchedule: CustomStringConvertible {
  /// What the schedule is made of.
  public var description: String {
    plan.map { planText($0) } ?? "a learning rate schedule of your own"
  }
}
