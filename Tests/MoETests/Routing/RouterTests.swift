import Foundation
import MoE
import Testing

/// Routers whose tokens are the logits themselves, with numbers worked out by hand.
@Suite struct RouterTests {
  /// Probabilities of 1/8, 2/8 and 5/8.
  private static let logits = Tensor([0, logf(2), logf(5)], shape: [1, 3])

  /// The logits are rounded (at most 1u of what follows), the exponential errs by 2 units or 4u,
  /// and a sum, an inverse and products by 5u; in a gradient twice.
  private static let tolerance = 20 * GradientTolerance.unitRoundoff

  @Test func weighsByHand() throws {
    let cases: [(any Weighting, [Double])] = [
      (.renormalized, [5.0 / 7, 2.0 / 7]), (.softmaxOverSelected, [5.0 / 7, 2.0 / 7]),
      (.scores, [5.0 / 8, 2.0 / 8]),
    ]
    for (weighting, weights) in cases {
      let router = try Selecting.router(.topK(2, weighting: weighting), experts: 3)
      let routing = try router.forward(RouterTests.logits, context: .inference).routing
      #expect(routing.experts(of: 0) == [2, 1])
      GradientTolerance.expect(
        routing.weights, near: weights, within: RouterTests.tolerance, "\(weighting)")
      GradientTolerance.expect(
        routing.scores, near: [0.125, 0.25, 0.625], within: RouterTests.tolerance, "scores")
    }
  }

  /// With respect to the first slot's weight: for the forms A and B, dlⱼ = wⱼ·(gⱼ − Σ g·w) over the
  /// selected; for C, dlₑ = pₑ·(gₑ − Σ g·p) for all experts, the one that was not selected too.
  @Test func differentiatesByHand() throws {
    let cases: [(any Weighting, [Double])] = [
      (.renormalized, [0, -10.0 / 49, 10.0 / 49]),
      (.softmaxOverSelected, [0, -10.0 / 49, 10.0 / 49]),
      (.scores, [-5.0 / 64, -10.0 / 64, 15.0 / 64]),
    ]
    for (weighting, gradient) in cases {
      let router = try Selecting.router(.topK(2, weighting: weighting), experts: 3)
      let pass = try router.forward(RouterTests.logits, context: .training(step: 0))
      let computed = try router.backward([[1, 0]], pass: pass)
      GradientTolerance.expect(
        computed.input, near: gradient, within: RouterTests.tolerance, "\(weighting)")
      // What a loss says of the logits is added to it.
      let more = try router.backward(
        [[1, 0]], logitGradient: [[1, 2, 4]], pass: pass)
      // A sum of up to 5 is rounded by 4u.
      GradientTolerance.expect(
        more.input, near: zip(gradient, [1, 2, 4]).map { $0 + $1 },
        within: RouterTests.tolerance + 4 * GradientTolerance.unitRoundoff, "\(weighting)")
      // With W = I the weight's gradient is the outer product of the logits' with the token.
      let weight = computed.parameters.namedParameters[0]
      #expect(weight.name == "gate.weight")
      GradientTolerance.expect(
        weight.parameter,
        near: gradient.flatMap { row in
          Reference.scalars(RouterTests.logits).map { row * $0 }
        }, within: 2 * RouterTests.tolerance, "\(weighting) weight")
    }
  }

  @Test func knowsWhichWeightsAreConstant() {
    let weightings: [any Weighting] = [.renormalized, .softmaxOverSelected]
    for weighting in weightings {
      #expect(weighting.isConstant(slotCount: 1) && !weighting.isConstant(slotCount: 2))
    }
    let probabilities: ScoreWeighting = .scores
    #expect(!probabilities.isConstant(slotCount: 1))
  }

