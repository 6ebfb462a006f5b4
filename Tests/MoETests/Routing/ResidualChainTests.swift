import Foundation
import MoE
import Testing

/// Three layers whose gates read the logits of the layer before, with x + MoE(x) between them.
@Suite struct ResidualChainTests {
  private static let (size, experts, hidden) = (3, 4, 2)
  private static let tokens = Tensor(scattered: [5, size], seed: 80)
  private static let direction = Tensor(scattered: [5, size], seed: 81)

  /// The first layer without an expert, or with all.
  private static func layers(disabled: Set<Int>) throws -> [MixtureOfExperts] {
    var generator = SeededGenerator(seed: 82)
    return try (0..<3).map { index in
      var layer = try MixtureOfExperts(
        inputSize: size,
        experts: [.feedForward(count: experts, hiddenSize: hidden, activation: .tanh)],
        routing: .topK(2, weighting: .scores, gate: .linear().residual()),
        using: &generator)
      layer.visitParameters { name, parameter in
        if name == "router.gate.residual.weight" {
          parameter = Tensor(scattered: parameter.shape, seed: 83 + UInt64(index))
        }
      }
      if index == 0 { layer.router.disabledExperts = disabled }
      return layer
    }
  }

  private static func forward(_ layers: [MixtureOfExperts], _ tokens: Tensor) throws
    -> (passes: [MixtureOfExperts.Pass], output: Tensor)
  {
    var (passes, x): ([MixtureOfExperts.Pass], Tensor) = ([], tokens)
    for layer in layers {
      let context = RoutingContext(
        .training(step: 0), overrides: RoutingOverrides(previousLogits: passes.last?.routing.logits)
      )
      let pass = try layer.forward(x, context: context)
      passes.append(pass)
      x += pass.output
    }
    return (passes, x)
  }

  /// What the chain gives by its formulas, in `Double`, with the experts held fixed.
  private static func reference(
    _ point: [String: [Double]], selected: [[Int32]], disabled: Set<Int>
  ) -> [[Double]] {
    Reference.rows(point["tokens"]!, columns: size).enumerated().map { token, row in
      var (x, previous): ([Double], [Double]?) = (row, nil)
      for layer in 0..<3 {
        let gate = Reference.Map(point, "\(layer).router.gate", outputSize: experts)
        let residual = Reference.Map(point, "\(layer).router.gate.residual", outputSize: experts)
        let up = Reference.Map(point, "\(layer).expertGroups.0.up", outputSize: hidden)
        let down = Reference.Map(point, "\(layer).expertGroups.0.down", outputSize: size)
        var logits = Reference.linear(x, gate)
        if let previous {
          logits = zip(logits, Reference.linear(previous, residual)).map { $0 + $1 }
        }
        var masked = logits
        if layer == 0 {
          for expert in disabled {
            masked[expert] = -.infinity
            logits[expert] = 0
          }
        }
        let probabilities = Reference.softmax(masked)
        var y = x
        for slot in 0..<2 {
          let expert = Int(selected[layer][2 * token + slot])
          let output = Reference.feedForward(x, up: up, down: down, .tanh, expert: expert)
          for column in y.indices { y[column] += probabilities[expert] * output[column] }
        }
        (x, previous) = (y, logits)
      }
      return x
    }
  }

  /// A layer has a gate (4), a residual (5), a softmax (8), an expert (4 + 3 + 3), a weight and two
  /// sums (4): 31, and about twice as many back; three of them.
  @Test(arguments: [[], [1]] as [Set<Int>])
  func gradientsAreThoseOfTheChain(disabled: Set<Int>) throws {
    let layers = try ResidualChainTests.layers(disabled: disabled)
    var selected: [[Int32]]?
    let computed = try GradientTolerance.tolerances(roundings: 280) { perturb in
      let layers = layers.map { perturb($0) }
      let (passes, output) = try ResidualChainTests.forward(
        layers, perturb(ResidualChainTests.tokens))
      let chosen = passes.map(\.routing.experts)
      if selected == nil { selected = chosen }
      guard chosen == selected else { return nil }
      var (gradient, logits) = (perturb(ResidualChainTests.direction), Tensor?.none)
      var parameters: [[Tensor]] = []
      for (layer, pass) in zip(layers, passes).reversed() {
        let back = try layer.backward(
          gradient, routing: RoutingGradient(logits: logits), pass: pass)
        gradient += back.gradient.input
        logits = back.overrides.previousLogits
        parameters.insert(back.gradient.parameters.namedParameters.map(\.parameter), at: 0)
      }
      #expect(logits == nil)
      return [output, gradient] + parameters.flatMap { $0 }
    }
    let chosen = try #require(selected)
    #expect(
      !zip(chosen[0], [Int32](repeating: 1, count: 10)).contains {
        disabled.contains(1) && $0 == $1
      })
    var point = ["tokens": Reference.scalars(ResidualChainTests.tokens)]
    var names = ["tokens"]
    for (index, layer) in layers.enumerated() {
      for (name, parameter) in layer.namedParameters {
        point["\(index).\(name)"] = Reference.scalars(parameter)
        names.append("\(index).\(name)")
      }
    }
    func reference(_ point: [String: [Double]]) -> [[Double]] {
      ResidualChainTests.reference(point, selected: chosen, disabled: disabled)
    }
    GradientTolerance.expect(
      computed.results[0], near: reference(point).flatMap { $0 }, within: computed.tolerances[0],
      "output")
    let rows = Reference.rows(ResidualChainTests.direction)
    let derivatives = centralDifferences(at: point) { Reference.inner(reference($0), rows) }
    for (index, name) in names.enumerated() {
      GradientTolerance.expect(
        computed.results[index + 1], near: derivatives[name]!,
        within: computed.tolerances[index + 1], name)
      if name == "0.router.gate.residual.weight" {
        #expect(computed.results[index + 1] == Tensor(zeros: [4, 4]))
      } else if name.hasSuffix("residual.weight") {
        #expect(computed.results[index + 1].norm() > 0)
      }
    }
  }
}
