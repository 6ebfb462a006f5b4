import MoE

/// One random layer with one random batch, as plain values that can be printed and made smaller.
struct PropertyPlan {
  var seed: UInt64 = 0
  var inputSize = 3
  /// The size of outputs; that of tokens where there is nothing.
  var outputSize: Int?
  var gate = GatePlan()
  var score: any Score = .softmax
  var selector = SelectorPlan.made(.topK(1))
  var weighting: any Weighting = .scores
  var capacity = Capacity.none
  var hasSelectionBias = false
  var isStraightThrough = false
  var appliesWeightsToInput = false
  var expertInputScale: Float = 1
  var slotsPerExpert: Int?
  var dropout: RoutingDropout?
  var groups = [GroupPlan()]
  var shared: SharedPlan?
  var latent: LatentSpecification?
  var output: OutputSpecification?
  /// How many numbers the learned factor of the weights has: one, or one an expert.
  var weightScaleCount: Int?
  var losses: [any BalancingLoss] = []
  var updates: [UpdatePlan] = []
  var layer = 0
  var isCausal = false
  var mode = PassMode.training(step: 0)
  var tokens = TokenPlan()
  var batch = Batch()
  var overrides = OverridePlan()
  /// Experts that are switched off.
  var disabled: Set<Int> = []
  /// Whether the router reads another input than the experts.
  var hasRouterInput = false
  /// Whether the gate is handed a state, where it reads one.
  var hasPreviousState = false
  /// Whether tracked quality has moved the logits.
  var hasLogitOffset = false
  /// Whether the loss reads the routing beside the output.
  var readsRouting = false
  /// The seed of damage to saved buffers that are restored first, where there is some.
  var bufferDamage: UInt64?

  /// Whether numbers are left out inside experts.
  var dropsInside: Bool {
    (groups + (shared?.groups ?? [])).contains { $0.dropout > 0 }
  }

  /// Whether anything is left out at random.
  var hasDropout: Bool { dropout != nil || dropsInside }

  /// The number of experts.
  var expertCount: Int { groups.reduce(0) { $0 + $1.count } }

  /// The number of logits of a token.
  var logitCount: Int { expertCount * (slotsPerExpert ?? 1) }
}

/// A gate, and what is around it, the innermost first.
struct GatePlan {
  enum Base {
    case linear(bias: Bool)
    case feedForward(hiddenSize: Int, activation: Activation, bias: Bool)
    case cosine(projectionSize: Int, temperature: Float)
    case hierarchical(groups: Int, bias: Bool)
    case stateful(size: Int, norm: NormSpecification, reads: Bool)
    case logits
  }

  enum Modifier {
    case jitter(Float)
    case noise
    case normalization(Float)
    case residual
    case inputNorm(NormSpecification)
    case softcap(Float)
    case multiplier(Float)
  }

  var base = Base.linear(bias: false)
  var modifiers: [Modifier] = []

  var specification: GateSpecification {
    let inside: GateSpecification =
      switch base {
      case .linear(let bias): .linear(bias: bias)
      case .feedForward(let size, let activation, let bias):
        .feedForward(hiddenSize: size, activation: activation, bias: bias)
      case .cosine(let size, let temperature):
        .cosine(projectionSize: size, initialTemperature: temperature)
      case .hierarchical(let groups, let bias): .hierarchical(groups: groups, bias: bias)
      case .stateful(let size, let norm, let reads):
        .stateful(stateSize: size, norm: norm, readsState: reads)
      case .logits: .logits
      }
    return modifiers.reduce(inside) { gate, modifier in
      switch modifier {
      case .jitter(let amount): gate.jittered(by: amount)
      case .noise: gate.noisy()
      case .normalization(let scale): gate.normalized(scale: scale)
      case .residual: gate.residual()
      case .inputNorm(let norm): gate.reading(by: norm)
      case .softcap(let limit): gate.softcapped(limit)
      case .multiplier(let factor): gate.multiplied(by: factor)
      }
    }
  }
}

/// A selector, or what is to be made one and may throw.
enum SelectorPlan {
  case made(any ExpertSelector)
  case hash(vocabulary: Int, expertCount: Int, count: Int)

  func selector() throws -> any ExpertSelector {
    switch self {
    case .made(let selector): return selector
    case .hash(let vocabulary, let experts, let count):
      return try HashSelector.hash(vocabulary: vocabulary, expertCount: experts, count: count)
    }
  }

  /// The selector, where it can be made.
  var known: (any ExpertSelector)? { try? selector() }
}

