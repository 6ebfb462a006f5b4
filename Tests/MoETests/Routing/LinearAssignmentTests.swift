import Foundation
import MoE
import Testing

/// The assignment of BASE layers, against all that there are and against chains of moves.
@Suite(.namingCombinations) struct LinearAssignmentTests {
  private static func sum(_ logits: Tensor, _ experts: [Int]) -> Double {
    experts.enumerated().reduce(0) { $0 + Double(logits[$1.0, $1.1]) }
  }

  /// The largest sum of all assignments of even sizes, by trying them all.
  private static func bestSum(_ logits: Tensor) -> Double {
    let (tokens, experts) = (logits.rowCount, logits.columnCount)
    let (least, most) = (tokens / experts, (tokens + experts - 1) / experts)
    var best = -Double.infinity
    var counts = [Int](repeating: 0, count: experts)
    func assign(_ token: Int, _ sum: Double) {
      guard token < tokens else {
        if counts.allSatisfy({ $0 >= least }) { best = max(best, sum) }
        return
      }
      for expert in 0..<experts where counts[expert] < most {
        counts[expert] += 1
        assign(token + 1, sum + Double(logits[token, expert]))
        counts[expert] -= 1
      }
    }
    assign(0, 0)
    return best
  }

  private static func expectEven(
    _ experts: [Int], of count: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for expert in 0..<count {
      let size = experts.count { $0 == expert }
      #expect(
        size == experts.count / count || size == (experts.count + count - 1) / count,
        "\(size) tokens of expert \(expert)", sourceLocation: sourceLocation)
    }
  }

  @Test func assignsAsWellAsTryingAll() throws {
    for (tokens, experts) in [(1, 3), (2, 2), (3, 2), (4, 4), (5, 3), (6, 3), (7, 3), (6, 4)] {
      for seed in 0..<6 as Range<UInt64> {
        var logits = Tensor(scattered: [tokens, experts], seed: 10 * seed + UInt64(tokens))
        // Of whole numbers many are equal; skewed, nearly all tokens have to move.
        if seed % 3 == 1 {
          logits = Tensor(logits.scalarArray.map { ($0 * 2).rounded() }, shape: logits.shape)
        }
        if seed % 3 == 2 { for token in 0..<tokens { logits[token, 0] += 4 } }
        let found = try Selecting.choice(
          .linearAssignment, Selecting.batch(logits)
        ).map { $0[0] }
        LinearAssignmentTests.expectEven(found, of: experts)
        let (own, best) = (
          LinearAssignmentTests.sum(logits, found), LinearAssignmentTests.bestSum(logits)
        )
        #expect((own - best).magnitude < 1e-12, "\(tokens) × \(experts), seed \(seed): \(found)")
      }
    }
  }

  /// An assignment is the best of its kind where no chain of moves back to its start gains
  /// anything; a node for the expert that gets a token more or less lets sizes change places.
  @Test(arguments: [(40, 7), (42, 6), (5, 8)])
  func noChainOfMovesGains(tokens: Int, experts: Int) throws {
    var logits = SmallLayers.normal([tokens, experts], seed: 7)
    for token in 0..<tokens { logits[token, 1] += 2 }
    let found = try Selecting.choice(
      .linearAssignment, Selecting.batch(logits)
    ).map { $0[0] }
    LinearAssignmentTests.expectEven(found, of: experts)
    let (least, spare) = (tokens / experts, experts)
    var costs = [[Double]](
      repeating: [Double](repeating: .infinity, count: experts + 1), count: experts + 1)
    for token in 0..<tokens {
      let from = found[token]
      for to in 0..<experts {
        costs[from][to] = min(
          costs[from][to], Double(logits[token, from]) - Double(logits[token, to]))
      }
    }
    if tokens % experts != 0 {
      for expert in 0..<experts {
        // One with a token more can give it up for one with a token less.
        let isLarge = found.count { $0 == expert } > least
        costs[isLarge ? spare : expert][isLarge ? expert : spare] = 0
      }
    }
    for middle in costs.indices {
      for from in costs.indices {
        for to in costs.indices {
          costs[from][to] = min(costs[from][to], costs[from][middle] + costs[middle][to])
        }
      }
    }
    for node in costs.indices where costs[node][node] < .infinity {
      #expect(costs[node][node] >= -1e-12)
    }
  }

  @Test func assignmentIsGreedyInInference() throws {
    let logits = SmallLayers.normal([9, 4])
    #expect(
      try Selecting.choice(
        .linearAssignment, Selecting.batch(logits, training: false))
        == logits.rowArgmax().map { [$0] })
    #expect(
      try Selecting.choice(
        .linearAssignment, Selecting.batch([[2, 2, 1]], training: false)) == [[0]])
    // Two equal tokens: the same one every time.
    #expect(
      try Selecting.choice(
        .linearAssignment, Selecting.batch([[1, 0], [1, 0]])) == [[1], [0]])
  }
}
