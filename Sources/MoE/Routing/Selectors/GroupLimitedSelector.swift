/// The experts with the highest priorities out of the best groups of experts.
///
/// The experts stand in groups of the same size, as on devices. Each token takes its best groups
/// first, by the largest or by the sum of the largest priorities of each, then the k highest
/// priorities in them; of equal ones the first. Experts of other groups are out of the question
/// whatever the sign of the priorities. A selection bias so enters the choice of groups and of
/// experts, and never the weights.
///
/// Experts that are switched off count for nothing: the sum is over those that are on, and a group
/// of which all are off is never taken. Where the groups taken have fewer than k experts that are
/// on, slots stay empty, as the limit of groups stands.
///
/// Source: DeepSeek-V2, arXiv 2405.04434, with the maximum; DeepSeek-V3, arXiv 2412.19437, with the
/// sum of the best two; Megatron-LM, with the sum of the best k / `groupsPerToken`.
public struct GroupLimitedSelector: ExpertSelector, Hashable, Codable {
  /// The value that groups are compared by.
  public enum GroupScore: Sendable, Hashable, Codable {
    /// The largest priority of the group.
    case maximum
    /// The sum of its two largest priorities.
    case sumOfBestTwo
    /// The sum of so many of its largest priorities, or of all where there are fewer.
    case sumOfBest(Int)

    /// How many priorities are added.
    public var count: Int {
      switch self {
      case .maximum: 1
      case .sumOfBestTwo: 2
      case .sumOfBest(let count): count
      }
    }
  }

  /// How many experts each token goes to.
  public let count: Int
  /// How many groups the experts stand in.
  public let groups: Int
  /// How many groups the experts of a token may be of.
  public let groupsPerToken: Int
  /// The value that groups are compared by.
  public let groupScore: GroupScore
  /// Whether experts of other groups have the priority 0 and are not out of the question: they are
  /// chosen before an expert whose priority is below zero.
  ///
  /// Source: A.X-K2, as its first implementation had it.
  public let othersAreZero: Bool

  /// A selector of the given number of experts and groups.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to.
  ///   - groups: How many groups the experts stand in.
  ///   - groupsPerToken: How many groups the experts of a token may be of.
  ///   - groupScore: What groups are compared by.
  ///   - othersAreZero: Whether experts of other groups have the priority 0.
  public init(
    count: Int, groups: Int, groupsPerToken: Int, groupScore: GroupScore = .maximum,
    othersAreZero: Bool = false
  ) {
    self.count = count
    self.groups = groups
    self.groupsPerToken = groupsPerToken
    self.groupScore = groupScore
    self.othersAreZero = othersAreZero
  }

  /// An expert of another group is out of the question for a redirected route.
  public var promises: RoutingPromises {
    [
      .tokenLocal, .deterministic, .readsScores, .readsSelectionBias, .fixedCount, .ordersChoices,
    ]
  }

  /// ``count``, or an error where the groups do not divide the experts, or there are too few for
  /// what is asked.
  public func slotCount(expertCount: Int) throws -> Int {
    guard groups >= 1, groups <= expertCount, expertCount % groups == 0 else {
      throw MoEError.configuration(
        "groups of experts", value: "\(groups)",
        expected: "a divisor of \(expertCount), the experts there are")
    }
    guard groupsPerToken >= 1, groupsPerToken <= groups else {
      throw MoEError.configuration(
        "groups a token", value: "\(groupsPerToken)",
        expected: "1 to \(groups), the groups there are"
      )
    }
    let size = expertCount / groups
    guard groupScore.count >= 1 else {
      throw MoEError.configuration(
        "experts in the score of a group", value: "\(groupScore.count)",
        expected: "at least 1")
    }
    guard count >= 1, count <= groupsPerToken * size else {
      throw MoEError.configuration(
        "experts a token (top-k)", value: "\(count)",
        expected: "1 to \(groupsPerToken * size), the experts of \(groupsPerToken) groups")
    }
    return count
  }

