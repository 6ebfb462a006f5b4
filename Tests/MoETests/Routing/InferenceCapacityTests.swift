import MoE
import Testing

/// Capacity in inference: none unless it is asked for, and what published models ask for.
@Suite struct InferenceCapacityTests {
  /// Tokens that would all go to expert 0 first and to expert 1 second, which is nearly as good.
  private static func crowd(_ count: Int) -> Tensor {
    Tensor(Array(repeatElement([4, 3.9, -2, -3], count: count).joined()), shape: [count, 4])
  }

  private static func routing(
    _ strategy: RoutingStrategy, _ tokens: Tensor, _ context: LayerContext
  ) throws -> Routing {
    try Selecting.router(strategy, experts: 4).forward(tokens, context: context).routing
  }

  /// The routes that the first expert takes of eight tokens in training and in inference.
  private static func taken(
    _ capacity: Capacity, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [Int] {
    let strategy = RoutingStrategy(selector: .topK(1), weighting: .scores, capacity: capacity)
    return try [.training(step: 0), .inference].map { (context: LayerContext) in
      let routing = try routing(strategy, crowd(8), context)
      #expect(routing.demand == [8, 0, 0, 0], sourceLocation: sourceLocation)
      // The first tokens find room, and the others are dropped.
      let load = routing.load[0]
      #expect(
        routing.outcomes == (0..<8).map { $0 < load ? .kept : .dropped },
        sourceLocation: sourceLocation)
      return load
    }
  }

  @Test func thereIsNoneInInferenceUnlessAsked() throws {
    #expect(try Self.taken(.factor(1)) == [2, 8])
    #expect(try Self.taken(.factor(1.25, minimum: 5)) == [5, 8])
    #expect(try Self.taken(.routes(3)) == [3, 8])
    #expect(try Self.taken(Capacity(training: .tokenFactor(1.5))) == [3, 8])
    #expect(try Self.taken(.none) == [8, 8])
    for capacity in [.factor(1), .routes(3), Capacity(training: .tokenFactor(1))] as [Capacity] {
      #expect(capacity.inference == .none && !capacity.isUnlimited)
    }
  }

  @Test func itIsWhatIsAskedFor() throws {
    #expect(try Self.taken(.factor(1, inference: 2)) == [2, 4])
    #expect(try Self.taken(.factor(2, inference: 0.5)) == [4, 1])
    #expect(try Self.taken(.factor(1, inference: 1.5, minimum: 3)) == [3, 3])
    #expect(try Self.taken(.routes(3, inference: 5)) == [3, 5])
    #expect(try Self.taken(.routes(5, inference: 3)) == [5, 3])
    #expect(
      try Self.taken(Capacity(training: .none, inference: .routes(6))) == [8, 6])
  }

  /// Two tokens have expert 0 second before two that have it first.
  @Test func firstChoicesMayComeBeforeSecondOnes() throws {
    let tokens: Tensor = [[3, 4, 0, 0], [3, 4, 0, 0], [4, 3, 0, 0], [4, 3, 0, 0]]
    let capacities: [(Capacity, first: Bool)] = [
      (.routes(2, inference: 2, prioritizesFirstChoices: true), true),
      (.routes(2, inference: 2), false),
      // One of eight routes is a share of 2 for each of four experts.
      (.factor(1, inference: 1, prioritizesFirstChoices: true), true),
      (.factor(1, inference: 1), false),
    ]
    for (capacity, first) in capacities {
      let strategy = RoutingStrategy(selector: .topK(2), weighting: .scores, capacity: capacity)
      for context in [.training(step: 0), .inference] as [LayerContext] {
        let routing = try Self.routing(strategy, tokens, context)
        let kept = (0..<4).map { routing.experts(of: $0) }
        #expect(
          kept == (first ? [[1], [1], [0], [0]] : [[1, 0], [1, 0], [], []]), "\(capacity)")
        #expect(routing.load == [2, 2, 0, 0])
      }
    }
    // Without a number for inference, nobody has to wait there.
    let free = RoutingStrategy(
      selector: .topK(2), weighting: .scores,
      capacity: .routes(2, prioritizesFirstChoices: true))
    #expect(try Self.routing(free, tokens, .inference).load == [4, 4, 0, 0])
    #expect(try Self.routing(free, tokens, .training(step: 0)).load == [2, 2, 0, 0])
  }

  /// ⌈1.25·8/4⌉ in training and ⌈2·8/4⌉ in evaluation.
  @Test func switchTransformersEvaluateWithTwice() throws {
    func load(_ strategy: RoutingStrategy, _ context: LayerContext) throws -> Int {
      try Self.routing(strategy, Self.crowd(8), context).load[0]
    }
    #expect(try load(.switchTransformer(), .training(step: 0)) == 3)
    #expect(try load(.switchTransformer(), .inference) == 4)
    let own: RoutingStrategy = .switchTransformer(capacityFactor: 1, inferenceFactor: 3)
    #expect(try load(own, .training(step: 0)) == 2)
    #expect(try load(own, .inference) == 6)
    // As a limit of training alone.
    let free: RoutingStrategy = .switchTransformer(capacityFactor: 1, inferenceFactor: nil)
    #expect(try load(free, .training(step: 0)) == 2)
    #expect(try load(free, .inference) == 8)
    #expect(RoutingStrategy.switchTransformer().capacity == .factor(1.25, inference: 2))
  }

  /// ⌊1.25·33/4⌋ in training and ⌊2·33/4⌋ in evaluation of the tokens, for first and second ones:
  /// the second is so good that it is always kept.
  @Test func gShardEvaluatesWithTwice() throws {
    let tokens = Self.crowd(33)
    let strategy: RoutingStrategy = .gShard()
    #expect(try Self.routing(strategy, tokens, .training(step: 0)).load == [10, 10, 0, 0])
    #expect(try Self.routing(strategy, tokens, .inference).load == [16, 16, 0, 0])
    let own: RoutingStrategy = .gShard(capacityFactor: 1, inferenceFactor: 3)
    #expect(try Self.routing(own, tokens, .training(step: 0)).load == [8, 8, 0, 0])
    #expect(try Self.routing(own, tokens, .inference).load == [24, 24, 0, 0])
    // No fewer than four.
    #expect(try Self.routing(strategy, Self.crowd(5), .training(step: 0)).load == [4, 4, 0, 0])
    #expect(try Self.routing(strategy, Self.crowd(5), .inference).load == [4, 4, 0, 0])
    #expect(strategy.capacity.prioritizesFirstChoices)
    #expect(strategy.capacity.training == .tokenFactor(1.25))
    #expect(strategy.capacity.inference == .tokenFactor(2))
  }
}
