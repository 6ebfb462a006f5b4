import Foundation
import MoE
import Testing

/// Gates with noise in training: on their input, and on their logits.
@Suite struct NoisyGateTests {
  private static let tokens = Tensor(scattered: [6, 4], seed: 1)
  private static let training = RoutingContext(.training(step: 3))
  private static let base = GateTests.linear(seed: 20)

  private static func softplus(_ x: Double) -> Double {
    max(x, 0) + log1p(exp(-x.magnitude))
  }

  private static func products(_ tokens: [[Double]], _ weight: [Double], _ bias: [Double]?)
    -> [[Double]]
  {
    let weights = Reference.rows(weight, columns: 4)
    return tokens.map { x in
      weights.enumerated().map { row, w in
        zip(x, w).reduce(bias?[row] ?? 0) { $0 + $1.0 * $1.1 }
      }
    }
  }

  // MARK: - Jitter

  /// A factor (3), a product, a linear map (5), and as many back.
  @Test func jitteredGateIsItsFormula() throws {
    let gate = JitteredGate(NoisyGateTests.base, by: 0.25)
    let noise = NoisyGateTests.training.noise
    try checkGate(gate, tokens: NoisyGateTests.tokens, roundings: 20) { point in
      let tokens = Reference.rows(point["tokens"]!, columns: 4).enumerated().map { token, x in
        x.enumerated().map { column, scalar in
          let number = Double(Float(noise.uniform(.jitter, position: token, expert: column)))
          return scalar * (1 + 0.25 * (2 * number - 1))
        }
      }
      return NoisyGateTests.products(tokens, point["weight"]!, point["bias"])
    }
  }

