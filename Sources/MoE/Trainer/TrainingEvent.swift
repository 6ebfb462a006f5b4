/// Something that happens in a training, as a ``Trainer`` reports it.
public enum TrainingEvent: Sendable, Hashable, Codable {
  /// A step has ended.
  case step(StepMetrics)
  /// Something is wrong with the routing of a mixture that was not before.
  case warning(step: Int, mixture: Int, BalanceReport.Warning)
  /// The model was evaluated.
  case evaluation(step: Int, value: Double, isBest: Bool)
  /// The state was saved.
  case checkpoint(step: Int, file: String)
  /// The measure has not become better for long enough.
  case stoppedEarly(step: Int, bestStep: Int, bestValue: Double)
}

/// What a step of training was like.
public struct StepMetrics: Sendable, Hashable, Codable {
  /// The number of updates so far, this one included.
  public let step: Int
  /// The number of updates in all.
  public let stepCount: Int
  /// The loss, the auxiliary ones left out: the mean over the micro-batches, each as it weighs.
  public let loss: Float
  /// The auxiliary losses, one by one: means like that of the loss.
  public let auxiliaryLosses: [NamedLoss]
  /// The norm of the gradient before clipping.
  public let gradientNorm: Float
  /// The learning rate.
  public let learningRate: Float
  /// The number of tokens of the step.
  public let tokenCount: Int
  /// The balance of each mixture over the last steps; none without a monitor.
  public let balance: [BalanceReport]
  /// The time that all steps of this trainer have taken, evaluations and checkpoints left out.
  public let elapsed: Duration
  /// The tokens of all steps of this trainer over ``elapsed``.
  public let tokensPerSecond: Double
  /// The time that the steps left will take if they are like those so far.
  public let remaining: Duration
}

extension StepMetrics: CustomStringConvertible {
  /// One line.
  public var description: String {
    let auxiliary = auxiliaryLosses.map { "\($0.name) \($0.value)" }
    let seconds = (remaining / .seconds(1)).rounded(.up)
    let left =
      seconds < 100 ? "\(whole(seconds)) s left" : "\(whole((seconds / 60).rounded(.up))) min left"
    let parts =
      ["step \(step)/\(stepCount)", "loss \(loss)"] + auxiliary
      + [
        "gradient \(gradientNorm)", "rate \(learningRate)",
        "\(whole(tokensPerSecond.rounded())) tokens/s", left,
      ]
    return parts.joined(separator: "  ")
  }
}

/// A whole number without a point, unless it is beyond what has one: events may come from a file.
private func whole(_ value: Double) -> String { Int(exactly: value).map { "\($0)" } ?? "\(value)" }

extension TrainingEvent: CustomStringConvertible {
  /// One line.
  public var description: String {
    switch self {
    case .step(let metrics): "\(metrics)"
    case .warning(let step, let mixture, let warning):
      "step \(step)  mixture \(mixture): \(warning)"
    case .evaluation(let step, let value, let isBest):
      "step \(step)  evaluation \(value)\(isBest ? ", the best so far" : "")"
    case .checkpoint(let step, let file): "step \(step)  saved to \(file)"
    case .stoppedEarly(let step, let bestStep, let bestValue):
      "step \(step)  stopped early: the best was \(bestValue) at step \(bestStep)"
    }
  }
}
