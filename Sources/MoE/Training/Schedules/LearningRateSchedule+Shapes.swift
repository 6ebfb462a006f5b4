/// The usual shapes of a schedule, beside those with a cosine.
extension LearningRateSchedule {
  /// A rise in equal steps to the peak, then a straight line down to a floor, which then stays.
  ///
  /// - Parameters:
  ///   - peak: The learning rate after the rise.
  ///   - warmup: The number of updates of the rise, of which the last has the peak.
  ///   - total: The number of updates in all, of which the last has the floor.
  ///   - floor: The learning rate at the end.
  /// - Returns: A schedule.
  public static func linear(
    peak: Float, warmup: Int = 0, total: Int, floor: Float = 0
  ) -> LearningRateSchedule {
    LearningRateSchedule { step in
      if step < warmup { return peak * rise(step, warmup: warmup) }
      let length = max(1, total - 1 - warmup)
      guard step - warmup < length else { return floor }
      return floor + (peak - floor) * Float(1 - Double(step - warmup) / Double(length))
    }.planned(.linear(peak: peak, warmup: warmup, total: total, floor: floor))
  }

  /// A rise in equal steps to the peak, then peak·√(w/(t + 1)) at update t, with w the number of
  /// updates of the rise, at least one.
  ///
  /// - Parameters:
  ///   - peak: The learning rate after the rise.
  ///   - warmup: The number of updates of the rise, of which the last has the peak.
  /// - Returns: A schedule without an end.
  ///
  /// Source: Vaswani and others, arXiv 1706.03762, section 5.3.
  public static func inverseSquareRoot(peak: Float, warmup: Int = 0) -> LearningRateSchedule {
    LearningRateSchedule { step in
      if step < warmup { return peak * rise(step, warmup: warmup) }
      return peak * Float((Double(max(1, warmup)) / (Double(step) + 1)).squareRoot())
    }.planned(.inverseSquareRoot(peak: peak, warmup: warmup))
  }

  /// A rise in equal steps to the peak, which then stays until a straight line down to a floor.
  ///
  /// A training may be prolonged from any state before the descent.
  ///
  /// - Parameters:
  ///   - peak: The learning rate between rise and descent.
  ///   - warmup: The number of updates of the rise, of which the last has the peak.
  ///   - decay: The number of updates of the descent.
  ///   - total: The number of updates in all, of which the last has the floor.
  ///   - floor: The learning rate at the end.
  /// - Returns: A schedule.
  ///
  /// Source: Hu and others, arXiv 2404.06395, section 4.
  public static func warmupStableDecay(
    peak: Float, warmup: Int = 0, decay: Int, total: Int, floor: Float = 0
  ) -> LearningRateSchedule {
    LearningRateSchedule { step in
      if step < warmup { return peak * rise(step, warmup: warmup) }
      // The last update before the descent is the first point of the line.
      let start = total - 1 - decay
      guard step > start else { return peak }
      guard step < total - 1 else { return floor }
      return floor + (peak - floor) * Float(Double(total - 1 - step) / Double(decay))
    }.planned(
      .warmupStableDecay(peak: peak, warmup: warmup, decay: decay, total: total, floor: floor))
  }
}

/// Schedules made of others.
///
///     let schedule = LearningRateSchedule.constant(3e-4)
///       .then(.linear(peak: 3e-4, total: 1000, floor: 3e-5), after: 4000)
///       .warmedUp(over: 500)
extension LearningRateSchedule {
  /// This schedule for some updates, then another from its own start.
  ///
  /// - Parameters:
  ///   - next: What follows; its first update is update `count`.
  ///   - count: The number of updates of this one.
  /// - Returns: A schedule.
  public func then(_ next: LearningRateSchedule, after count: Int) -> LearningRateSchedule {
    let plans = plan.flatMap { own in next.plan.map { (own, $0) } }
    return LearningRateSchedule { step in step < count ? self(step) : next(step - count) }
      .planned(plans.map { .then($0, $1, after: count) })
  }

  /// A rise in equal steps to the first rate of this schedule, then this one from its start.
  ///
  /// - Parameter count: The number of updates of the rise, of which the last has the first rate.
  /// - Returns: A schedule that is longer by as many updates.
  public func warmedUp(over count: Int) -> LearningRateSchedule {
    LearningRateSchedule { step in
      step < count
        ? self(0) * LearningRateSchedule.rise(step, warmup: count) : self(step - count)
    }.planned(plan.map { .warmedUp($0, over: count) })
  }

  /// This schedule times a number.
  ///
  /// - Parameter factor: The number.
  /// - Returns: A schedule.
  public func scaled(by factor: Float) -> LearningRateSchedule {
    LearningRateSchedule { self($0) * factor }.planned(plan.map { .scaled($0, by: factor) })
  }
}
