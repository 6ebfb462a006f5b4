import MoE
import Testing

/// What random configurations have found, one test each.
@Suite struct PropertyRegressionTests {
  /// A step that cannot be counted and saved is refused, in a pass and at its end.
  @Test(arguments: [-1, Int.min, Int.max])
  func stepsWithoutANumber(step: Int) throws {
    var generator = SeededGenerator(seed: 1)
    var layer = try MixtureOfExperts(
      inputSize: 2, experts: [.feedForward(count: 2, hiddenSize: 2)],
      routing: .topK(1, weighting: .scores), using: &generator)
    #expect(throws: MoEError.self) {
      try layer.forward(Tensor(zeros: [1, 2]), context: .training(step: step))
    }
    let pass = try layer.router.forward(Tensor(zeros: [1, 2]), context: .training(step: step))
    #expect(throws: MoEError.self) { try layer.finishStep(TrainingStep([pass.routing])) }
    #expect(layer.finishedStep == nil && layer.namedBuffers.isEmpty)
  }
}
