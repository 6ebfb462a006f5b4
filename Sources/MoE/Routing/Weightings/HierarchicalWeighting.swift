/// The probability of a group among the chosen groups, times that of an expert among the chosen
/// experts of its group: wᵢⱼ = softmax(L)ᵢ · softmax(lᵢ)ⱼ.
///
/// Lᵢ = ln Σⱼ e^lᵢⱼ over all the experts of group i; both softmaxes are over what was chosen. The
/// weights of a token add up to one.
///
/// **Gradient**: with hᵢⱼ = gᵢⱼ·wᵢⱼ, its sum Hᵢ over a group and dLᵢ = Hᵢ − softmax(L)ᵢ·Σ H: hᵢⱼ −
/// softmax(lᵢ)ⱼ·Hᵢ for the chosen, and dLᵢ·e^(lᵢⱼ − Lᵢ) for all the experts of a chosen group.
///
/// Source: Shazeer and others, arXiv 1701.06538, appendix B.
public struct HierarchicalWeighting: Weighting, Hashable, Codable {
  /// The number of groups.
  public let groups: Int

  /// A weighting.
  ///
  /// - Parameter groups: The number of groups; it must divide the number of experts.
  public init(groups: Int) { self.groups = groups }

  /// A weight is that of a choice within its group, so that not any expert has one in any slot.
  public var promises: RoutingPromises {
    [.tokenLocal, .deterministic, .scoresStandForWeights]
  }

  /// Throws where the number of groups does not divide that of experts.
  public func check(expertCount: Int, slotCount: Int) throws {
    try HierarchicalGroups.check(groups, expertCount: expertCount)
  }

  /// The products of both levels; zero where a slot is empty.
  ///
  /// - Complexity: O(tokens · experts).
  public func weights(_ selection: Selection) -> Tensor {
    let shares = shares(selection)
    let size = selection.expertCount / groups
    var weights = Tensor(zeros: [selection.tokenCount, selection.slotCount])
    var scalars = weights.mutableScalars
    for (route, expert) in selection.experts.enumerated() where expert >= 0 {
      let token = route / selection.slotCount
      scalars[route] =
        shares.ofGroups.scalars[token * groups + Int(expert) / size]
        * shares.ofExperts.scalars[token * selection.expertCount + Int(expert)]
    }
    return weights
  }

  /// The gradient of the products, for all the experts of chosen groups.
  public func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient {
    let shares = shares(selection)
    let (tokens, size) = (selection.tokenCount, selection.expertCount / groups)
    // h in the places of the experts, of which every group has the sum.
    let spread = selection.spread(weightGradient * weights)
    let sums = spread.reshaped(to: [tokens * groups, size]).rowSums()
    var ofGroups = shares.ofGroups
    ofGroups.scaleRows(by: sums.reshaped(to: [tokens, groups]).rowSums())
    // dL, zero for the groups that were not chosen.
    let groupGradient = sums.reshaped(to: [tokens, groups]) - ofGroups
    var ofExperts = shares.ofExperts.reshaped(to: [tokens * groups, size])
    ofExperts.scaleRows(by: sums)
    var within = shares.withinGroups
    within.scaleRows(by: groupGradient.reshaped(to: [tokens * groups]))
    return .logits(
      spread - ofExperts.reshaped(to: spread.shape) + within.reshaped(to: spread.shape))
  }

  /// The softmaxes over chosen groups, over chosen experts of a group, and over all the experts of
  /// a group.
  private struct Shares {
    /// Of shape [tokens, groups].
    var ofGroups: Tensor
    /// Of shape [tokens, experts].
    var ofExperts: Tensor
    /// Of shape [tokens · groups, experts of a group].
    var withinGroups: Tensor
  }

  private func shares(_ selection: Selection) -> Shares {
    let (tokens, experts) = (selection.tokenCount, selection.expertCount)
    let size = experts / groups
    let byGroup = selection.logits.reshaped(to: [tokens * groups, size])
    let totals = byGroup.logSumExp()
    var chosenGroups = Tensor(repeating: -.infinity, shape: [tokens, groups])
    var chosen = Tensor(repeating: -.infinity, shape: [tokens * groups, size])
    var groupScalars = chosenGroups.mutableScalars
    var scalars = chosen.mutableScalars
    let logits = selection.logits.scalars
    for (route, expert) in selection.experts.enumerated() where expert >= 0 {
      let token = route / selection.slotCount
      let (group, index) = (
        token * groups + Int(expert) / size, token * experts + Int(expert)
      )
      groupScalars[group] = totals.scalars[group]
      scalars[index] = logits[index]
    }
    return Shares(
      ofGroups: chosenGroups.softmaxOrZero(),
      ofExperts: chosen.softmaxOrZero().reshaped(to: [tokens, experts]),
      withinGroups: byGroup.softmaxOrZero())
  }

  /// Where there is one expert a token, whose weight is always one.
  public func isConstant(slotCount: Int) -> Bool { slotCount == 1 }
}

extension Weighting where Self == HierarchicalWeighting {
  /// The probability of a group among those chosen, times that of an expert among those chosen of
  /// it.
  ///
  /// - Parameter groups: The number of groups; it must divide the number of experts.
  /// - Returns: A weighting.
  public static func hierarchical(groups: Int) -> HierarchicalWeighting {
    HierarchicalWeighting(groups: groups)
  }
}
