extension Trainer: CustomStringConvertible {
  /// The state, and the settings that are given.
  public var description: String {
    let settings: [(String, String?)] = [
      ("micro-batches", microBatchCount == 1 ? nil : "\(microBatchCount)"),
      ("clipped to a norm of", clippingNorm.map { "\($0)" }),
      ("learning rate of the next step", schedule.map { "\($0(state.step))" }),
      ("evaluated every", evaluationInterval.map { "\($0) steps" }),
      ("saved to", folder.map { "\($0.path)" }),
      ("saved every", checkpointInterval.map { "\($0) steps" }),
      ("average", average.map { "\($0)" }),
    ]
    let lines = settings.compactMap { name, value in value.map { "  \(name) \($0)" } }
    return (["Trainer of \(stepCount) steps: \(state)"] + lines).joined(separator: "\n")
  }
}

extension TrainedBatch: CustomStringConvertible {
  /// The loss, the auxiliary losses and the number of tokens.
  public var description: String {
    let parts = ["loss \(loss)"] + auxiliaryLosses.map { "\($0)" } + ["\(tokenCount) tokens"]
    return parts.joined(separator: ", ")
  }
}
