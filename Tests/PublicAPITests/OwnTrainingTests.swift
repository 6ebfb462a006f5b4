import MoE
import Testing

/// Parts of one's own in a training: an optimiser, and tasks that a trainer runs in.
@Suite("Training with parts of one's own")
struct OwnTrainingTests {
  /// Steps of one size along the sign, with nothing gathered.
  struct SignDescent: Optimizer {
    var learningRate: Float

    mutating func update<Model: Parameterized>(_ model: inout Model, along gradient: Model) {
      model.updateParameters(along: gradient) { _, parameter, gradient in
        for index in 0..<gradient.count {
          let slope = gradient.scalars[index]
          var scalars = parameter.mutableScalars
          scalars[index] -= slope > 0 ? learningRate : slope < 0 ? -learningRate : 0
        }
      }
    }
  }

  @Test("An optimiser of one's own is grouped as any other")
  func grouping() {
    let gradient = Linear(weight: [[2, -3]], bias: [4])
    var layer = gradient
    var optimizer = GroupedOptimizer(
      SignDescent(learningRate: 0.5), groups: [ParameterGroup(.biases, learningRateScale: 2)])
    optimizer.update(&layer, along: gradient)
    #expect(layer.weight == [[1.5, -2.5]] && layer.bias == [3])
    optimizer = GroupedOptimizer(
      SignDescent(learningRate: 0.5), groups: [ParameterGroup(.biases, isFrozen: true)])
    optimizer.update(&layer, along: gradient)
    #expect(layer.weight == [[1, -2]] && layer.bias == [3])
  }

  private static func train(
    _ model: FeedForward, _ tokens: Tensor, _ context: LayerContext
  ) throws -> TrainedBatch<FeedForward> {
    let pass = model.forward(tokens, context: context)
    let loss = try MeanSquaredError()(pass.output, tokens)
    return TrainedBatch(loss, model.backward(loss.gradient, pass: pass), pass: pass)
  }

  private static func trainer() -> Trainer<FeedForward, SignDescent> {
    var generator = SeededGenerator(seed: 3)
    return Trainer(
      model: FeedForward(inputSize: 2, hiddenSize: 3, using: &generator),
      optimizer: SignDescent(learningRate: 0.01), stepCount: 4)
  }

  /// Nothing that can be sent, as a view has.
  private final class Screen { var lines: [String] = [] }

  @Test("An actor trains, and shows what happens")
  @MainActor func mainActor() async throws {
    let (screen, tokens) = (Screen(), Tensor([1, 2, 3, 4], shape: [2, 2]))
    var trainer = Self.trainer()
    try await trainer.run(on: Array(repeating: tokens, count: 4), train: Self.train) { _ in
      Double(screen.lines.count)
    } report: {
      screen.lines.append("\($0)")
    }
    #expect(screen.lines.count == 5 && screen.lines[4] == "step 4  evaluation 4.0")
  }

  @Test("Tasks train side by side, the same bits each")
  func tasks() async throws {
    let tokens = Tensor([1, 2, 3, 4], shape: [2, 2])
    let weights = try await withThrowingTaskGroup(of: Tensor.self) { group in
      for _ in 0..<3 {
        group.addTask {
          var trainer = Self.trainer()
          let batches = AsyncStream { continuation in
            for _ in 0..<4 { continuation.yield(tokens) }
            continuation.finish()
          }
          try await trainer.run(on: batches, train: Self.train)
          return trainer.state.model.up.weight
        }
      }
      return try await group.reduce(into: [Tensor]()) { $0.append($1) }
    }
    #expect(weights.count == 3 && weights[0] == weights[1] && weights[1] == weights[2])
  }
}