  /// The highest priorities in each token's best groups, in descending order.
  ///
  /// - Complexity: O(tokens · experts), times up to ``count`` where priorities rise from expert to
  ///   expert.
  public func select(_ input: SelectionInput) -> SelectedExperts {
    guard groupsPerToken < groups else { return SelectedExperts(topK: count, of: input.priorities) }
    let (experts, size) = (input.expertCount, input.expertCount / groups)
    let priorities = input.priorities.scalars
    let groupScores = groupScores(input.priorities)
    let scores = groupScores.scalars
    var selected = [Int32](repeating: SelectedExperts.none, count: input.tokenCount * count)
    var isTaken = [Bool](repeating: false, count: groups)
    var (groupRoom, room) = (
      [UInt64](repeating: 0, count: groupsPerToken), [UInt64](repeating: 0, count: count)
    )
    var bestGroups = LargestColumns(groupRoom.mutableSpan)
    var largest = LargestColumns(room.mutableSpan)
    for token in 0..<input.tokenCount {
      bestGroups.removeAll()
      for group in 0..<groups {
        isTaken[group] = false
        bestGroups.offer(scores[token * groups + group], column: group)
      }
      for slot in 0..<bestGroups.found { isTaken[Int(bestGroups[slot])] = true }
      largest.removeAll()
      let start = token * experts
      // From the first group on, so that of equal priorities the first expert wins.
      for group in 0..<groups where isTaken[group] || othersAreZero {
        let first = start + group * size
        for index in first..<first + size {
          let isOther = !isTaken[group] && priorities[index] > -.infinity
          largest.offer(isOther ? 0 : priorities[index], column: index - start)
        }
      }
      for slot in 0..<largest.found { selected[token * count + slot] = largest[slot] }
    }
    return SelectedExperts(selected, slotCount: count)
  }

  /// The values that groups are compared by, of shape [tokens, groups]; −∞ where all experts of a
  /// group are off.
  private func groupScores(_ priorities: Tensor) -> Tensor {
    let size = priorities.columnCount / groups
    let rows = priorities.reshaped(to: [priorities.rowCount * groups, size])
    guard groupScore.count <= 2 else { return sumsOfLargest(rows) }
    var result = Tensor(uninitialized: [priorities.rowCount, groups])
    let source = rows.scalars
    var scalars = result.mutableScalars
    for row in 0..<rows.rowCount {
      var (first, second) = (-Float.infinity, -Float.infinity)
      for index in row * size..<(row + 1) * size {
        let value = source[index]
        // Written out, as min and max of the standard library take twice the time.
        let lower = value < first ? value : first
        second = lower > second ? lower : second
        first = value > first ? value : first
      }
      let addsSecond = groupScore.count == 2 && second > -.infinity
      scalars[row] = addsSecond ? first + second : first
    }
    return result
  }

  /// The sum of the largest scalars of each row, added from the largest down.
  private func sumsOfLargest(_ rows: Tensor) -> Tensor {
    let largest = rows.largestColumns(groupScore.count)
    let count = min(groupScore.count, rows.columnCount)
    let source = rows.scalars
    var result = Tensor(uninitialized: [rows.rowCount])
    var scalars = result.mutableScalars
    for row in 0..<rows.rowCount {
      var sum = -Float.infinity
      for place in row * count..<(row + 1) * count where largest[place] >= 0 {
        let value = source[row * rows.columnCount + Int(largest[place])]
        sum = sum > -.infinity ? sum + value : value
      }
      scalars[row] = sum
    }
    return result
  }
}

extension ExpertSelector where Self == GroupLimitedSelector {
  /// The experts with the highest scores out of the best groups of experts.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to.
  ///   - groups: How many groups the experts stand in.
  ///   - groupsPerToken: How many groups the experts of a token may be of.
  ///   - groupScore: What groups are compared by.
  /// - Returns: A selector, which throws where the groups do not divide the experts, or are too
  ///   few.
  public static func groupLimited(
    _ count: Int, groups: Int, groupsPerToken: Int,
    groupScore: GroupLimitedSelector.GroupScore = .maximum
  ) -> GroupLimitedSelector {
    GroupLimitedSelector(
      count: count, groups: groups, groupsPerToken: groupsPerToken, groupScore: groupScore)
  }
}
