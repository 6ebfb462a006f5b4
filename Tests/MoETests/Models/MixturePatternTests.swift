import MoE
import Testing

@Suite struct MixturePatternTests {
  @Test(arguments: [
    (MixturePattern.all, [0, 1, 2, 3, 4, 5]), (.none, []), (.allAfter(2), [2, 3, 4, 5]),
    (.allAfter(6), []), (.every(1), [0, 1, 2, 3, 4, 5]), (.every(2), [1, 3, 5]), (.every(4), [3]),
    (.blocks([4, 0]), [0, 4]),
  ])
  func saysWhichBlocksHaveAMixture(pattern: MixturePattern, blocks: [Int]) throws {
    #expect((0..<6).filter(pattern.contains) == blocks)
    var generator = SeededGenerator(seed: 1)
    let stack = try MixtureStack(
      StackFixtures.configuration(blockCount: 6, pattern: pattern), using: &generator)
    #expect(stack.mixtureParts.map(\.block) == blocks)
    #expect(stack.blocks.indices.filter { stack.blocks[$0].mixture != nil } == blocks)
  }

  @Test(arguments: [
    (MixturePattern.allAfter(7), "7"), (.allAfter(-1), "-1"), (.every(0), "0"),
    (.blocks([6]), "6"), (.blocks([1, 1]), "[1, 1]"),
  ])
  func othersThrow(pattern: MixturePattern, value: String) throws {
    var generator = SeededGenerator(seed: 1)
    let before = generator
    let error = try #require(
      throws: MoEError.self,
      performing: {
        _ = try MixtureStack(
          StackFixtures.configuration(blockCount: 6, pattern: pattern), using: &generator)
      })
    #expect("\(error)".contains(value))
    #expect(
      generator.next()
        == {
          var copy = before
          return copy.next()
        }())
  }

  @Test func aMissingPartThrows() {
    var generator = SeededGenerator(seed: 1)
    var plan = StackFixtures.configuration(blockCount: 3, pattern: .every(2))
    plan.dense = nil
    #expect(throws: MoEError.self) { _ = try MixtureStack(plan, using: &generator) }
    plan = StackFixtures.configuration(blockCount: 3, pattern: .every(2))
    plan.mixture = nil
    #expect(throws: MoEError.self) { _ = try MixtureStack(plan, using: &generator) }
    plan.pattern = .none
    #expect(throws: Never.self) { _ = try MixtureStack(plan, using: &generator) }
  }
}
