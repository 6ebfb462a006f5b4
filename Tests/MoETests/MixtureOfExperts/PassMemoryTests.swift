import MoE
import Testing

/// A training pass keeps what its backward pass reads, and nothing else.
///
/// Beside the pass's own results, the output and the routing's numbers, these are the tokens and
/// what the experts need: no row is kept twice, and no expert's output where nothing reads it.
@Suite struct PassMemoryTests {
  private static let (tokens, size, outputSize, hidden) = (7, 6, 5, 9)

  private static func layer(
    _ experts: [ExpertSpecification], _ routing: RoutingStrategy = .topK(2),
    shared: SharedExpertSpecification? = nil, losses: [any BalancingLoss] = [],
    outputSize: Int? = nil
  ) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 31)
    return try MixtureOfExperts(
      inputSize: size, outputSize: outputSize ?? Self.outputSize, experts: experts,
      sharedExperts: shared, routing: routing, balancingLosses: losses, using: &generator)
  }

  private static func pass(
    _ layer: MixtureOfExperts, _ mode: PassMode = .training(step: 0), padding: [Bool]? = nil
  ) throws -> MixtureOfExperts.Pass {
    try layer.forward(
      SmallLayers.normal([tokens, size]),
      context: LayerContext(mode, batch: Batch(padding: padding)))
  }

  /// The numbers of a routing of so many tokens: logits, scores and weights.
  private static func routing(_ tokens: Int, experts: Int, slots: Int) -> Int {
    tokens * (2 * experts + slots)
  }

  /// The tokens and the output of a pass.
  private static let ends = tokens * (size + outputSize)

  // MARK: - Routes

  @Test func feedForwardKeepsHiddenRows() throws {
    let layer = try Self.layer([.feedForward(count: 4, hiddenSize: Self.hidden)])
    #expect(
      PassMemory.scalarCount(try Self.pass(layer)) == Self.ends
        + Self.routing(Self.tokens, experts: 4, slots: 2) + 2 * Self.tokens * Self.hidden)
  }

  @Test func gatedKeepsTheRowsOfGateAndUp() throws {
    let layer = try Self.layer([.gatedFeedForward(count: 4, hiddenSize: Self.hidden)])
    #expect(
      PassMemory.scalarCount(try Self.pass(layer)) == Self.ends
        + Self.routing(Self.tokens, experts: 4, slots: 2) + 2 * 2 * Self.tokens * Self.hidden)
  }

  /// Rows that are recomputed are nowhere: what is left is the routing and both ends.
  @Test func recomputedRowsAreNotKept() throws {
    let hidden = Self.hidden
    let groups: [ExpertSpecification] = [
      .feedForward(count: 4, hiddenSize: hidden), .gatedFeedForward(count: 4, hiddenSize: hidden),
    ]
    for group in groups {
      let layer = try Self.layer([group], shared: .gatedFeedForward(count: 1, hiddenSize: 3))
      let pass = try layer.forward(
        SmallLayers.normal([Self.tokens, Self.size]),
        context: LayerContext(.training(step: 0), hiddenRows: .recomputed))
      #expect(
        PassMemory.scalarCount(pass) == Self.ends
          + Self.routing(Self.tokens, experts: 4, slots: 2))
    }
  }

  /// Layers that are run one by one keep their own passes: what they take, and outputs, once.
  @Test func perExpertKeepsThePassesOfItsLayers() throws {
    let hidden = Self.hidden
    let layer = try Self.layer([
      .perExpert(count: 4) {
        FeedForward(inputSize: $0, hiddenSize: hidden, outputSize: $1, using: &$2)
      }
    ])
    let row = Self.size + hidden + Self.outputSize
    #expect(
      PassMemory.scalarCount(try Self.pass(layer)) == Self.ends
        + Self.routing(Self.tokens, experts: 4, slots: 2) + 2 * Self.tokens * row)
  }

  /// What the shared experts and the losses add.
  @Test func sharedExpertsKeepHiddenRowsAndLossesTheirGradients() throws {
    let layer = try Self.layer(
      [
        .feedForward(count: 2, hiddenSize: Self.hidden),
        .feedForward(count: 2, hiddenSize: Self.hidden),
      ], shared: .gatedFeedForward(count: 3, hiddenSize: 2),
      losses: [.loadBalancing(coefficient: 1), .routerZ()])
    let pass = try Self.pass(layer)
    let shared = 3 * 2 * Self.tokens * 2
    let losses = 2 * Self.tokens * 4
    #expect(
      PassMemory.scalarCount(pass) == Self.ends
        + Self.routing(Self.tokens, experts: 4, slots: 2) + 2 * Self.tokens * Self.hidden + shared
        + losses)
  }

  /// Experts that compute nothing cost nothing, and get no rows.
  @Test func expertsThatComputeNothingKeepNothing() throws {
    for isFirst in [true, false] {
      var experts: [ExpertSpecification] = [
        .zero(count: 2), .copy(count: 1),
      ]
      experts.insert(
        .feedForward(count: 2, hiddenSize: Self.hidden), at: isFirst ? 0 : experts.count)
      let layer = try Self.layer(experts, outputSize: Self.size)
      let pass = try Self.pass(layer)
      let range = isFirst ? 0..<2 : 3..<5
      let computed = range.reduce(0) { $0 + pass.routing.load[$1] }
      #expect(computed > 0 && computed < 2 * Self.tokens)
      #expect(
        PassMemory.scalarCount(pass) == 2 * Self.tokens * Self.size
          + Self.routing(Self.tokens, experts: 5, slots: 2) + computed * Self.hidden)
    }
  }

  /// Without padding the tokens are those of the caller; with it they are gathered, once, and the
  /// routing stands beside that of the tokens that are valid.
  @Test func paddingIsTakenOutOnce() throws {
    let layer = try Self.layer([.feedForward(count: 4, hiddenSize: Self.hidden)])
    let padding = (0..<Self.tokens).map { $0 == 1 || $0 == 5 }
    let valid = Self.tokens - 2
    let pass = try Self.pass(layer, padding: padding)
    #expect(
      PassMemory.scalarCount(pass) == Self.tokens * Self.outputSize + valid * Self.size
        + Self.routing(Self.tokens, experts: 4, slots: 2)
        + Self.routing(valid, experts: 4, slots: 2) + 2 * valid * Self.hidden)
    let tokens = SmallLayers.normal([Self.tokens, Self.size])
    let plain = try layer.forward(tokens, context: .training(step: 0))
    #expect(PassMemory.tensors(plain).contains { $0.sharesMemory(with: tokens) })
  }

  /// What is multiplied by weights is gathered, as experts take it.
  @Test func weightedInputsAreKept() throws {
    let layer = try Self.layer(
      [.feedForward(count: 4, hiddenSize: Self.hidden)],
      RoutingStrategy(selector: .topK(2), appliesWeightsToInput: true))
    #expect(
      PassMemory.scalarCount(try Self.pass(layer)) == Self.ends
        + Self.routing(Self.tokens, experts: 4, slots: 2)
        + 2 * Self.tokens * (Self.size + Self.hidden))
  }

  // MARK: - Soft mixtures

  /// A soft mixture's weights have a gradient through every output, so that it keeps them.
  @Test func softMixturesKeepOutputs() throws {
    let layer = try Self.layer(
      [.feedForward(count: 3, hiddenSize: Self.hidden)], .soft(slotsPerExpert: 2))
    let slots = 6
    // Logits, dispatch and combination of slots; logits and scores of experts.
    let routing = Self.tokens * (3 * slots + 2 * 3)
    #expect(
      PassMemory.scalarCount(try Self.pass(layer)) == Self.ends + routing
        + slots * (Self.size + Self.hidden + Self.outputSize))
  }

  // MARK: - Inference

  /// In inference there is the output and the routing.
  @Test func inferenceKeepsNothing() throws {
    let hidden = Self.hidden
    let groups: [ExpertSpecification] = [
      .feedForward(count: 4, hiddenSize: hidden), .gatedFeedForward(count: 4, hiddenSize: hidden),
      .perExpert(count: 4) {
        FeedForward(inputSize: $0, hiddenSize: hidden, outputSize: $1, using: &$2)
      },
    ]
    for group in groups {
      let layer = try Self.layer([group], shared: .feedForward(count: 1, hiddenSize: 3))
      #expect(
        PassMemory.scalarCount(try Self.pass(layer, .inference))
          == Self.tokens * Self.outputSize + Self.routing(Self.tokens, experts: 4, slots: 2))
      // Of the group's own pass, what it was handed and what it gave.
      let tokens = SmallLayers.normal([3, Self.size])
      let pass = try layer.expertGroups[0].forward(
        GroupedTokens(tokens, rows: GroupedRows([[0, 2], [], [1], [2]])), context: .inference)
      #expect(PassMemory.scalarCount(pass) == 3 * Self.size + 4 * Self.outputSize)
    }
  }
}
