import Foundation
import MoE
import Testing

/// Soft mixtures: every expert takes mixtures of all tokens.
@Suite(.namingCombinations) struct SoftMixtureTests {
  private static let training = RoutingContext(.training(step: 0))

  /// A soft mixture of two groups of experts as its formula says it.
  private struct SoftReference {
    var slots: Int
    var counts = [2, 1]
    var hiddenSizes = [3, 2]
    var padding: [Bool]
    var disabled: Set<Int> = []
    var offset: [Double] = [0, 0, 0]

    func callAsFunction(_ tokens: [[Double]], _ parameters: [String: [Double]]) -> [[Double]] {
      let experts = counts.reduce(0, +)
      let gate = Reference.Map(parameters, "router.gate", outputSize: experts * slots)
      let valid = tokens.indices.filter { !padding[$0] }
      let columns = (0..<experts * slots).filter { !disabled.contains($0 / slots) }
      let logits = tokens.map { token in
        let row = Reference.linear(token, gate)
        return row.indices.map { row[$0] + offset[$0 / slots] }
      }
      var outputs = tokens.map { $0.map { _ in 0.0 } }
      let combination = valid.map { token in Reference.softmax(columns.map { logits[token][$0] }) }
      for (column, slot) in columns.enumerated() {
        let dispatch = Reference.softmax(valid.map { logits[$0][slot] })
        var mixed = tokens[0].map { _ in 0.0 }
        for (part, token) in zip(dispatch, valid) {
          for index in mixed.indices { mixed[index] += part * tokens[token][index] }
        }
        let expert = slot / slots
        let (group, own) = expert < counts[0] ? (0, expert) : (1, expert - counts[0])
        let result = Reference.feedForward(
          mixed,
          up: Reference.Map(parameters, "expertGroups.\(group).up", outputSize: hiddenSizes[group]),
          down: Reference.Map(parameters, "expertGroups.\(group).down", outputSize: mixed.count),
          .tanh, expert: own)
        for (row, token) in valid.enumerated() {
          for index in result.indices {
            outputs[token][index] += combination[row][column] * result[index]
          }
        }
      }
      return outputs
    }
  }

  private static func soft(_ slots: Int) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 17)
    return try MixtureOfExperts(
      inputSize: 4,
      experts: [
        .feedForward(count: 2, hiddenSize: 3, activation: .tanh),
        .feedForward(count: 1, hiddenSize: 2, activation: .tanh),
      ],
      routing: .soft(slotsPerExpert: slots), using: &generator)
  }

  @Test(arguments: [1, 2, 3])
  func aSoftMixtureIsItsFormula(slots: Int) throws {
    var layer = try SoftMixtureTests.soft(slots)
    let tokens = SmallLayers.normal([5, 4])
    let none = Array(repeating: false, count: 5)
    let cases: [(padding: [Bool], disabled: Set<Int>, offset: Tensor?)] = [
      (none, [], nil), ([false, true, false, false, true], [], nil), (none, [1], nil),
      ([true, false, false, false, false], [0, 2], nil), (none, [], [0.5, -0.25, 1]),
    ]
    for (padding, disabled, offset) in cases {
      layer.router.disabledExperts = disabled
      layer.router.logitOffset = offset
      var context = SoftMixtureTests.training
      context.padding = padding
      try checkMixture(layer, tokens, context) { _ in
        let reference = SoftReference(
          slots: slots, padding: padding, disabled: disabled, offset: offset?.doubles ?? [0, 0, 0])
        return { reference($0, $1) }
      }
      let pass = try layer.forward(tokens, context: context)
      let soft = try #require(pass.routing.soft)
      for token in 0..<5 where padding[token] {
        #expect(pass.output[entry: token] == Tensor(zeros: [4]))
        #expect(soft.dispatch[entry: token] == Tensor(zeros: [3 * slots]))
      }
      // An expert's score is the part of its slots in the output.
      let sums = soft.combination.reshaped(to: [5 * 3, slots]).rowSums()
      for token in 0..<5 where !padding[token] {
        for expert in 0..<3 {
          let difference = sums[token * 3 + expert] - pass.routing.scores[token, expert]
          #expect(difference.magnitude < 20 * 0x1p-24)
        }
      }
    }
  }

  /// A loss by the experts' logits reaches the slots' through their log-sum-exp.
  @Test func aLossReachesTheSlotsOfASoftMixture() throws {
    var generator = SeededGenerator(seed: 18)
    let router = try Router(
      inputSize: 3, expertCount: 2, strategy: .soft(slotsPerExpert: 2), using: &generator)
    let tokens = SmallLayers.normal([4, 3])
    let direction = SmallLayers.normal([4, 2], seed: 2)
    // A product of three (3), a softmax over slots (8), and the way back (3 + 4).
    let computed = try GradientTolerance.tolerances(roundings: 18) { perturb in
      let (router, tokens) = (perturb(router), perturb(tokens))
      let pass = try router.forward(tokens, context: .training(step: 0))
      let gradient = try router.backward(
        RoutingGradient(logits: perturb(direction)), pass: pass)
      return [gradient.input, gradient.parameters.namedParameters[0].parameter]
    }
    var point = ["tokens": tokens.doubles]
    point["weight"] = router.namedParameters[0].parameter.doubles
    let derivatives = centralDifferences(at: point) { moved in
      let gate = Reference.Map(["g.weight": moved["weight"]!], "g", outputSize: 4)
      return Reference.inner(
        Reference.rows(moved["tokens"]!, columns: 3).map { token in
          let row = Reference.linear(token, gate)
          return [0, 1].map { SoftMixtureTests.logSumExp([row[2 * $0], row[2 * $0 + 1]]) }
        }, Reference.rows(direction))
    }
    for (index, name) in ["tokens", "weight"].enumerated() {
      GradientTolerance.expect(
        computed.results[index], near: derivatives[name]!, within: computed.tolerances[index], name)
    }
  }

  private static func logSumExp(_ x: [Double]) -> Double {
    let largest = x.max() ?? 0
    return largest + log(x.reduce(0) { $0 + exp($1 - largest) })
  }

  @Test func aSoftMixtureOfNothingIsEmpty() throws {
    let layer = try SoftMixtureTests.soft(2)
    let pass = try layer.forward(Tensor(zeros: [0, 4]), context: .training(step: 0))
    #expect(pass.output == Tensor(zeros: [0, 4]))
    let gradient = try layer.backward(pass.output, pass: pass)
    #expect(gradient.input == Tensor(zeros: [0, 4]))
    for (name, parameter) in gradient.parameters.namedParameters {
      #expect(parameter.scalarArray.allSatisfy { $0 == 0 }, "\(name)")
    }
    let padded = try layer.forward(
      SmallLayers.normal([2, 4]),
      context: LayerContext(.training(step: 0), batch: Batch(padding: [true, true])))
    #expect(padded.output == Tensor(zeros: [2, 4]))
  }

  @Test func aSoftMixtureNeedsSlots() {
    var generator = SeededGenerator(seed: 1)
    for slots in [0, -2] {
      expectConfigurationError("slots an expert is \(slots), expected at least 1") {
        _ = try MixtureOfExperts(
          inputSize: 4, experts: [.feedForward(count: 2, hiddenSize: 2)],
          routing: .soft(slotsPerExpert: slots), using: &generator)
      }
    }
    expectConfigurationError(
      "slots an expert is 3, expected a divisor of 4, the logits that the gate gives"
    ) {
      _ = try Router(
        gate: LinearGate(Linear(weight: Tensor(zeros: [4, 2]))), strategy: .soft(slotsPerExpert: 3))
    }
  }
}
