import MoE
import Testing

@Suite struct EmbeddingTests {
  private static let weight = Tensor(scattered: [5, 3], seed: 1)

  @Test func givesTheVectorsOfIds() throws {
    let embedding = Embedding(weight: Self.weight)
    let output = try embedding.forward([4, 0, 4])
    #expect(
      output
        == Tensor(concatenatingEntries: [
          Self.weight[entries: 4..<5], Self.weight[entries: 0..<1], Self.weight[entries: 4..<5],
        ]))
    #expect(try embedding.forward([]).shape == [0, 3])
  }

  /// Ids that repeat add up, in the order of the tokens.
  @Test func gradientAddsUpByID() {
    let embedding = Embedding(weight: Self.weight)
    let gradient = embedding.backward(
      [[1, 2, 3], [10, 20, 30], [100, 200, 300]], ids: [2, 0, 2])
    #expect(
      gradient.weight == [[10, 20, 30], [0, 0, 0], [101, 202, 303], [0, 0, 0], [0, 0, 0]])
  }

  @Test(arguments: [[5], [-1], [0, Int.min]])
  func otherIDsThrow(ids: [Int]) throws {
    let error = try #require(throws: MoEError.self) {
      _ = try Embedding(weight: Self.weight).forward(ids)
    }
    #expect("\(error)".contains("0 to 4") && "\(error)".contains("\(ids.last!)"))
  }

  /// A tied head is a linear map of the same weight.
  @Test func tiedHeadEqualsALinearMap() {
    var embedding = Embedding(weight: Self.weight)
    let head = Linear(weight: Self.weight)
    let rows = Tensor(scattered: [7, 3], seed: 2)
    let pass = head.forward(rows, context: .training(step: 0))
    #expect(embedding.logits(of: rows).bits == pass.output.bits)
    let direction = Tensor(scattered: [7, 5], seed: 3)
    let (own, other) = (
      embedding.logitsBackward(direction, of: rows), head.backward(direction, pass: pass)
    )
    #expect(own.input.bits == other.input.bits)
    #expect(own.parameters.weight.bits == other.parameters.weight.bits)
    embedding.packWeights()
    #expect(embedding.logits(of: rows).bits == pass.output.bits)
  }
}
