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
    if let sharedExperts {
      lines.append(
        "  shared: \(sharedExperts.expertCount) \(type(of: sharedExperts)), "
          + "\(sharedExperts.parameterCount) parameters")
    }
    for loss in balancingLosses { lines.append("  loss: \(loss.name)") }
    for update in stepUpdates { lines.append("  after a step: \(update.name)") }
    lines.append("  \(parameterCount) parameters")
    return lines.joined(separator: "\n")
  }
}
