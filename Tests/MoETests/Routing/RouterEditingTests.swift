import MoE
import Testing

/// What a router and a strategy hold for each expert goes with it, and what cannot go throws.
@Suite struct RouterEditingTests {
  private static func router(
    _ strategy: RoutingStrategy, experts: Int = 4
  ) throws -> Router {
    var generator = SeededGenerator(seed: 8)
    return try Router(
      inputSize: 3, expertCount: experts, strategy: strategy, seed: 9, layer: 4,
      using: &generator)
  }

  @Test func buffersMove() throws {
    var router = try Self.router(RoutingStrategy(selector: .topK(2), hasSelectionBias: true))
    router.selectionBias = [1, 2, 3, 4]
    router.logitOffset = [5, 6, 7, 8]
    router.disabledExperts = [0, 3]
    let edited = try router.editingExperts(
      ExpertEdit(averaging: [[3], [1], [1], [2, 3], [0, 3]], of: 4))
    #expect(edited.selectionBias == [4, 2, 2, 3.5, 2.5])
    #expect(edited.logitOffset == [8, 6, 6, 7.5, 6.5])
    #expect(edited.disabledExperts == [0, 4])
    #expect(edited.seed == 9 && edited.layer == 4 && edited.expertCount == 5)
    expectConfigurationError("number of experts switched on is 0, expected at least 1") {
      _ = try router.editingExperts(ExpertEdit([3, 0], of: 4))
    }
  }

  @Test func aStrategyCanBeChangedWithTheExperts() throws {
    var router = try Self.router(RoutingStrategy(selector: .topK(3), hasSelectionBias: true))
    router.selectionBias = [1, 2, 3, 4]
    let edit = try ExpertEdit([1, 3], of: 4)
    expectConfigurationError("experts a token (top-k) is 3, expected 1 to 2, the experts there are")
    { _ = try router.editingExperts(edit) }
    let biased = try router.editingExperts(
      edit, strategy: RoutingStrategy(selector: .topK(1), hasSelectionBias: true))
    #expect(biased.slotCount == 1 && biased.selectionBias == [2, 4])
    // One without a bias has none.
    let plain = try router.editingExperts(edit, strategy: .topK(2))
    #expect(plain.selectionBias == nil && plain.slotCount == 2)
    // One with a bias where there was none starts at zero.
    let fresh = try plain.editingExperts(
      ExpertEdit([0, 0, 1], of: 2),
      strategy: RoutingStrategy(selector: .topK(1), hasSelectionBias: true))
    #expect(fresh.selectionBias == [0, 0, 0])
    expectConfigurationError(
      "slots an expert is 3, expected a divisor of 2, the logits that the gate gives"
    ) { _ = try router.editingExperts(edit, strategy: .soft(slotsPerExpert: 3)) }
    expectConfigurationError("slots an expert is 2, expected 1, as the gate was made for") {
      _ = try router.editingExperts(edit, strategy: .soft(slotsPerExpert: 2))
    }
    expectConfigurationError("experts before an edit is 3, expected 4, as the router has") {
      _ = try router.editingExperts(ExpertEdit([0], of: 3))
    }
  }

  @Test func capacitiesMove() throws {
    let capacity = Capacity(
      training: .factor(1), overflow: .backup(2), shares: [1, 2, 3, 4])
    let edited = try capacity.editingExperts(
      ExpertEdit(averaging: [[3], [0, 1], [2], [2]], of: 4))
    #expect(edited.shares == [4, 1.5, 3, 3] && edited.overflow == .backup(2))
    expectConfigurationError(
      "backup expert is 2, which is gone, expected one that stays, or another overflow"
    ) { _ = try capacity.editingExperts(ExpertEdit([0, 1, 3], of: 4)) }
    // In a router too, and before anything else.
    let router = try Self.router(
      RoutingStrategy(selector: .topK(1), weighting: .scores, capacity: capacity))
    #expect(throws: MoEError.self) { try router.editingExperts(ExpertEdit([0, 1, 3], of: 4)) }
  }

