import MoE
import Testing

/// Every way to put a layer together, held to the reference in output, routing and losses, and to
/// central differences of the reference in every gradient, those of the auxiliary losses included.
@Suite struct MixtureSweepTests {
  @Test(arguments: MixtureCombination.all)
  func matchesTheReference(_ combination: MixtureCombination) throws {
    var generator = SeededGenerator(seed: 31)
    let layer = try combination.layer(using: &generator)
    let reference = combination.reference
    let tokens = Tensor.normal(
      shape: [MixtureCombination.tokenCount, MixtureCombination.inputSize], using: &generator)
    let direction = Tensor.normal(
      shape: [MixtureCombination.tokenCount, MixtureCombination.outputSize], using: &generator)

    let selected = try layer.forward(tokens, context: .inference).routing.experts
    let (results, tolerances) = try GradientTolerance.tolerances(
      roundings: combination.roundings
    ) { perturb in
      let layer = perturb(layer)
      let pass = try layer.forward(perturb(tokens), context: .training(step: 0))
      guard pass.routing.experts == selected else { return nil }
      let gradient = try layer.backward(perturb(direction), pass: pass)
      return [pass.output, pass.routing.weights, Tensor(pass.losses.map(\.value)), gradient.input]
        + gradient.parameters.namedParameters.map(\.parameter)
    }

    let rows = Reference.rows(tokens)
    let parameters = Reference.parameters(layer)
    let exact = reference(rows, parameters)
    try #require(selected.map(Int.init) == exact.selected.flatMap { $0 })
    GradientTolerance.expect(
      results[0], near: exact.output.flatMap { $0 }, within: tolerances[0], "output")
    GradientTolerance.expect(
      results[1], near: exact.weights.flatMap { $0 }, within: tolerances[1], "weights")
    GradientTolerance.expect(results[2], near: exact.losses, within: tolerances[2], "losses")

    var point = parameters
    point["tokens"] = Reference.scalars(tokens)
    let directionRows = Reference.rows(direction)
    let derivatives = centralDifferences(at: point) { moved in
      let result = reference(
        Reference.rows(moved["tokens"]!, columns: MixtureCombination.inputSize), moved,
        selected: exact.selected)
      return Reference.inner(result.output, directionRows) + result.losses.reduce(0, +)
    }
    let names = ["tokens"] + layer.namedParameters.map(\.name)
    #expect(results.count == 3 + names.count)
    for (index, name) in names.enumerated() {
      GradientTolerance.expect(
        results[index + 3], near: derivatives[name]!, within: tolerances[index + 3],
        "gradient of \(name)")
    }
  }
}

/// One way to put a layer together.
struct MixtureCombination: Sendable, CustomTestStringConvertible {
  enum Selection: String, CaseIterable { case top1, top2, topAll, dense }
  enum Gate: String, CaseIterable { case linear, biased, network }
  enum Experts: String, CaseIterable { case feedForward, gated, twoGroups }
  enum Loss: String, CaseIterable { case none, balancedIsOne, perToken }

  static let (inputSize, outputSize, tokenCount) = (3, 2, 4)
  /// Large enough that a missing gradient of the loss is far beyond any tolerance.
  static let lossCoefficient = 0.5

  var selection: Selection
  var weights: ReferenceMixtureOfExperts.Weights
  var gate: Gate
  var experts: Experts
  var hasShared: Bool
  var loss: Loss

  static let all: [MixtureCombination] = Selection.allCases.flatMap { selection in
    ReferenceMixtureOfExperts.Weights.allCases
      // With one expert a token, the others are always 1, and training throws.
      .filter { selection != .top1 || $0 == .scores }
      .flatMap { weights in
        Gate.allCases.flatMap { gate in
          Experts.allCases.flatMap { experts in
            [false, true].flatMap { hasShared in
              Loss.allCases.map { loss in
                MixtureCombination(
                  selection: selection, weights: weights, gate: gate, experts: experts,
                  hasShared: hasShared, loss: loss)
              }
            }
          }
        }
      }
  }