  @Test func groupsRoutesByExpertInTheOrderOfTokens() throws {
    let router = try Selecting.router(.topK(2), experts: 4)
    let tokens: Tensor = [
      [9, 8, 0, 0], [0, 8, 9, 0], [8, 9, 0, 0], [0, 0, 9, 8], [9, 0, 8, 0],
    ]
    let routing = try router.forward(tokens, context: .inference).routing
    #expect(routing.experts == [0, 1, 2, 1, 1, 0, 2, 3, 0, 2])
    #expect(routing.load == [3, 3, 3, 1])
    #expect(routing.rows.offsets == [0, 3, 6, 9, 10])
    #expect(routing.rows.indices == [0, 2, 4, 0, 1, 2, 1, 3, 4, 3])
    #expect(routing.positions == [0, 3, 6, 4, 5, 1, 7, 9, 2, 8])
    #expect((routing.tokenCount, routing.expertCount, routing.slotCount) == (5, 4, 2))
    #expect(routing.experts(of: 3) == [2, 3])
    // From routes to positions and back.
    let dispatch = RouteDispatch(routing, appliesWeightsToInput: false)
    let byPosition = dispatch.weightsByPosition
    #expect(dispatch.byRoute(byPosition) == routing.weights)
    #expect(byPosition[3] == routing.weights[0, 1])
    #expect(byPosition[9] == routing.weights[3, 1])
  }

  @Test func picksAndSpreads() throws {
    let router = try Selecting.router(.topK(2), experts: 3)
    let tokens: Tensor = [[1, 5, 3], [7, 2, 6]]
    let selection = try router.forward(tokens, context: .inference).routing.selection
    #expect(selection.picked(from: selection.logits) == [[5, 3], [7, 6]])
    #expect(selection.spread([[1, 2], [3, 4]]) == [[0, 1, 2], [3, 0, 4]])
  }

  @Test func aNetworkGateIsItsNetwork() throws {
    var generator = SeededGenerator(seed: 73)
    let network = FeedForward(
      inputSize: 4, hiddenSize: 5, outputSize: 3, activation: .tanh, using: &generator)
    let tokens = Tensor.normal(shape: [6, 4], using: &generator)
    let direction = Tensor.normal(shape: [6, 3], using: &generator)
    let gate = FeedForwardGate(network)
    #expect(gate.namedParameters.map(\.name) == network.namedParameters.map(\.name))
    let pass = gate.forward(tokens, context: RoutingContext(.training(step: 0)))
    let other = network.forward(tokens, context: .training(step: 0))
    #expect(pass.logits == other.output)
    #expect(gate.forward(tokens, context: RoutingContext()).logits == other.output)
    let gradient = gate.backward(LogitGradient(direction), pass: pass)
    let expected = network.backward(direction, pass: other)
    #expect(gradient.input == expected.input)
    for (index, (name, parameter)) in gradient.parameters.namedParameters.enumerated() {
      #expect(parameter == expected.parameters.namedParameters[index].parameter, "\(name)")
    }
  }

  @Test func aNetworkGateKeepsNothingInInference() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = SeededGenerator(seed: 73)
      let gate = FeedForwardGate(
        FeedForward(inputSize: 4, hiddenSize: 5, outputSize: 3, using: &generator))
      let tokens = Tensor(zeros: [2, 4])
      let pass = gate.forward(tokens, context: RoutingContext())
      _ = gate.backward(LogitGradient(Tensor(zeros: [2, 3])), pass: pass)
    }
    #expect(
      result?.standardErrorSays(
        "FeedForward.backward: a pass in .inference mode keeps nothing; use .training(step:)")
        == true)
  }

  @Test func trapsOnWeightsOfAnotherShape() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let router = try Selecting.router(.topK(2), experts: 3)
      let routing = try router.forward(Tensor(zeros: [4, 3]), context: .inference).routing
      _ = Routing(selection: routing.selection, weights: Tensor(zeros: [4, 3]))
    }
    #expect(
      result?.standardErrorSays(
        "Routing: weights of shape [4, 3] against 4 tokens of 2 slots") == true)
  }
}
