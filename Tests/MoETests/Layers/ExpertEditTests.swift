import MoE
import Testing

/// What becomes of things that experts have, and edits that cannot be.
@Suite struct ExpertEditTests {
  @Test func tensorsAreCopiedToTheBit() throws {
    let tensor: Tensor = [[1, -0.0], [9, 3], [5, 6]]
    let edit = try ExpertEdit([2, 0, 0, 1], of: 3)
    #expect(
      edit(tensor).bits == ([[5, 6], [1, -0.0], [1, -0.0], [9, 3]] as Tensor).bits)
    #expect(edit.experts == [2, 0, 0, 1] && edit.count == 4 && edit.formerCount == 3)
    #expect(edit([1, 2, 3]) == [3, 1, 1, 2])
  }

  @Test func mergedOnesAreAveragedInDoublePrecision() throws {
    let edit = try ExpertEdit(averaging: [[0], [1, 2]], weights: [[1], [1, 3]], of: 3)
    #expect(edit([[8], [4], [8]] as Tensor) == [[8], [7]])
    #expect(edit([8, 4, 8] as [Double]) == [8, 7])
    // 1/3 + 1/3 + 1/3 of a number is that number, which in single precision it need not be.
    var generator = SeededGenerator(seed: 3)
    let row = Tensor.normal(shape: [1, 65], using: &generator)
    for count in 2...7 {
      let same = try ExpertEdit(averaging: [Array(0..<count)], of: count)
      let rows = Tensor(concatenatingEntries: Array(repeating: row, count: count))
      #expect(same(rows).bits == row.bits)
    }
  }

  @Test func countsAreCountedOnce() throws {
    let edit = try ExpertEdit(averaging: [[3], [0, 1], [3]], of: 4)
    #expect(edit.sums([1, 2, 4, 8]) == [8, 3, 0])
    #expect(edit.place(of: 3) == 0 && edit.place(of: 1) == 1 && edit.place(of: 2) == nil)
  }

  @Test func membersOfSetsMove() throws {
    let edit = try ExpertEdit(averaging: [[3], [0, 1], [3], [2]], of: 4)
    #expect(edit([3] as Set) == [0, 2])
    // What is merged of one that is in it and one that is not is not in it.
    #expect(edit([0] as Set) == [] && edit([0, 1] as Set) == [1])
  }

  @Test func whatAnEditIsIsKnown() throws {
    #expect(try ExpertEdit([0, 1, 2], of: 3).isIdentity)
    #expect(try !ExpertEdit([0, 1], of: 3).isIdentity)
    #expect(try !ExpertEdit([1, 0], of: 2).isIdentity)
    #expect(try ExpertEdit([1, 0], of: 2).isPermutation)
    #expect(try !ExpertEdit([1, 1], of: 2).isPermutation)
    #expect(try !ExpertEdit(averaging: [[0], [1, 0]], of: 2).isPermutation)
  }

  @Test func slotsStandExpertByExpert() throws {
    let slots = try ExpertEdit(averaging: [[1], [0, 1]], weights: [[1], [1, 3]], of: 2).slots(2)
    #expect(slots.experts == [2, 3, 0, 1] && slots.formerCount == 4)
    #expect(slots([0, 1, 2, 3] as [Double]) == [2, 3, 1.5, 2.5])
  }

  @Test func groupsOfNeighboursStayTogether() throws {
    // One of each group of two is gone.
    let thinned = try ExpertEdit([1, 2, 4], of: 6).groups(of: 2, part: "a part")
    #expect(thinned.size == 1 && thinned.groups.experts == [0, 1, 2])
    // A whole group is gone, and the others change places.
    let moved = try ExpertEdit([4, 5, 0, 1], of: 6).groups(of: 2, part: "a part")
    #expect(moved.size == 2 && moved.groups.experts == [2, 0])
    // The last group may be shorter where it was.
    let ragged = try ExpertEdit([0, 1, 4], of: 5).groups(of: 2, part: "a part")
    #expect(ragged.size == 2 && ragged.groups.experts == [0, 2])
    expectConfigurationError(
      "experts in the groups of a part is [1, 2, 2], expected as many in each, of one former group "
        + "and side by side"
    ) { _ = try ExpertEdit([1, 2, 3, 4, 5], of: 6).groups(of: 2, part: "a part") }
    expectConfigurationError(
      "experts that are merged under a part is [1, 2], expected experts of one group"
    ) { _ = try ExpertEdit(averaging: [[0], [1, 2]], of: 4).groups(of: 2, part: "a part") }
  }

  @Test func impossibleEditsThrow() {
    for (sentence, experts, count) in [
      ("number of experts after an edit is 0, expected at least 1", [], 3),
      ("expert that is kept in an edit is 3, expected 0 to 2", [0, 3], 3),
      ("expert that is kept in an edit is -1, expected 0 to 2", [-1], 3),
      ("expert that is kept in an edit is 1, expected 0, the one there is", [1], 1),
    ] as [(String, [Int], Int)] {
      expectConfigurationError(sentence) { _ = try ExpertEdit(experts, of: count) }
    }
    for (sentence, sources, weights) in [
      (
        "experts that expert 1 is made of is [], expected at least one, and none twice",
        [[0], []], nil
      ),
      (
        "experts that expert 0 is made of is [1, 1], expected at least one, and none twice",
        [[1, 1]], nil
      ),
      (
        "weights of merged experts is [[1.0]], expected one for each of [[0, 1]]",
        [[0, 1]], [[1]]
      ),
      (
        "weights of merged experts is [1.0, -1.0], expected finite numbers, none below 0 and not "
          + "all 0", [[0, 1]], [[1, -1]]
      ),
      (
        "weights of merged experts is [0.0, 0.0], expected finite numbers, none below 0 and not "
          + "all 0", [[0, 1]], [[0, 0]]
      ),
      (
        "weights of merged experts is [nan, 1.0], expected finite numbers, none below 0 and not "
          + "all 0", [[0, 1]], [[.nan, 1]]
      ),
    ] as [(String, [[Int]], [[Double]]?)] {
      expectConfigurationError(sentence) {
        _ = try ExpertEdit(averaging: sources, weights: weights, of: 3)
      }
    }
  }
}
