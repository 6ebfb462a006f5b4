import MoE
import Testing

/// What a loss cannot work with is thrown when a layer is made, with the name of the setting.
@Suite struct BalancingConfigurationTests {
  private static func error(_ loss: any BalancingLoss) -> String {
    var generator = SeededGenerator(seed: 1)
    var untouched = generator
    do {
      _ = try MixtureOfExperts(
        inputSize: 3, experts: [.feedForward(count: 4, hiddenSize: 2)], routing: .topK(2),
        balancingLosses: [.routerZ(), loss], using: &generator)
      return "nothing"
    } catch {
      #expect(generator.next() == untouched.next())
      return "\(error)"
    }
  }

  @Test func whatCanWorkDoes() {
    for loss in [
      .loadBalancing(), .loadBalancing(normalization: .megaBlocks(layerCount: 1)),
      .loadBalancing(scope: .sequences(length: 1)),
      .loadBalancing(experts: .communication(groupSize: 2, groupsPerToken: 1)),
      .importance(coefficient: 0), .load(coefficient: 1), .tokenEntropy(coefficient: 1),
      .adaptiveSparsity(targetCount: 4), .adaptiveSparsity(targetCount: 1.5, coefficient: 0),
      .heterogeneous(), .heterogeneous(tau: 0), .heterogeneous(costs: [0, 1, 2, 3]),
      LoadBalancingLoss(coefficient: 1, earlier: LoadCounts(expertCount: 4)),
    ] as [any BalancingLoss] { #expect(Self.error(loss) == "nothing", "\(loss.name)") }
  }

  /// Thresholds stand in the selection bias: a layer without one would never learn them.
  @Test func thresholdsNeedASelectionBias() throws {
    #expect(
      Self.error(.batchwiseThreshold())
        == "selection bias is none, expected one, as batchwise threshold moves thresholds in it")
    var generator = SeededGenerator(seed: 1)
    _ = try MixtureOfExperts(
      inputSize: 3, experts: [.feedForward(count: 4, hiddenSize: 2)],
      routing: .batchwiseBalanced(2), balancingLosses: [.batchwiseThreshold()], using: &generator)
  }

