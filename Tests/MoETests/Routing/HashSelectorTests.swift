import MoE
import Testing

@Suite struct HashSelectorTests {
  private static func experts(of table: HashRoutingTable) -> [[Int]] {
    (0..<table.vocabulary).map { table[$0].map(Int.init) }
  }

  private func select(
    _ table: HashRoutingTable, _ ids: [Int], disabled: Set<Int> = []
  ) throws -> [Int32] {
    let selector: HashSelector = .hash(table)
    let context = RoutingContext(batch: Batch(tokenIDs: ids))
    let logits = Selecting.logits(ids.count, table.expertCount)
    return try selector.select(Selecting.input(logits, disabled: disabled, context)).experts
  }

  // MARK: - Tables

  @Test(arguments: [(1, 1), (12, 4), (103, 7), (5, 8)])
  func aRandomTableIsBalanced(vocabulary: Int, experts: Int) throws {
    let table = try HashRoutingTable(vocabulary: vocabulary, expertCount: experts, seed: 42)
    var counts = [Int](repeating: 0, count: experts)
    for row in HashSelectorTests.experts(of: table) { counts[row[0]] += 1 }
    #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
    #expect(table.vocabulary == vocabulary && table.slotCount == 1)
    #expect(try HashRoutingTable(vocabulary: vocabulary, expertCount: experts, seed: 42) == table)
    if vocabulary > 100 {
      #expect(try HashRoutingTable(vocabulary: vocabulary, expertCount: experts, seed: 43) != table)
      // In no order: neighbouring ids are at neighbouring experts by chance alone.
      let row = HashSelectorTests.experts(of: table).map { $0[0] }
      #expect(zip(row, row.dropFirst()).count { ($0 + 1) % experts == $1 } < vocabulary / 3)
    }
  }

