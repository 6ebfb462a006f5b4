/// The best groups of experts of each token, and the best experts of each of these.
///
/// Experts are numbered group by group. A group's value is ln Σ eˡ over its experts, which under
/// softmax is the logarithm of its probability. Slots run from the best group to the last one
/// chosen, and in each group from the best expert on; of equal ones, the first wins. It goes by the
/// logits, whatever the scores, and a selection bias has no effect on it.
///
/// Source: Shazeer and others, arXiv 1701.06538, appendix B.
public struct HierarchicalSelector: ExpertSelector, Hashable, Codable {
  /// The number of groups.
  public let groups: Int
  /// How many groups each token goes to.
  public let groupsPerToken: Int
  /// How many experts of a group each token goes to.
  public let expertsPerGroup: Int

  /// A selector.
  ///
  /// - Parameters:
  ///   - groups: The number of groups; it must divide the number of experts.
  ///   - groupsPerToken: How many groups each token goes to.
  ///   - expertsPerGroup: How many experts of each of these.
  public init(groups: Int, groupsPerToken: Int, expertsPerGroup: Int) {
    self.groups = groups
    self.groupsPerToken = groupsPerToken
    self.expertsPerGroup = expertsPerGroup
  }

  /// The choice is by logits, and an expert of another group is out of the question.
  public var promises: RoutingPromises {
    [.tokenLocal, .deterministic, .readsScores, .fixedCount, .ordersChoices]
  }

  /// The product of both counts, or an error where they do not fit.
  public func slotCount(expertCount: Int) throws -> Int {
    try HierarchicalGroups.check(groups, expertCount: expertCount)
    guard (1...groups).contains(groupsPerToken) else {
      throw MoEError.configuration(
        "groups a token (hierarchical)", value: "\(groupsPerToken)",
        expected: "1 to \(groups), the groups there are")
    }
    guard (1...expertCount / groups).contains(expertsPerGroup) else {
      throw MoEError.configuration(
        "experts a group (hierarchical)", value: "\(expertsPerGroup)",
        expected: "1 to \(expertCount / groups), the experts of a group")
    }
    return groupsPerToken * expertsPerGroup
  }

  /// The best experts of the best groups.
  ///
  /// - Complexity: O(tokens · experts), times up to the counts where logits rise from expert to
  ///   expert.
  public func select(_ input: SelectionInput) -> SelectedExperts {
    let (tokens, size) = (input.tokenCount, input.expertCount / groups)
    var logits = input.logits
    let priorities = input.priorities.scalars
    var masked = logits.mutableScalars
    for index in 0..<masked.count where priorities[index] == -.infinity {
      masked[index] = -.infinity
    }
    let byGroup = logits.reshaped(to: [tokens * groups, size])
    // A group without an expert that is switched on has −∞, and is not among the best.
    let chosenGroups = byGroup.logSumExp().reshaped(to: [tokens, groups])
      .largestColumns(groupsPerToken)
    let chosen = byGroup.largestColumns(expertsPerGroup)
    var selected: [Int32] = []
    selected.reserveCapacity(tokens * groupsPerToken * expertsPerGroup)
    for token in 0..<tokens {
      for slot in 0..<groupsPerToken {
        let group = chosenGroups[token * groupsPerToken + slot]
        for place in 0..<expertsPerGroup {
          guard group >= 0 else {
            selected.append(SelectedExperts.none)
            continue
          }
          let row = token * groups + Int(group)
          let expert = chosen[row * expertsPerGroup + place]
          selected.append(expert < 0 ? SelectedExperts.none : group * Int32(size) + expert)
        }
      }
    }
    return SelectedExperts(selected, slotCount: groupsPerToken * expertsPerGroup)
  }
}

extension ExpertSelector where Self == HierarchicalSelector {
  /// The best groups of experts of each token, and the best experts of each of these.
  ///
  /// - Parameters:
  ///   - groups: The number of groups; it must divide the number of experts.
  ///   - groupsPerToken: How many groups each token goes to.
  ///   - expertsPerGroup: How many experts of each of these.
  /// - Returns: A selector, which throws where the counts do not fit.
  public static func hierarchical(
    groups: Int, groupsPerToken: Int, expertsPerGroup: Int
  ) -> HierarchicalSelector {
    HierarchicalSelector(
      groups: groups, groupsPerToken: groupsPerToken, expertsPerGroup: expertsPerGroup)
  }
}
