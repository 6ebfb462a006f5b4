extension MixtureOfExperts: Outlined, PartlyActive, CustomStringConvertible {
  var outline: Outline {
    var parts = [Outline("router: \(router.summary)", router.gate.shapeLines)]
    for (group, range) in zip(expertGroups, expertRanges) {
      let each = group.parameterCount / group.expertCount
      parts.append(
        Outline(
          "experts \(range.lowerBound) to \(range.upperBound - 1): \(type(of: group)), "
            + "\(each) parameters each", group.shapeLines))
    }
    if let latent {
      parts.append(
        Outline(
          "latent: \(latent.inputSize) to \(latent.down.outputSize)"
            + "\(latent.norm == nil ? "" : " with a norm") and \(latent.up.inputSize) to "
            + "\(latent.outputSize), \(latent.parameterCount) parameters"))
    }
    for group in sharedExperts?.groups ?? [] {
      parts.append(
        Outline(
          "shared: \(group.expertCount) \(type(of: group)), \(group.parameterCount) parameters",
          group.shapeLines))
    }
    if let sharedExperts, sharedExperts.combination != .sum || sharedExperts.gate != nil {
      parts.append(Outline("shared: \(sharedExperts.rule)"))
    }
    if let outputStage {
      parts.append(Outline("output stage: \(outputStage.parameterCount) parameters"))
    }
    parts += balancingLosses.map { Outline("loss: \($0.name)") }
    parts += stepUpdates.map { Outline("after a step: \($0.name)") }
    return Outline(
      "MixtureOfExperts from \(inputSize) to \(outputSize), \(expertCount) experts, "
        + "\(router.slotCount) a token, \(parameterText)", parts)
  }

  /// How many numbers of the parameters are used for a token, at most: of experts of several sizes
  /// the largest are counted.
  public var activeParameterCount: Int {
    let sizes = expertGroups.flatMap { group in
      Array(repeating: group.parameterCount / group.expertCount, count: group.expertCount)
    }
    return parameterCount
      - sizes.sorted(by: >).dropFirst(router.slotCount).reduce(0, +)
  }

  /// The tree of the parts, with the shapes of their parameters, and the number of parameters in all
  /// and of those that a token uses.
  public var description: String { outline.text }
}

extension Router {
  /// What the router is made of, in a line.
  var summary: String {
    "\(type(of: gate)), \(type(of: score)), \(type(of: selector)), \(type(of: weighting)), "
      + "\(parameterCount) parameters"
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
