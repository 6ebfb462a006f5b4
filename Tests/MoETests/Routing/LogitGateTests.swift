import Foundation
import MoE
import Testing

/// A gate that takes tokens for logits, and the gradients of losses with respect to logits that are
/// had by it.
@Suite struct LogitGateTests {
  private static let logits = Tensor(scattered: [6, 4], seed: 5) * 2

  // MARK: - The gate

  @Test func tokensAreTheLogits() throws {
    var gate = LogitGate(expertCount: 4)
    gate.packWeights()
    #expect(gate.inputSize == 4 && gate.namedParameters.isEmpty && gate.namedBuffers.isEmpty)
    try checkGate(gate, tokens: Self.logits, roundings: 1) {
      Reference.rows($0["tokens"]!, columns: 4)
    }
    let routing = try Router(gate: gate, strategy: .topK(2)).forward(
      Self.logits, context: .inference
    ).routing
    #expect(routing.logits.bits == Self.logits.bits && routing.gateNoise == nil)
    for (token, row) in Reference.rows(Self.logits).enumerated() {
      #expect(routing.experts(of: token) == Selecting.largest(row, 2))
    }
  }

  /// The gradient of weights, which goes through scores, is that of the tokens.
  @Test func weightsHaveTheGradientOfTokens() throws {
    let router = try Router(gate: LogitGate(expertCount: 4), strategy: .topK(2))
    let direction = Tensor(scattered: [6, 2], seed: 6)
    let pass = try router.forward(Self.logits, context: .training(step: 0))
    let back = try router.backward(RoutingGradient(weights: direction), pass: pass)
    let selected = KnownRouting.selected(pass.routing)
    let derivatives = centralDifferences(at: ["logits": Self.logits.doubles]) { point in
      let rows = Reference.rows(point["logits"]!, columns: 4)
      return Reference.inner(
        zip(rows, selected).map { row, experts in Reference.softmax(experts.map { row[$0] }) },
        Reference.rows(direction))
    }
    // A softmax of four (20), a quotient, and the way back through both, of numbers below one.
    GradientTolerance.expect(
      back.input, near: derivatives["logits"]!, within: 60 * GradientTolerance.unitRoundoff,
      "gradient")
    #expect(back.parameters.namedParameters.isEmpty)
  }