  @Test func expertsThatAreLeftOutKeepBeingSo() throws {
    let weighting = RenormalizedWeighting(epsilon: 0.25, excluding: [1, 3])
    let edited = try weighting.scaled(by: 2).keepingRemainder().editingExperts(
      ExpertEdit([3, 0, 2, 3], of: 4))
    let inner = (edited.base as? ScaledWeighting)?.base as? RenormalizedWeighting
    #expect(inner?.excludedExperts == [0, 3] && inner?.epsilon == 0.25)
    // By what the layer tells of them, too.
    let released = try RenormalizedWeighting.renormalizedWithoutZeroExperts.editingExperts(
      ExpertEdit([1, 0], of: 2))
    #expect(released.excludesZeroExperts && released.excludedExperts.isEmpty)
    let router = try Self.router(RoutingStrategy(selector: .topK(1), weighting: weighting))
    expectConfigurationError(
      "experts left out of the weights' sum is [0, 1], expected some from 0 to 1, but not all"
    ) { _ = try router.editingExperts(ExpertEdit([1, 3], of: 4)) }
  }

  @Test func groupsOfSelectorsMove() throws {
    let selector = GroupLimitedSelector(
      count: 2, groups: 3, groupsPerToken: 2, groupScore: .sumOfBestTwo)
    #expect(try selector.editingExperts(ExpertEdit([0, 2, 5], of: 6)).groups == 3)
    let fewer = try selector.editingExperts(ExpertEdit([2, 3, 0, 1], of: 6))
    #expect(fewer.groups == 2 && fewer.groupsPerToken == 2 && fewer.groupScore == .sumOfBestTwo)
    let hierarchical = HierarchicalSelector(groups: 3, groupsPerToken: 1, expertsPerGroup: 1)
    #expect(try hierarchical.editingExperts(ExpertEdit([4, 5], of: 6)).groups == 1)
    #expect(
      try HierarchicalWeighting(groups: 3).editingExperts(ExpertEdit([4, 5], of: 6)).groups == 1)
    // What could not be before throws what it throws in a layer.
    for groups in [0, -1, 4] {
      #expect(throws: MoEError.self) {
        try GroupLimitedSelector(count: 1, groups: groups, groupsPerToken: 1)
          .editingExperts(ExpertEdit([0], of: 6))
      }
      #expect(throws: MoEError.self) {
        try HierarchicalSelector(groups: groups, groupsPerToken: 1, expertsPerGroup: 1)
          .editingExperts(ExpertEdit([0], of: 6))
      }
      #expect(throws: MoEError.self) {
        try HierarchicalWeighting(groups: groups).editingExperts(ExpertEdit([0], of: 6))
      }
    }
    let router = try Self.router(
      RoutingStrategy(selector: selector, weighting: .scores), experts: 6)
    expectConfigurationError("groups a token is 2, expected 1 to 1, the groups there are") {
      _ = try router.editingExperts(ExpertEdit([0, 1], of: 6))
    }
  }

  @Test func tablesNameExpertsByTheirNewNumbers() throws {
    let table = try HashRoutingTable([[0, 1], [1, 2], [3, 0], [2, 3]], expertCount: 4)
    // Expert 1 is gone: the next that an id does not have is taken.
    let fewer = try table.editingExperts(ExpertEdit([0, 2, 3], of: 4))
    #expect(fewer.experts == [0, 1, 2, 1, 2, 0, 1, 2] && fewer.expertCount == 3)
    // Of copies the first is taken.
    let doubled = try table.editingExperts(ExpertEdit([3, 3, 0, 1, 2], of: 4))
    #expect(doubled.experts == [2, 3, 3, 4, 0, 2, 4, 0])
    // Where both experts of an id are merged, another takes the second place.
    let merged = try table.editingExperts(ExpertEdit(averaging: [[0, 1], [2], [3]], of: 4))
    #expect(merged.experts == [0, 1, 0, 1, 2, 0, 1, 2])
    expectConfigurationError(
      "experts of the hash table is 1 of 4, expected at least 2 of 4, as many as each id has"
    ) { _ = try table.editingExperts(ExpertEdit([0], of: 4)) }
    expectConfigurationError(
      "experts of the hash table is 3 of 3, expected at least 2 of 4, as many as each id has"
    ) { _ = try table.editingExperts(ExpertEdit([0, 1, 2], of: 3)) }
  }
}
