extension RoutingStrategy {
  /// Two levels: groups of experts, and the experts of each.
  ///
  /// - Parameters:
  ///   - groups: The number of groups; it must divide the number of experts.
  ///   - groupsPerToken: How many groups each token goes to.
  ///   - expertsPerGroup: How many experts of each of these.
  ///   - bias: Whether the gate's maps have biases.
  /// - Returns: The hierarchical mixture of Shazeer and others, arXiv 1701.06538, without noise.
  public static func hierarchical(
    groups: Int, groupsPerToken: Int = 2, expertsPerGroup: Int = 2, bias: Bool = false
  ) -> RoutingStrategy {
    RoutingStrategy(
      gate: .hierarchical(groups: groups, bias: bias),
      selector: .hierarchical(
        groups: groups, groupsPerToken: groupsPerToken, expertsPerGroup: expertsPerGroup),
      weighting: .hierarchical(groups: groups))
  }
}