  var testDescription: String {
    "\(selection) \(weights), \(gate) gate, \(experts)\(hasShared ? " and shared" : ""), \(loss) loss"
  }

  /// Smooth functions throughout, so that differences never cross a kink.
  private var groups: [ReferenceMixtureOfExperts.Group] {
    switch experts {
    case .feedForward: [.init(count: 3, hiddenSize: 2, activation: .gelu)]
    case .gated: [.init(count: 3, hiddenSize: 2, activation: .silu, isGated: true)]
    case .twoGroups:
      [
        .init(count: 2, hiddenSize: 1, activation: .tanh),
        .init(count: 2, hiddenSize: 2, activation: .geluTanh, isGated: true),
      ]
    }
  }

  var reference: ReferenceMixtureOfExperts {
    let groups = groups
    let expertCount = groups.reduce(0) { $0 + $1.count }
    return ReferenceMixtureOfExperts(
      outputSize: MixtureCombination.outputSize, groups: groups,
      shared: hasShared ? .init(count: 2, hiddenSize: 2, activation: .silu, isGated: true) : nil,
      gateNetwork: gate == .network ? (.tanh, 2) : nil,
      slotCount: [.top1: 1, .top2: 2][selection] ?? expertCount, isDense: selection == .dense,
      weights: weights,
      losses: loss == .none
        ? []
        : [.init(coefficient: MixtureCombination.lossCoefficient, isPerToken: loss == .perToken)])
  }

  func layer(using generator: inout SeededGenerator) throws -> MixtureOfExperts {
    let reference = reference
    func specification(_ group: ReferenceMixtureOfExperts.Group) -> ExpertSpecification {
      group.isGated
        ? .gatedFeedForward(
          count: group.count, hiddenSize: group.hiddenSize,
          activation: .gated(group.activation),
          // With and without biases.
          bias: experts == .twoGroups)
        : .feedForward(
          count: group.count, hiddenSize: group.hiddenSize, activation: group.activation)
    }
    let gate: GateSpecification =
      switch gate {
      case .linear: .linear()
      case .biased: .linear(bias: true)
      case .network: .feedForward(hiddenSize: 2, bias: true)
      }
    let weighting: any Weighting =
      switch weights {
      case .renormalized: .renormalized
      case .softmaxOverSelected: .softmaxOverSelected
      case .scores: .scores
      }
    let selector: any ExpertSelector =
      selection == .dense ? .all : .topK(reference.slotCount)
    return try MixtureOfExperts(
      inputSize: MixtureCombination.inputSize, outputSize: MixtureCombination.outputSize,
      experts: reference.groups.map(specification),
      sharedExperts: reference.shared.map { SharedExpertSpecification([specification($0)]) },
      routing: RoutingStrategy(gate: gate, selector: selector, weighting: weighting),
      balancingLosses: loss == .none
        ? []
        : [
          .loadBalancing(
            coefficient: Float(MixtureCombination.lossCoefficient),
            normalization: loss == .perToken ? .perToken : .balancedIsOne)
        ],
      using: &generator)
  }

  /// Those of the longest chain, forward and back: the gate (two maps with tanh at most), the
  /// softmax (an exponential of 2 units, a sum over experts, a division), the weights, an expert
  /// (two maps, an activation of at most 9 units and a product), the sum of the slots and the
  /// shared experts; and the sums over tokens in the gradients of parameters and in the loss.
  var roundings: Int {
    let reference = reference
    let gate = 2 * MixtureCombination.inputSize + 1 + 6 + 2 * 2 + 1
    let softmax = 1 + 4 + reference.expertCount + 2
    let weights = 2 * reference.slotCount + 2
    let expert = 2 * MixtureCombination.inputSize + 1 + 18 + 1 + 2 * 2 + 1
    let combination = 2 * reference.slotCount + 2
    return 2 * (gate + softmax + weights + expert + combination)
      + 2 * MixtureCombination.tokenCount
  }
}