/// A group of experts, or the shared ones.
struct GroupPlan {
  enum Kind: CaseIterable {
    case feedForward
    case gated
    case perExpert
    case perExpertGated
    case perExpertMixture
    case zero
    case copy
    case constant
    case lowRank
  }

  var kind = Kind.feedForward
  var count = 2
  var hiddenSize = 2
  var activation = Activation.tanh
  var bias = true
  var before: NormSpecification?
  var after: NormSpecification?
  var dropout = 0.0

  var specification: ExpertSpecification {
    guard before != nil || after != nil else { return bare }
    return bare.normalized(before: before, after: after)
  }

  private var bare: ExpertSpecification {
    let (hiddenSize, activation, bias, dropout) = (hiddenSize, activation, bias, dropout)
    return switch kind {
    case .feedForward:
      .feedForward(
        count: count, hiddenSize: hiddenSize, activation: activation, bias: bias, dropout: dropout)
    case .gated:
      .gatedFeedForward(
        count: count, hiddenSize: hiddenSize, activation: .gated(activation), bias: bias,
        dropout: dropout)
    case .perExpert:
      .perExpert(count: count) { input, output, generator in
        FeedForward(
          inputSize: input, hiddenSize: max(hiddenSize, 1), outputSize: output,
          activation: activation, bias: bias, using: &generator)
      }
    case .perExpertGated:
      .perExpert(count: count) { input, output, generator in
        GatedFeedForward(
          inputSize: input, hiddenSize: max(hiddenSize, 1), outputSize: output,
          activation: .gated(activation), bias: bias, using: &generator)
      }
    case .perExpertMixture:
      .perExpert(count: count) { input, output, generator in
        try MixtureOfExperts(
          inputSize: input, outputSize: output,
          experts: [.feedForward(count: 2, hiddenSize: hiddenSize, activation: activation)],
          routing: .dense(), using: &generator)
      }
    case .zero: .zero(count: count)
    case .copy: .copy(count: count)
    case .constant: .constant(count: count)
    case .lowRank:
      .lowRank(count: count, rank: hiddenSize, alpha: bias ? 3 : nil) { input, output, generator in
        FeedForward(
          inputSize: input, hiddenSize: 2, outputSize: output, activation: activation, bias: bias,
          using: &generator)
      }
    }
  }
}

/// Shared experts, and how they are brought together with the others.
struct SharedPlan {
  var groups = [GroupPlan()]
  var gate: SharedExpertSpecification.Gate?
  var combination = SharedExperts.Combination.sum
  var bias = false

  var specification: SharedExpertSpecification {
    var specification = SharedExpertSpecification(
      groups.map(\.specification), gate: gate, combination: combination)
    specification.gateHasBias = bias
    specification.mixtureHasBias = bias
    return specification
  }
}

/// What happens after a step, or what is to be made that and may throw.
enum UpdatePlan {
  case made(any StepUpdate)
  case quality(expertCount: Int, decay: Double)

  func update() throws -> any StepUpdate {
    switch self {
    case .made(let update): return update
    case .quality(let count, let decay): return try QualityTracker(expertCount: count, decay: decay)
    }
  }
}

/// The tokens of a batch.
struct TokenPlan {
  var count = 2
  var scale: Float = 1
  /// Whether all tokens are the same one, so that there are ties among them.
  var repeats = false
  /// A token that holds a NaN.
  var broken: Int?
  /// The shape of the tokens, where it is a wrong one.
  var wrongShape: [Int]?
}

/// What overrides a strategy.
struct OverridePlan {
  /// The shape of the logits of the layer before, where there are some.
  var previousShape: [Int]?
  /// Whether an expert was switched off in the layer before.
  var previousHasDisabled = false
  var load: [Float]?
  var forced: [Int: [Int]] = [:]
  /// How many tokens a recording that is replayed has less than the batch, where one is.
  var replayLacking: Int?
  /// The seed of damage to a recording that is replayed, where one is.
  var replayDamage: UInt64?
}

extension PropertyPlan: CustomStringConvertible {
  /// The fields that differ from those of the plainest plan.
  var description: String {
    let plain = Mirror(reflecting: PropertyPlan()).children.map { "\($0.value)" }
    return zip(Mirror(reflecting: self).children, plain).compactMap { child, plain in
      let value = "\(child.value)"
      return value == plain ? nil : "  \(child.label ?? "?"): \(value)"
    }.joined(separator: "\n")
  }
}
