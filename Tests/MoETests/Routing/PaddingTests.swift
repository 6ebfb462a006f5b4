import MoE
import Testing

/// Rows of padding hold NaN, and nothing depends on them: a router and a layer give, bit for bit,
/// what they give without these rows.
@Suite(.namingCombinations) struct PaddingTests {
  /// Expects zeros where there is padding, and the rows of another tensor elsewhere.
  private static func expectSame(
    _ padded: Tensor?, _ bare: Tensor?, _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard let padded, let bare else {
      #expect((padded == nil) == (bare == nil), "\(name)", sourceLocation: sourceLocation)
      return
    }
    #expect(
      padded.gatheringEntries(PaddingCases.places).bits == bare.bits, "\(name)",
      sourceLocation: sourceLocation)
    for token in 0..<11 where !PaddingCases.places.contains(token) {
      #expect(
        padded[entry: token].scalarArray.allSatisfy { $0 == 0 }, "\(name) of padding",
        sourceLocation: sourceLocation)
    }
  }

  private static func expectSame(_ padded: Routing, _ bare: Routing) {
    let picked = padded.withoutPadding
    #expect(
      picked.experts == bare.experts && picked.outcomes == bare.outcomes
        && picked.chosenExperts == bare.chosenExperts && padded.load == bare.load
        && padded.demand == bare.demand)
    for token in 0..<11 where !PaddingCases.places.contains(token) {
      let slots = token * padded.slotCount..<(token + 1) * padded.slotCount
      #expect(padded.outcomes[slots].allSatisfy { $0 == .empty })
    }
    expectSame(padded.logits, bare.logits, "logits")
    expectSame(padded.scores, bare.scores, "scores")
    expectSame(padded.weights, bare.weights, "weights")
    expectSame(padded.passThroughWeights, bare.passThroughWeights, "pass-through weights")
    expectSame(padded.soft?.dispatch, bare.soft?.dispatch, "dispatch")
    expectSame(padded.soft?.combination, bare.soft?.combination, "combination")
    expectSame(padded.gateNoise?.sample, bare.gateNoise?.sample, "noise")
    #expect(padded.statistics == bare.statistics)
    // Else what is made of the numbers of zero tokens would be as good.
    #expect(padded.statistics.tokenCount == 7 && padded.statistics.meanConfidence > 0)
  }

  private static func expectSame(_ padded: RouterGradient, _ bare: RouterGradient, _ name: String) {
    expectSame(padded.input, bare.input, name)
    expectSame(padded.parameters, bare.parameters, name)
  }

  private static func expectSame(
    _ padded: some Parameterized, _ bare: some Parameterized, _ name: String
  ) {
    for (mine, theirs) in zip(padded.namedParameters, bare.namedParameters) {
      #expect(
        mine.parameter.bits == theirs.parameter.bits, "\(name) with respect to \(mine.name)")
    }
  }

  @Test func aRouterGivesWhatItGivesWithoutPadding() throws {
    try PaddingCases.withEveryStrategy { strategy in
      let router = try PaddingCases.layer(strategy).router
      let pass = try router.forward(
        PaddingCases.among(PaddingCases.tokens), context: PaddingCases.padded)
      let bare = try router.forward(PaddingCases.tokens, context: PaddingCases.bare)
      Self.expectSame(pass.routing, bare.routing)
      let gradient = PaddingCases.gradient(bare.routing)
      let back = try router.backward(gradient, pass: bare)
      // Else a gradient of nothing would be the same.
      #expect(back.input.scalarArray.contains { $0 != 0 && $0.isFinite })
      Self.expectSame(
        try router.backward(PaddingCases.among(gradient), pass: pass), back, "gradient")
      Self.expectSame(
        router.logitGradient(PaddingCases.among(gradient), of: pass),
        router.logitGradient(gradient, of: bare), "gradient of logits")
    }
  }

  @Test func everyLossIsWhatItIsWithoutPadding() throws {
    try PaddingCases.withEveryStrategy { strategy in
      let router = try PaddingCases.layer(strategy).router
      let pass = try router.forward(
        PaddingCases.among(PaddingCases.tokens), context: PaddingCases.padded)
      let bare = try router.forward(PaddingCases.tokens, context: PaddingCases.bare)
      let losses = PaddingCases.losses(hasSelectionBias: true)
      try withEvery("loss", in: losses.indices) { index in
        let loss = losses[index]
        let (value, other) = (loss(pass.routing), loss(bare.routing))
        #expect(
          value.value.bitPattern == other.value.bitPattern && value.value.isFinite,
          "\(loss.name)")
        Self.expectSame(
          loss.logitGradient(router, of: pass), loss.logitGradient(router, of: bare),
          "gradient of logits")
        Self.expectSame(
          try router.backward(value.gradient, pass: pass),
          try router.backward(other.gradient, pass: bare), "gradient")
      }
    }
  }

  @Test func aLayerGivesWhatItGivesWithoutPadding() throws {
    let outputGradient = Tensor(scattered: [7, 6], seed: 9)
    try PaddingCases.withEveryStrategy { strategy in
      let losses = PaddingCases.losses(hasSelectionBias: strategy.hasSelectionBias)
      let layer = try PaddingCases.layer(strategy, losses: losses)
      let pass = try layer.forward(
        PaddingCases.among(PaddingCases.tokens), context: PaddingCases.padded)
      let bare = try layer.forward(PaddingCases.tokens, context: PaddingCases.bare)
      Self.expectSame(pass.output, bare.output, "output")
      Self.expectSame(pass.routing, bare.routing)
      #expect(pass.losses == bare.losses && pass.losses.count == losses.count)
      let back = try layer.backward(PaddingCases.among(outputGradient), pass: pass)
      let other = try layer.backward(outputGradient, pass: bare)
      Self.expectSame(back.input, other.input, "gradient of tokens")
      Self.expectSame(back.parameters, other.parameters, "gradient")
    }
  }

  /// In inference too, and where all is padding.
  @Test func aLayerTakesAnyPadding() throws {
    try PaddingCases.withEveryStrategy { strategy in
      let layer = try PaddingCases.layer(strategy)
      let context = LayerContext(.inference, batch: PaddingCases.padded.batch)
      let pass = try layer.forward(PaddingCases.among(PaddingCases.tokens), context: context)
      let bare = try layer.forward(
        PaddingCases.tokens, context: LayerContext(.inference, batch: PaddingCases.bare.batch))
      Self.expectSame(pass.output, bare.output, "output")
      Self.expectSame(pass.routing, bare.routing)
      let nothing = Tensor(repeating: .nan, shape: [3, 6])
      let all = LayerContext(
        .training(step: 0), batch: Batch(padding: Array(repeating: true, count: 3)))
      let empty = try layer.forward(nothing, context: all)
      #expect(empty.output == Tensor(zeros: [3, 6]) && empty.routing.statistics.tokenCount == 0)
      let back = try layer.backward(nothing, pass: empty)
      #expect(back.input == Tensor(zeros: [3, 6]))
      for (name, parameter) in back.parameters.namedParameters {
        #expect(parameter == Tensor(zeros: parameter.shape), "\(name)")
      }
    }
  }
}
