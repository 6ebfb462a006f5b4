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
    try finishBalancing(step)
  }
}
