import MoE
import Testing

/// A loss of sequences is the mean of the losses of the sequences alone, with and without padding.
@Suite(.namingCombinations) struct SequenceScopeTests {
  /// Five sequences, one of them nothing but padding, so that four count.
  private static let lengths = [4, 2, 5, 3, 2]
  private static let padding = [
    false, true, false, true, true, true, true, false, true, false, false, false, false, true,
    false, false,
  ]
  private static let logits = Tensor(scattered: [16, 4], seed: 12) * 2

  /// Losses of the given scope, each with a router for it.
  private static func losses(
    _ scope: LoadBalancingLoss.Scope
  ) throws -> [(loss: LoadBalancingLoss, router: Router)] {
    let softmax = try Selecting.router(.topK(2), experts: 4)
    let sigmoid = try Selecting.router(
      RoutingStrategy(score: .sigmoid, selector: .topK(2)), experts: 4)
    return [
      (LoadBalancingLoss(coefficient: 1, scope: scope), softmax),
      (LoadBalancingLoss(coefficient: 1, normalization: .gShard, scope: scope), softmax),
      (LoadBalancingLoss(coefficient: 1, scope: scope, experts: .devices(groupSize: 2)), softmax),
      (
        LoadBalancingLoss(
          coefficient: 1, scope: scope,
          experts: .communication(groupSize: 2, groupsPerToken: 2)), softmax
      ),
      (LoadBalancingLoss(coefficient: 1, scope: scope, probabilities: .normalizedScores), sigmoid),
    ]
  }

  /// Compares a loss of a batch with those of its sequences alone, given by their tokens; padding
  /// holds NaN.
  private static func check(
    _ scope: LoadBalancingLoss.Scope, _ batch: Batch, sequences: [[Int]],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var tokens = logits
    for token in 0..<16 where batch.isPadding(token) {
      for expert in 0..<4 { tokens[token, expert] = .nan }
    }
    let alone = try losses(.batch)
    for (index, (loss, router)) in try losses(scope).enumerated() {
      let pass = try router.forward(
        tokens, context: LayerContext(.training(step: 0), batch: batch))
      let value = loss(pass.routing)
      let gradient = loss.logitGradient(router, of: pass)
      var mean = 0.0
      var expected = Tensor(zeros: [16, 4])
      for sequence in sequences {
        let single = alone[index].loss
        let part = try router.forward(
          logits.gatheringEntries(sequence), context: .training(step: 0))
        mean += Double(single(part.routing).value) / Double(sequences.count)
        let own = single.logitGradient(router, of: part)
        for (row, token) in sequence.enumerated() {
          // A quarter is exact, so that every bit is the same.
          for expert in 0..<4 { expected[token, expert] = own[row, expert] / 4 }
        }
      }
      #expect(
        (Double(value.value) - mean).magnitude <= 4 * 0x1p-24 * mean, "\(index)",
        sourceLocation: sourceLocation)
      #expect(gradient == expected, "\(index)", sourceLocation: sourceLocation)
      #expect(mean > 0 && gradient.norm() > 0, sourceLocation: sourceLocation)
    }
  }

  @Test func sequencesOfTheBatch() throws {
    let (padding, lengths) = (Self.padding, Self.lengths)
    var start = 0
    let sequences = lengths.map { length in
      defer { start += length }
      return (start..<start + length).filter { !padding[$0] }
    }
    #expect(sequences.map(\.count) == [2, 0, 3, 2, 2])
    try Self.check(
      .sequencesOfBatch, Batch(padding: padding, sequenceLengths: lengths),
      sequences: sequences.filter { !$0.isEmpty })
    try Self.check(
      .sequencesOfBatch, Batch(sequenceLengths: [3, 6, 0, 1, 6]),
      sequences: [Array(0..<3), Array(3..<9), [9], Array(10..<16)])
  }

  /// Tokens belong to where they stand among all, padding included.
  @Test func sequencesOfOneLength() throws {
    let padding = Self.padding
    let sequences = (0..<4).map { part in (4 * part..<4 * part + 4).filter { !padding[$0] } }
    #expect(sequences.map(\.count) == [2, 1, 3, 3])
    try Self.check(.sequences(length: 4), Batch(padding: padding), sequences: sequences)
    try Self.check(
      .sequences(length: 4), Batch(),
      sequences: (0..<4).map { Array(4 * $0..<4 * $0 + 4) })
  }

  /// Without lengths the batch is one sequence.
  @Test func oneSequence() throws {
    let (one, batch) = (try Self.losses(.sequencesOfBatch), try Self.losses(.batch))
    for (index, (loss, router)) in one.enumerated() {
      let pass = try router.forward(
        Self.logits,
        context: LayerContext(.training(step: 0), batch: Batch(padding: Self.padding)))
      #expect(loss(pass.routing).value == batch[index].loss(pass.routing).value)
      #expect(
        loss.logitGradient(router, of: pass) == batch[index].loss.logitGradient(router, of: pass))
    }
  }
}
