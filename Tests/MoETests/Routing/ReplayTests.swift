import Foundation
import MoE
import Testing

/// Recorded routings, replayed through the ways of routing that do more than pick the best.
@Suite struct ReplayTests {
  private static func strategies() -> [RoutingStrategy] {
    var dropping = RoutingStrategy.topP(0.6)
    dropping.capacity = .factor(0.5, order: .score, overflow: .nextBest)
    return [
      .sparseMixer(jitter: 0.4), .topP(0.6), .expertChoice(capacityFactor: 1.5), .base(),
      RoutingStrategy(
        selector: .topK(2), weighting: .scores.keepingRemainder(),
        capacity: .factor(0.7, overflow: .passThrough)),
      dropping, .gShard(), .noisyTopK(2), .relu(), .batchwiseBalanced(2), .sinkhorn(2),
    ]
  }

  /// Through a file and back: the same bits of the output, the weights, the losses and every
  /// gradient.
  @Test func replaysBitForBitForwardAndBackward() throws {
    let tokens = SmallLayers.normal([9, 4])
    let direction = SmallLayers.normal([9, 4], seed: 8)
    for strategy in ReplayTests.strategies() {
      let name = "\(type(of: strategy.selector)), \(type(of: strategy.weighting))"
      var layer = try SmallLayers.layer(strategy)
      layer.balancingLosses = [.loadBalancing(coefficient: 0.1), .routerZ(coefficient: 0.1)]
      var context = RoutingContext(.training(step: 4))
      context.padding = [false, false, true] + Array(repeating: false, count: 6)
      let pass = try layer.forward(tokens, context: context)
      #expect(pass.routing.rows.count > 0, "\(name)")
      var trace = RoutingTrace()
      trace.record(pass.routing)
      context.replay = try JSONDecoder().decode(
        RoutingTrace.self, from: JSONEncoder().encode(trace)
      ).passes[0]
      let again = try layer.forward(tokens, context: context)
      #expect(again.output.bits == pass.output.bits, "\(name)")
      #expect(again.routing.weights.bits == pass.routing.weights.bits, "\(name)")
      #expect(again.routing.outcomes == pass.routing.outcomes, "\(name)")
      #expect(again.losses == pass.losses, "\(name)")
      let (first, second) = (
        try layer.backward(direction, pass: pass), try layer.backward(direction, pass: again)
      )
      #expect(GradientTolerance.bits(second) == GradientTolerance.bits(first), "\(name)")
    }
  }

  /// A recording from a file may hold any numbers.
  @Test(arguments: [Int.max, Int.max / 2 + 1, 1 << 62, -1])
  func aRecordingOfTooManySlotsThrows(slots: Int) throws {
    let layer = try SmallLayers.layer(.topK(2))
    let json =
      "{\"expertCount\":4,\"slotCount\":\(slots),\"experts\":[],\"outcomes\":[]}"
    let replay = try JSONDecoder().decode(RoutingTrace.Pass.self, from: Data(json.utf8))
    for tokens in [2, 4, 8] {
      expectConfigurationError(
        "recorded routing is 0 slots of \(slots) over 4 experts, expected \(tokens) tokens of "
          + "different experts over 4"
      ) {
        _ = try layer.forward(
          SmallLayers.normal([tokens, 4]), context: .inference,
          overrides: RoutingOverrides(replay: .learning(replay)))
      }
    }
  }

  /// No arithmetic of routing depends on the machine: the generated kernel sets give the same bits.
  @Test func routingHasTheSameBitsOnEveryGeneratedKernelSet() throws {
    let sets = KernelSet.available.filter { $0 != .portable }
    let tokens = SmallLayers.normal([9, 4])
    let scores: [any Score] = [
      .softmax, .sigmoid, .squareRootSoftplus, .relu, .softmaxOverTokens,
    ]
    let strategies =
      ReplayTests.strategies()
      + scores.map { RoutingStrategy(score: $0, selector: .topK(2), weighting: .renormalized) }
      + [
        .topK(2, gate: .cosine()), .topK(2, gate: .linear().normalized()), .soft(slotsPerExpert: 2),
        .hierarchical(groups: 2, groupsPerToken: 1, expertsPerGroup: 2),
        .topK(2, weighting: .pNorm(p: 3)),
      ]
    for strategy in strategies {
      let name = "\(type(of: strategy.selector)), \(type(of: strategy.score))"
      let layer = try SmallLayers.layer(strategy)
      let results = try sets.map { set in
        try KernelSet.withCurrent(set) {
          let pass = try layer.router.forward(tokens, context: .training(step: 1))
          let gradient = try layer.router.backward(
            RoutingGradient(
              weights: Tensor(repeating: 0.3, shape: pass.routing.weights.shape),
              logits: Tensor(scattered: pass.routing.logits.shape, seed: 2)), pass: pass)
          return [
            pass.routing.logits.bits, pass.routing.scores.bits, pass.routing.weights.bits,
            pass.routing.experts.map { UInt32(bitPattern: $0) }, gradient.input.bits,
          ] + gradient.parameters.namedParameters.map(\.parameter.bits)
        }
      }
      for result in results.dropFirst() { #expect(result == results[0], "\(name)") }
    }
  }
}
