package import ExampleData

/// What a classifier made of test lines.
package struct Evaluation: Sendable {
  /// The lines.
  package let lines: [LabelledLine]
  /// What the classifier said about each line.
  package let answers: [TextClassifier.Answer]
  /// Whether each answer is right; it is not for a label that training never saw.
  package let isCorrect: [Bool]
  /// The number of experts.
  package let expertCount: Int
  /// Whether every text went to every expert.
  package var isDense: Bool { answers.allSatisfy { $0.experts.count == expertCount } }

  /// Whether texts go to some experts and not to others, and not each to one alone.
  package var variesRoutes: Bool {
    !isDense && !answers.allSatisfy { $0.experts.count == 1 }
  }

  /// Classifies test lines.
  package init(of classifier: TextClassifier, on lines: [LabelledLine]) throws {
    self.lines = lines
    answers = try classifier.classify(lines.map(\.text))
    isCorrect = zip(lines, answers).map { $0.label == classifier.labels[$1.label] }
    expertCount = classifier.settings.expertCount
  }

  /// The lines of one kind, or all.
  package struct Summary: Sendable, Equatable {
    /// What the lines have in common.
    package var name: String
    /// The number of lines.
    package var lineCount: Int
    /// How many got the right label.
    package var correctCount: Int
    /// The mean share of the gate's weight that each expert had.
    package var expertShares: [Double]
    /// How many lines were sent to each expert.
    package var routes: [Int]
    /// On how many lines each expert had the largest share.
    package var leads: [Int]

    /// The share of lines that got the right label; not a number where there are none.
    package var accuracy: Double { Double(correctCount) / Double(lineCount) }
  }

  /// All lines together.
  package var total: Summary { summary("all", of: Array(lines.indices)) }

  /// The lines of each group or, where none has a group, of each label.
  package var summaries: [Summary] {
    let names = lines.map { hasGroups ? $0.group ?? "(none)" : $0.label }
    var rows: [String: [Int]] = [:]
    for (row, name) in names.enumerated() { rows[name, default: []].append(row) }
    return distinct(names).map { summary($0, of: rows[$0] ?? []) }
  }

  /// Whether any line has a group.
  package var hasGroups: Bool { lines.contains { $0.group != nil } }

  private func summary(_ name: String, of rows: [Int]) -> Summary {
    var sums = [Double](repeating: 0, count: expertCount)
    var routes = [Int](repeating: 0, count: expertCount)
    var leads = routes
    for row in rows {
      let shares = answers[row].expertShares
      for expert in shares.indices { sums[expert] += Double(shares[expert]) }
      for expert in answers[row].experts { routes[expert] += 1 }
      if shares.contains(where: { $0 > 0 }) { leads[strongest(shares)] += 1 }
    }
    return Summary(
      name: name, lineCount: rows.count, correctCount: rows.count { isCorrect[$0] },
      expertShares: sums.map { rows.isEmpty ? 0 : $0 / Double(rows.count) }, routes: routes,
      leads: leads)
  }

  private func strongest(_ shares: [Float]) -> Int {
    shares.indices.reduce(0) { shares[$1] > shares[$0] ? $1 : $0 }
  }
}

/// The classifier that always gives the commonest label: what any other should beat.
package struct MajorityBaseline: Sendable, Equatable {
  /// The commonest label of the training lines, the first of equally common ones.
  package let label: String
  /// How many test lines have it.
  package let correctCount: Int

  /// The baseline of a data set.
  package init(_ data: Dataset) {
    let counts = data.training.reduce(into: [:]) { $0[$1.label, default: 0] += 1 }
    let commonest = data.labels.reduce(data.labels.first ?? "") { best, label in
      counts[label, default: 0] > counts[best, default: 0] ? label : best
    }
    label = commonest
    correctCount = data.test.count { $0.label == commonest }
  }
}
