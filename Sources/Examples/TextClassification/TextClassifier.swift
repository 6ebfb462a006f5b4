package import ExampleData
package import MoE

/// A mixture of experts that says which label a text should get.
///
///     text → features → gate and experts → one logit a label
package struct TextClassifier: Sendable {
  /// What a classifier is made like.
  package struct Settings: Sendable, Equatable {
    /// The number of experts.
    package var expertCount = 3
    /// How many experts answer for a text; nil for all.
    package var topK: Int?
    /// The number of hidden units of each expert.
    package var hiddenSize = 32
    /// What spreads texts over the experts.
    package var balance = Balance(.decisive)
    /// The number of features of a text.
    package var featureCount = 4096

    /// The settings of the default run.
    package init() {}
  }

  /// What it was made like.
  package let settings: Settings
  /// The labels that it knows, in the order of the mixture's outputs.
  package let labels: [String]
  /// What makes numbers of texts.
  package let features: TextFeatures
  /// The gate and the experts.
  package var mixture: MixtureOfExperts

  /// A classifier with random parameters.
  ///
  /// - Throws: `MoEError` where the settings do not fit together.
  package init(
    _ settings: Settings, labels: [String], using generator: inout SeededGenerator
  ) throws {
    self.settings = settings
    self.labels = labels
    features = TextFeatures(count: settings.featureCount)
    mixture = try MixtureOfExperts(
      inputSize: settings.featureCount,
      outputSize: labels.count,
      experts: [.feedForward(count: settings.expertCount, hiddenSize: settings.hiddenSize)],
      routing: settings.routing,
      balancingLosses: settings.balance.losses(
        expertCount: settings.expertCount, topK: settings.topK),
      stepUpdates: settings.balance.biasUpdate.map { [$0] } ?? [], using: &generator)
  }
}

extension TextClassifier.Settings {
  /// How texts are sent to experts.
  var routing: RoutingStrategy {
    var routing = unbiasedRouting
    routing.hasSelectionBias = balance.biasUpdate != nil
    return routing
  }

  private var unbiasedRouting: RoutingStrategy {
    switch (balance.method, topK) {
    case (.topPEntropy, let most): .topP(0.5, atMost: most, gate: .linear(bias: true))
    case (.sparsity, _): .relu(gate: .linear(bias: true))
    case (.smoothLoad, let count?):
      .topK(count, weighting: .scores, gate: .linear(bias: true).noisy())
    // Every expert answers, weighted by the softmax of the gate's logits.
    case (_, nil): .dense()
    // With one expert the weight has to stay a probability: divided by itself it would always be
    // one, and the gate could not learn.
    case (_, 1): .topK(1, weighting: .scores, gate: .linear(bias: true))
    case (_, let count?): .topK(count, gate: .linear(bias: true))
    }
  }

  /// What the gate does with a text, for people to read.
  var gateSummary: String {
    switch (balance.method, topK) {
    case (.topPEntropy, let most):
      "sends a text to experts until their probabilities exceed a half"
        + (most.map { ", \($0) at most" } ?? "")
    case (.sparsity, let count): "sends a text to the experts above zero, \(count ?? 1) on average"
    case (_, nil): "weights all of them"
    case (_, let count?): "sends a text to the best \(count)"
    }
  }

  /// What keeps the experts from all learning the same, or one of them from learning everything.
  ///
  /// Where every expert answers, the load that the load-balancing loss evens is the same by
  /// construction.
  var usualBalance: Balance.Method { topK == nil ? .decisive : .load }
}

// MARK: - Answers

extension TextClassifier {
  /// What the classifier says about one text.
  package struct Answer: Sendable, Equatable {
    /// The index of the likeliest label.
    package var label: Int
    /// Its probability.
    package var probability: Float
    /// The experts that the text was sent to.
    package var experts: [Int]
    /// Of the weight that the gate gave, the share of each expert; they add up to one, or to zero
    /// where the text was sent to none.
    package var expertShares: [Float]
  }

  /// Classifies texts.
  package func classify(_ texts: [String]) throws -> [Answer] {
    try classify(FeatureMatrix(texts, features: features))
  }

  /// Classifies texts whose features are known, in batches, so that little of them is dense at a
  /// time.
  package func classify(_ matrix: FeatureMatrix, batchSize: Int = 256) throws -> [Answer] {
    try stride(from: 0, to: matrix.rowCount, by: batchSize).flatMap { start in
      let rows = start..<min(start + batchSize, matrix.rowCount)
      return try answers(for: matrix.tensor(rows: rows))
    }
  }

  private func answers(for tokens: Tensor) throws -> [Answer] {
    let pass = try mixture.forward(tokens, context: .inference)
    let probabilities = pass.output.softmax()
    return probabilities.rowArgmax().enumerated().map { row, label in
      Answer(
        label: label, probability: probabilities[row, label],
        experts: pass.routing.experts(of: row), expertShares: shares(of: row, in: pass.routing))
    }
  }

  private func shares(of row: Int, in routing: Routing) -> [Float] {
    var shares = [Float](repeating: 0, count: routing.expertCount)
    let total = max(routing.weights[entry: row].sum(), .leastNormalMagnitude)
    for (slot, expert) in routing.experts(of: row).enumerated() {
      shares[expert] = routing.weights[row, slot] / total
    }
    return shares
  }
}
