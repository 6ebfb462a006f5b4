import MoE

extension FixtureModel {
  /// Models whose shared experts are gated or averaged.
  static let combining = [
    qwen("qwen2_moe", "model.layers.0.mlp", .scores),
    qwen("qwen3_next", "model.layers.0.mlp", .renormalized),
    qwen("qwen3_5_moe", "model.language_model.layers.0.mlp", .renormalized),
    FixtureModel(
      name: "cohere2_moe", gate: "model.layers.0.mlp.gate",
      strategy: RoutingStrategy(score: .sigmoid, selector: .topK(3), weighting: .renormalized),
      sharedExperts: "model.layers.0.mlp.shared_experts", combination: .average),
  ]

  private static func qwen(
    _ name: String, _ block: String, _ weighting: any Weighting
  ) -> FixtureModel {
    FixtureModel(
      name: name, gate: "\(block).gate", strategy: .topK(4, weighting: weighting),
      sharedExperts: "\(block).shared_expert", sharedGate: "\(block).shared_expert_gate")
  }
}
