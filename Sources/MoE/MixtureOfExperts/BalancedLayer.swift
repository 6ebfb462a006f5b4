/// A routed layer with auxiliary losses and updates after a step: what all kinds of mixtures have
/// in common.
protocol BalancedLayer: RoutedLayer {
  /// The auxiliary losses of a training pass.
  var balancingLosses: [any BalancingLoss] { get set }
  /// The updates after a step of training.
  var stepUpdates: [any StepUpdate] { get set }
  /// The last step of training whose end was told; nothing before the first.
  var finishedStep: Int? { get set }

  /// The layer of other experts, routed by another strategy where one is given.
  func editingExperts(_ edit: ExpertEdit, routing: RoutingStrategy?) throws -> Self

  /// The layer where experts changed in the layer before, whose logits its gate may read.
  func editingPreviousExperts(_ edit: ExpertEdit) throws -> Self
}

extension BalancedLayer {
  /// The auxiliary losses of a routing without padding, by name.
  func losses(of routing: Routing) -> [(name: String, value: BalancingLossValue)] {
    balancingLosses.map { loss in
      let value = loss(routing)
      value.gradient.check(against: routing, type(of: loss))
      return (loss.name, value)
    }
  }

  /// Throws where a training pass cannot begin: a loss does not fit, or the end of an earlier step
  /// was not told.
  func checkBalancing(before step: Int) throws {
    try balancingLosses.check(expertCount: router.expertCount)
    try checkStep(step)
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

  /// Moves losses, updates and the router's buffers after a step; nothing has changed where it
  /// throws.
  mutating func finishBalancing(_ step: TrainingStep) throws {
    let steps = step.routings.compactMap { $0.mode.isTraining ? $0.mode.step : nil }
    for step in steps { try checkStep(step) }
    for routing in step.routings where routing.expertCount != router.expertCount {
      throw MoEError.configuration(
        "number of experts of a pass", value: "\(routing.expertCount)",
        expected: "\(router.expertCount), as the layer has")
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

  /// Throws where a balancing loss or an update after a step cannot work with the router.
  func checkUpdates() throws {
    for loss in balancingLosses { try loss.check(router) }
    try stepUpdates.check(router)
  }

  /// Visits the buffers of losses and updates, and `finishedStep`.
  mutating func visitBalancing(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    for index in balancingLosses.indices {
      try balancingLosses[index].visitBuffers(under: "balancingLosses.\(index)", visit)
    }
    for index in stepUpdates.indices {
      try stepUpdates[index].visitBuffers(under: "stepUpdates.\(index)", visit)
    }
    var step = finishedStep.map { Tensor(integer: max($0, 0)) }
    try visit("finishedStep", &step)
    // What is no whole number is left to the check, as nothing can be thrown here.
    finishedStep = step.map { $0.integer ?? -1 }
  }

  /// Throws where a buffer of losses and updates is broken or does not fit the router, or
  /// `finishedStep` is no whole number.
  func checkBalancingBuffers() throws {
    for loss in balancingLosses { try loss.checkBuffers() }
    for update in stepUpdates { try update.checkBuffers() }
    if let finishedStep { try checkStep(finishedStep) }
    // What is whole in itself may still not fit the router.
    try checkUpdates()
  }

  /// Throws where a step is none that can be counted, kept in a buffer, and followed by another.
  private func checkStep(_ step: Int) throws {
    guard step >= 0, step < Int.max else {
      throw MoEError.configuration(
        "step of training", value: "\(step)", expected: "0 to \(Int.max - 1)")
    }
  }

  /// The names of what moves after a step.
  private var movingParts: [String] {
    stepUpdates.filter(\.movesAfterStep).map(\.name)
      + balancingLosses.filter(\.movesAfterStep).map(\.name)
  }
}
