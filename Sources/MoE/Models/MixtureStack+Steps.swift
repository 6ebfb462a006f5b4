extension MixtureStack: RoutedModel {
  /// Tells all mixtures that a step of training has ended.
  ///
  /// Call it once after each step, beside the optimiser's update; see
  /// ``MixtureOfExperts/finishStep(_:tokenQuality:)``.
  ///
  /// - Parameters:
  ///   - passes: The passes of the step: one, or one a micro-batch.
  ///   - tokenQuality: How well each token of each pass was served, where that is tracked.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where a pass is of another number of
  ///   mixtures, and what an update throws; nothing has changed then.
  public mutating func finishStep(_ passes: [Pass], tokenQuality: [[Float]]? = nil) throws {
    try finishStep(
      routings: passes.map { $0.mixtures.map(\.routing) }, tokenQuality: tokenQuality)
  }

  /// Tells all mixtures that a step of training has ended, of whose passes the routing of each
  /// mixture is given.
  ///
  /// - Parameters:
  ///   - routings: Of each pass of the step the routing of each mixture, in the order of
  ///     ``mixtureParts``.
  ///   - tokenQuality: How well each token of each pass was served, where that is tracked.
  /// - Throws: As ``finishStep(_:tokenQuality:)``.
  public mutating func finishStep(routings: [[Routing]], tokenQuality: [[Float]]? = nil) throws {
    let parts = mixtureParts
    for pass in routings where pass.count != parts.count {
      throw MoEError.configuration(
        "number of routings of a pass", value: "\(pass.count)",
        expected: "\(parts.count), one a mixture of the stack")
    }
    var finished = blocks
    for (mixture, place) in parts.enumerated() {
      guard var routed = finished[place.block].routed(place.part) else { continue }
      try routed.finishStep(
        TrainingStep(routings.map { $0[mixture] }, tokenQuality: tokenQuality))
      finished[place.block][place.part] = routed
    }
    blocks = finished
  }
}
