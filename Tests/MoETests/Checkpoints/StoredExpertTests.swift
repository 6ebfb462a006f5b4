import Foundation
import MoE
import Testing

/// Experts that stay in their file.
@Suite struct StoredExpertTests {
  /// Of each layout one: a tensor an expert, with biases or without a gate; fused, interleaved and
  /// transposed; stacked; flattened; and groups around them.
  private static let names = [
    "mixtral", "nllb_moe", "nemotron_h", "qwen3_5_moe", "gpt_oss", "llama4", "step3p7", "dbrx",
    "muse_spark", "gemma4", "inkling", "longcat_flash", "zaya",
  ]

  private func mixture(_ name: String, expertBytes: Int?) throws -> MixtureOfExperts {
    try MixtureOfExperts(
      model: FamilyParityTests.folder(name), layer: FamilyParityTests.layer(name),
      expertBytes: expertBytes)
  }

  private func stored(_ mixture: MixtureOfExperts) throws -> StoredExperts {
    let group = mixture.expertGroups[0]
    return try #require(
      group as? StoredExperts ?? (group as? NormalizedExperts)?.experts as? StoredExperts)
  }

  /// Nothing is kept, some experts are, or all.
  @Test(arguments: names, [0, 40_000, 1 << 30])
  func givesTheBitsOfTheLoadedLayer(name: String, byteLimit: Int) throws {
    let loaded = try mixture(name, expertBytes: nil)
    let mixture = try mixture(name, expertBytes: byteLimit)
    let experts = try stored(mixture)
    #expect(experts.residency.expertCount == 0 && experts.residency.misses == 0)
    for (count, seed) in [(33, 1), (1, 2), (1, 2), (0, 3), (7, 4)] as [(Int, UInt64)] {
      let tokens = SmallLayers.normal([count, 32], seed: seed)
      let (own, exact) = (
        try mixture.forward(tokens, context: .inference),
        try loaded.forward(tokens, context: .inference)
      )
      #expect(own.output.bits == exact.output.bits, "\(count) tokens")
      let residency = experts.residency
      #expect(residency.byteCount <= byteLimit && residency.byteLimit == byteLimit)
      if byteLimit == 0 { #expect(residency.expertCount == 0 && residency.hits == 0) }
    }
    let residency = experts.residency
    if byteLimit == 1 << 30 {
      // Each that was needed was read once.
      #expect(residency.misses == residency.expertCount && residency.hits > 0)
    }
  }

  /// The least recently used one makes room.
  @Test func theRecentlyUsedAreKept() throws {
    let loaded = try mixture("mixtral", expertBytes: nil)
    let group = try #require(loaded.expertGroups[0] as? GatedFeedForwardExperts)
    // Numbers and as many packed.
    let size = 2 * 4 * group.parameterCount / group.expertCount
    let experts = try stored(mixture("mixtral", expertBytes: 2 * size + size / 2))
    let tokens = SmallLayers.normal([1, 32])
    func run(_ used: [Int]) throws -> (hits: Int, misses: Int) {
      let before = experts.residency
      var offsets = [0]
      for expert in 0..<8 { offsets.append(offsets[expert] + (used.contains(expert) ? 1 : 0)) }
      let rows = GroupedRows(offsets: offsets, indices: used.map { _ in 0 })
      let input = GroupedTokens(tokens, rows: rows)
      let (own, exact) = (
        try experts.forward(input, context: .inference).output,
        group.forward(input, context: .inference).output
      )
      guard case .rows(let left) = own, case .rows(let right) = exact else {
        Issue.record("rows")
        return (0, 0)
      }
      #expect(left.bits == right.bits)
      let after = experts.residency
      #expect(after.byteCount <= after.byteLimit && after.expertCount <= 2)
      return (after.hits - before.hits, after.misses - before.misses)
    }
    #expect(try run([0, 1]) == (0, 2))
    #expect(try run([1]) == (1, 0))
    #expect(try run([2]) == (0, 1))
    // 0 made room, and 1 is there; it is used before 0 is read.
    #expect(try run([0, 1]) == (1, 1))
    #expect(try run([0, 1]) == (2, 0))
    #expect(try run([0, 1, 2, 3]) == (2, 2))
  }

  @Test func manyThreadsShareWhatIsKept() async throws {
    let loaded = try mixture("qwen3_5_moe", expertBytes: nil)
    let mixture = try mixture("qwen3_5_moe", expertBytes: 60_000)
    try await withThrowingTaskGroup(of: Bool.self) { tasks in
      for seed in 0..<16 as Range<UInt64> {
        tasks.addTask {
          let tokens = SmallLayers.normal([9, 32], seed: seed)
          return try mixture(tokens).bits == loaded(tokens).bits
        }
      }
      for try await isSame in tasks { #expect(isSame) }
    }
    #expect(try stored(mixture).residency.byteCount <= 60_000)
  }

  @Test func whatNeedsThemInMemoryIsAnError() throws {
    let mixture = try mixture("mixtral", expertBytes: 1 << 20)
    let tokens = SmallLayers.normal([3, 32])
    #expect(throws: MoEError.self) {
      try mixture.forward(tokens, context: .training(step: 0))
    }
    #expect(throws: MoEError.self) {
      try mixture.storedTensors(model: FamilyParityTests.folder("mixtral"), layer: 0)
    }
    var merged = mixture
    #expect(throws: MoEError.self) { try merged.mergeExperts([0, 1]) }
    #expect(throws: MoEError.self) { try self.mixture("mixtral", expertBytes: -1) }
    // Others may be taken away.
    var (fewer, loaded) = (mixture, try self.mixture("mixtral", expertBytes: nil))
    try fewer.removeExperts([2, 5])
    try loaded.removeExperts([2, 5])
    #expect(try fewer(tokens).bits == loaded(tokens).bits)
  }
}
