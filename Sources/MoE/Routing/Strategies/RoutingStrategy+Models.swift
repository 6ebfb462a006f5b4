/// Compositions of published models.
extension RoutingStrategy {
  /// One expert a token, weighted by its probability, with room for so many times its share of the
  /// tokens.
  ///
  /// The room is rounded up, as in Megatron, so that even one token finds some; the paper's is
  /// ``Capacity/Limit/tokenFactor(_:)``.
  ///
  /// Source: Switch Transformers, arXiv 2101.03961; the factor in inference is that of its code,
  /// Mesh TensorFlow.
  ///
  /// - Parameters:
  ///   - capacityFactor: How many times its share of the tokens an expert takes in training.
  ///   - inferenceFactor: The same in inference; no limit where nothing is given.
  ///   - gate: The specification of the gate.
  /// - Returns: A strategy that drops the later of the tokens that find no room.
  public static func switchTransformer(
    capacityFactor: Double = 1.25, inferenceFactor: Double? = 2,
    gate: GateSpecification = .linear()
  ) -> RoutingStrategy {
    RoutingStrategy(
      gate: gate, selector: .topK(1), weighting: .scores,
      capacity: .factor(capacityFactor, inference: inferenceFactor))
  }

  /// Two experts a token, the second kept at random in proportion to its gate, with limited room.
  ///
  /// With s₁ and s₂ the two best scores of a token the weights are sⱼ/(s₁ + s₂), whether or not the
  /// second is kept and finds room: a token without its second expert gets no more of the first.
  /// First choices find room before second ones. An expert takes C = max(4, ⌊factor · T/E⌋) routes
  /// of T tokens.
  ///
  /// Source: GShard, arXiv 2006.16668; Mesh TensorFlow; with these factors and threshold ST-MoE,
  /// arXiv 2202.08906.
  ///
  /// - Parameters:
  ///   - threshold: The gate above which a second expert is always kept.
  ///   - capacityFactor: How many times its share of the tokens an expert takes in training.
  ///   - inferenceFactor: The same in inference.
  ///   - gate: What gives the logits.
  /// - Returns: A strategy that drops routes that find no room.
  public static func gShard(
    threshold: Float = 0.2, capacityFactor: Double = 1.25, inferenceFactor: Double = 2,
    gate: GateSpecification = .linear()
  ) -> RoutingStrategy {
    RoutingStrategy(
      gate: gate, selector: .randomSecond(threshold: threshold),
      weighting: .renormalizedOverBest(2),
      capacity: Capacity(
        training: .tokenFactor(capacityFactor), inference: .tokenFactor(inferenceFactor),
        minimum: 4, prioritizesFirstChoices: true))
  }

  /// The experts with the highest scores out of the best groups.
  ///
  /// With the defaults the routing of DeepSeek-V2; that of DeepSeek-V3 has sigmoid scores, groups
  /// compared by the sum of the best two, renormalised weights and a selection bias.
  ///
  /// Source: DeepSeek-V2, arXiv 2405.04434; DeepSeek-V3, arXiv 2412.19437.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to.
  ///   - groups: How many groups the experts stand in.
  ///   - groupsPerToken: How many groups the experts of a token may be of.
  ///   - groupScore: What groups are compared by.
  ///   - score: What makes scores of logits.
  ///   - weighting: What weights the experts.
  ///   - hasSelectionBias: Whether a bias is added to the scores to select by.
  ///   - gate: What gives the logits.
  /// - Returns: A token-local strategy.
  public static func groupLimited(
    _ count: Int, groups: Int, groupsPerToken: Int,
    groupScore: GroupLimitedSelector.GroupScore = .maximum, score: any Score = .softmax,
    weighting: any Weighting = .scores, hasSelectionBias: Bool = false,
    gate: GateSpecification = .linear()
  ) -> RoutingStrategy {
    RoutingStrategy(
      gate: gate, score: score,
      selector: .groupLimited(
        count, groups: groups, groupsPerToken: groupsPerToken, groupScore: groupScore),
      weighting: weighting, hasSelectionBias: hasSelectionBias)
  }

  /// The experts that a table gives to each token's id.
  ///
  /// With one expert an id its weight is one, and the gate learns nothing: hash layers. With
  /// several, the weights are those of the gate: DeepSeek-V4.
  ///
  /// Source: Roller and others, arXiv 2106.04426.
  ///
  /// - Parameters:
  ///   - table: The experts of each token id.
  ///   - score: What makes scores of logits.
  ///   - weighting: What weights the experts.
  ///   - gate: What gives the logits.
  /// - Returns: A token-local strategy that needs ``Batch/tokenIDs``.
  public static func hash(
    _ table: HashRoutingTable, score: any Score = .softmax,
    weighting: any Weighting = .renormalized,
    gate: GateSpecification = .linear()
  ) -> RoutingStrategy {
    RoutingStrategy(gate: gate, score: score, selector: .hash(table), weighting: weighting)
  }

  /// As many experts as it takes for their probabilities to add up to more than a given one.
  ///
  /// Source: Huang and others, "Harder tasks need more experts", arXiv 2403.07652.
  ///
  /// - Parameters:
  ///   - probability: What the sum of the probabilities must exceed.
  ///   - limit: How many experts a token goes to at most; all of them where nothing is given.
  ///   - gate: What gives the logits.
  /// - Returns: A token-local strategy whose weights are the probabilities.
  public static func topP(
    _ probability: Float, atMost limit: Int? = nil, gate: GateSpecification = .linear()
  ) -> RoutingStrategy {
    RoutingStrategy(
      gate: gate, selector: .topP(probability, atMost: limit), weighting: .scores)
  }

  /// Every expert whose logit is positive, weighted by it: routing without a discrete jump.
  ///
  /// Source: ReMoE, arXiv 2412.14711.
  ///
  /// - Parameter gate: What gives the logits.
  /// - Returns: A token-local strategy in which a token may have no expert.
  public static func relu(gate: GateSpecification = .linear()) -> RoutingStrategy {
    RoutingStrategy(gate: gate, score: .relu, selector: .positive, weighting: .scores)
  }
}
