import MoE
import Testing

/// What tests of selectors have in common.
enum Selecting {
  /// Numbers between −2 and 2, all different in nearly every row.
  static func logits(_ tokens: Int, _ experts: Int, seed: UInt64 = 1) -> Tensor {
    Tensor(scattered: [tokens, experts], seed: seed) * 2
  }

  /// What a router would hand its selector.
  static func input(
    _ logits: Tensor, score: any Score = .softmax, bias: [Float]? = nil,
    disabled: Set<Int> = [], _ context: RoutingContext = RoutingContext()
  ) -> SelectionInput {
    var masked = logits
    for token in 0..<logits.rowCount {
      for expert in disabled { masked[token, expert] = -.infinity }
    }
    let scores = score.scores(masked, context: context)
    var priorities = bias.map { scores.addingToEachRow(Tensor($0)) } ?? scores
    for token in 0..<logits.rowCount {
      for expert in disabled { priorities[token, expert] = -.infinity }
    }
    return SelectionInput(
      logits: masked, scores: scores, priorities: priorities, context: context)
  }

  /// A router whose tokens are the logits themselves.
  static func router(
    _ strategy: RoutingStrategy, experts: Int, seed: UInt64 = 0
  ) throws -> Router {
    var identity = Tensor(zeros: [experts, experts])
    for index in 0..<experts { identity[index, index] = 1 }
    return try Router(
      gate: LinearGate(Linear(weight: identity)), strategy: strategy, seed: seed)
  }

  /// The indices of the largest numbers, by sorting; −∞ is left out, and of equal ones the first is
  /// first.
  static func largest<Number: BinaryFloatingPoint>(_ numbers: [Number], _ count: Int) -> [Int] {
    let order = numbers.indices.filter { numbers[$0] > -.infinity }.sorted {
      numbers[$0] != numbers[$1] ? numbers[$0] > numbers[$1] : $0 < $1
    }
    return Array(order.prefix(count))
  }

  /// The experts of each token, empty slots left out.
  static func lists(_ selected: SelectedExperts, tokens: Int) -> [[Int]] {
    (0..<tokens).map { token in
      (token * selected.slotCount..<(token + 1) * selected.slotCount).compactMap {
        selected.experts[$0] < 0 ? nil : Int(selected.experts[$0])
      }
    }
  }

  /// Expects a number of draws with some probability to be within five standard deviations of its
  /// mean, which one of two million is not; the draws are the same in every run.
  static func expectCount(
    _ count: Int, of draws: Int, probability: Double, _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let mean = Double(draws) * probability
    let deviation = (mean * (1 - probability)).squareRoot()
    #expect(
      (Double(count) - mean).magnitude <= 5 * deviation,
      "\(name): \(count), expected about \(mean)",
      sourceLocation: sourceLocation)
  }

  /// Expects what a setting throws to say this.
  static func expectError(
    _ selector: some ExpertSelector, experts: Int, _ message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: MoEError.self, sourceLocation: sourceLocation) {
      _ = try selector.slotCount(expertCount: experts)
    }
    #expect(error?.description == message, sourceLocation: sourceLocation)
  }
}

extension Selecting {
  /// What a router would hand a selector of batches.
  static func batch(
    _ logits: Tensor, training: Bool = true, padding: [Bool]? = nil, disabled: Set<Int> = [],
    bias: Tensor? = nil
  ) -> SelectionInput {
    input(
      logits, bias: bias?.scalarArray, disabled: disabled,
      RoutingContext(training ? .training(step: 0) : .inference, batch: Batch(padding: padding)))
  }

  /// The experts that a selector gives each token.
  static func choice(_ selector: any ExpertSelector, _ input: SelectionInput) throws -> [[Int]] {
    lists(try selector.select(input), tokens: input.tokenCount)
  }
}
