import MoE
import Testing

@Suite(.namingCombinations) struct GroupLimitedSelectorTests {
  /// The rule, by sorting.
  ///
  /// Sums are added as the selector adds them, so that ties are the same.
  private static func expected(
    _ priorities: [Float], _ selector: GroupLimitedSelector
  ) -> [Int] {
    let size = priorities.count / selector.groups
    let sums = (0..<selector.groups).map { group in
      let best = priorities[group * size..<(group + 1) * size].filter { $0 > -.infinity }
        .sorted(by: >).prefix(selector.groupScore.count)
      return best.isEmpty ? -Float.infinity : best.dropFirst().reduce(best[0], +)
    }
    let groups = Selecting.largest(sums, selector.groupsPerToken)
    return Selecting.largest(
      priorities.enumerated().map { groups.contains($0 / size) ? $1 : -.infinity },
      selector.count)
  }

  private static let scores: [GroupLimitedSelector.GroupScore] = [
    .maximum, .sumOfBestTwo, .sumOfBest(1), .sumOfBest(2), .sumOfBest(3), .sumOfBest(4),
  ]

  /// With biases of both signs, and experts that are switched off, a whole group among them.
  @Test func takesTheBestExpertsOfTheBestGroups() throws {
    let logits = Selecting.logits(25, 12)
    let biases: [[Float]?] = [
      nil, [Float](repeating: -2, count: 12), (0..<12).map { Float($0 % 5) * 0.02 - 0.05 },
    ]
    withEvery("bias", in: biases) { bias in
      withEvery("disabled", in: [[], [2, 7], [0, 1, 2, 3, 5]] as [Set<Int>]) { disabled in
        let input = Selecting.input(logits, bias: bias, disabled: disabled)
        withEvery("groups", in: [1, 2, 3]) { groups in
          withEvery("score", in: GroupLimitedSelectorTests.scores) { score in
            for taken in 1...groups {
              for count in [1, 3, 4] {
                let selector: GroupLimitedSelector = .groupLimited(
                  count, groups: groups, groupsPerToken: taken, groupScore: score)
                #expect(
                  Selecting.lists(selector.select(input), tokens: 25)
                    == (0..<25).map {
                      GroupLimitedSelectorTests.expected(
                        input.priorities[entry: $0].scalarArray, selector)
                    })
              }
            }
          }
        }
      }
    }
  }

  /// Other groups masked by zero would win over priorities that are all below it.
  @Test func negativePrioritiesStayInTheirGroups() {
    let priorities: Tensor = [[-0.9, -0.2, -0.3, -0.8, -0.7, -0.6]]
    let input = SelectionInput(
      logits: Tensor(zeros: [1, 6]), scores: Tensor(zeros: [1, 6]), priorities: priorities)
    let selector: GroupLimitedSelector = .groupLimited(
      2, groups: 3, groupsPerToken: 1, groupScore: .maximum)
    #expect(selector.select(input).experts == [1, 0])
    let two: GroupLimitedSelector = .groupLimited(
      3, groups: 3, groupsPerToken: 2, groupScore: .sumOfBestTwo)
    // Sums of −1.1, −1.1 (less by rounding or not) and −1.3.
    #expect(two.select(input).experts == [1, 2, 3])
  }

  @Test func allGroupsAreNoLimit() {
    let input = Selecting.input(Selecting.logits(20, 12), bias: [Float](repeating: -1, count: 12))
    for groups in [1, 2, 3, 4, 6, 12] {
      for count in [1, 5, 12] {
        let selector: GroupLimitedSelector = .groupLimited(
          count, groups: groups, groupsPerToken: groups, groupScore: .maximum)
        #expect(selector.select(input) == SelectedExperts(topK: count, of: input.priorities))
      }
    }
  }

  @Test func ofEqualGroupsAndExpertsTheFirstWins() {
    let input = Selecting.input(Tensor(zeros: [1, 12]))
    let selector: GroupLimitedSelector = .groupLimited(4, groups: 4, groupsPerToken: 2)
    #expect(selector.select(input).experts == [0, 1, 2, 3])
    // The better group comes later, but of equal experts the first is still first.
    let later = SelectionInput(
      logits: Tensor(zeros: [1, 6]), scores: [[1, 1, 0, 0, 1, 2]])
    let two: GroupLimitedSelector = .groupLimited(3, groups: 3, groupsPerToken: 2)
    #expect(two.select(later).experts == [5, 0, 1])
  }

  @Test func slotsStayEmptyWhereGroupsHaveTooFew() {
    let logits: Tensor = [[9, 0, 1, 2, 3, 4]]
    let selector: GroupLimitedSelector = .groupLimited(
      3, groups: 2, groupsPerToken: 1, groupScore: .maximum)
    #expect(selector.select(Selecting.input(logits)).experts == [0, 2, 1])
    #expect(selector.select(Selecting.input(logits, disabled: [1])).experts == [0, 2, -1])
    #expect(selector.select(Selecting.input(logits, disabled: [0, 1, 2])).experts == [5, 4, 3])
    // A group of which nothing is on does not take the place of another.
    let two: GroupLimitedSelector = .groupLimited(
      2, groups: 3, groupsPerToken: 2, groupScore: .sumOfBestTwo)
    #expect(two.select(Selecting.input(logits, disabled: [2, 3, 4, 5])).experts == [0, 1])
  }

  /// A bias moves the choice of experts; those that are chosen anyway keep their weights to the
  /// bit.
  @Test func theBiasEntersTheChoiceAndNeverTheWeights() throws {
    let logits = Selecting.logits(30, 8)
    for weighting in [.scores, .renormalized] as [any Weighting] {
      let strategy = RoutingStrategy.groupLimited(
        2, groups: 4, groupsPerToken: 2, groupScore: .sumOfBestTwo, score: .sigmoid,
        weighting: weighting, hasSelectionBias: true)
      var router = try Selecting.router(strategy, experts: 8)
      let plain = try router.forward(logits, context: .inference).routing
      // The same for all: nothing changes, although every priority is below zero.
      router.selectionBias = Tensor(repeating: -3, shape: [8])
      let shifted = try router.forward(logits, context: .inference).routing
      #expect(shifted.experts == plain.experts)
      #expect(shifted.weights.bits == plain.weights.bits)
      router.selectionBias = [0.3, -0.3, 0, 0, 0.2, -0.1, 0, -2]
      let biased = try router.forward(logits, context: .inference).routing
      #expect(biased.experts != plain.experts)
      #expect(biased.scores.bits == plain.scores.bits)
      #expect(!biased.experts.contains(7))
      for token in 0..<30 {
        let chosen = biased.experts(of: token)
        let scores = chosen.map { Double(plain.scores[token, $0]) }
        let sum = weighting is ScoreWeighting ? 1 : scores.reduce(0, +)
        for slot in 0..<2 {
          // A sum, an inverse and a product are rounded.
          let exact = scores[slot] / sum
          #expect(
            abs(Double(biased.weights[token, slot]) - exact)
              <= 4 * GradientTolerance.unitRoundoff * exact)
        }
      }
    }
  }

  // MARK: - Settings

  /// A group's score is the sum of its best, of all where they are fewer; groups may be of one
  /// expert.
  @Test func aGroupMayHaveFewerExpertsThanAreSummed() throws {
    let logits = Selecting.logits(9, 12)
    let input = Selecting.input(logits)
    let whole = GroupLimitedSelector(
      count: 3, groups: 4, groupsPerToken: 2, groupScore: .sumOfBest(3))
    for count in [4, 100] {
      let more = GroupLimitedSelector(
        count: 3, groups: 4, groupsPerToken: 2, groupScore: .sumOfBest(count))
      #expect(try more.slotCount(expertCount: 12) == 3)
      #expect(more.select(input) == whole.select(input))
    }
    for score in [GroupLimitedSelector.GroupScore.maximum, .sumOfBestTwo, .sumOfBest(5)] {
      let single = GroupLimitedSelector(
        count: 3, groups: 12, groupsPerToken: 3, groupScore: score)
      #expect(try single.slotCount(expertCount: 12) == 3)
      // With as many groups as experts it is plain top-k.
      #expect(single.select(input) == TopKSelector(count: 3).select(input))
    }
    #expect(
      GroupLimitedSelector(count: 1, groups: 2, groupsPerToken: 1).groupScore
        == GroupLimitedSelector.groupLimited(1, groups: 2, groupsPerToken: 1).groupScore)
  }

  @Test func refusesSettingsThatCannotWork() throws {
    for groups in [5, 0, -1, 24] {
      Selecting.expectError(
        .groupLimited(2, groups: groups, groupsPerToken: 1), experts: 12,
        "groups of experts is \(groups), expected a divisor of 12, the experts there are")
    }
    for taken in [0, 5] {
      Selecting.expectError(
        .groupLimited(2, groups: 4, groupsPerToken: taken), experts: 12,
        "groups a token is \(taken), expected 1 to 4, the groups there are")
    }
    for count in [7, 0] {
      Selecting.expectError(
        .groupLimited(count, groups: 4, groupsPerToken: 2), experts: 12,
        "experts a token (top-k) is \(count), expected 1 to 6, the experts of 2 groups")
    }
    for count in [0, -1] {
      Selecting.expectError(
        .groupLimited(2, groups: 4, groupsPerToken: 2, groupScore: .sumOfBest(count)), experts: 12,
        "experts in the score of a group is \(count), expected at least 1")
    }
    #expect(
      try GroupLimitedSelector.groupLimited(6, groups: 4, groupsPerToken: 2)
        .slotCount(expertCount: 12) == 6)
  }
}
