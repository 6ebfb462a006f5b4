import Foundation
import MoE
import Testing

/// The tutorials' programs, piece by piece in their order.
///
/// Continuous integration also runs them as the tutorials have them.
@Suite("Tutorials") struct TutorialSnippets {
  @Test("Your first mixture of experts")
  func firstMixture() throws {
    // snippet
    func roof(
      _ count: Int, using generator: inout SeededGenerator
    ) -> (points: Tensor, heights: Tensor) {
      let points = Tensor.uniform(in: -1...1, shape: [count, 2], using: &generator)
      let heights = (0..<count).map { 2 - abs(points[$0, 0]) - abs(points[$0, 1]) }
      return (points, Tensor(heights, shape: [count, 1]))
    }
    // end
    // snippet
    var generator = SeededGenerator(seed: 1)
    var mixture = try MixtureOfExperts(
      inputSize: 2, outputSize: 1,
      experts: [.feedForward(count: 4, hiddenSize: 8)],
      routing: .topK(2),
      balancingLosses: [.loadBalancing(coefficient: 0.01)],
      using: &generator)
    print(mixture)
    // end
    // snippet
    var optimizer = AdamW(learningRate: 0.02, weightDecay: 0)
    for step in 0..<400 {
      let batch = roof(128, using: &generator)
      let pass = try mixture.forward(batch.points, context: .training(step: step))
      let loss = try MeanSquaredError()(pass.output, batch.heights)
      let gradient = try mixture.backward(loss.gradient, pass: pass)
      optimizer.update(&mixture, along: gradient)
      if step % 100 == 0 { print("step \(step): loss \(loss.value), load \(pass.routing.load)") }
    }
    // end
    // snippet
    let test = roof(1000, using: &generator)
    let error = try MeanSquaredError()(mixture(test.points), test.heights).value
    print("error on new points: \(error)")
    guard error < 0.01 else { fatalError("it should be below 0.01") }

    let corners = Tensor([0.5, 0.5, -0.5, 0.5, -0.5, -0.5, 0.5, -0.5], shape: [4, 2])
    let pass = try mixture.forward(corners, context: .inference)
    for corner in 0..<4 {
      print("quarter \(corner + 1): experts \(pass.routing.experts(of: corner))")
    }
    // end
    // Not into the folder where the tests run.
    func saved() throws {
      // snippet
      try mixture.save(to: "roof.safetensors")
      let again = try MixtureOfExperts(contentsOf: "roof.safetensors")
      print("the same after loading: \(try again(corners) == mixture(corners))")
      // end
    }
    #expect(error < 0.01 && pass.routing.expertCount == 4)
  }

  @Test("Coming from other libraries")
  func otherLibraries() throws {
    var generator = SeededGenerator(seed: 3)
    var moe = try MixtureOfExperts(
      inputSize: 8, experts: [.feedForward(count: 4, hiddenSize: 8)], routing: .topK(2),
      balancingLosses: [.loadBalancing()], using: &generator)
    let (tokens, targets) = (
      Tensor.normal(shape: [6, 8], using: &generator), Tensor(zeros: [6, 8])
    )
    var optimizer = AdamW()
    let before = try MeanSquaredError()(moe(tokens), targets).value
    for step in 0..<3 {
      // snippet
      let pass = try moe.forward(tokens, context: .training(step: step))  // model.train(); model(x)
      let loss = try MeanSquaredError()(pass.output, targets)  // F.mse_loss(y, targets)
      var gradient = try moe.backward(loss.gradient, pass: pass)  // loss.backward()
      gradient.clip(toNorm: 1)  // clip_grad_norm_(model.parameters(), 1.0)
      optimizer.update(&moe, along: gradient)  // optimizer.step()
      try moe.finishStep([pass])  // what Megatron does after a step: biases of the router
      // end
      #expect(pass.auxiliaryLoss > 0)
    }
    #expect(try MeanSquaredError()(moe(tokens), targets).value < before)
  }

  @Test("Write your own routing strategy")
  func ownStrategy() throws {
    // snippet
    var generator = SeededGenerator(seed: 4)
    var mixture = try MixtureOfExperts(
      inputSize: 8,
      experts: [.feedForward(count: 8, hiddenSize: 16)],
      routing: RoutingStrategy(selector: UnsureSelector(part: 0.8), weighting: .scores),
      balancingLosses: [.loadBalancing(coefficient: 0.05)],
      using: &generator)
    // end
    // snippet
    do {
      _ = try MixtureOfExperts(
        inputSize: 8, experts: [.feedForward(count: 8, hiddenSize: 16)],
        routing: RoutingStrategy(selector: UnsureSelector(part: 2), weighting: .scores),
        using: &generator)
    } catch {
      print("refused: \(error)")
    }
    // end
    // snippet
    let tokens = Tensor.normal(shape: [256, 8], using: &generator)
    let targets = Activation.relu(tokens)
    var optimizer = AdamW(learningRate: 0.01)
    for step in 0..<300 {
      let pass = try mixture.forward(tokens, context: .training(step: step))
      let loss = try MeanSquaredError()(pass.output, targets)
      let gradient = try mixture.backward(loss.gradient, pass: pass)
      optimizer.update(&mixture, along: gradient)
      if step % 100 == 0 {
        let experts = pass.routing.statistics.meanComputingExperts
        print("step \(step): loss \(loss.value), \(experts) experts a token")
      }
    }
    // end
    let final = try mixture.forward(tokens, context: .inference).routing.statistics
    #expect(final.meanComputingExperts >= 1 && final.meanComputingExperts < 2)
  }

