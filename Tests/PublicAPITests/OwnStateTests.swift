import MoE
import OwnParts
import Testing

/// What parts of one's own save and restore, and what is told to them after a step.
@Suite struct OwnStateTests {
  static func layer() throws -> MixtureOfExperts {
    try OwnPartTests.layer(Set(OwnPartTests.Part.allCases))
  }

  /// A training that is stopped and resumed in another layer has the bits of one that is not.
  @Test func buffersAreSavedAndRestored() throws {
    let (tokens, _) = OwnPartTests.tokens(padded: false)
    var layer = try Self.layer()
    func train(_ layer: inout MixtureOfExperts, steps: Range<Int>) throws {
      for step in steps {
        let pass = try layer.forward(tokens, context: .training(step: step))
        try layer.finishStep([pass])
      }
    }
    try train(&layer, steps: 0..<3)
    let saved = Dictionary(uniqueKeysWithValues: layer.namedBuffers.map { ($0.name, $0.tensor) })
    #expect(
      saved.keys.sorted() == ["finishedStep", "router.selectionBias", "stepUpdates.0.steps"])
    var resumed = try Self.layer()
    try resumed.restoreBuffers(saved)
    #expect((resumed.stepUpdates[0] as? OwnSignUpdate)?.steps == 3)
    try train(&layer, steps: 3..<5)
    try train(&resumed, steps: 3..<5)
    #expect(try layer(tokens) == resumed(tokens))
    #expect((resumed.stepUpdates[0] as? OwnSignUpdate)?.steps == 5)
    // What cannot be restored changes nothing.
    var wrong = saved
    wrong["stepUpdates.0.steps"] = [0.5]
    #expect(
      message { try resumed.restoreBuffers(wrong) }
        == "steps of selection bias is none, expected a whole number")
    #expect((resumed.stepUpdates[0] as? OwnSignUpdate)?.steps == 5)
  }

  /// A layer throws where steps go on without their end being told.
  @Test func forgottenStepsThrow() throws {
    let (tokens, _) = OwnPartTests.tokens(padded: false)
    let layer = try Self.layer()
    for step in 0..<2 { _ = try layer.forward(tokens, context: .training(step: step)) }
    #expect(
      message { _ = try layer.forward(tokens, context: .training(step: 2)) }?
        .contains("finishStep was not called") == true)
  }

  /// Plain gradient descent, with the public API alone.
  struct OwnDescent: Optimizer {
    var learningRate: Float

    mutating func update<Model: Parameterized>(_ model: inout Model, along gradient: Model) {
      model.updateParameters(along: gradient) { _, parameter, gradient in
        parameter -= learningRate * gradient
      }
    }
  }

  @Test func anOptimizerOfOnesOwnUpdatesEveryParameter() throws {
    let (tokens, _) = OwnPartTests.tokens(padded: false)
    let layer = try Self.layer()
    let pass = try layer.forward(tokens, context: .training(step: 0))
    let gradient = try layer.backward(pass.output, pass: pass)
    var (own, ours) = (layer, layer)
    var descent = OwnDescent(learningRate: 0.125)
    descent.update(&own, along: gradient)
    var sgd = SGD(learningRate: 0.125)
    sgd.update(&ours, along: gradient)
    // A factor that is a power of two rounds nothing: a fused step has the bits of the two.
    for (left, right) in zip(own.namedParameters, ours.namedParameters) {
      #expect(left.parameter == right.parameter, "\(left.name)")
    }
    #expect(try own(tokens) != layer(tokens))
  }

  /// A loss of sequences of a fixed length knows where tokens stood before padding was taken out.
  @Test func lossesKnowThePlacesOfTokens() throws {
    struct Places: BalancingLoss {
      var name: String { "places" }

      func value(of routing: Routing) -> BalancingLossValue {
        let places = (0..<routing.tokenCount).map { routing.batch.place(of: $0) }
        return BalancingLossValue(
          value: Float(places.reduce(0, +)), logitGradient: Tensor(zeros: routing.logits.shape))
      }
    }
    let (tokens, batch) = OwnPartTests.tokens(padded: true)
    var layer = try Self.layer()
    layer.balancingLosses = [Places()]
    let pass = try layer.forward(tokens, context: LayerContext(.training(step: 0), batch: batch))
    let valid = try #require(batch.validTokens)
    #expect(pass.auxiliaryLoss == Float(valid.reduce(0, +)))
    #expect(valid.allSatisfy { !batch.isPadding($0) })
  }

  /// A layer of one's own takes padding out as the library's do.
  @Test func paddingIsTakenOutByHand() throws {
    let (tokens, batch) = OwnPartTests.tokens(padded: true)
    let layer = try Self.layer()
    let valid = try #require(batch.validTokens)
    let inner = try layer.forward(
      tokens.gatheringEntries(valid),
      context: LayerContext(.inference, batch: batch.picking(valid))
    ).output
    let whole = try layer.forward(tokens, context: LayerContext(.inference, batch: batch)).output
    #expect(whole == inner.placingEntries(at: valid, count: tokens.rowCount))
  }
}
