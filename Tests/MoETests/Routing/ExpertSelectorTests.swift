import MoE
import Testing

@Suite struct ExpertSelectorTests {
  private static let all: AllSelector = .all

  private func topK(_ count: Int, _ scores: Tensor) -> [Int32] {
    TopKSelector(count: count).select(SelectionInput(logits: scores, scores: scores)).experts
  }

  private func dense(_ scores: Tensor) -> [Int32] {
    ExpertSelectorTests.all.select(SelectionInput(logits: scores, scores: scores)).experts
  }

  /// Sorts all experts, which keeps equal ones in order.
  private static func sorted(_ scores: [Float], count: Int) -> [Int32] {
    let order = scores.indices.sorted {
      scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1
    }
    return order.prefix(count).map(Int32.init)
  }

  @Test(arguments: [1, 2, 3, 5, 8, 9, 17])
  func takesTheLargestScoresInOrder(expertCount: Int) {
    var generator = SeededGenerator(seed: 71)
    let scores = Tensor.normal(shape: [6, expertCount], using: &generator)
    for count in 1...expertCount {
      let selected = SelectedExperts(topK: count, of: scores).experts
      #expect(
        selected
          == (0..<6).flatMap {
            ExpertSelectorTests.sorted(scores[entry: $0].scalarArray, count: count)
          }, "\(count) of \(expertCount)")
    }
  }

  /// Few different scores, so that nearly every choice is between equals.
  @Test(arguments: [2, 3, 5, 9])
  func ofEqualScoresTakesTheFirst(expertCount: Int) {
    var generator = SeededGenerator(seed: 72)
    let draws = Tensor.uniform(in: 0...3, shape: [20, expertCount], using: &generator)
    let scores = Tensor(draws.scalarArray.map { $0.rounded(.down) }, shape: draws.shape)
    for count in 1...expertCount {
      #expect(
        SelectedExperts(topK: count, of: scores).experts
          == (0..<20).flatMap {
            ExpertSelectorTests.sorted(scores[entry: $0].scalarArray, count: count)
          }, "\(count) of \(expertCount)")
    }
    #expect(topK(2, [[1, 3, 3, 3]]) == [1, 2])
    #expect(topK(2, [[0, -0.0, 0]]) == [0, 1])
    #expect(topK(3, [[2, 5, 2, 5]]) == [1, 3, 0])
  }

  @Test func takesNoTokens() {
    #expect(topK(2, Tensor(zeros: [0, 4])).isEmpty)
    #expect(dense(Tensor(zeros: [0, 4])).isEmpty)
  }

  @Test func allTakesEveryExpertInOrder() throws {
    #expect(dense([[3, 1, 2], [1, 2, 3]]) == [0, 1, 2, 0, 1, 2])
    #expect(try ExpertSelectorTests.all.slotCount(expertCount: 7) == 7)
  }

  @Test func checksTheNumberOfExperts() throws {
    #expect(try TopKSelector(count: 3).slotCount(expertCount: 3) == 3)
    #expect(try TopKSelector(count: 1).slotCount(expertCount: 3) == 1)
    for (count, experts) in [(4, 3), (0, 3), (-2, 3), (1, 0)] {
      let error = #expect(throws: MoEError.self) {
        _ = try TopKSelector(count: count).slotCount(expertCount: experts)
      }
      #expect(
        error?.description
          == "experts a token (top-k) is \(count), expected 1 to \(experts), the experts there are")
    }
  }

  @Test func bothAreTokenLocal() {
    #expect(
      TopKSelector(count: 2).promises.contains(.tokenLocal)
        && ExpertSelectorTests.all.promises.contains(.tokenLocal))
  }
}
