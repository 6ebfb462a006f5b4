import Foundation
import MoE
import Testing

/// Weights on inputs, and remainders that stay with the token.
@Suite(.namingCombinations) struct SpecialWayTests {
  private static let training = RoutingContext(.training(step: 0))

  // MARK: - Weights on inputs

  @Test func weightsOnInputsAreTheirFormula() throws {
    let tokens = SmallLayers.normal([6, 4])
    let weightings: [(any Weighting, ReferenceRoutes.Weights)] = [
      (.renormalized, .renormalized), (.scores, .scores),
      (.sigmoidOfSelected, .logistic),
    ]
    for (weighting, weights) in weightings {
      for capacity in [Capacity.none, .routes(3, order: .score, overflow: .passThrough)] {
        let layer = try SmallLayers.layer(
          RoutingStrategy(
            selector: .topK(2), weighting: weighting, capacity: capacity,
            appliesWeightsToInput: true))
        try checkMixture(layer, tokens, SpecialWayTests.training) {
          var reference = ReferenceRoutes($0, hiddenSize: 3)
          reference.weights = weights
          reference.appliesWeightsToInput = true
          return { reference($0, $1) }
        }
      }
    }
    let layer = try SmallLayers.layer(
      RoutingStrategy(selector: .topK(2), appliesWeightsToInput: true))
    #expect(try layer(Tensor(zeros: [0, 4])) == Tensor(zeros: [0, 4]))
  }

  /// With experts that are linear it does not matter where the weight is.
  @Test func ofLinearExpertsWeightsCommute() throws {
    let bank = GroupedLinear(weight: SmallLayers.normal([3, 4, 4]))
    let gate = LinearGate(Linear(weight: SmallLayers.normal([3, 4], seed: 3)))
    let outputs = try [false, true].map { appliesWeightsToInput in
      try MixtureOfExperts(
        router: Router(
          gate: gate,
          strategy: RoutingStrategy(
            selector: .topK(2), appliesWeightsToInput: appliesWeightsToInput)),
        expertGroups: [FeedForwardExperts(up: bank, down: bank, activation: .identity)]
      )(SmallLayers.normal([5, 4], seed: 4))
    }
    let scale = GradientTolerance.largest(outputs[0])
    GradientTolerance.expect(
      outputs[1], near: outputs[0].doubles,
      within: 4 * 12 * GradientTolerance.unitRoundoff * scale, "output")
  }

  // MARK: - Remainders

  @Test func remaindersStayWithTheToken() throws {
    let layer = try SmallLayers.layer(
      RoutingStrategy(
        selector: .topK(2), weighting: .sigmoidOfSelected.scaled(by: 0.5).keepingRemainder(),
        capacity: .routes(2, order: .score)))
    let tokens = SmallLayers.normal([6, 4])
    var context = SpecialWayTests.training
    context.padding = [false, false, false, true, false, false]
    #expect(try layer.forward(tokens, context: context).routing.outcomes.contains(.dropped))
    try checkMixture(layer, tokens, context) { routing in
      let reference = { (tokens: [[Double]], parameters: [String: [Double]]) in
        var kept = ReferenceRoutes(routing, hiddenSize: 3)
        kept.weights = .logistic
        let gate = Reference.Map(parameters, "router.gate", outputSize: 4)
        return zip(kept(tokens, parameters), tokens.indices).map { row, token in
          let logits = Reference.linear(tokens[token], gate)
          let chosen = kept.experts[token].filter { $0 >= 0 }
          guard !chosen.isEmpty else { return row }
          let rest = 1 - chosen.reduce(0) { $0 + Reference.sigmoid(logits[$1]) / 2 }
          return zip(row, tokens[token]).map { $0 / 2 + rest * $1 }
        }
      }
      return reference
    }
  }

  /// y = α·E(x) + (1 − α)·x with α = σ(l), also where the assignment is not the token's own first
  /// choice.
  @Test func baseMixesByAlpha() throws {
    let layer = try SmallLayers.layer(.base())
    let tokens = SmallLayers.normal([7, 4])
    let routing = try layer.forward(tokens, context: SpecialWayTests.training).routing
    #expect(routing.load.allSatisfy { $0 == 1 || $0 == 2 })
    #expect(
      try routing.experts
        != layer.forward(tokens, context: .inference).routing.experts)
    try checkMixture(layer, tokens, SpecialWayTests.training) { routing in
      { tokens, parameters in
        var own = ReferenceRoutes(routing, hiddenSize: 3)
        own.weights = .logistic
        let gate = Reference.Map(parameters, "router.gate", outputSize: 4)
        return zip(own(tokens, parameters), tokens.indices).map { row, token in
          let alpha = Reference.sigmoid(
            Reference.linear(tokens[token], gate)[own.experts[token][0]])
          return zip(row, tokens[token]).map { $0 + (1 - alpha) * $1 }
        }
      }
    }
  }
}
