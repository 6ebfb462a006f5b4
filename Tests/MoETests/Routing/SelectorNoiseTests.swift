import MoE
import Testing

/// The noise of a selector that is tested by hand: what the context is given, and what a router
/// gives it.
@Suite struct SelectorNoiseTests {
  private static let tokens = 48
  private static let experts = 6
  private static let logits = Selecting.logits(tokens, experts)

  private static let selectors: [any ExpertSelector] = [
    .fixedNoiseTopK(2, deviation: 8), .gumbelTopK(2), .sampled(2), .random(2),
    .randomSecond(2, threshold: 0.9), .loadBalancedSampling(2), .sparseMixer(jitter: 4),
  ]

  private static func chosen(
    _ selector: any ExpertSelector, _ noise: Noise?, logits: Tensor = logits,
    batch: Batch = Batch(), mode: PassMode = .training(step: 3)
  ) throws -> [[Int]] {
    let context = RoutingContext(batch: batch, purpose: PassPurpose(mode, noise: noise))
    return Selecting.lists(
      try selector.select(Selecting.input(logits, context)), tokens: logits.rowCount)
  }

  @Test(arguments: selectors)
  func theSameNoiseGivesTheSameDraws(selector: any ExpertSelector) throws {
    let noise = Noise(seed: 7, step: 3, layer: 2)
    let first = try Self.chosen(selector, noise)
    #expect(try Self.chosen(selector, noise) == first)
    #expect(try Self.chosen(selector, Noise(seed: 7, step: 3, layer: 2)) == first)
    // The noise is what is given, whatever the step of the mode.
    #expect(try Self.chosen(selector, noise, mode: .training(step: 11)) == first)
  }

  @Test(arguments: selectors)
  func anotherSeedStepOrLayerGivesOthers(selector: any ExpertSelector) throws {
    let first = try Self.chosen(selector, Noise(seed: 7, step: 3, layer: 2))
    for noise in [
      Noise(seed: 8, step: 3, layer: 2), Noise(seed: 7, step: 4, layer: 2),
      Noise(seed: 7, step: 3, layer: 1), Noise(seed: 7 + 1 << 32, step: 3, layer: 2),
    ] {
      #expect(try Self.chosen(selector, noise) != first, "\(noise)")
    }
  }

  /// Unless one is given, it is that of seed 0 and layer 0 at the mode's step.
  @Test(arguments: selectors)
  func thereIsNoiseUnlessItIsGiven(selector: any ExpertSelector) throws {
    let usual = try Self.chosen(selector, nil)
    #expect(try Self.chosen(selector, Noise(seed: 0, step: 3, layer: 0)) == usual)
    let plain = Selecting.input(Self.logits, RoutingContext(.training(step: 3)))
    #expect(Selecting.lists(try selector.select(plain), tokens: Self.tokens) == usual)
    #expect(try Self.chosen(selector, nil, mode: .training(step: 4)) != usual)
  }

  /// Draws belong to positions, so that tokens in another order keep theirs.
  @Test(arguments: selectors.filter { $0.promises.contains(.tokenLocal) })
  func noiseFollowsThePositions(selector: any ExpertSelector) throws {
    let noise = Noise(seed: 7, step: 3, layer: 2)
    let order = Array((0..<Self.tokens).reversed())
    let turned = try Self.chosen(
      selector, noise, logits: Self.logits.gatheringEntries(order), batch: Batch(positions: order))
    #expect(try Array(turned.reversed()) == Self.chosen(selector, noise))
  }

  /// A router of this seed and layer, at this step, draws the same.
  @Test(arguments: selectors)
  func routersGiveTheirOwn(selector: any ExpertSelector) throws {
    func routed(seed: UInt64, layer: Int) throws -> [[Int]] {
      let router = try Router(
        gate: LogitGate(expertCount: Self.experts),
        strategy: RoutingStrategy(gate: .logits, selector: selector, weighting: .scores),
        seed: seed, layer: layer)
      return KnownRouting.selected(
        try router.forward(Self.logits, context: .training(step: 3)).routing)
    }
    let noise = Noise(seed: 7, step: 3, layer: 2)
    #expect(try routed(seed: 7, layer: 2) == Self.chosen(selector, noise))
    #expect(try routed(seed: 8, layer: 2) != Self.chosen(selector, noise))
    #expect(try routed(seed: 7, layer: 3) != Self.chosen(selector, noise))
  }
}