  @Test func severalExpertsOfAnIdAreDifferent() throws {
    for count in 1...5 {
      let table = try HashRoutingTable(vocabulary: 60, expertCount: 5, count: count, seed: 7)
      let rows = HashSelectorTests.experts(of: table)
      #expect(rows.allSatisfy { Set($0).count == count && $0.count == count })
      var counts = [Int](repeating: 0, count: 5)
      for expert in rows.joined() { counts[expert] += 1 }
      // 60 divides by five, and what one slot leaves uneven the next ones even out.
      #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 2, "\(counts)")
      if count > 1 { #expect(rows.map { $0[0] } != rows.map { $0[1] }) }
    }
  }

  @Test func theMostFrequentIdsGoToTheLeastLoadedExperts() throws {
    // 9, 8 and 5 go to 0, 1 and 2; the first 4 to 2 (5), the other to 1 (8); 3 to 0, which has 9 as
    // 2 has, but of fewer ids.
    let table = try HashRoutingTable(frequencies: [4, 9, 3, 5, 8, 4], expertCount: 3)
    #expect(HashSelectorTests.experts(of: table) == [[2], [0], [0], [2], [1], [1]])
    // Ids that never occur are spread, too.
    let rare = try HashRoutingTable(frequencies: [0, 0, 5, 0, 0, 0], expertCount: 3)
    #expect(HashSelectorTests.experts(of: rare) == [[1], [2], [0], [1], [2], [1]])
    let pairs = try HashRoutingTable(frequencies: [5, 3, 2], expertCount: 3, count: 2)
    for row in HashSelectorTests.experts(of: pairs) { #expect(Set(row).count == 2) }
    // Zipf's law over four experts: the largest load is at most the mean plus the last id that was
    // placed there.
    let frequencies = (1...200).map { 1000 / Double($0) }
    let zipf = try HashRoutingTable(frequencies: frequencies, expertCount: 4)
    var loads = [Double](repeating: 0, count: 4)
    for (id, row) in HashSelectorTests.experts(of: zipf).enumerated() {
      loads[row[0]] += frequencies[id]
    }
    // Even the most frequent one is below the mean, so that the greedy rule ends within the least
    // frequent ones.
    #expect((loads.max() ?? 0) - (loads.min() ?? 0) <= 5.5, "\(loads)")
  }

  @Test func refusesTablesThatCannotWork() throws {
    func expect(_ message: String, _ make: () throws -> HashRoutingTable) {
      let error = #expect(throws: MoEError.self) { _ = try make() }
      #expect(error?.description == message)
    }
    expect("vocabulary of a hash table is 0, expected at least 1 token id") {
      try HashRoutingTable(vocabulary: 0, expertCount: 3, seed: 1)
    }
    expect("vocabulary of a hash table is 0, expected at least 1 token id") {
      try HashRoutingTable([], expertCount: 3)
    }
    expect("experts a token id is 4, expected 1 to 3, the experts there are") {
      try HashRoutingTable(vocabulary: 9, expertCount: 3, count: 4, seed: 1)
    }
    expect("experts a token id is 0, expected 1 to 3, the experts there are") {
      try HashRoutingTable(frequencies: [1, 2], expertCount: 3, count: 0)
    }
    expect("frequency of token id 1 is -1.0, expected a finite number, at least 0") {
      try HashRoutingTable(frequencies: [1, -1], expertCount: 3)
    }
    for row in [[1], [1, 1], [0, 3], [-1, 0]] {
      expect("experts of token id 1 is \(row), expected 2 different experts from 0 to 2") {
        try HashRoutingTable([[0, 2], row], expertCount: 3)
      }
    }
  }

  // MARK: - Choice

  @Test func looksTheExpertsUp() throws {
    let table = try HashRoutingTable([[2, 0], [1, 3], [3, 2]], expertCount: 4)
    #expect(try select(table, [2, 0, 1, 2]) == [3, 2, 2, 0, 1, 3, 3, 2])
    #expect(try select(table, []) == [])
    let selector: HashSelector = .hash(table)
    #expect(
      selector.promises.contains(.tokenLocal) && selector.promises.contains(.deterministic)
        && !selector.promises.contains(.readsScores))
    #expect(try selector.slotCount(expertCount: 4) == 2)
    #expect(
      try HashSelector.hash(vocabulary: 9, expertCount: 3).table
        == HashRoutingTable(vocabulary: 9, expertCount: 3, seed: 42))
    #expect(
      try HashSelector.hash(frequencies: [3, 2], expertCount: 3).table
        == HashRoutingTable(frequencies: [3, 2], expertCount: 3))
  }

  @Test func theNextExpertTakesThePlaceOfOneThatIsSwitchedOff() throws {
    let table = try HashRoutingTable([[2, 0], [1, 3], [3, 2]], expertCount: 4)
    // 2 → 3; 1, 3 stay; 3, and 2 → 0 beyond 3, which is the row's own.
    #expect(try select(table, [0, 1, 2], disabled: [2]) == [3, 0, 1, 3, 3, 0])
    // 0 alone is on: it takes one slot.
    #expect(try select(table, [0, 1, 2], disabled: [1, 2, 3]) == [-1, 0, 0, -1, 0, -1])
  }

  @Test func saysWhichIdIsOutsideTheTable() throws {
    let table = try HashRoutingTable(vocabulary: 5, expertCount: 2, seed: 1)
    for id in [5, -1] {
      let error = #expect(throws: MoEError.self) { _ = try select(table, [0, id, 9]) }
      #expect(
        error?.description
          == "id of token 1 is \(id), expected 0 to 4, the ids in the hash table")
    }
    // Padding may have any id.
    let padded = try Selecting.router(.hash(table), experts: 2).forward(
      Tensor(zeros: [2, 2]),
      context: LayerContext(.inference, batch: Batch(tokenIDs: [0, -1], padding: [false, true])))
    #expect(padded.routing.experts.last == -1)
    let selector: HashSelector = .hash(table)
    let error = #expect(throws: MoEError.self) {
      _ = try selector.select(Selecting.input(Tensor(zeros: [1, 2])))
    }
    #expect(
      error?.description
        == "token ids is nil, expected one id a token in the routing context, as hash routing selects "
        + "by them")
    Selecting.expectError(
      selector, experts: 3, "experts of the hash table is 2, expected 3, the experts there are")
  }

  /// Hash layers have weights of one, and can be trained all the same: the gate is not meant to
  /// learn.
  @Test func aHashLayerTrains() throws {
    let table = try HashRoutingTable([[1], [0], [1]], expertCount: 2)
    let router = try Selecting.router(.hash(table), experts: 2)
    let context = RoutingContext(.training(step: 0), batch: Batch(tokenIDs: [0, 1, 2, 0]))
    let pass = try router.forward(Selecting.logits(4, 2), context: context)
    #expect(pass.routing.experts == [1, 0, 1, 1])
    // An inverse and a product are rounded.
    let unit = GradientTolerance.unitRoundoff
    GradientTolerance.expect(
      pass.routing.weights, near: [1, 1, 1, 1], within: 2 * unit, "weights")
    let gradient = try router.backward(Tensor(repeating: 3, shape: [4, 1]), pass: pass)
    // What rounding leaves of (g − g·w)/s, times p·(1 − p): 2u of a weight and 2u of product and
    // sum, of three.
    GradientTolerance.expect(
      gradient.input, near: [Double](repeating: 0, count: 8), within: 3 * 4 * unit, "gradient")
    // A gate that is to learn still needs weights that say something.
    #expect(throws: MoEError.untrainableGate(weighting: "RenormalizedWeighting", slotCount: 1)) {
      _ = try Selecting.router(.topK(1), experts: 2)
        .forward(Selecting.logits(4, 2), context: .training(step: 0))
    }
  }
}
