/// Groups of neighbouring experts of one size, as a gate, a selector and a weighting of two levels
/// share.
enum HierarchicalGroups {
  /// Throws where a number of groups does not divide that of experts.
  static func check(_ groups: Int, expertCount: Int) throws {
    guard groups >= 1, expertCount >= groups, expertCount % groups == 0 else {
      throw MoEError.configuration(
        "number of groups (hierarchical)", value: "\(groups)",
        expected: "a divisor of \(expertCount), the number of experts")
    }
  }
}
