import Foundation
import MoE
import Testing

/// What the article on errors and tasks shows.
@Suite("Errors and tasks") struct ErrorSnippets {
  @Test("Errors")
  func errors() throws {
    // snippet
    var generator = SeededGenerator(seed: 1)
    do {
      _ = try MixtureOfExperts(
        inputSize: 16, experts: [.feedForward(count: 2, hiddenSize: 8)], routing: .topK(3),
        using: &generator)
    } catch MoEError.configuration(let setting, let value, let expected) {
      print("\(setting) is \(value), expected \(expected)")
    }
    // end
  }

  @Test("One layer serves many tasks, in the bits that each would have alone")
  func tasks() async throws {
    var generator = SeededGenerator(seed: 2)
    let mixture = try MixtureOfExperts(
      inputSize: 8, experts: [.feedForward(count: 4, hiddenSize: 8)], routing: .topK(2),
      using: &generator)
    let batches = (1...5).map { Tensor.normal(shape: [$0, 8], using: &generator) }
    let found = try await answers(of: mixture, to: batches)
    let expected = try batches.map { try mixture($0) }
    #expect(found == expected)

    let service = Service(mixture)
    await service.switchOff(1)
    #expect(await service.current.router.disabledExperts == [1])
    #expect(mixture.router.disabledExperts.isEmpty)
    await #expect(throws: MoEError.self) {
      _ = try await answers(of: mixture, to: [Tensor(zeros: [1, 3])])
    }
  }
}

// snippet
func answers(
  of mixture: MixtureOfExperts, to batches: [Tensor]
) async throws -> [Tensor] {
  try await withThrowingTaskGroup(of: (Int, Tensor).self) { group in
    for (index, batch) in batches.enumerated() {
      group.addTask { (index, try mixture(batch)) }
    }
    var answers = batches
    for try await (index, answer) in group { answers[index] = answer }
    return answers
  }
}
// end

// snippet
actor Service {
  private var mixture: MixtureOfExperts

  init(_ mixture: MixtureOfExperts) { self.mixture = mixture }

  var current: MixtureOfExperts { mixture }

  func switchOff(_ expert: Int) { mixture.router.disabledExperts.insert(expert) }
}
// end
