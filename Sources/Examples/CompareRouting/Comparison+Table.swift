package import ExampleSupport

extension Comparison {
  /// The columns of a table, each with what a result has there.
  static let columns:
    [(heading: String, alignment: Alignment, text: @Sendable (StrategyResult) -> String)] =
      [
        ("strategy", .left, \.strategy),
        ("accuracy", .right, { "\(format(share: $0.accuracy.mean)) ± \(points($0.accuracy))" }),
        ("train µs", .right, { format(decimals: $0.trainingTime.mean) }),
        ("infer µs", .right, { format(decimals: $0.inferenceTime.mean) }),
        ("shares", .left, { bars($0.shares) }),
        ("CV", .right, { format(decimals: $0.variation.mean) }),
        ("balance", .right, { format(decimals: $0.balance.mean) }),
        ("idle", .right, { rounded($0.idleExperts.mean) }),
        ("dropped", .right, { format(share: $0.droppedInTraining.mean) }),
        ("entropy", .right, { format(decimals: $0.entropy.mean) }),
        ("experts", .right, { rounded($0.expertsPerToken.mean) }),
      ]

  /// The table of strategies.
  package var table: Table {
    var table = Table(Comparison.columns.map { ($0.heading, $0.alignment) })
    for result in results { table.add(Comparison.columns.map { $0.text(result) }) }
    return table
  }

  /// The table of the sweep.
  package var sweepTable: Table {
    var table = Table([
      ("coefficient", .right), ("accuracy", .right), ("shares", .left), ("CV", .right),
      ("idle", .right), ("dropped", .right),
    ])
    for step in sweep {
      let result = step.result
      table.add([
        "\(step.coefficient)",
        "\(format(share: result.accuracy.mean)) ± \(Comparison.points(result.accuracy))",
        Comparison.bars(result.shares), format(decimals: result.variation.mean),
        Comparison.rounded(result.idleExperts.mean),
        format(share: result.droppedInTraining.mean),
      ])
    }
    return table
  }

  /// What the columns mean.
  package static let legend = [
    "accuracy on examples held out, mean and standard deviation over seeds; µs for an example in a",
    "step of training and in inference, of batches; shares of routes, the busiest expert first; CV",
    "their standard deviation over their mean; balance their entropy, 1 where even; idle experts;",
    "dropped routes, without room in training; entropy of the gate, 0 where it is sure; experts",
    "that compute for an example.",
  ]

  /// Percentage points of a spread.
  static func points(_ spread: StrategyResult.Spread) -> String {
    format(decimals: spread.deviation * 100)
  }

  /// One digit after the point, and none of a whole number.
  static func rounded(_ number: Double) -> String {
    let tenths = (number * 10).rounded() / 10
    return tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)"
  }

  /// A bar an expert, as high as its share in relation to the even one; twice that and more is full.
  static func bars(_ shares: [Double]) -> String {
    let blocks = Array("▁▂▃▄▅▆▇█")
    return String(
      shares.map { share in
        guard share > 0 else { return "·" }
        let height = share * Double(shares.count) / 2 * Double(blocks.count)
        return blocks[min(blocks.count - 1, max(0, Int(height)))]
      })
  }
}
