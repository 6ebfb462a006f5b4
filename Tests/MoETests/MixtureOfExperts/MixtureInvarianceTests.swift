import MoE
import Testing

/// What an output does not depend on: the tokens beside, their order, the number of threads and the
/// mode.
@Suite struct MixtureInvarianceTests {
  // MARK: - Tokens

  /// A token's routing, output and gradient have the same bits whatever stands beside it.
  @Test(arguments: ["top 2", "top 1", "dense"])
  func aTokenAloneEqualsTheTokenAmongMany(strategy: String) throws {
    let routing: RoutingStrategy =
      switch strategy {
      case "top 2": .topK(2)
      case "top 1": .topK(1, weighting: .scores)
      default: .dense()
      }
    var layer = try SmallLayers.full(routing)
    // The loss is of the batch, so that its gradient is not the token's own.
    layer = try MixtureOfExperts(
      router: layer.router, expertGroups: layer.expertGroups, sharedExperts: layer.sharedExperts)
    let tokens = SmallLayers.normal([37, 6])
    let direction = SmallLayers.normal([37, 5], seed: 43)
    let pass = try layer.forward(tokens, context: .training(step: 0))
    let gradient = try layer.backward(direction, pass: pass)
    for range in [0..<1, 5..<6, 17..<18, 36..<37, 11..<14, 30..<37] {
      let alone = try layer.forward(tokens[entries: range], context: .training(step: 0))
      let own = try layer.backward(direction[entries: range], pass: alone)
      #expect(
        GradientTolerance.bits(alone.output) == GradientTolerance.bits(pass.output[entries: range]),
        "output of \(range)")
      #expect(
        GradientTolerance.bits(own.input) == GradientTolerance.bits(gradient.input[entries: range]),
        "gradient of \(range)")
      #expect(
        GradientTolerance.bits(alone.routing.weights)
          == GradientTolerance.bits(pass.routing.weights[entries: range]), "weights of \(range)")
      for (token, index) in range.enumerated() {
        #expect(alone.routing.experts(of: token) == pass.routing.experts(of: index))
      }
    }
  }

  @Test func permutingTokensPermutesTheOutput() throws {
    let layer = try SmallLayers.full()
    var generator = SeededGenerator(seed: 46)
    let order = generator.permutation(of: 23)
    let tokens = SmallLayers.normal([23, 6])
    let direction = SmallLayers.normal([23, 5], seed: 43)
    let pass = try layer.forward(tokens, context: .training(step: 0))
    let permuted = try layer.forward(tokens.gatheringEntries(order), context: .training(step: 0))
    #expect(
      GradientTolerance.bits(permuted.output)
        == GradientTolerance.bits(pass.output.gatheringEntries(order)))
    #expect(permuted.routing.load == pass.routing.load)
    // Of other tokens, the loss's gradient has but the counts, which are the same in any order.
    let gradient = try layer.backward(direction, pass: pass)
    let other = try layer.backward(direction.gatheringEntries(order), pass: permuted)
    #expect(
      GradientTolerance.bits(other.input)
        == GradientTolerance.bits(gradient.input.gatheringEntries(order)))
  }

  // MARK: - Threads, modes

  /// Enough tokens that products, elementwise functions and combinations are cut into pieces.
  @Test func theNumberOfThreadsChangesNoBit() throws {
    let layer = try SmallLayers.full(.topK(2), hiddenSize: 160)
    let tokens = SmallLayers.normal([280, 6])
    let direction = SmallLayers.normal([280, 5], seed: 43)
    func run(_ threads: Int) throws -> [String: [UInt32]] {
      try Compute.sharingAllWork(among: threads) {
        let pass = try layer.forward(tokens, context: .training(step: 0))
        var bits = GradientTolerance.bits(try layer.backward(direction, pass: pass))
        bits["output"] = GradientTolerance.bits(pass.output)
        bits["loss"] = [pass.auxiliaryLoss.bitPattern]
        return bits
      }
    }
    let single = try run(1)
    for threads in [2, 3, 8] {
      let several = try run(threads)
      for (name, bits) in single {
        #expect(several[name] == bits, "\(name) with \(threads) threads")
      }
    }
  }

  @Test func inferenceEqualsTrainingBitForBit() throws {
    for routing in [RoutingStrategy.topK(2), .dense(), .topK(3, gate: .feedForward(hiddenSize: 4))]
    {
      let layer = try SmallLayers.full(routing)
      let tokens = SmallLayers.normal([11, 6])
      let training = try layer.forward(tokens, context: .training(step: 0))
      let later = try layer.forward(tokens, context: .training(step: 9))
      let inference = try layer.forward(tokens, context: .inference)
      let bits = GradientTolerance.bits(training.output)
      #expect(GradientTolerance.bits(later.output) == bits)
      #expect(GradientTolerance.bits(inference.output) == bits)
      #expect(GradientTolerance.bits(try layer(tokens)) == bits)
      #expect(training.losses.map(\.name) == ["load balancing"])
      #expect(training.auxiliaryLoss == training.losses[0].value && training.auxiliaryLoss > 0)
      #expect(inference.losses.isEmpty && inference.auxiliaryLoss == 0)
    }
  }

  @Test func keepsNothingInInference() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = SeededGenerator(seed: 47)
      let layer = try MixtureOfExperts(
        inputSize: 4, experts: [.feedForward(count: 2, hiddenSize: 3)], routing: .topK(2),
        using: &generator)
      let pass = try layer.forward(Tensor(zeros: [2, 4]), context: .inference)
      _ = try layer.backward(Tensor(zeros: [2, 4]), pass: pass)
    }
    #expect(
      result?.standardErrorSays(
        "MixtureOfExperts.backward: a pass in .inference mode keeps nothing; use .training(step:)")
        == true)
  }

  @Test func trapsWhereTheGradientHasAnotherShape() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var generator = SeededGenerator(seed: 47)
      let layer = try MixtureOfExperts(
        inputSize: 4, experts: [.feedForward(count: 2, hiddenSize: 3)], routing: .topK(2),
        using: &generator)
      let pass = try layer.forward(Tensor(zeros: [2, 4]), context: .training(step: 0))
      _ = try layer.backward(Tensor(zeros: [3, 4]), pass: pass)
    }
    #expect(
      result?.standardErrorSays(
        "MixtureOfExperts.backward: gradient of shape [3, 4] against output of shape [2, 4]")
        == true)
  }
}
