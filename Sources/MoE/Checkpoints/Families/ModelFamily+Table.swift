/// The table of model families.
///
/// Sources: the configuration and model classes of Transformers 5.24 under the names of `types`,
/// and the names that its `conversion_mapping` gives to published tensors.
extension ModelFamily {
  /// All families.
  static let all = softmaxFamilies + sigmoidFamilies + extendedFamilies + relatedFamilies

  /// The family of a `model_type`.
  static func named(_ type: String) -> ModelFamily? {
    all.first { $0.types.contains(type) }
  }

  /// Those whose scores are probabilities.
  static let softmaxFamilies = [
    ModelFamily(
      types: ["mixtral", "minimax"], block: "block_sparse_moe.", expertCount: 8, topK: 2,
      hiddenSize: ["intermediate_size"], experts: [.numbered]),
    ModelFamily(
      types: ["qwen2_moe"], layers: .qwen, expertCount: 60, topK: 4,
      weighting: .byField(default: false, epsilon: 0),
      shared: SharedRule(
        width: .field("shared_expert_intermediate_size", default: 5632), name: "shared_expert.",
        gate: "shared_expert_gate.weight")),
    ModelFamily(
      types: ["qwen3_moe", "qwen3_moe_text"], layers: .qwen, expertCount: 128, topK: 8,
      weighting: .byField(default: false, epsilon: 0)),
    ModelFamily(
      types: ["qwen3_next", "qwen4_exp", "qwen4_exp_text"], layers: .qwen, expertCount: 512,
      topK: 10,
      weighting: .byField(default: true, epsilon: 0),
      shared: SharedRule(
        width: .field("shared_expert_intermediate_size", default: 512), name: "shared_expert.",
        gate: "shared_expert_gate.weight")),
    ModelFamily(
      types: ["qwen3_5_moe", "qwen3_5_moe_text"], expertCount: 256, topK: 8,
      experts: [.fused(), .perExpert()],
      shared: SharedRule(
        width: .field("shared_expert_intermediate_size", default: 512), name: "shared_expert.",
        gate: "shared_expert_gate.weight")),
    ModelFamily(
      types: ["qwen3_vl_moe", "qwen3_vl_moe_text"], layers: .qwen, expertCount: 60, topK: 4,
      weighting: .byField(default: true, epsilon: 0),
      experts: [.fused(isTransposed: true)]),
    ModelFamily(
      types: ["olmoe"], expertCount: 64, topK: 8, hiddenSize: ["intermediate_size"],
      weighting: .byField(default: false, epsilon: 0)),
    ModelFamily(
      types: ["flex_olmo"], expertCount: 7, topK: 5, hiddenSize: ["intermediate_size"],
      weighting: .byField(default: false, epsilon: 0)),
    ModelFamily(
      types: ["jamba"], block: "feed_forward.", layers: .jamba, expertCount: 16, topK: 2,
      hiddenSize: ["intermediate_size"], weighting: .scores, gate: "router.weight"),
    ModelFamily(
      types: ["granitemoe", "granitemoeshared", "granitemoehybrid", "granitemoe_swa"],
      block: "block_sparse_moe.", expertCount: 8, topK: 2, hiddenSize: ["intermediate_size"],
      weighting: .softmaxOverSelected, gate: "router.layer.weight",
      experts: [.fused(gateUp: "input_linear.weight", down: "output_linear.weight")],
      shared: SharedRule(
        width: .field("shared_intermediate_size", default: 0), name: "shared_mlp.",
        isOutsideBlock: true,
        layout: .fused(gateUp: "input_linear.weight", down: "output_linear.weight"))),
    ModelFamily(
      types: ["gpt_oss"], expertCount: 128, topK: 4, hiddenSize: ["intermediate_size"],
      weighting: .softmaxOverSelected, gate: "router.weight", gateBias: "router.bias",
      experts: [.fused(rows: .interleaved, isTransposed: true, hasBias: true)],
      // Blocks run along the rows that a product reads, which stand as they are.
      microscaledExperts: [.fused(rows: .interleaved, hasBias: true)],
      activation: .gptOSS),
    ModelFamily(
      types: ["dbrx"], prefixes: ["transformer.blocks.{}."], block: "ffn.",
      fieldsObject: "ffn_config", expertCount: 4, topK: 1, hiddenSize: ["ffn_hidden_size"],
      weighting: .pNorm(field: "moe_normalize_expert_weights", default: 1),
      gate: "router.layer.weight",
      experts: [
        .flattened(gate: "experts.mlp.w1", up: "experts.mlp.v1", down: "experts.mlp.w2")
      ]),
    ModelFamily(
      types: ["phimoe"], block: "block_sparse_moe.", expertCount: 16, topK: 2,
      hiddenSize: ["intermediate_size"],
      weighting: .sparseMixer(field: "router_jitter_noise", default: 0.01), experts: [.numbered]),
    ModelFamily(
      types: ["llama4_text", "llama4"], block: "feed_forward.", layers: .llama4, expertCount: 16,
      topK: 1, hiddenSize: ["intermediate_size"], score: .sigmoid, weighting: .sigmoidOfInput,
      gate: "router.weight", experts: [.fused(isTransposed: true)],
      shared: SharedRule(width: .one, name: "shared_expert.")),
    ModelFamily(
      types: ["deepseek_v2"],
      layers: .allAfter(
        fields: ["first_k_dense_replace"], default: 0, frequency: "moe_layer_freq"),
      topK: nil, weighting: .scores, scale: .field(default: 1), groups: .maximum,
      shared: SharedRule(width: .experts(default: nil))),
    ModelFamily(
      types: ["hunyuan_v1_moe"], topK: 1, hiddenSize: ["intermediate_size"],
      gate: "gate.wg.weight",
      shared: SharedRule(width: .experts(default: 1), name: "shared_mlp.")),
    ModelFamily(
      types: ["longcat_flash"], topK: 12, hiddenSize: ["expert_ffn_hidden_size"],
      weighting: .scores, scale: .field(default: 6), gate: "router.classifier.weight",
      selectionBias: "router.e_score_correction_bias", copyExperts: "zero_expert_num"),
    ModelFamily(
      types: ["aria_text", "aria"], expertCount: 8, topK: 2, hiddenSize: ["intermediate_size"],
      weighting: .softmaxOverSelected, gate: "router.weight",
      experts: [
        .fused(gateUp: "experts.fc1.weight", down: "experts.fc2.weight", isTransposed: true)
      ],
      shared: SharedRule(width: .experts(default: 2))),
    ModelFamily(
      types: ["ernie4_5_moe"], layers: .ernie, expertCount: 64, topK: 6,
      weighting: .minimumSum(field: "moe_norm_min", default: 1e-12),
      selectionBias: "moe_statics.e_score_correction_bias",
      shared: SharedRule(width: .experts(default: 2))),
    ModelFamily(
      types: ["cohere2_moe"],
      layers: .allAfter(fields: ["first_k_dense_replace"], default: 0), expertCount: 8, topK: 2,
      hiddenSize: ["intermediate_size"],
      score: .field(["expert_selection_fn"], default: "softmax"),
      weighting: .byField(default: true, epsilon: 0),
      shared: SharedRule(
        width: .experts(default: 0), combinationField: "shared_expert_combination_strategy")),
  ]
}
