import MoE

/// The models that there are golden data of.
extension FixtureModel {
  static let all = [
    mixtral("mixtral"), mixtral("mixtral_skewed"),
    FixtureModel(
      name: "qwen2_moe", gate: "model.layers.0.mlp.gate",
      strategy: .topK(4, weighting: .scores)),
    FixtureModel(name: "qwen3_moe", gate: "model.layers.0.mlp.gate", strategy: .topK(4)),
    FixtureModel(
      name: "olmoe", gate: "model.layers.0.mlp.gate",
      strategy: .topK(8, weighting: .scores)),
    FixtureModel(
      name: "jamba", gate: "model.layers.1.feed_forward.router",
      strategy: .topK(2, weighting: .scores)),
    FixtureModel(
      name: "granitemoe", gate: "model.layers.0.block_sparse_moe.router.layer",
      strategy: .topK(3, weighting: .softmaxOverSelected)),
    FixtureModel(
      name: "gpt_oss", gate: "model.layers.0.mlp.router",
      strategy: .topK(4, weighting: .softmaxOverSelected), activation: .gptOSS()),
    FixtureModel(
      name: "dbrx", gate: "transformer.blocks.0.ffn.router.layer",
      strategy: .topK(3, weighting: .pNorm(p: 1))),
    FixtureModel(
      name: "phimoe", gate: "model.layers.0.block_sparse_moe.gate",
      strategy: .sparseMixer(jitter: 0.01)),
    FixtureModel(
      name: "phimoe_wide", gate: "model.layers.0.block_sparse_moe.gate",
      strategy: .sparseMixer(jitter: 0.3)),
    llama4("llama4", 1), llama4("llama4_k2", 2),
    deepSeek(
      "deepseek_v2",
      .groupLimited(
        4, groups: 4, groupsPerToken: 2, weighting: .scores.scaled(by: 2.5))),
    deepSeek("deepseek_v2_greedy", .topK(6, weighting: .scores)),
    deepSeekV3,
    // Its capacity counts within sequences: see ``ModelFixtureTests``.
    FixtureModel(
      name: "switch", gate: "encoder.block.1.layer.1.mlp.router.classifier",
      strategy: .topK(1, weighting: .scores),
      loss: .loadBalancing(
        coefficient: 1, normalization: .switchTransformers, scope: .sequences(length: 11))),
    deepSeekV4, step, miniMaxM3,
  ]

  private static func mixtral(_ name: String) -> FixtureModel {
    FixtureModel(
      name: name, gate: "model.layers.0.block_sparse_moe.gate", strategy: .topK(2))
  }

  private static func llama4(_ name: String, _ count: Int) -> FixtureModel {
    FixtureModel(
      name: name, gate: "model.layers.0.feed_forward.router",
      strategy: RoutingStrategy(
        score: .sigmoid, selector: .topK(count), weighting: .sigmoidOfSelected,
        appliesWeightsToInput: true),
      sharedExperts: "model.layers.0.feed_forward.shared_expert")
  }

  /// Balanced within sequences.
  private static func deepSeek(
    _ name: String, _ strategy: RoutingStrategy,
    probabilities: LoadBalancingLoss.Probabilities = .softmax
  ) -> FixtureModel {
    FixtureModel(
      name: name, gate: "model.layers.1.mlp.gate", strategy: strategy,
      sharedExperts: "model.layers.1.mlp.shared_experts",
      loss: .loadBalancing(
        coefficient: 1, scope: .sequences(length: 11), probabilities: probabilities))
  }

  private static var deepSeekV3: FixtureModel {
    var model = deepSeek(
      "deepseek_v3",
      .groupLimited(
        4, groups: 4, groupsPerToken: 2, groupScore: .sumOfBestTwo, score: .sigmoid,
        weighting: .renormalized(epsilon: 1e-20).scaled(by: 2.5), hasSelectionBias: true),
      probabilities: .normalizedScores)
    model.selectionBias = "model.layers.1.mlp.gate.e_score_correction_bias"
    return model
  }

  /// Clamped before the activation; its loss counts the best of a softmax.
  private static var deepSeekV4: FixtureModel {
    FixtureModel(
      name: "deepseek_v4", gate: "model.layers.1.ffn.gate",
      strategy: biased(
        .squareRootSoftplus, .renormalized(epsilon: 1e-20).scaled(by: 1.5)),
      selectionBias: "model.layers.1.ffn.gate.bias",
      sharedExperts: "model.layers.1.ffn.shared_experts", activation: .clamped(limit: 2.5),
      lossStrategy: .topK(4))
  }

  /// Clamped after the activation, and by another limit in the shared expert.
  private static var step: FixtureModel {
    FixtureModel(
      name: "step3p7", gate: "model.layers.1.moe.gate",
      strategy: biased(.sigmoid, .renormalized.scaled(by: 3)),
      selectionBias: "model.layers.1.moe.router_bias",
      sharedExperts: "model.layers.1.share_expert", activation: .clampedAfter(limit: 2.5),
      sharedActivation: .clampedAfter(limit: 3.5), factorAfterSum: 3,
      loss: .loadBalancing(
        coefficient: 1, scope: .sequences(length: 11), probabilities: .normalizedScores))
  }

  /// The activation of gpt-oss; its loss counts the best of a softmax.
  private static var miniMaxM3: FixtureModel {
    let block = "language_model.model.layers.0.block_sparse_moe"
    return FixtureModel(
      name: "minimax_m3_vl", gate: "\(block).gate",
      strategy: biased(.sigmoid, .renormalized.scaled(by: 2)),
      selectionBias: "\(block).e_score_correction_bias",
      sharedExperts: "\(block).shared_experts", activation: .gptOSS(), factorAfterSum: 2,
      lossStrategy: .topK(4))
  }

  private static func biased(
    _ score: any Score, _ weighting: any Weighting
  ) -> RoutingStrategy {
    RoutingStrategy(
      score: score, selector: .topK(4), weighting: weighting, hasSelectionBias: true)
  }
}
