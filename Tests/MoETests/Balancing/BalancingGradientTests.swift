import Foundation
import MoE
import Testing

/// Each loss in `Double`, as its formula says it, and its gradient by central differences, choices
/// held fixed.
@Suite struct BalancingGradientTests {
  private static let logits = Tensor(scattered: [6, 4], seed: 5) * 2
  private static let padding = [false, false, true, false, false, false]
  private static let coefficient: Float = 0.75

  /// Values and gradients are of the size of the coefficient; a chain of at most 60 roundings of
  /// that size: a softmax of 4 (20, with the exponential's 4), sums over 6 tokens and 4 experts,
  /// and the Jacobian of the softmax (15).
  private static let tolerance = 60 * GradientTolerance.unitRoundoff

  /// Compares a loss with its formula, which takes the rows of logits that are no padding and their
  /// experts.
  private static func check(
    _ loss: some BalancingLoss, _ strategy: RoutingStrategy, scale: Double = 1,
    logits: Tensor = BalancingGradientTests.logits,
    _ formula: ([[Double]], [[Int]]) -> Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for padding in [nil, Self.padding] {
      let routing = try KnownRouting.pass(logits, strategy, padding: padding).pass.routing
      let kept = (0..<logits.rowCount).filter { padding?[$0] != true }
      let selected = KnownRouting.selected(routing)
      func value(_ scalars: [Double]) -> Double {
        let rows = Reference.rows(scalars, columns: logits.columnCount)
        return Double(coefficient) * formula(kept.map { rows[$0] }, kept.map { selected[$0] })
      }
      let point = ["logits": Reference.scalars(logits)]
      GradientTolerance.expect(
        Tensor([loss(routing).value]), near: [value(point["logits"]!)],
        within: scale * tolerance, loss.name, sourceLocation: sourceLocation)
      GradientTolerance.expect(
        try KnownRouting.gradient(loss, logits, strategy, padding: padding),
        near: centralDifferences(at: point) { value($0["logits"]!) }["logits"]!,
        within: scale * tolerance, "gradient of \(loss.name)", sourceLocation: sourceLocation)
    }
  }

  private static func mean(_ rows: [[Double]]) -> [Double] {
    (0..<rows[0].count).map { column in
      rows.reduce(0) { $0 + $1[column] } / Double(rows.count)
    }
  }

  private static func counts(_ selected: [[Int]], experts: Int) -> [Double] {
    (0..<experts).map { expert in
      Double(selected.reduce(0) { $0 + $1.count { $0 == expert } })
    }
  }

  /// Σ fₑ·Pₑ of probabilities, with f = counts / divisor.
  private static func product(_ p: [[Double]], _ f: [Double]) -> Double {
    zip(mean(p), f).reduce(0) { $0 + $1.0 * $1.1 }
  }

  @Test func loadBalancingOfEveryConvention() throws {
    let cases: [(LoadBalancingLoss.Normalization, first: Bool, factor: (Double) -> Double)] = [
      (.balancedIsOne, false, { 4 / (2 * $0) }), (.perToken, false, { 4 / $0 }),
      (.switchTransformers, true, { 4 / $0 }), (.gShard, true, { 1 / (4 * $0) }),
      (.deepSpeed, true, { 4 / $0 }), (.megatron, false, { 4 / (2 * $0) }),
      (.megaBlocks(layerCount: 5), false, { 4 / (10 * $0) }), (.transformers, false, { 4 / $0 }),
      (.flaxformer, false, { 4 / $0 }),
    ]
    for (normalization, first, factor) in cases {
      try Self.check(
        .loadBalancing(coefficient: Self.coefficient, normalization: normalization), .topK(2),
        scale: 2
      ) { logits, selected in
        let counted = first ? selected.map { [$0[0]] } : selected
        return Self.product(
          logits.map(Reference.softmax),
          Self.counts(counted, experts: 4).map { $0 * factor(Double(logits.count)) })
      }
    }
  }

  @Test func loadBalancingOfDevicesAndCommunication() throws {
    try Self.check(
      .loadBalancing(coefficient: Self.coefficient, experts: .devices(groupSize: 2)), .topK(2)
    ) { logits, selected in
      let f = Self.counts(selected, experts: 4).map { $0 * 4 / Double(2 * logits.count) }
      let p = Self.mean(logits.map(Reference.softmax))
      return (f[0] + f[1]) / 2 * (p[0] + p[1]) + (f[2] + f[3]) / 2 * (p[2] + p[3])
    }
    try Self.check(
      .loadBalancing(
        coefficient: Self.coefficient, experts: .communication(groupSize: 2, groupsPerToken: 2)),
      .topK(2)
    ) { logits, selected in
      let p = Self.mean(logits.map(Reference.softmax))
      return (0..<2).reduce(0) { sum, group in
        let sent = selected.count { $0.contains { $0 / 2 == group } }
        return sum + 2.0 / Double(2 * logits.count) * Double(sent)
          * (p[2 * group] + p[2 * group + 1])
      }
    }
  }

