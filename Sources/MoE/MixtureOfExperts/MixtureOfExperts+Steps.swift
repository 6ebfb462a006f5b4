extension MixtureOfExperts {
  /// Tells the layer that a step of training has ended: the one call by which biases, thresholds,
  /// adaptive factors and all that is tracked are moved.
  ///
  /// Call it once after each step, beside the optimiser's update. A layer that holds
  /// ``stepUpdates``, or a balancing loss that learns, throws in training where steps go on without
  /// it.
  ///
  ///     let gradient = try moe.backward(loss.gradient, pass: pass)
  ///     optimizer.update(&moe, along: gradient)
  ///     try moe.finishStep([pass])
  ///
  /// - Parameters:
  ///   - passes: The passes of the step: one, or one a micro-batch; those in inference mode and
  ///     replays that make up a pass anew change nothing.
  ///   - tokenQuality: How well each token of each pass was served, where that is tracked.
  /// - Throws: What an update throws; nothing has changed then.
  public mutating func finishStep(_ passes: [Pass], tokenQuality: [[Float]]? = nil) throws {
    try finishStep(TrainingStep(passes.map(\.routing), tokenQuality: tokenQuality))
  }

  /// Tells the layer that a step of training has ended.
  ///
  /// - Parameter step: What happened in the step.
  /// - Throws: What an update throws, and an error where a step has no number of at least 0 or a
  ///   routing is of another number of experts; nothing has changed then.
  public mutating func finishStep(_ step: TrainingStep) throws {
    let steps = step.routings.compactMap { $0.mode.isTraining ? $0.mode.step : nil }
    for step in steps { try MixtureOfExperts.check(step: step) }
    for routing in step.routings where routing.expertCount != expertCount {
      throw MoEError.configuration(
        "number of experts of a pass", value: "\(routing.expertCount)",
        expected: "\(expertCount), as the layer has")
    }
    var (router, losses, updates) = (router, balancingLosses, stepUpdates)
    for index in losses.indices { try losses[index].update(&router, after: step) }
    for index in updates.indices { try updates[index].update(&router, after: step) }
    self.router = router
    balancingLosses = losses
    stepUpdates = updates
    // A replay that makes up a pass anew moves nothing, so that its step is not at an end by it.
    let counted = step.countedRoutings.map(\.mode.step)
    if let last = counted.max() { finishedStep = max(last, finishedStep ?? last) }
  }

  /// Throws where a step is none that can be counted, kept in a buffer, and followed by another.
  static func check(step: Int) throws {
    guard step >= 0, step < Int.max else {
      throw MoEError.configuration(
        "step of training", value: "\(step)", expected: "0 to \(Int.max - 1)")
    }
  }

  /// Throws where a step begins though the end of an earlier one was not told.
  func checkFinished(before step: Int) throws {
    try MixtureOfExperts.check(step: step)
    guard
      stepUpdates.contains(where: \.movesAfterStep)
        || balancingLosses.contains(where: \.movesAfterStep)
    else { return }
    // Steps may be counted from 0 or from 1.
    let most = finishedStep.map { $0 + 1 } ?? 1
    guard step > most else { return }
    throw MoEError.configuration(
      "step of training", value: "\(step)",
      expected: "at most \(most), as finishStep was not called after "
        + "\(finishedStep.map { "step \($0 + 1)" } ?? "any step"), and "
        + "\(movingParts.joined(separator: ", ")) would stand still")
  }

  /// The names of what moves after a step.
  private var movingParts: [String] {
    stepUpdates.filter(\.movesAfterStep).map(\.name)
      + balancingLosses.filter(\.movesAfterStep).map(\.name)
  }
}
