import Foundation
import MoE
import Testing

/// Straight-through gradients: those of a mixture in which every expert was selected.
@Suite(.namingCombinations) struct StraightThroughTests {
  private static let training = RoutingContext(.training(step: 0))

  /// With the scores as weights it is the gradient of the dense mixture, for the gate and its way
  /// to the tokens.
  @Test func straightThroughIsTheGradientOfTheDenseMixture() throws {
    let tokens = SmallLayers.normal([5, 4])
    let direction = SmallLayers.normal([5, 4], seed: 9)
    var strategy = RoutingStrategy(
      selector: .topK(2), weighting: .scores, isStraightThrough: true)
    let layer = try SmallLayers.layer(strategy)
    let plain = try layer.backward(
      direction, pass: try layer.forward(tokens, context: StraightThroughTests.training))
    strategy.selector = .all
    strategy.isStraightThrough = false
    let dense = try SmallLayers.layer(strategy)
    let other = try dense.backward(
      direction, pass: try dense.forward(tokens, context: StraightThroughTests.training))
    let (own, full) = (
      plain.parameters.namedParameters[0].parameter, other.parameters.namedParameters[0].parameter
    )
    // Dot products of four and an expert of two maps, the softmax's gradient and a sum over five
    // tokens, twice.
    GradientTolerance.expect(
      own, near: full.doubles,
      within: 2 * 40 * GradientTolerance.unitRoundoff * GradientTolerance.largest(full), "gate")
    #expect(own.bits != SmallLayers.normal([4, 4]).bits && own.norm() > 0)
    // Experts have the gradient of what they took alone.
    strategy.selector = .topK(2)
    let without = try SmallLayers.layer(strategy)
    let usual = try without.backward(
      direction, pass: try without.forward(tokens, context: StraightThroughTests.training))
    for index in 1..<usual.parameters.namedParameters.count {
      let (name, parameter) = usual.parameters.namedParameters[index]
      #expect(parameter.bits == plain.parameters.namedParameters[index].parameter.bits, "\(name)")
    }
    #expect(usual.parameters.namedParameters[0].parameter.bits != own.bits)
  }

  /// ds = ⟨dy, E(x)⟩ of those that were not selected, and the weighting's own gradient of those
  /// that were.
  @Test func straightThroughIsItsFormula() throws {
    let tokens = SmallLayers.normal([6, 4])
    let direction = SmallLayers.normal([6, 4], seed: 9)
    let strategy = RoutingStrategy(selector: .topK(2), isStraightThrough: true)
    var layer = try SmallLayers.layer(strategy, experts: 5)
    layer.router.disabledExperts = [4]
    var context = StraightThroughTests.training
    context.padding = [false, false, true, false, false, false]
    let pass = try layer.forward(tokens, context: context)
    let gradient = try layer.backward(direction, pass: pass)
    let parameters = Reference.parameters(layer)
    let gate = Reference.Map(parameters, "router.gate", outputSize: 5)
    var expected = [Double](repeating: 0, count: 20)
    for token in 0..<6 where token != 2 {
      let x = Reference.rows(tokens)[token]
      var logits = Reference.linear(x, gate)
      logits[4] = -.infinity
      let scores = Reference.softmax(logits)
      let dots = (0..<5).map { expert in
        zip(
          Reference.feedForward(
            x, up: Reference.Map(parameters, "expertGroups.0.up", outputSize: 3),
            down: Reference.Map(parameters, "expertGroups.0.down", outputSize: 4), .tanh,
            expert: expert), Reference.rows(direction)[token]
        ).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let chosen = pass.routing.experts(of: token)
      let sum = chosen.reduce(0) { $0 + scores[$1] }
      let mean = chosen.reduce(0) { $0 + dots[$1] * scores[$1] / sum }
      let own = (0..<5).map {
        chosen.contains($0) ? (dots[$0] - mean) / sum : dots[$0]
      }
      let average = zip(own, scores).reduce(0) { $0 + $1.0 * $1.1 }
      for expert in 0..<5 {
        for column in 0..<4 {
          expected[expert * 4 + column] += scores[expert] * (own[expert] - average) * x[column]
        }
      }
    }
    let scale = expected.reduce(0) { max($0, $1.magnitude) }
    GradientTolerance.expect(
      gradient.parameters.namedParameters[0].parameter, near: expected,
      within: 100 * GradientTolerance.unitRoundoff * scale, "gate")
  }
}
