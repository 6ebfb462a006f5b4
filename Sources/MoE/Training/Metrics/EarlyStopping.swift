/// Tells when a measure has not become better for some evaluations.
///
///     var stopping = EarlyStopping(patience: 3, leastChange: 0.001)
///     for (step, loss) in [2.0, 1.5, 1.6, 1.4995, 1.7].enumerated() {
///       stopping.observe(loss, step: step)
///     }
///     print(stopping.shouldStop, stopping.bestValue ?? 0, stopping.bestStep ?? 0)  // true 1.5 1
public struct EarlyStopping: Buffered, Hashable, Codable {
  /// Which of two values is better.
  public enum Goal: String, Sendable, Hashable, Codable {
    /// The lower, as of a loss.
    case lower
    /// The higher, as of an accuracy.
    case higher
  }

  /// After how many evaluations without a better value to stop.
  public let patience: Int
  /// By how much a value must be better than the best to count.
  public let leastChange: Double
  /// Which of two values is better.
  public let goal: Goal
  /// The best value so far; nothing before the first.
  public private(set) var bestValue: Double?
  /// The step of the best value; nothing before the first.
  public private(set) var bestStep: Int?
  /// The number of evaluations since the best value.
  public private(set) var evaluationsSinceBest = 0

  /// A watch over a measure.
  ///
  /// - Parameters:
  ///   - patience: After how many evaluations without a better value to stop; below one traps.
  ///   - leastChange: By how much a value must be better than the best to count; below zero traps.
  ///   - goal: Which of two values is better.
  public init(patience: Int, leastChange: Double = 0, goal: Goal = .lower) {
    require(patience >= 1, "EarlyStopping: patience \(patience), expected at least 1")
    require(leastChange >= 0, "EarlyStopping: leastChange \(leastChange), expected at least 0")
    self.patience = patience
    self.leastChange = leastChange
    self.goal = goal
  }

  /// A watch from a file.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` for settings that cannot work, and as
  ///   ``checkBuffers()``.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let patience = try values.decode(Int.self, forKey: .patience)
    let leastChange = try values.decode(Double.self, forKey: .leastChange)
    guard patience >= 1 else {
      throw MoEError.configuration(
        "patience of early stopping", value: "\(patience)", expected: "at least 1")
    }
    guard leastChange >= 0 else {
      throw MoEError.configuration(
        "least change of early stopping", value: "\(leastChange)", expected: "at least 0")
    }
    self.init(
      patience: patience, leastChange: leastChange,
      goal: try values.decode(Goal.self, forKey: .goal))
    bestValue = try values.decodeIfPresent(Double.self, forKey: .bestValue)
    bestStep = try values.decodeIfPresent(Int.self, forKey: .bestStep)
    evaluationsSinceBest = try values.decode(Int.self, forKey: .evaluationsSinceBest)
    try checkBuffers()
  }

  /// Whether to stop.
  public var shouldStop: Bool { evaluationsSinceBest >= patience }

  /// Takes a value into account; one that is not finite is never better.
  ///
  /// - Parameters:
  ///   - value: The measure.
  ///   - step: The number of updates so far, at least 0.
  /// - Returns: Whether it is the best so far.
  @discardableResult
  public mutating func observe(_ value: Double, step: Int) -> Bool {
    let isBetter =
      bestValue.map { best in
        goal == .lower ? value < best - leastChange : value > best + leastChange
      } ?? true
    guard isBetter, value.isFinite else {
      // One from a file may be the largest there is.
      evaluationsSinceBest = min(evaluationsSinceBest, .max - 1) + 1
      return false
    }
    (bestValue, bestStep, evaluationsSinceBest) = (value, step, 0)
    return true
  }

  /// Visits `evaluationsSinceBest` and, after the first value, `bestStep` and `bestValue`.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    var count: Tensor? = Tensor(integer: max(0, evaluationsSinceBest))
    var step = bestStep.map { Tensor(integer: max(0, $0)) }
    var value = bestValue.map { Tensor(doubles: [$0]) }
    try visit("evaluationsSinceBest", &count)
    try visit("bestStep", &step)
    try visit("bestValue", &value)
    // What is no number is left to the check, as nothing can be thrown here.
    evaluationsSinceBest = count.map { $0.integer ?? -1 } ?? 0
    bestStep = step.map { $0.integer ?? -1 }
    bestValue = value.map { $0.doubles?.first ?? .nan }
  }

  /// Throws where a count is no whole number, or there is a best value without its step.
  public func checkBuffers() throws {
    guard evaluationsSinceBest >= 0, bestStep ?? 0 >= 0, (bestStep == nil) == (bestValue == nil),
      bestValue?.isFinite != false
    else {
      throw MoEError.configuration(
        "state of early stopping",
        value:
          "\(evaluationsSinceBest) evaluations since \(bestValue ?? .nan) at \(bestStep ?? -1)",
        expected: "whole numbers, and a best value beside its step")
    }
  }
}