  @Test func coefficients() {
    for coefficient in [-1, .nan, .infinity] as [Float] {
      for loss in [
        .loadBalancing(coefficient: coefficient), .importance(coefficient: coefficient),
        .load(coefficient: coefficient), .routerZ(coefficient: coefficient),
        .tokenEntropy(coefficient: coefficient), .meanEntropy(coefficient: coefficient),
        .adaptiveSparsity(targetCount: 2, coefficient: coefficient),
        .batchwiseThreshold(coefficient: coefficient),
        HeterogeneousBalancingLoss(coefficient: coefficient, costs: [1, 1, 1, 1]),
      ] as [any BalancingLoss] {
        #expect(
          Self.error(loss)
            == "coefficient of \(loss.name) is \(coefficient), expected a finite number, at least 0"
        )
      }
    }
  }

  @Test func numbersOutOfTheirRanges() {
    let rows: [(any BalancingLoss, String)] = [
      (
        HeterogeneousBalancingLoss(coefficient: 1, costs: [1, 1]),
        "number of costs of heterogeneous balancing is 2, expected 4, one an expert"
      ),
      (.heterogeneous(tau: 1.5), "tau of heterogeneous balancing is 1.5, expected 0 to 1"),
      (.heterogeneous(tau: .nan), "tau of heterogeneous balancing is nan, expected 0 to 1"),
      (
        HeterogeneousBalancingLoss(coefficient: 1, costs: [1, 1, -1, 1]),
        "cost of expert 2 is -1.0, expected a finite number, at least 0"
      ),
      (
        .loadBalancing(scope: .sequences(length: 0)),
        "length of sequences of load balancing of sequences is 0, expected at least 1"
      ),
      (
        .loadBalancing(normalization: .megaBlocks(layerCount: 0)),
        "number of layers of load balancing is 0, expected at least 1"
      ),
      (
        .loadBalancing(experts: .devices(groupSize: 0)),
        "size of groups of load balancing of devices is 0, expected at least 1"
      ),
      (
        .loadBalancing(experts: .communication(groupSize: -1, groupsPerToken: 1)),
        "size of groups of load balancing of communication is -1, expected at least 1"
      ),
      (
        .loadBalancing(experts: .communication(groupSize: 1, groupsPerToken: 0)),
        "groups a token of load balancing of communication is 0, expected at least 1"
      ),
      (
        .adaptiveSparsity(targetCount: 0.5),
        "experts a token that adaptive sparsity aims at is 0.5, expected 1 to 4, the experts there are"
      ),
      (
        .adaptiveSparsity(targetCount: .nan),
        "experts a token that adaptive sparsity aims at is nan, expected 1 to 4, the experts there are"
      ),
      (
        .adaptiveSparsity(targetCount: 5),
        "experts a token that adaptive sparsity aims at is 5.0, expected 1 to 4, the experts there are"
      ),
      (
        AdaptiveSparsityLoss(targetCount: 2, rate: 0.5),
        "rate of adaptive sparsity is 0.5, expected a finite number, at least 1"
      ),
    ]
    for (loss, message) in rows { #expect(Self.error(loss) == message) }
  }

  /// Counts of earlier micro-batches are of single experts over all tokens.
  @Test func settingsThatDoNotGoTogether() throws {
    var counts = LoadCounts(expertCount: 4)
    counts.add(try KnownRouting.pass(Tensor(zeros: [2, 4]), .topK(2)).pass.routing)
    let rows: [(LoadBalancingLoss, String)] = [
      (
        LoadBalancingLoss(coefficient: 1, earlier: LoadCounts(expertCount: 3)),
        "experts of earlier micro-batches is 3, expected 4, as the layer has"
      ),
      (
        LoadBalancingLoss(coefficient: 1, scope: .sequences(length: 2), earlier: counts),
        "earlier micro-batches of load balancing of sequences is 2 tokens, expected none, as they are "
          + "counted over whole batches and single experts"
      ),
      (
        LoadBalancingLoss(
          coefficient: 1, experts: .communication(groupSize: 2, groupsPerToken: 1), earlier: counts),
        "earlier micro-batches of load balancing of communication is 2 tokens, expected none, as they are "
          + "counted over whole batches and single experts"
      ),
      (
        .loadBalancing(
          normalization: .perToken, experts: .communication(groupSize: 2, groupsPerToken: 1)),
        "normalization of load balancing of communication is perToken, expected balancedIsOne or "
          + "megatron, as it has a scale of its own"
      ),
    ]
    for (loss, message) in rows { #expect(Self.error(loss) == message) }
  }

  /// A layer of given parts asks, too, a pass in training again, and so can whoever changes a
  /// layer's losses.
  @Test func everyInitializerAsks() throws {
    var generator = SeededGenerator(seed: 1)
    let layer = try MixtureOfExperts(
      inputSize: 3, experts: [.feedForward(count: 4, hiddenSize: 2)], routing: .topK(2),
      using: &generator)
    let losses: [any BalancingLoss] = [.routerZ(), .adaptiveSparsity(targetCount: 9)]
    #expect(throws: MoEError.self) {
      try MixtureOfExperts(
        router: layer.router, expertGroups: layer.expertGroups, balancingLosses: losses)
    }
    var changed = layer
    changed.balancingLosses = losses
    let tokens = Tensor(zeros: [2, 3])
    #expect(throws: MoEError.self) { try changed.forward(tokens, context: .training(step: 0)) }
    #expect(throws: Never.self) { try changed.forward(tokens, context: .inference) }
    #expect(throws: MoEError.self) { try losses.check(expertCount: 4) }
    #expect(throws: Never.self) { try losses.check(expertCount: 9) }
  }

  /// Set after the layer was made, counts that cannot be used are a slip in the arithmetic.
  @Test func earlierCountsOfOtherExpertsTrap() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var loss = LoadBalancingLoss(coefficient: 1)
      loss.earlier = LoadCounts(expertCount: 3)
      _ = loss(try KnownRouting.pass(Tensor(zeros: [2, 4]), .topK(2)).pass.routing)
    }
    #expect(
      result?.standardErrorSays("LoadBalancingLoss: earlier counts of 3 experts against 4") == true)
  }
}
