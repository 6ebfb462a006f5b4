/// A way to send tokens to experts: a gate, a score, a selector, a weighting and a capacity, one
/// after another.
///
/// ```text
/// tokens → gate → logits → score → scores → selector → experts → capacity → weighting → weights
/// ```
///
/// Each part is a small value of its own; the static members give common compositions.
public struct RoutingStrategy: Sendable {
  /// The gate that gives each token a logit for every expert.
  public var gate: GateSpecification
  /// The function that makes scores of logits.
  public var score: any Score
  /// The selector of experts by their scores.
  public var selector: any ExpertSelector
  /// The weighting of the selected experts.
  public var weighting: any Weighting
  /// How many routes an expert takes.
  public var capacity: Capacity
  /// Whether the router has a bias that is added to scores to select by, and never enters the
  /// weights.
  ///
  /// It starts at zero, and is moved by a balance that needs no loss.
  ///
  /// Source: DeepSeek-V3, arXiv 2412.19437; Wang and others, arXiv 2408.15664.
  public var hasSelectionBias = false
  /// Whether that bias is added to logits in place of scores.
  ///
  /// Source: Kolibri.
  public var biasesLogits = false
  /// Whether an expert's weight multiplies its input in place of its output.
  ///
  /// Source: Llama 4.
  public var appliesWeightsToInput = false
  /// A factor of what experts take: E(c·x) in place of E(x).
  ///
  /// It multiplies what copying experts give, too; shared experts, and tokens that stand in for
  /// experts without room, are left as they are.
  ///
  /// Source: the released code of MoE++, arXiv 2410.07348.
  public var expertInputScale: Float = 1
  /// Whether scores of experts that were not selected get a gradient as if they had been, with
  /// their scores as weights: the straight-through estimator of a dense mixture.
  ///
  /// An expert that is switched off gets none. As scores stand for weights, it throws in a layer
  /// together with ``appliesWeightsToInput``, with ``Weighting/scaled(by:)`` and with weights that
  /// keep a remainder.
  ///
  /// A backward pass then runs every expert on every token.
  ///
  /// Source: DenseMixer.
  public var isStraightThrough = false
  /// The learned factor of the weights, which starts at one: ``Router/weightScale``.
  public var weightScale: WeightScale?
  /// Routes and experts that are left out at random in training; none unless given.
  public var dropout: RoutingDropout?
  /// The slots of each expert in a soft mixture, which makes no discrete choice; nothing in all
  /// others.
  public var slotsPerExpert: Int?

  /// How many numbers the learned factor of the weights has.
  public enum WeightScale: String, Sendable, Hashable, Codable {
    /// One for all experts.
    ///
    /// Source: Inkling.
    case common
    /// One an expert.
    ///
    /// Source: Gemma 4.
    case perExpert
  }

  /// A composition of the given parts.
  ///
  /// - Parameters:
  ///   - gate: What gives each token a logit for every expert.
  ///   - score: What makes scores of logits.
  ///   - selector: What selects experts by their scores.
  ///   - weighting: What weights the selected experts.
  ///   - capacity: How many routes an expert takes.
  ///   - hasSelectionBias: Whether a bias is added to the scores to select by.
  ///   - appliesWeightsToInput: Whether an expert's weight multiplies its input in place of its
  ///     output.
  ///   - isStraightThrough: Whether scores of experts that were not selected get a gradient.
  ///   - dropout: Which routes and experts are left out at random in training.
  public init(
    gate: GateSpecification = .linear(), score: any Score = .softmax, selector: any ExpertSelector,
    weighting: any Weighting = .renormalized, capacity: Capacity = .none,
    hasSelectionBias: Bool = false, appliesWeightsToInput: Bool = false,
    isStraightThrough: Bool = false, dropout: RoutingDropout? = nil
  ) {
    self.gate = gate
    self.score = score
    self.selector = selector
    self.weighting = weighting
    self.capacity = capacity
    self.hasSelectionBias = hasSelectionBias
    self.appliesWeightsToInput = appliesWeightsToInput
    self.isStraightThrough = isStraightThrough
    self.dropout = dropout
  }

  /// The experts with the highest softmax probabilities.
  ///
  /// With one expert a token the default weighting is always 1, which a gate cannot be trained
  /// with; take ``Weighting/scores`` there, as Switch Transformers does.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to.
  ///   - weighting: What weights them.
  ///   - gate: What gives the logits.
  /// - Returns: With the defaults, the routing of Mixtral and Qwen3-MoE.
  public static func topK(
    _ count: Int, weighting: any Weighting = .renormalized, gate: GateSpecification = .linear()
  ) -> RoutingStrategy {
    RoutingStrategy(gate: gate, selector: .topK(count), weighting: weighting)
  }

  /// Every expert, weighted by softmax probabilities: the classic dense mixture.
  ///
  /// - Parameter gate: What gives the logits.
  /// - Returns: A strategy without a discrete choice.
  public static func dense(gate: GateSpecification = .linear(bias: true)) -> RoutingStrategy {
    RoutingStrategy(gate: gate, selector: .all, weighting: .scores)
  }

  /// A soft mixture: every expert takes mixtures of all tokens.
  ///
  /// The formulas are those of ``SoftRouting``.
  ///
  /// - Parameters:
  ///   - slotsPerExpert: How many mixtures an expert takes.
  ///   - gate: What gives each token a logit for every slot of every expert.
  /// - Returns: A strategy without a discrete choice, which is not causal.
  public static func soft(
    slotsPerExpert: Int = 1, gate: GateSpecification = .linear()
  ) -> RoutingStrategy {
    var strategy = RoutingStrategy(gate: gate, selector: .all, weighting: .scores)
    strategy.slotsPerExpert = slotsPerExpert
    return strategy
  }

  /// The promises that all the parts give together: ``RoutingPromises/tokenLocal``,
  /// ``RoutingPromises/causal`` and ``RoutingPromises/deterministic``.
  public var promises: RoutingPromises {
    var promises = RoutingPromises.shared
    for part in [gate.promises, score.promises, weighting.promises, selectionPromises] {
      promises.formIntersection(part)
    }
    if let dropout, dropout != RoutingDropout() { promises.remove(.deterministic) }
    return promises
  }

  /// The promises of the selection and its capacity; a soft mixture selects nothing.
  private var selectionPromises: RoutingPromises {
    guard slotsPerExpert == nil else { return .deterministic }
    return selector.promises.intersection(
      capacity.promises(isCountFixed: selector.promises.contains(.fixedCount)))
  }

  /// Whether a token's routing depends on that token alone, whatever stands beside it in the batch.
  public var isTokenLocal: Bool { promises.contains(.tokenLocal) }

  /// Whether a token's routing depends on that token and on earlier ones alone, the number of
  /// tokens aside.
  ///
  /// A capacity in proportion to the routes is so only where every token has as many: else later
  /// ones decide how many routes there are.
  public var isCausal: Bool { promises.contains(.causal) }

  /// Whether there is no noise in the gate, in the selection, in the weights or in the order of
  /// routes, and nothing is left out at random.
  public var isDeterministic: Bool { promises.contains(.deterministic) }
}
