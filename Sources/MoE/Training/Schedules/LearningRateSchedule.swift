/// A learning rate that depends on the number of updates so far.
///
///     let schedule = LearningRateSchedule.cosine(peak: 3e-3, warmup: 100, total: 2000)
///     optimizer.learningRate = schedule(step)
public struct LearningRateSchedule: Sendable {
  private let rate: @Sendable (Int) -> Float
  /// What it was made of; nothing of a closure.
  var plan: SchedulePlan?

  /// A schedule that may be your own.
  ///
  /// - Parameter rate: The learning rate of an update, counted from 0.
  public init(_ rate: @escaping @Sendable (Int) -> Float) { self.rate = rate }

  /// The learning rate of an update.
  ///
  /// - Parameter step: The number of updates before it.
  /// - Returns: The learning rate.
  public func callAsFunction(_ step: Int) -> Float { rate(step) }

  /// The same rate throughout.
  ///
  /// - Parameter rate: The learning rate.
  /// - Returns: A schedule.
  public static func constant(_ rate: Float) -> LearningRateSchedule {
    LearningRateSchedule { _ in rate }.planned(.constant(rate))
  }

  /// A rise in equal steps to the peak, which then stays.
  ///
  /// - Parameters:
  ///   - peak: The learning rate after the rise.
  ///   - warmup: The number of updates of the rise, of which the last has the peak.
  /// - Returns: A schedule.
  public static func warmup(peak: Float, warmup: Int) -> LearningRateSchedule {
    LearningRateSchedule { peak * rise($0, warmup: warmup) }
      .planned(.warmup(peak: peak, warmup: warmup))
  }

  /// A rise in equal steps to the peak, then half a cosine down to a floor, which then stays.
  ///
  /// - Parameters:
  ///   - peak: The learning rate after the rise.
  ///   - warmup: The number of updates of the rise, of which the last has the peak.
  ///   - total: The number of updates in all, of which the last has the floor.
  ///   - floor: The smallest learning rate of the descent.
  /// - Returns: A schedule.
  ///
  /// Source: Loshchilov and Hutter, arXiv 1608.03983, without restarts.
  public static func cosine(
    peak: Float, warmup: Int = 0, total: Int, floor: Float = 0
  ) -> LearningRateSchedule {
    LearningRateSchedule { step in
      if step < warmup { return peak * rise(step, warmup: warmup) }
      let length = max(1, total - 1 - warmup)
      // Exactly the floor: the series leaves a rest of about 10⁻¹⁶.
      guard step - warmup < length else { return floor }
      let progress = Double(step - warmup) / Double(length)
      return floor + (peak - floor) * Float((1 + cosineOfHalfTurns(progress)) / 2)
    }.planned(.cosine(peak: peak, warmup: warmup, total: total, floor: floor))
  }

  static func rise(_ step: Int, warmup: Int) -> Float {
    step < warmup ? Float(step + 1) / Float(warmup) : 1
  }

  /// cos(π·x) for 0 ≤ x ≤ 1, the same on every system: −sin(π·(x − ½)) by its series.
  private static func cosineOfHalfTurns(_ x: Double) -> Double {
    let angle = Double.pi * (x - 0.5)
    var (term, sum) = (angle, angle)
    // |angle| ≤ π/2: eleven terms leave less than 10⁻¹⁷.
    for index in 1...11 {
      let divisor: Int = 2 * index * (2 * index + 1)
      term *= -angle * angle / Double(divisor)
      sum += term
    }
    return -sum
  }
}
