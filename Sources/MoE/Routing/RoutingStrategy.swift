/// A way to send tokens to experts: a gate, a score, a selector and a weighting, one after another.
///
/// ```text
/// tokens → gate → logits → score → scores → selector → experts → weighting → weights
/// ```
///
/// Each part is a small value of its own; the static members give common compositions.
public struct RoutingStrategy: Sendable {
  /// What gives each token a logit for every expert.
  public var gate: GateSpecification
  /// What makes scores of logits.
  public var score: any Score
  /// What selects experts by their scores.
  public var selector: any ExpertSelector
  /// What weights the selected experts.
  public var weighting: any Weighting

  /// A composition of the given parts.
  ///
  /// - Parameters:
  ///   - gate: What gives each token a logit for every expert.
  ///   - score: What makes scores of logits.
  ///   - selector: What selects experts by their scores.
  ///   - weighting: What weights the selected experts.
  public init(
    gate: GateSpecification = .linear(), score: any Score = .softmax, selector: any ExpertSelector,
    weighting: any Weighting = .renormalized
  ) {
    self.gate = gate
    self.score = score
    self.selector = selector
    self.weighting = weighting
  }

  /// The experts with the highest softmax probabilities.
  ///
  /// With one expert a token the default weighting is always 1, which a gate cannot be trained with; take
  /// ``Weighting/probabilities`` there, as Switch Transformers does.
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
    RoutingStrategy(gate: gate, selector: .all, weighting: .probabilities)
  }
}