  /// Transformers multiplies in place, so that its experts see the noise; and adds none in
  /// inference.
  @Test func jitterStaysInTheGateAndInTraining() throws {
    var generator = SeededGenerator(seed: 2)
    func layer(_ gate: GateSpecification, seed: UInt64 = 7) throws -> MixtureOfExperts {
      var generator = generator
      return try MixtureOfExperts(
        inputSize: 4, experts: [.gatedFeedForward(count: 5, hiddenSize: 3)],
        routing: .topK(2, gate: gate), seed: seed, using: &generator)
    }
    let (plain, jittered) = (try layer(.linear()), try layer(.linear().jittered(by: 0.5)))
    let tokens = NoisyGateTests.tokens
    let copy = tokens.scalarArray
    let inference = try jittered.forward(tokens, context: .inference)
    let clean = try plain.forward(tokens, context: .inference)
    #expect(inference.output.bits == clean.output.bits)
    let pass = try jittered.forward(tokens, context: .training(step: 3))
    #expect(tokens.scalarArray == copy)
    #expect(pass.routing.logits != inference.routing.logits)
    // The experts give what they give for clean tokens by the same routes and weights.
    let again = try jittered.expertGroups[0].forward(
      GroupedTokens(tokens, rows: pass.routing.rows), context: .inference
    )
    .output.rows.combiningRows(
      at: pass.routing.positions, slotCount: 2, resultCount: 6, weights: pass.routing.weights)
    #expect(again.bits == pass.output.bits)
    // The same step has the same noise, another one or another seed does not.
    #expect(
      try jittered.forward(tokens, context: .training(step: 3)).routing.logits.bits
        == pass.routing.logits.bits)
    #expect(
      try jittered.forward(tokens, context: .training(step: 4)).routing.logits
        != pass.routing.logits)
    let other = try layer(.linear().jittered(by: 0.5), seed: 8)
    #expect(
      try other.forward(tokens, context: .training(step: 3)).routing.logits != pass.routing.logits)
    _ = generator.next()
  }

  @Test func jitterLiesWithinItsBounds() throws {
    let identity = LinearGate(Linear(weight: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]))
    let ones = Tensor(repeating: 1, shape: [400, 3])
    let factors = try JitteredGate(identity, by: 0.1).forward(
      ones, context: NoisyGateTests.training
    ).logits.scalarArray
    #expect(factors.allSatisfy { $0 >= 0.9 - 1e-6 && $0 <= 1.1 + 1e-6 })
    #expect(factors.min()! < 0.91 && factors.max()! > 1.09)
    // The mean of 1200 has a deviation of 0.2/√12/√1200 = 0.0017.
    let mean: Float = factors.reduce(0, +) / 1200
    #expect((mean - 1).magnitude < 0.007)
    let none = try JitteredGate(identity, by: 0).forward(ones, context: NoisyGateTests.training)
    #expect(none.logits == ones)
  }

  // MARK: - Noise on logits

  private static let noisy = NoisyGate(
    base, noise: Linear(weight: Tensor(scattered: [5, 4], seed: 21)))

  /// Two linear maps (5), a softplus (6), a product and two sums, and as many back.
  @Test func noisyGateIsItsFormula() throws {
    let sample = NoisyGateTests.training.noise.normal(
      .gate, NoisyGateTests.training.batch, tokens: 6, experts: 5)
    let draws = Reference.rows(sample)
    #expect(NoisyGateTests.noisy.namedParameters.map(\.name) == ["weight", "bias", "noise.weight"])
    try checkGate(NoisyGateTests.noisy, tokens: NoisyGateTests.tokens, roundings: 35) { point in
      let tokens = Reference.rows(point["tokens"]!, columns: 4)
      let clean = NoisyGateTests.products(tokens, point["weight"]!, point["bias"])
      let raw = NoisyGateTests.products(tokens, point["noise.weight"]!, nil)
      return (0..<6).map { token -> [Double] in
        (0..<5).map { expert -> Double in
          let scale = NoisyGateTests.softplus(raw[token][expert]) + 0.01
          return clean[token][expert] + draws[token][expert] * scale
        }
      }
    }
  }

  /// Losses by the noise have gradients of the clean logits and of the scale too.
  @Test func noisyGateTakesGradientsOfItsNoise() throws {
    let (gate, tokens) = (NoisyGateTests.noisy, NoisyGateTests.tokens)
    let directions = (0..<3).map { Tensor(scattered: [6, 5], seed: 30 + $0) }
    let draws = Reference.rows(
      NoisyGateTests.training.noise.normal(
        .gate, NoisyGateTests.training.batch, tokens: 6, experts: 5))
    let computed = try GradientTolerance.tolerances(roundings: 40) { perturb in
      let (gate, tokens) = (perturb(gate), perturb(tokens))
      let pass = try gate.forward(tokens, context: NoisyGateTests.training)
      let back = try gate.backward(
        LogitGradient(
          perturb(directions[0]), clean: perturb(directions[1]), noiseScale: perturb(directions[2])),
        pass: pass)
      return [back.input] + back.parameters.namedParameters.map(\.parameter)
    }
    var point = Reference.parameters(gate)
    point["tokens"] = Reference.scalars(tokens)
    let rows = directions.map { Reference.rows($0) }
    let derivatives = centralDifferences(at: point) { point in
      let tokens = Reference.rows(point["tokens"]!, columns: 4)
      let clean = NoisyGateTests.products(tokens, point["weight"]!, point["bias"])
      let scale = NoisyGateTests.products(tokens, point["noise.weight"]!, nil).map {
        $0.map { NoisyGateTests.softplus($0) + 0.01 }
      }
      let logits: [[Double]] = (0..<6).map { (token: Int) -> [Double] in
        (0..<5).map { (expert: Int) -> Double in
          clean[token][expert] + draws[token][expert] * scale[token][expert]
        }
      }
      return Reference.inner(logits, rows[0]) + Reference.inner(clean, rows[1])
        + Reference.inner(scale, rows[2])
    }
    for (index, name) in (["tokens"] + gate.namedParameters.map(\.name)).enumerated() {
      GradientTolerance.expect(
        computed.results[index], near: derivatives[name]!, within: computed.tolerances[index], name)
    }
  }

  @Test func noisyGateSaysItsNoiseInTrainingAlone() throws {
    let (gate, tokens) = (NoisyGateTests.noisy, NoisyGateTests.tokens)
    let clean = NoisyGateTests.base.forward(tokens, context: RoutingContext()).logits
    let inference = try gate.forward(tokens, context: RoutingContext())
    #expect(inference.noise == nil && inference.logits.bits == clean.bits)
    let pass = try gate.forward(tokens, context: NoisyGateTests.training)
    let noise = try #require(pass.noise)
    #expect(noise.clean.bits == clean.bits)
    #expect(pass.logits.bits == (clean + noise.sample * noise.scale).bits)
    #expect(noise.scale.scalarArray.allSatisfy { $0 > 0.01 })
    // Gates around it hand it on, a residual with its own part in what is clean.
    var context = NoisyGateTests.training
    context.previousLogits = Tensor(scattered: [6, 5], seed: 22)
    let residual = ResidualGate(
      gate, residual: Linear(weight: Tensor(scattered: [5, 5], seed: 23)))
    let around = try residual.forward(tokens, context: context)
    let handed = try #require(around.noise)
    let difference = around.logits - handed.clean - handed.sample * handed.scale
    // Three sums of numbers below 8.
    #expect(GradientTolerance.largest(difference) < 8 * 4 * GradientTolerance.unitRoundoff)
    #expect(handed.clean != clean)
  }

  /// With weights of zero at first, noise of scale ln 2 + 0.01 alone decides.
  @Test func noisyTopKStartsAtZero() throws {
    var generator = SeededGenerator(seed: 3)
    let router = try Router(
      inputSize: 4, expertCount: 5, strategy: .noisyTopK(2), using: &generator)
    for (name, parameter) in router.namedParameters {
      #expect(parameter == Tensor(zeros: [5, 4]), "\(name)")
    }
    #expect(router.namedParameters.map(\.name) == ["gate.weight", "gate.noise.weight"])
    let inference = try router.forward(NoisyGateTests.tokens, context: .inference).routing
    #expect(inference.experts == Array(repeating: [0, 1], count: 6).flatMap { $0 })
    let training = try router.forward(NoisyGateTests.tokens, context: .training(step: 1)).routing
    let scale = try #require(training.gateNoise).scale
    // A softplus within 4 units, a rounded 0.01 and a sum.
    #expect(
      scale.scalarArray.allSatisfy {
        (Double($0) - log(2) - 0.01).magnitude < 8 * GradientTolerance.unitRoundoff
      })
    #expect(Set(training.experts).count > 2)
    let random = try Router(
      inputSize: 4, expertCount: 5, strategy: .noisyTopK(2, startsAtZero: false), using: &generator)
    #expect(random.namedParameters[0].parameter.norm() > 0)
    #expect(random.namedParameters[1].parameter.norm() == 0)
  }

  @Test func noisyGateTakesLargeScales() throws {
    let gate = NoisyGate(
      LinearGate(Linear(weight: Tensor(zeros: [2, 1]))), noise: Linear(weight: [[1], [-1]]))
    for size: Float in [80, 1e4] {
      let token = Tensor([size], shape: [1, 1])
      let pass = try gate.forward(token, context: NoisyGateTests.training)
      let noise = try #require(pass.noise)
      #expect(noise.scale[0, 0] == size + 0.01)
      #expect(noise.scale[0, 1] == 0.01)
      let back = try gate.backward(LogitGradient([[1, 1]]), pass: pass)
      #expect(back.input[0, 0] == noise.sample[0, 0])
    }
  }
}
