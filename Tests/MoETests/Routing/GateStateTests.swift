import Foundation
import MoE
import Testing

private typealias Arrays = [String: [Double]]

/// Gates that read a norm of tokens, or carry a state.
@Suite(.namingCombinations) struct GateStateTests {
  private static let (size, experts, state) = (4, 5, 3)
  private static let tokens = Tensor(scattered: [6, size], seed: 1)
  private static let norms: [NormSpecification] = [
    .rms(epsilon: 0.125), .layer(epsilon: 0.125), .prescaledRMS(epsilon: 0.125, addsOne: true),
  ]

  private static func linear(_ inputs: Int, _ outputs: Int, seed: UInt64, bias: Bool = true)
    -> Linear
  {
    Linear(
      weight: Tensor(scattered: [outputs, inputs], seed: seed),
      bias: bias ? Tensor(scattered: [outputs], seed: seed + 1) : nil)
  }

  /// A norm (8), a product (5), and as many back.
  @Test func normsOfTokensAreTheirFormula() throws {
    try withEvery("norm", in: Self.norms) { specification in
      var norm = try specification.norm(size: Self.size)
      norm.visitParameters { $1 += 0.5 * Tensor(scattered: $1.shape, seed: 5) }
      let gate = ModifiedGate(
        LinearGate(Self.linear(Self.size, Self.experts, seed: 2)), inputNorm: norm)
      #expect(
        gate.namedParameters.map(\.name).prefix(3) == ["weight", "bias", "inputNorm.weight"])
      try checkGate(gate, tokens: Self.tokens, roundings: 80) { point in
        let map = Reference.Map(
          ["gate.weight": point["weight"]!, "gate.bias": point["bias"]!], "gate",
          outputSize: Self.experts)
        return Reference.rows(point["tokens"]!, columns: Self.size).map {
          Reference.linear(Reference.norm($0, specification, point, "inputNorm"), map)
        }
      }
    }
  }

  private static func gate(reads: Bool, norm: NormSpecification) throws -> StatefulGate {
    StatefulGate(
      down: linear(size, state, seed: 10),
      stateScale: reads ? Tensor(scattered: [state], seed: 12) : nil,
      norm: try norm.norm(size: state), first: linear(state, state, seed: 13),
      second: linear(state, state, seed: 15),
      last: linear(state, experts, seed: 17, bias: false))
  }

  private static func reference(_ point: Arrays, norm: NormSpecification) -> [[Double]] {
    let states = point["state"].map { Reference.rows($0, columns: state) }
    return Reference.rows(point["tokens"]!, columns: size).enumerated().map { token, x in
      var h = Reference.linear(x, Reference.Map(point, "down", outputSize: state))
      if let states, let scale = point["stateScale"] {
        for index in h.indices { h[index] += scale[index] * states[token][index] }
      }
      var z = Reference.norm(h, norm, point, "norm")
      for name in ["first", "second"] {
        z = Reference.linear(z, Reference.Map(point, name, outputSize: state)).map {
          Reference.activation(.gelu, $0)
        }
      }
      return Reference.linear(z, Reference.Map(point, "last", outputSize: experts)) + h
    }
  }

  /// A product (5), the state (2), a norm (8), two products and functions (2 · 12), a product (4),
  /// and about twice as many back.
  ///
  /// The loss reads the state too, as the next layer does.
  @Test func statesAreTheirFormula() throws {
    try withEvery("norm", in: Self.norms) { norm in
      try withEvery("reads", in: [false, true]) { reads in
        try withEvery("is given", in: [false, true]) { isGiven in
          guard reads || !isGiven else { return }
          var context = RoutingContext(.training(step: 3))
          if isGiven {
            context.overrides.previousState = Tensor(scattered: [6, Self.state], seed: 20)
          }
          try checkGate(
            Self.gate(reads: reads, norm: norm), tokens: Self.tokens, context: context,
            roundings: 240
          ) { Self.reference($0, norm: norm) }
        }
      }
    }
  }

  /// What changes the logits of a gate leaves its state and the gradient of that alone.
  @Test func modifiersHandTheStateOn() throws {
    let inside = try Self.gate(reads: true, norm: .rms())
    let gate = ModifiedGate(inside, LogitMultiplier(factor: 2))
    var context = RoutingContext(.training(step: 0))
    context.overrides.previousState = Tensor(scattered: [6, Self.state], seed: 20)
    let (pass, own) = (
      try gate.forward(Self.tokens, context: context),
      inside.forward(Self.tokens, context: context)
    )
    #expect(gate.stateSize == 3 && pass.state?.bits == own.state?.bits)
    let (logits, state) = (
      Tensor(scattered: [6, Self.experts], seed: 21), Tensor(scattered: [6, 3], seed: 22)
    )
    let back = try gate.backward(LogitGradient(logits, state: state), pass: pass)
    let ownBack = inside.backward(LogitGradient(logits * 2, state: state), pass: own)
    #expect(back.previousState?.bits == ownBack.previousState?.bits)
    #expect(back.input.bits == ownBack.input.bits)
  }

  @Test func whatNoGateReadsIsAnError() throws {
    var generator = SeededGenerator(seed: 3)
    let layer = try MixtureOfExperts(
      inputSize: 4, experts: [.feedForward(count: 3, hiddenSize: 2)], routing: .topK(2),
      using: &generator)
    for overrides in [
      RoutingOverrides(previousState: Tensor(zeros: [6, 4])),
      RoutingOverrides(routerInput: Tensor(zeros: [6, 3])),
      RoutingOverrides(routerInput: Tensor(zeros: [5, 4])),
    ] {
      #expect(throws: MoEError.self) {
        try layer.forward(Self.tokens, context: .inference, overrides: overrides)
      }
    }
  }

  // MARK: - Stacks

  /// Blocks one by one, whose routers read the stream, the norm of it or the block's input, and
  /// whose gates hand a state over a dense block.
  @Test(arguments: [RouterInput.tokens, .residual, .block])
  func stacksHandStatesOn(routerInput: RouterInput) throws {
    let context = LayerContext.training(step: 3)
    var configuration = StackFixtures.configuration(
      blockCount: 4, pattern: .blocks([0, 2, 3]),
      mixture: StackFixtures.mixture(.stateful(stateSize: 3)))
    configuration.routerInput = routerInput
    let stack = try StackFixtures.stack(configuration)
    let (tokens, direction) = (StackFixtures.tokens(9), StackFixtures.tokens(9, seed: 10))
    let pass = try stack.forward(tokens, context: context)
    let back = try stack.backward(direction, pass: pass)

    var (stream, state): (Tensor, Tensor?) = (tokens, nil)
    var passes: [(norm: Norm.Pass, layer: any LayerPass)] = []
    for block in stack.blocks {
      let before = try #require(block.feedForwardNorm)
      let norm = before.forward(stream, context: context)
      if let mixture = block.mixture {
        let own = try mixture.forward(
          norm.output, context: context,
          overrides: RoutingOverrides(
            previousState: state, routerInput: routerInput == .tokens ? nil : stream))
        state = own.routing.gateState
        passes.append((norm, own))
        stream += own.output
      } else {
        let dense = try #require(block.feedForward as? GatedFeedForward)
        let own = dense.forward(norm.output, context: context)
        passes.append((norm, own))
        stream += own.output
      }
    }
    #expect(pass.output.bits == stream.bits)

    var (gradient, ofState): (Tensor, Tensor?) = (direction, nil)
    for index in stack.blocks.indices.reversed() {
      let block = stack.blocks[index]
      var input: Tensor
      var ofRouter: Tensor?
      let expected: [Tensor]
      if let mixture = block.mixture, let own = passes[index].layer as? MixtureOfExperts.Pass {
        let result = try mixture.backward(
          gradient, routing: RoutingGradient(gateState: ofState), pass: own)
        ofState = result.overrides.previousState
        ofRouter = result.overrides.routerInput
        (input, expected) = (
          result.gradient.input, result.gradient.parameters.namedParameters.map(\.parameter)
        )
      } else {
        let dense = try #require(block.feedForward as? GatedFeedForward)
        let own = try #require(passes[index].layer as? GatedFeedForward.Pass)
        let result = dense.backward(gradient, pass: own)
        (input, expected) = (
          result.input, result.parameters.namedParameters.map(\.parameter)
        )
      }
      #expect(
        back.parameters.blocks[index].feedForward.namedParameters.map(\.parameter.bits)
          == expected.map(\.bits))
      let norm = try #require(block.feedForwardNorm)
      input = norm.backward(input, pass: passes[index].norm).input
      gradient += input
      if let ofRouter { gradient += ofRouter }
    }
    #expect(ofState == nil)
    #expect(back.input.bits == gradient.bits)

    // Padding changes nothing.
    var padded = context
    padded.batch.padding = (0..<11).map { [2, 7].contains($0) }
    let places = (0..<11).filter { ![2, 7].contains($0) }
    let wide = try stack.forward(tokens.placingEntries(at: places, count: 11), context: padded)
    #expect(wide.output.gatheringEntries(places).bits == pass.output.bits)
    let wideBack = try stack.backward(direction.placingEntries(at: places, count: 11), pass: wide)
    #expect(wideBack.input.gatheringEntries(places).bits == back.input.bits)
  }

  /// Behind attention the stream and the block's input are two.
  @Test(arguments: [RouterInput.tokens, .residual, .block])
  func routersOfBlocksReadWhatIsSaid(routerInput: RouterInput) throws {
    var generator = SeededGenerator(seed: 8)
    var configuration = StackFixtures.configuration(blockCount: 1)
    configuration.attention = .heads(2)
    configuration.routerInput = routerInput
    let stack = try MixtureStack(configuration, seed: 4, using: &generator)
    let (tokens, direction) = (StackFixtures.tokens(5), StackFixtures.tokens(5, seed: 10))
    let pass = try stack.forward(tokens, context: .training(step: 0))
    let block = stack.blocks[0]
    let attention = try #require(block.attention as? MultiHeadAttention)
    let (first, second) = (
      try #require(block.attentionNorm), try #require(block.feedForwardNorm)
    )
    let stream = try tokens + attention(first(tokens))
    let experts = try second(stream)
    let read = [RouterInput.tokens: experts, .residual: stream, .block: tokens][routerInput]
    let (mixture, source) = (try #require(block.mixture), try #require(read))
    let logits = try mixture.router.gate.forward(source, context: RoutingContext(.inference)).logits
    #expect(pass.mixtures[0].routing.logits.bits == logits.bits)
    // The gradient of the input is that of the whole function.
    let back = try stack.backward(direction, pass: pass)
    let losses = pass.auxiliaryLoss
    var exact = 0.0
    let step: Float = 0x1p-8
    var moved = [Double]()
    for sign in [1, -1] as [Float] {
      let pass = try stack.forward(
        tokens + direction * (sign * step), context: .training(step: 0))
      moved.append(
        Double((pass.output * direction).sum()) + Double(pass.auxiliaryLoss))
    }
    exact = (moved[0] - moved[1]) / Double(2 * step)
    let found = Double((back.input * direction).sum())
    #expect((found - exact).magnitude < 0.01 * (exact.magnitude + Double(losses) + 1))
  }
}