  /// The two parts of DeepSeek-V3's: sigmoid scores over their sum, and sequences of three tokens,
  /// of which the third token of the first may be padding.
  @Test func loadBalancingOfSequencesAndNormalizedScores() throws {
    try Self.check(
      .loadBalancing(coefficient: Self.coefficient, probabilities: .normalizedScores),
      RoutingStrategy(score: .sigmoid, selector: .topK(2))
    ) { logits, selected in
      let q = logits.map { row -> [Double] in
        let s = row.map(Reference.sigmoid)
        return s.map { $0 / s.reduce(0, +) }
      }
      return Self.product(
        q, Self.counts(selected, experts: 4).map { $0 * 4 / Double(2 * logits.count) })
    }
    try Self.check(
      .loadBalancing(coefficient: Self.coefficient, scope: .sequences(length: 3)), .topK(2)
    ) { logits, selected in
      let first = logits.count - 3
      return [0..<first, first..<logits.count].reduce(0) { sum, range in
        let f = Self.counts(Array(selected[range]), experts: 4).map {
          $0 * 4 / Double(2 * range.count)
        }
        return sum + Self.product(logits[range].map(Reference.softmax), f) / 2
      }
    }
  }

  @Test func routerZ() throws {
    // ln Σ is up to 3, and its square up to 9.
    try Self.check(
      .routerZ(coefficient: Self.coefficient), .topK(1, weighting: .scores), scale: 10
    ) {
      logits, _ in
      logits.reduce(0) {
        let z = log($1.reduce(0) { $0 + exp($1) })
        return $0 + z * z
      } / Double(logits.count)
    }
  }

  @Test func entropies() throws {
    func entropy(_ p: [Double]) -> Double { -p.reduce(0) { $0 + $1 * log($1) } }
    try Self.check(.tokenEntropy(coefficient: Self.coefficient), .topK(2), scale: 2) { logits, _ in
      logits.reduce(0) { $0 + entropy(Reference.softmax($1)) } / Double(logits.count)
    }
    try Self.check(.topPEntropy(coefficient: Self.coefficient), .topK(2), scale: 2) { logits, _ in
      logits.reduce(0) { $0 + entropy(Reference.softmax($1)) } / Double(logits.count)
    }
    try Self.check(.meanEntropy(coefficient: Self.coefficient), .topK(2), scale: 2) { logits, _ in
      log(4) - entropy(Self.mean(logits.map(Reference.softmax)))
    }
  }

  private static func variation(_ x: [Double], isUnbiased: Bool) -> Double {
    let mean = x.reduce(0, +) / Double(x.count)
    let variance =
      x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count - (isUnbiased ? 1 : 0))
    return variance / (mean * mean)
  }

  @Test(arguments: [false, true])
  func importance(isUnbiased: Bool) throws {
    for weighting in [RenormalizedWeighting() as any Weighting, ScoreWeighting()] {
      try Self.check(
        .importance(coefficient: Self.coefficient, isUnbiased: isUnbiased),
        .topK(2, weighting: weighting), scale: 4
      ) { logits, selected in
        var sums = [0.0, 0, 0, 0]
        for (row, experts) in zip(logits, selected) {
          let p = Reference.softmax(row)
          let sum =
            weighting is RenormalizedWeighting ? experts.reduce(0) { $0 + p[$1] } : 1
          for expert in experts { sums[expert] += p[expert] / sum }
        }
        return Self.variation(sums, isUnbiased: isUnbiased)
      }
    }
  }

  @Test func heterogeneous() throws {
    try Self.check(
      .heterogeneous(coefficient: Self.coefficient, costs: [1, 1, 1, 0.25]),
      .topK(2)
    ) { logits, selected in
      let f = Self.counts(selected, experts: 4).map { $0 / Double(logits.count) }
      return Self.product(
        logits.map(Reference.softmax), zip(f, [1, 1, 1, 0.25]).map { $0 * $1 })
    }
  }

  @Test(arguments: [false, true])
  func adaptiveSparsity(isLoadWeighted: Bool) throws {
    let loss = AdaptiveSparsityLoss(
      targetCount: 2, coefficient: Self.coefficient, isLoadWeighted: isLoadWeighted)
    try Self.check(loss, .topK(2), scale: 2) { logits, selected in
      let f = Self.counts(selected, experts: 4).map {
        isLoadWeighted ? $0 * 4 / Double(2 * logits.count) : 1
      }
      return Self.product(logits.map(Reference.softmax), f)
    }
  }
}