  @Test("Train a small language model")
  func languageModel() throws {
    // snippet
    let text = """
      There was a crooked man, and he walked a crooked mile.
      He found a crooked sixpence upon a crooked stile.
      He bought a crooked cat, which caught a crooked mouse,
      And they all lived together in a little crooked house.

      """
    let ids = text.utf8.map { Int($0) }
    // end
    // snippet
    var generator = SeededGenerator(seed: 5)
    var model = try MixtureDecoder(
      DecoderConfiguration(
        vocabularySize: 128,
        stack: StackConfiguration(
          size: 32, blockCount: 2,
          attention: .heads(4, rotary: RotaryPositions()),
          mixture: MixtureSpecification(
            experts: [.gatedFeedForward(count: 4, hiddenSize: 32)],
            routing: .topK(2),
            balancingLosses: [.loadBalancing(coefficient: 0.01)]))),
      using: &generator)
    print("\(model.parameterCount) parameters")
    // end
    // snippet
    let length = 96
    var optimizer = AdamW(weightDecay: 0.01)
    let schedule = LearningRateSchedule.cosine(peak: 1e-2, warmup: 10, total: 150)
    for step in 0..<150 {
      let starts = (0..<4).map { _ in Int.random(in: 0..<ids.count - length, using: &generator) }
      let context = LayerContext(
        .training(step: step), batch: Batch(sequenceLengths: starts.map { _ in length }))
      let pass = try model.forward(
        starts.flatMap { ids[$0..<$0 + length] }, context: context)
      let loss = try CrossEntropy()(
        pass.logits, labels: starts.flatMap { ids[$0 + 1..<$0 + length + 1] })
      var gradient = try model.backward(loss.gradient, pass: pass)
      gradient.clip(toNorm: 1)
      optimizer.learningRate = schedule(step)
      optimizer.update(&model, along: gradient)
      try model.finishStep([pass])
      if step % 30 == 0 {
        let load = pass.mixtures.map(\.routing.load)
        print("step \(step): loss \(loss.value), load by block \(load)")
      }
    }
    // end
    // snippet
    var cache = try model.makeCache()
    var written = "There was"
    var logits = try model.next(written.utf8.map { Int($0) }, cache: &cache)
    for _ in 0..<80 {
      let best = logits.rowArgmax().last ?? 0
      written += String(UnicodeScalar(UInt8(best)))
      logits = try model.next([best], cache: &cache)
    }
    print(written)
    guard written.hasPrefix("There was a crooked") else { fatalError("it should know the text") }
    // end
    #expect(written.count == 89)
  }

  @Test("Load a published model's layer")
  func loadedLayer() throws {
    enum CommandLine {
      static let arguments = [
        "", SnippetTests.root.appending(path: "Tests/MoETests/Fixtures/deepseek_v3").path,
      ]
    }
    // snippet
    guard CommandLine.arguments.count > 1 else {
      fatalError("expected the path of a model's folder")
    }
    let folder = CommandLine.arguments[1]
    let model = try ModelDescription(path: folder)
    print(model)
    // end
    // snippet
    guard let number = model.mixtures.first?.layer else { fatalError("no layer is a mixture") }
    var mixture = try MixtureOfExperts(model: folder, layer: number)
    print(mixture)
    mixture.packWeights()
    // end
    // snippet
    var generator = SeededGenerator(seed: 1)
    let tokens = Tensor.normal(shape: [16, mixture.inputSize], using: &generator)
    let ids = (0..<16).map { $0 }
    let pass = try mixture.forward(
      tokens, context: LayerContext(.inference, batch: Batch(tokenIDs: ids)))
    for token in 0..<4 {
      print("token \(token) asks \(pass.routing.experts(of: token))")
    }
    print(pass.routing.statistics)
    // end
    // snippet
    let alone = try mixture.forward(
      tokens[entries: 3..<4], context: LayerContext(.inference, batch: Batch(tokenIDs: [3])))
    print("alone as among others: \(alone.output == pass.output[entries: 3..<4])")
    // end
    // snippet
    let small = try mixture.compressing(to: .int8())
    print("\(mixture.weightByteCount) bytes, in int8 \(small.weightByteCount)")
    print(try mixture.roundingEffect(of: small, on: tokens))
    // end
    #expect(small.weightByteCount < mixture.weightByteCount)
  }
}

// snippet
/// The best expert, and the second where its score is at least a part of the best one's.
struct UnsureSelector: ExpertSelector, ExpertAgnostic {
  /// The part.
  var part: Float

  var promises: RoutingPromises {
    [.tokenLocal, .deterministic, .readsScores, .readsSelectionBias, .ordersChoices]
  }

  func slotCount(expertCount: Int) throws -> Int {
    guard (0...1).contains(part) else {
      throw MoEError.configuration("part of the best score", value: "\(part)", expected: "0 to 1")
    }
    return min(2, expertCount)
  }

  func select(_ input: SelectionInput) -> SelectedExperts {
    var chosen = SelectedExperts(topK: 2, of: input.priorities)
    guard chosen.slotCount == 2 else { return chosen }
    for token in 0..<input.tokenCount {
      let slots = (
        first: Int(chosen.experts[2 * token]), second: Int(chosen.experts[2 * token + 1])
      )
      guard slots.second >= 0 else { continue }
      if input.scores[token, slots.second] < part * input.scores[token, slots.first] {
        chosen.experts[2 * token + 1] = SelectedExperts.none
      }
    }
    return chosen
  }
}
// end

// snippet
extension ExpertSelector where Self == UnsureSelector {
  static func unsure(part: Float) -> UnsureSelector { UnsureSelector(part: part) }
}
// end
