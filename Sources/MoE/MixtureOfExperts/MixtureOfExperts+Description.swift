extension MixtureOfExperts: CustomStringConvertible {
  /// The parts with their sizes, and the number of parameters in all and of those a token uses.
  public var description: String {
    let ranges = expertRanges
    var lines = [
      "MixtureOfExperts from \(inputSize) to \(outputSize), \(expertCount) experts, "
        + "\(router.slotCount) a token",
      "  router: \(type(of: router.gate)), \(type(of: router.score)), \(type(of: router.selector)), "
        + "\(type(of: router.weighting)), \(router.parameterCount) parameters",
    ]
    for (group, range) in zip(expertGroups, ranges) {
      lines.append(
        "  experts \(range.lowerBound) to \(range.upperBound - 1): \(type(of: group)), "
          + "\(group.parameterCount / group.expertCount) parameters each")
    }
    if let latent {
      lines.append(
        "  latent: \(latent.inputSize) to \(latent.down.outputSize)"
          + "\(latent.norm == nil ? "" : " with a norm") and \(latent.up.inputSize) to "
          + "\(latent.outputSize), \(latent.parameterCount) parameters")
    }
    for group in sharedExperts?.groups ?? [] {
      lines.append(
        "  shared: \(group.expertCount) \(type(of: group)), \(group.parameterCount) parameters")
    }
    if let sharedExperts, sharedExperts.combination != .sum || sharedExperts.gate != nil {
      lines.append("  shared: \(sharedExperts.rule)")
    }
    if let outputStage {
      lines.append("  output stage: \(outputStage.parameterCount) parameters")
    }
    for loss in balancingLosses { lines.append("  loss: \(loss.name)") }
    for update in stepUpdates { lines.append("  after a step: \(update.name)") }
    lines.append("  \(parameterCount) parameters")
    return lines.joined(separator: "\n")
  }
}

extension SharedExperts {
  /// How the output of the routed experts and theirs become one, in words.
  fileprivate var rule: String {
    let gate = self.gate.map { $0.outputSize < expertCount ? "one gate for all" : "gated" }
    let rule =
      switch combination {
      case .sum: "added"
      case .average: "half of routed and shared"
      case .averageOverRoutes: "averaged over routes"
      case .scaled(let routed, let shared): "\(routed) of routed, \(shared) of shared"
      case .mixed: "mixed by a softmax"
      }
    return ([rule] + [gate].compactMap { $0 }).joined(separator: ", ")
  }
}
