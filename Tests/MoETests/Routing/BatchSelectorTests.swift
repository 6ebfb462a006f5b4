import Foundation
import MoE
import Testing

/// Selectors that look at the whole batch.
@Suite(.namingCombinations) struct BatchSelectorTests {
  private static let selectors: [(String, any ExpertSelector)] = [
    ("expert choice", .expertChoice(capacityFactor: 1.5)), ("sinkhorn", .sinkhorn(2)),
    ("assignment", .linearAssignment), ("batchwise", .batchwiseBalanced(2)),
  ]

  @Test func saysWhatItLooksAt() throws {
    for (name, selector) in BatchSelectorTests.selectors {
      #expect(
        !selector.promises.contains(.tokenLocal) && !selector.promises.contains(.causal)
          && selector.promises.contains(.deterministic), "\(name)")
    }
  }

  @Test func paddingTakesNoPlace() throws {
    let logits = SmallLayers.normal([11, 4])
    let valid = [1, 2, 3, 5, 6, 8, 10]
    for training in [true, false] {
      for (name, selector) in BatchSelectorTests.selectors {
        // Padding has the highest logits of all.
        var padded = logits + 0
        for token in 0..<11 where !valid.contains(token) {
          for expert in 0..<4 { padded[token, expert] = 50 + Float(expert) }
        }
        let router = try Selecting.router(
          RoutingStrategy(selector: selector, weighting: .scores), experts: 4)
        let mode: PassMode = training ? .training(step: 0) : .inference
        let batch = Batch(padding: (0..<11).map { !valid.contains($0) })
        let all = try router.forward(padded, context: LayerContext(mode, batch: batch)).routing
        let alone = try router.forward(
          logits.gatheringEntries(valid), context: LayerContext(mode)
        ).routing
        #expect(
          valid.map(all.experts(of:)) == (0..<valid.count).map(alone.experts(of:)),
          "\(name), training \(training)")
        #expect(all.withoutPadding.weights.bits == alone.weights.bits)
      }
    }
  }

  @Test func switchedOffExpertsAreNotThere() throws {
    let logits = SmallLayers.normal([9, 5])
    for off in [[1], [0, 3], [0, 1, 2, 4]] {
      let on = (0..<5).filter { !off.contains($0) }
      var fewer = Tensor(zeros: [9, on.count])
      for token in 0..<9 {
        for (column, expert) in on.enumerated() { fewer[token, column] = logits[token, expert] }
      }
      for training in [true, false] {
        for (name, selector) in BatchSelectorTests.selectors {
          let found = try Selecting.choice(
            selector, Selecting.batch(logits, training: training, disabled: Set(off)))
          let among = try Selecting.choice(
            selector, Selecting.batch(fewer, training: training))
          #expect(found == among.map { $0.map { on[$0] } }, "\(name) without \(off)")
        }
      }
    }
  }

  @Test func permutingTokensAndExpertsPermutesTheChoice() throws {
    let logits = SmallLayers.normal([12, 4], seed: 6)
    let (tokenOrder, expertOrder) = ([5, 0, 11, 3, 8, 1, 10, 2, 9, 4, 7, 6], [2, 0, 3, 1])
    var moved = Tensor(zeros: [12, 4])
    for token in 0..<12 {
      for expert in 0..<4 { moved[token, expert] = logits[tokenOrder[token], expertOrder[expert]] }
    }
    for training in [true, false] {
      for (name, selector) in BatchSelectorTests.selectors {
        let first = try Selecting.choice(
          selector, Selecting.batch(logits, training: training))
        let second = try Selecting.choice(
          selector, Selecting.batch(moved, training: training))
        for token in 0..<12 {
          #expect(
            Set(second[token].map { expertOrder[$0] }) == Set(first[tokenOrder[token]]), "\(name)")
        }
      }
    }
  }

  @Test func cornersAreDefined() throws {
    for (name, selector) in BatchSelectorTests.selectors where name != "sinkhorn" {
      #expect(
        try Selecting.choice(
          selector, Selecting.batch(Tensor(zeros: [3, 1]))) == [[0], [0], [0]], "\(name)")
    }
    #expect(
      try Selecting.choice(
        .sinkhorn(1), Selecting.batch(Tensor(zeros: [3, 1]))) == [[0], [0], [0]])
    #expect(
      try Selecting.choice(
        .sinkhorn(3), Selecting.batch([[1, 3, 2], [1, 1, 0]])
      )
      .allSatisfy { Set($0) == [0, 1, 2] })
    for training in [true, false] {
      for (name, selector) in BatchSelectorTests.selectors {
        #expect(
          try Selecting.choice(
            selector, Selecting.batch(Tensor(zeros: [0, 4]), training: training)
          ).isEmpty,
          "\(name)")
        #expect(
          try Selecting.choice(
            selector,
            Selecting.batch(
              Tensor(zeros: [2, 4]), training: training, padding: [true, true])
          ).count == 2, "\(name)")
        // One token.
        let one = try Selecting.choice(
          selector, Selecting.batch([[1, 5, 2, 3]], training: training))
        #expect(one.count == 1 && one[0].contains(1), "\(name)")
      }
    }
  }

  /// Whole layers of each strategy train, and give zeros for tokens that no expert takes.
  @Test func layersTrain() throws {
    let strategies: [RoutingStrategy] = [
      .expertChoice(capacityFactor: 1), .expertChoice(weighting: .scoresByCount),
      .sinkhorn(1), .sinkhorn(2), .batchwiseBalanced(1),
      RoutingStrategy(selector: .linearAssignment, weighting: .scores),
    ]
    let tokens = SmallLayers.normal([6, 4])
    for strategy in strategies {
      #expect(!strategy.isTokenLocal && !strategy.isCausal)
      let layer = try SmallLayers.layer(strategy)
      try checkMixture(layer, tokens, RoutingContext(.training(step: 0))) { routing in
        var reference = ReferenceRoutes(routing, hiddenSize: 3)
        reference.weights =
          strategy.weighting is RenormalizedWeighting
          ? .renormalized
          : strategy.weighting is ScoreWeighting
            || strategy.weighting is SelectedCountWeighting ? .scores : .logistic
        guard strategy.weighting is SelectedCountWeighting else { return { reference($0, $1) } }
        return { tokens, parameters in
          zip(reference(tokens, parameters), reference.experts).map { row, experts in
            row.map { $0 / Double(max(1, experts.count { $0 >= 0 })) }
          }
        }
      }
      let pass = try layer.forward(tokens, context: .inference)
      for token in 0..<6 where pass.routing.experts(of: token).isEmpty {
        #expect(pass.output[entry: token] == Tensor(zeros: [4]))
      }
    }
  }
}
