import Foundation
import MoE
import Testing

/// Sinkhorn routing: the largest of a plan that spreads tokens evenly.
@Suite(.namingCombinations) struct SinkhornTests {
  /// The plan as Megatron makes it, in `Double` and without any safety.
  private static func plan(_ logits: Tensor) -> [[Double]] {
    let matrix = Reference.rows(logits).map { $0.map { exp($0) } }
    let (tokens, experts) = (Double(matrix.count), Double(matrix[0].count))
    var columns = matrix[0].map { _ in 1.0 }
    var rows: [Double] = []
    while true {
      rows = matrix.map { row in
        1 / (tokens * (zip(row, columns).reduce(0) { $0 + $1.0 * $1.1 } + 1e-8))
      }
      let next = columns.indices.map { column in
        1 / (experts * (matrix.indices.reduce(0) { $0 + matrix[$1][column] * rows[$1] } + 1e-8))
      }
      let change = zip(next, columns).reduce(0) { $0 + ($1.0 - $1.1).magnitude } / experts
      columns = next
      if change < 1e-4 { break }
    }
    return zip(matrix, rows).map { row, scale in zip(row, columns).map { $0 * $1 * scale } }
  }

  @Test(arguments: [1, 2, 4])
  func takesTheLargestOfThePlan(count: Int) throws {
    for seed in 0..<5 as Range<UInt64> {
      let logits = SmallLayers.normal([8, 4], seed: 90 + seed) * 2
      let expected = SinkhornTests.plan(logits).map { row in
        Array(row.indices.sorted { row[$0] > row[$1] }.prefix(count))
      }
      #expect(
        try Selecting.choice(.sinkhorn(count), Selecting.batch(logits))
          == expected)
      #expect(
        try Selecting.choice(
          .sinkhorn(count), Selecting.batch(logits, training: false))
          == Selecting.lists(SelectedExperts(topK: count, of: logits), tokens: 8))
    }
  }

  /// All tokens like expert 0 best, each to another degree.
  @Test func thePlanSpreadsTokens() throws {
    var logits = SmallLayers.normal([24, 4], seed: 4)
    for token in 0..<24 { logits[token, 0] += 6 }
    let trained = try Selecting.choice(.sinkhorn(1), Selecting.batch(logits))
    let used = try Selecting.choice(
      .sinkhorn(1), Selecting.batch(logits, training: false))
    #expect(used.count { $0 == [0] } > 20)
    for expert in 0..<4 { #expect((3...9).contains(trained.count { $0 == [expert] })) }
  }

  @Test func extremeLogitsStayApart() throws {
    // e^300 and e^−300 are beyond a Float; each row alone says what it prefers.
    let logits: Tensor = [[300, -300, 299], [-300, -299, -301], [0, 300, -300], [-300, 0, 2]]
    let expected = try Selecting.choice(.sinkhorn(3), Selecting.batch(logits))
    for list in expected { #expect(Set(list) == [0, 1, 2]) }
    // What is added to a whole row changes nothing.
    var moved = logits
    for expert in 0..<3 { moved[1, expert] += 256 }
    #expect(
      try Selecting.choice(.sinkhorn(3), Selecting.batch(moved)) == expected)
  }

  @Test func sinkhornRefusesBadSettings() throws {
    let cases: [(SinkhornSelector, String)] = [
      (
        SinkhornSelector(count: 5),
        "experts a token (top-k) is 5, expected 1 to 4, the experts there are"
      ),
      (
        SinkhornSelector(count: 1, tolerance: -1),
        "Sinkhorn tolerance is -1.0, expected a finite number, at least 0"
      ),
      (
        SinkhornSelector(count: 1, iterationLimit: 0),
        "Sinkhorn iteration limit is 0, expected at least 1"
      ),
    ]
    for (selector, sentence) in cases {
      expectConfigurationError(sentence) { _ = try selector.slotCount(expertCount: 4) }
    }
    #expect(try SinkhornSelector(count: 2).slotCount(expertCount: 4) == 2)
  }
}
