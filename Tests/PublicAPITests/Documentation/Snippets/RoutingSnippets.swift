import MoE
import Testing

/// The snippets of the articles on routing and numerics, as they stand there.
@Suite("Snippets on routing run")
struct RoutingSnippets {
  @Test("Article: routing")
  func routing() throws {
    // snippet
    let strategy = RoutingStrategy(
      gate: .linear(bias: true),
      score: .softmax,
      selector: .topK(2),
      weighting: .softmaxOverSelected)
    // end
    #expect(strategy.selector.promises.contains(.tokenLocal))

    // snippet
    var generator = SeededGenerator(seed: 1)
    let layer = try MixtureOfExperts(
      inputSize: 16, experts: [.gatedFeedForward(count: 4, hiddenSize: 32)],
      routing: .topK(2), using: &generator)
    let batch = Tensor.normal(shape: [10, 16], using: &generator)
    let routing = try layer.forward(batch, context: .inference).routing
    print(routing.experts(of: 0), routing.weights[entry: 0], routing.load)
    // end
    #expect(routing.load.reduce(0, +) == 20)

    var inTurn = layer
    inTurn.router = try Router(
      gate: layer.router.gate,
      strategy: RoutingStrategy(selector: .roundRobin, weighting: .scores))
    #expect(try inTurn.forward(batch, context: .inference).routing.load == [3, 3, 2, 2])
    inTurn.router.disabledExperts = [0]
    #expect(try inTurn.forward(batch, context: .inference).routing.load == [0, 4, 3, 3])
  }

  @Test("Article: numerics")
  func numerics() throws {
    // snippet
    var generator = SeededGenerator(seed: 3)
    let layer = try MixtureOfExperts(
      inputSize: 16, experts: [.gatedFeedForward(count: 4, hiddenSize: 32)],
      routing: .topK(2), using: &generator)
    let many = Tensor.normal(shape: [64, 16], using: &generator)
    let together = try layer(many)
    let alone = try layer(many[entries: 5..<6])
    print(alone == together[entries: 5..<6])  // true
    let single = try Compute.withThreadCount(1) { try layer(many) }
    print(single == together)  // true
    // end
    #expect(alone == together[entries: 5..<6])
    #expect(single == together)
  }

  @Test("Article: routing, a change of a gate of your own")
  func ownModifier() throws {
    // snippet
    struct Temperature: GateModifier {
      let temperature: Float

      var promises: RoutingPromises { [.tokenLocal, .deterministic] }

      mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

      func forward(
        _ tokens: Tensor, context: RoutingContext, base: (Tensor) throws -> GateOutput
      ) throws -> (output: GateOutput, saved: Void) {
        var output = try base(tokens)
        output.logits /= temperature
        output.noise?.clean /= temperature
        output.noise?.scale /= temperature
        return (output, ())
      }

      func backward(
        _ gradient: LogitGradient, saved: Void,
        base: (LogitGradient) throws -> GateInputGradient
      ) throws -> (input: GateInputGradient, parameters: Temperature) {
        let inner = LogitGradient(
          gradient.logits / temperature, clean: gradient.clean.map { $0 / temperature },
          noiseScale: gradient.noiseScale.map { $0 / temperature })
        return (try base(inner), self)
      }
    }

    let cooler = GateSpecification.linear().modified(promises: [.tokenLocal, .deterministic]) {
      _, _ in Temperature(temperature: 2)
    }
    // end
    var generator = SeededGenerator(seed: 5)
    let gate = try cooler.gate(inputSize: 8, expertCount: 4, using: &generator)
    let tokens = Tensor.normal(shape: [6, 8], using: &generator)
    var plain = SeededGenerator(seed: 5)
    let linear = Linear(inputSize: 8, outputSize: 4, bias: false, using: &plain)
    #expect(try gate.forward(tokens, context: RoutingContext()).logits == linear(tokens) / 2)
    #expect(gate.promises == [.tokenLocal, .deterministic])
  }
}

// snippet
struct RoundRobinSelector: ExpertSelector {
  var promises: RoutingPromises { [.tokenLocal, .deterministic, .fixedCount] }

  func slotCount(expertCount: Int) throws -> Int { 1 }

  func select(_ input: SelectionInput) -> SelectedExperts {
    let available = input.availableExperts
    return SelectedExperts(
      (0..<input.tokenCount).map { token in
        Int32(available[input.context.position(of: token) % available.count])
      }, slotCount: 1)
  }
}

extension ExpertSelector where Self == RoundRobinSelector {
  static var roundRobin: RoundRobinSelector { RoundRobinSelector() }
}
// end
