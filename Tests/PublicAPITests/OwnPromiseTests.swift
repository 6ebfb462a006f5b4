import MoE
import OwnParts
import Testing

/// What parts of one's own do not promise is not assumed: a layer that needs it throws, as with the
/// library's.
@Suite struct OwnPromiseTests {
  static func message(
    _ strategy: RoutingStrategy, isCausal: Bool = false, trains: Bool = false,
    losses: [any BalancingLoss] = [], updates: [any StepUpdate] = [],
    experts: ExpertSpecification = .ownGated(count: 4, hiddenSize: 8), outputSize: Int = 8
  ) -> String? {
    PublicAPITests.message {
      var generator = SeededGenerator(seed: 51)
      let layer = try MixtureOfExperts(
        inputSize: 8, outputSize: outputSize, experts: [experts], routing: strategy,
        balancingLosses: losses, stepUpdates: updates, isCausal: isCausal, using: &generator)
      let tokens = Tensor.normal(shape: [6, 8], using: &generator)
      if trains { _ = try layer.forward(tokens, context: .training(step: 0)) }
    }
  }

  static func selector(without promise: RoutingPromises) -> OwnTopKSelector {
    var selector = OwnTopKSelector(count: 2)
    selector.promises.subtract(promise)
    return selector
  }

  @Test func promisedPartsWork() {
    #expect(
      Self.message(
        RoutingStrategy(
          gate: .ownLinear(), score: OwnSigmoidScore(), selector: OwnTopKSelector(count: 2),
          weighting: OwnRenormalizedWeighting(), hasSelectionBias: true, isStraightThrough: true),
        isCausal: true, trains: true) == nil)
  }

  @Test func causalLayersNeedThePromise() {
    let unpromised: [(RoutingStrategy, String)] = [
      (RoutingStrategy(gate: .ownLinear(promises: []), selector: .topK(2)), "gate"),
      (RoutingStrategy(selector: Self.selector(without: .tokenLocal)), "OwnTopKSelector"),
      (
        RoutingStrategy(
          selector: .topK(2), weighting: OwnRenormalizedWeighting(promises: .deterministic)),
        "OwnRenormalizedWeighting"
      ),
    ]
    for (strategy, name) in unpromised {
      #expect(!strategy.isCausal && !strategy.isTokenLocal)
      #expect(Self.message(strategy) == nil)
      #expect(
        Self.message(strategy, isCausal: true)
          == "routing in a causal layer is \(name), expected a strategy that looks at no later "
          + "token, as its isCausal says")
    }
  }

  @Test func biasesNeedThePromise() {
    let strategy = RoutingStrategy(
      selector: Self.selector(without: .readsSelectionBias), hasSelectionBias: true)
    #expect(
      Self.message(strategy)
        == "hasSelectionBias is true, expected a selector that chooses by biased scores; "
        + "OwnTopKSelector does not")
  }

  @Test func capacitiesNeedThePromises() throws {
    let first = RoutingStrategy(
      selector: Self.selector(without: .ordersChoices),
      capacity: .factor(1, prioritizesFirstChoices: true))
    #expect(Self.message(first)?.contains("OwnTopKSelector") == true)
    let redirected = RoutingStrategy(
      selector: Self.selector(without: .allowsRedirection),
      capacity: .factor(1, overflow: .nextBest))
    #expect(Self.message(redirected)?.contains("OwnTopKSelector") == true)
    let weighted = RoutingStrategy(
      selector: OwnTopKSelector(count: 2),
      weighting: OwnRenormalizedWeighting(promises: [.tokenLocal, .deterministic]),
      capacity: .factor(1, overflow: .nextBest))
    #expect(Self.message(weighted)?.contains("OwnRenormalizedWeighting") == true)
    // In proportion to the routes, later tokens decide how many there are.
    let proportional = RoutingStrategy(
      selector: Self.selector(without: .fixedCount), capacity: .factor(1))
    #expect(Self.message(proportional, isCausal: true)?.contains("capacity") == true)
    #expect(
      Self.message(
        RoutingStrategy(selector: OwnTopKSelector(count: 2), capacity: .factor(1)),
        isCausal: true) == nil)
  }

  @Test func straightThroughNeedsThePromise() {
    let strategy = RoutingStrategy(
      selector: OwnTopKSelector(count: 2),
      weighting: OwnRenormalizedWeighting(promises: [.tokenLocal, .deterministic]),
      isStraightThrough: true)
    #expect(Self.message(strategy)?.contains("OwnRenormalizedWeighting") == true)
  }

  @Test func constantWeightsCannotTrainAGate() {
    func message(_ selector: any ExpertSelector) -> String? {
      Self.message(
        RoutingStrategy(selector: selector, weighting: OwnRenormalizedWeighting()), trains: true)
    }
    #expect(message(OwnTopKSelector(count: 1))?.contains("OwnRenormalizedWeighting") == true)
    var blind = OwnTopKSelector(count: 1)
    blind.promises.remove(.readsScores)
    #expect(message(blind) == nil)
  }

  /// The library's part and one's own say the same of the same mistake.
  @Test func mistakesHaveTheSameMessages() {
    for count in [0, 5] {
      let ours = Self.message(.topK(count))
      let own = Self.message(RoutingStrategy(selector: OwnTopKSelector(count: count)))
      #expect(ours != nil && own == ours)
    }
    for coefficient: Float in [-1, .nan] {
      let ours = Self.message(.topK(2), losses: [.loadBalancing(coefficient: coefficient)])
      let own = Self.message(.topK(2), losses: [OwnLoadBalancingLoss(coefficient: coefficient)])
      #expect(ours != nil && own == ours)
    }
    let ours = Self.message(.topK(2), updates: [SelectionBiasUpdate()])
    #expect(ours != nil && Self.message(.topK(2), updates: [OwnSignUpdate(rate: 1)]) == ours)
    let hidden = Self.message(.topK(2), experts: .gatedFeedForward(count: 4, hiddenSize: 0))
    #expect(
      hidden != nil
        && Self.message(.topK(2), experts: .ownGated(count: 4, hiddenSize: 0)) == hidden)
  }

  @Test func partsOfOtherSizesThrow() {
    let experts = ExpertSpecification(count: 4) { _, _, generator in
      OwnMappedExperts(
        map: GroupedLinear(
          count: 3, inputSize: 8, outputSize: 8, bias: false, using: &generator))
    }
    #expect(
      Self.message(.topK(2), experts: experts)
        == "expert group is 3 experts from 8 to 8, expected 4 experts from 8 to 8")
    let gate = GateSpecification { _, _, generator in
      OwnLinearGate(linear: Linear(inputSize: 8, outputSize: 3, using: &generator))
    }
    #expect(
      Self.message(RoutingStrategy(gate: gate, selector: .topK(2)))
        == "gate is from 8 to 3 experts, expected from 8 to 4 experts")
  }

  /// A change of a gate may not hide a parameter of the gate under its name.
  @Test func namesOfParametersAreNotHidden() {
    func message(_ name: String) -> String? {
      let gate = GateSpecification.linear().modified(promises: .tokenLocal) { _, _ in
        OwnScale(scale: [2], parameterName: name)
      }
      return Self.message(RoutingStrategy(gate: gate, selector: .topK(2)))
    }
    #expect(message("scale") == nil)
    #expect(
      message("weight")
        == "gate that OwnScale is put around is one with a parameter weight, expected one without")
  }

  @Test func logitsThatAreNotFiniteThrow() throws {
    let gate = OwnLinearGate(linear: Linear(weight: Tensor(repeating: .infinity, shape: [4, 8])))
    let router = try Router(gate: gate, strategy: .topK(2))
    let printed = PublicAPITests.message {
      _ = try router.forward(Tensor(repeating: 1, shape: [2, 8]), context: .inference)
    }
    #expect(printed?.contains("the gate's logit of token 0 for expert 0 is inf") == true)
  }

  @Test(arguments: [[0, 4], [1, 1], [2, -2], [3, 0]])
  func wrongChoicesTrap(list: [Int32]) async {
    // Exit tests capture nothing that is not encoded: each case is one of its own.
    let result: ExitTest.Result?
    switch list {
    case [0, 4]:
      result = await #expect(
        processExitsWith: .failure, observing: [\.standardErrorContent]
      ) { try OwnPromiseTests.choose([0, 4]) }
    case [1, 1]:
      result = await #expect(
        processExitsWith: .failure, observing: [\.standardErrorContent]
      ) { try OwnPromiseTests.choose([1, 1]) }
    case [2, -2]:
      result = await #expect(
        processExitsWith: .failure, observing: [\.standardErrorContent]
      ) { try OwnPromiseTests.choose([2, -2]) }
    default:
      result = await #expect(
        processExitsWith: .failure, observing: [\.standardErrorContent]
      ) { try OwnPromiseTests.choose([3, 0]) }
    }
    let printed = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } ?? ""
    #expect(printed.contains("OwnListSelector: expert"))
  }

  /// Routes tokens to a list of experts; expert 3 is switched off.
  static func choose(_ list: [Int32]) throws {
    var generator = SeededGenerator(seed: 52)
    var router = try Router(
      inputSize: 8, expertCount: 4,
      strategy: RoutingStrategy(selector: OwnListSelector(list: list)), using: &generator)
    router.disabledExperts = [3]
    _ = try router.forward(Tensor(zeros: [2, 8]), context: .inference)
  }

  @Test func rightChoicesDoNotTrap() throws { try Self.choose([2, 0]) }
}