  @Test func layersTakeLogitsForTokens() throws {
    func layer(inputSize: Int) throws -> MixtureOfExperts {
      var generator = SeededGenerator(seed: 1)
      return try MixtureOfExperts(
        inputSize: inputSize, experts: [.feedForward(count: 4, hiddenSize: 2)],
        routing: .topK(2, gate: .logits), isCausal: true, using: &generator)
    }
    #expect(
      try layer(inputSize: 4).forward(Self.logits, context: .inference).routing.logits.bits
        == Self.logits.bits)
    expectConfigurationError(
      "gate is from 4 to 4 experts, expected from 6 to 4 experts"
    ) { _ = try layer(inputSize: 6) }
  }

  // MARK: - Gradients of losses

  /// Compares the gradient of a loss with central differences of its formula, which takes the rows
  /// of logits that are no padding, and the experts of each.
  private static func check(
    _ loss: some BalancingLoss, _ strategy: RoutingStrategy, disabled: Set<Int> = [],
    scale: Double = 1, sourceLocation: SourceLocation = #_sourceLocation,
    _ formula: ([[Double]], [[Int]]) -> Double
  ) throws {
    for padding in [nil, [false, false, true, false, false, true]] {
      var router = try Router(gate: LogitGate(expertCount: 4), strategy: strategy)
      router.disabledExperts = disabled
      let pass = try router.forward(
        logits, context: LayerContext(.training(step: 0), batch: Batch(padding: padding)))
      let kept = (0..<6).filter { padding?[$0] != true }
      let selected = KnownRouting.selected(pass.routing)
      func value(_ scalars: [Double]) -> Double {
        let rows = Reference.rows(scalars, columns: 4)
        return formula(kept.map { rows[$0] }, kept.map { selected[$0] })
      }
      let derivatives = centralDifferences(at: ["logits": logits.doubles]) { value($0["logits"]!) }
      // As of all losses: at most 60 roundings, of a softmax, sums and its Jacobian.
      let tolerance = scale * 60 * GradientTolerance.unitRoundoff
      GradientTolerance.expect(
        Tensor([loss(pass.routing).value]), near: [value(logits.doubles)], within: tolerance,
        loss.name, sourceLocation: sourceLocation)
      let gradient = loss.logitGradient(router, of: pass)
      GradientTolerance.expect(
        gradient, near: derivatives["logits"]!, within: tolerance, "gradient of \(loss.name)",
        sourceLocation: sourceLocation)
      // It is what the router's own way back gives, and zero where nothing depends on logits.
      let back = try router.backward(loss(pass.routing).gradient, pass: pass)
      #expect(gradient.bits == back.input.bits, sourceLocation: sourceLocation)
      for token in 0..<6 {
        for expert in 0..<gradient.columnCount
        where padding?[token] == true
          || disabled.contains(expert * router.expertCount / gradient.columnCount)
        {
          #expect(gradient[token, expert] == 0, sourceLocation: sourceLocation)
        }
      }
      #expect(gradient.scalarArray.contains { $0 != 0 }, sourceLocation: sourceLocation)
    }
  }

  private static func mean(_ rows: [[Double]]) -> [Double] {
    rows[0].indices.map { column in rows.reduce(0) { $0 + $1[column] } / Double(rows.count) }
  }

  private static func counts(_ selected: [[Int]], experts: Int = 4) -> [Double] {
    (0..<experts).map { expert in Double(selected.count { $0.contains(expert) }) }
  }

  /// Through the logits alone.
  @Test func gradientsOfLogits() throws {
    try Self.check(.loadBalancing(coefficient: 1), .topK(2), scale: 2) { rows, selected in
      zip(Self.mean(rows.map(Reference.softmax)), Self.counts(selected)).reduce(0) {
        $0 + $1.0 * $1.1 * 4 / Double(2 * rows.count)
      }
    }
  }

  /// Through weights, then scores.
  @Test func gradientsOfWeights() throws {
    try Self.check(.importance(coefficient: 1), .topK(2), scale: 4) { rows, selected in
      var sums = [0.0, 0, 0, 0]
      for (row, experts) in zip(rows, selected) {
        for (expert, weight) in zip(experts, Reference.softmax(experts.map { row[$0] })) {
          sums[expert] += weight
        }
      }
      let mean = sums.reduce(0, +) / 4
      return sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (4 * mean * mean)
    }
  }

  /// Through the logarithms of scores.
  @Test func gradientsOfLogarithms() throws {
    try Self.check(
      .loadBalancing(coefficient: 1, probabilities: .normalizedScores),
      RoutingStrategy(score: .sigmoid, selector: .topK(2)), scale: 2
    ) { rows, selected in
      let shares = rows.map { row -> [Double] in
        let scores = row.map(Reference.sigmoid)
        return scores.map { $0 / scores.reduce(0, +) }
      }
      return zip(Self.mean(shares), Self.counts(selected)).reduce(0) {
        $0 + $1.0 * $1.1 * 4 / Double(2 * rows.count)
      }
    }
  }

  /// Through scores: those above a threshold of zero that the batch did not choose.
  @Test func gradientsOfScores() throws {
    try Self.check(
      .batchwiseThreshold(coefficient: 0.25),
      RoutingStrategy(
        score: .sigmoid, selector: .topK(2), weighting: .scores, hasSelectionBias: true),
      scale: 3
    ) { rows, selected in
      zip(rows, selected).reduce(0) { sum, token in
        token.0.indices.reduce(sum) {
          $0 + (token.1.contains($1) ? 0 : 0.25 * Reference.sigmoid(token.0[$1]))
        }
      }
    }
  }

  /// Of a soft mixture they are those of slots: two experts of two slots, whose logits are their
  /// log-sum-exp.
  @Test func gradientsOfSlots() throws {
    func logSumExp(_ row: ArraySlice<Double>) -> Double { log(row.reduce(0) { $0 + exp($1) }) }
    // The logarithm is up to 3.5, and its square up to 12.
    try Self.check(.routerZ(coefficient: 1), .soft(slotsPerExpert: 2), scale: 12) { rows, _ in
      rows.reduce(0) { $0 + pow(logSumExp($1[...]), 2) } / Double(rows.count)
    }
    try Self.check(.meanEntropy(coefficient: 1), .soft(slotsPerExpert: 2), scale: 4) { rows, _ in
      let shares = Self.mean(
        rows.map { Reference.softmax([logSumExp($0[..<2]), logSumExp($0[2...])]) })
      return log(2) + shares.reduce(0) { $0 + $1 * log($1) }
    }
  }

  /// Experts that are switched off have none.
  @Test func gradientsWithoutAnExpert() throws {
    try Self.check(.tokenEntropy(coefficient: 1), .topK(2), disabled: [1], scale: 2) { rows, _ in
      rows.reduce(0) { sum, row in
        let shares = Reference.softmax([row[0], row[2], row[3]])
        return sum - shares.reduce(0) { $0 + $1 * log($1) }
      } / Double(rows.count)
    }
    try Self.check(
      .routerZ(coefficient: 1), .soft(slotsPerExpert: 2), disabled: [1], scale: 12
    ) { rows, _ in
      rows.reduce(0) { $0 + pow(log(exp($1[0]) + exp($1[1])), 2) } / Double(rows.count)
    }
  }
}
