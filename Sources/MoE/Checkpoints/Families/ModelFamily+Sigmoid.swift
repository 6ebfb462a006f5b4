extension ModelFamily {
  /// The bias to choose by, under the name that DeepSeek-V3 gave it.
  static let correctionBias = "gate.e_score_correction_bias"

  /// A family whose scores are sigmoids, or square roots of softplus: w = c·s/(Σ s + ε), with a
  /// bias to choose by.
  static func sigmoid(
    _ types: [String], block: String = "mlp.", dense: Int?,
    denseFields: [String] = ["first_k_dense_replace"], frequency: String? = nil,
    experts: Int? = nil, topK: Int? = nil, weighting: WeightingRule? = nil,
    scale: ScaleRule = .field(default: 1), groups: GroupLimitedSelector.GroupScore? = nil,
    defaultGroups: (count: Int, perToken: Int) = (1, 1), gate: String = "gate.weight",
    bias: String? = correctionBias, shared: SharedRule? = nil
  ) -> ModelFamily {
    ModelFamily(
      types: types, block: block,
      layers: dense == nil && denseFields.isEmpty
        ? .all : .allAfter(fields: denseFields, default: dense, frequency: frequency),
      expertCount: experts, topK: topK, score: .sigmoid,
      weighting: weighting ?? .byField(default: true, epsilon: 1e-20), scale: scale,
      groups: groups, defaultGroups: defaultGroups, gate: gate, selectionBias: bias, shared: shared)
  }

  /// Those whose scores are sigmoids, or square roots of softplus.
  static let sigmoidFamilies: [ModelFamily] = {
    let one = SharedRule(width: .experts(default: 1))
    let mlp = SharedRule(width: .experts(default: 1), name: "shared_mlp.")
    var families = [
      sigmoid(
        ["deepseek_v3", "deepseek_v32", "kimi_k2", "kimi_k25"], dense: 3,
        frequency: "moe_layer_freq", experts: 256, topK: 8, scale: .field(default: 2.5),
        groups: .sumOfBestTwo, defaultGroups: (8, 4), shared: one),
      sigmoid(
        ["glm4_moe", "glm4v_moe", "glm4v_moe_text"], dense: 1, experts: 128, topK: 8,
        groups: .sumOfBestTwo, shared: one),
      sigmoid(
        ["glm4_moe_lite"], dense: 1, experts: 64, topK: 4, scale: .field(default: 1.8),
        groups: .sumOfBestTwo, shared: one),
      sigmoid(
        ["glm_moe_dsa"], dense: 3, experts: 256, topK: 8, scale: .field(default: 2.5),
        groups: .sumOfBestTwo, shared: one),
      sigmoid(
        ["bailing_hybrid"], dense: 2, experts: 512, topK: 8, scale: .field(default: 2.5),
        groups: .sumOfBestTwo, defaultGroups: (8, 4), bias: "gate.expert_bias", shared: one),
      sigmoid(
        ["dots1"], dense: 0, weighting: .byField(default: false, epsilon: 1e-20),
        groups: .sumOfBestTwo, shared: SharedRule(width: .experts(default: nil))),
      sigmoid(
        ["exaone_moe"], dense: 1, experts: 64, topK: 8, scale: .field(default: 2.5),
        groups: .sumOfBestTwo, bias: "e_score_correction_bias", shared: one),
      sigmoid(["solar_open"], dense: 0, experts: 128, topK: 8, groups: .sumOfBestTwo, shared: one),
      sigmoid(
        ["sarvam_moe"], dense: 1, topK: nil, scale: .field(default: 2.5),
        groups: .sumOfBestTwo, bias: "gate.expert_bias", shared: one),
      sigmoid(
        ["mimo_v2_flash"], dense: 1, experts: 256, topK: 8,
        scale: .field(default: 1, null: 1), groups: .sumOfBestTwo),
      sigmoid(
        ["afmoe"], dense: 1, denseFields: ["num_dense_layers"], experts: 64, topK: 6,
        weighting: .renormalized(epsilon: 1e-20), gate: "router.gate.weight", bias: "expert_bias",
        shared: SharedRule(width: .experts(default: 2))),
      sigmoid(
        ["hy_v3"], dense: 1, experts: 192, topK: 8,
        weighting: .renormalized(epsilon: 1e-20), scale: .field(default: 2.826),
        gate: "router.gate.weight", bias: "expert_bias", shared: mlp),
    ]

    var lfm2 = sigmoid(
      ["lfm2_moe"], block: "feed_forward.", dense: 2, denseFields: ["num_dense_layers"],
      experts: 32, topK: 4, weighting: .byField(default: true, epsilon: 1e-6), bias: "expert_bias")
    lfm2.selectionBiasField = "use_expert_bias"
    lfm2.experts = [.numbered]

    var minimax = sigmoid(
      ["minimax_m2"], block: "block_sparse_moe.", dense: nil, denseFields: [], experts: 256,
      topK: 8, weighting: .renormalized(epsilon: 0), scale: .none,
      bias: "e_score_correction_bias")
    minimax.hiddenSize = ["intermediate_size"]
    minimax.experts = [.numbered]

    var minimaxM3 = minimax
    minimaxM3.types = ["minimax_m3_vl", "minimax_m3_vl_text"]
    (minimaxM3.expertCount, minimaxM3.topK) = (128, 4)
    minimaxM3.layers = .allAfter(
      fields: [], default: 0, list: ["mlp_layer_types", "moe_layer_freq"])
    minimaxM3.scale = .field(default: 2)
    minimaxM3.activation = .gptOSS
    minimaxM3.shared = SharedRule(width: .field("shared_intermediate_size", default: nil))

    var step = sigmoid(
      ["step3p5", "step3p7"], block: "", dense: nil, denseFields: [], experts: 288, topK: 8,
      weighting: .renormalized(epsilon: 0), scale: .field(default: 3), gate: "moe.gate.weight",
      bias: "moe.router_bias",
      shared: SharedRule(width: .field("share_expert_dim", default: nil), name: "share_expert."))
    step.layers = .enumerated
    step.experts = [
      .stacked(
        gate: "moe.gate_proj.weight", up: "moe.up_proj.weight", down: "moe.down_proj.weight")
    ]
    step.activation = .clampedAfter

    var nemotron = sigmoid(
      ["nemotron_h"], block: "mixer.", dense: nil, denseFields: [], experts: 8, topK: 2,
      groups: .sumOfBestTwo,
      shared: SharedRule(
        width: .each("moe_shared_expert_intermediate_size"), layout: .single(gate: nil)))
    nemotron.prefixes = ["backbone.layers.{}.", "model.layers.{}."]
    nemotron.layers = .hybridPattern
    nemotron.experts = [.perExpert(gate: nil)]
    nemotron.activation = .squaredReLU
    nemotron.latent = LatentRule(
      size: "moe_latent_size", down: "fc1_latent_proj.weight", up: "fc2_latent_proj.weight")

    var deepSeekV4 = sigmoid(
      ["deepseek_v4"], block: "ffn.", dense: 0, denseFields: [], experts: 256, topK: 6,
      // It has the field, and does not read it.
      weighting: .renormalized(epsilon: 1e-20), scale: .field(default: 1.5), bias: "gate.bias",
      shared: SharedRule(
        width: .experts(default: 1),
        layout: .single(gate: "w1.weight", up: "w3.weight", down: "w2.weight")))
    deepSeekV4.prefixes = ["layers.{}.", "model.layers.{}."]
    deepSeekV4.score = .field(["scoring_func"], default: "sqrtsoftplus")
    deepSeekV4.experts = [.numbered]
    deepSeekV4.activation = .clamped

    var laguna = sigmoid(
      ["laguna"], dense: 0, denseFields: [], experts: 256, topK: 8,
      weighting: .byField(default: true, epsilon: 0), bias: "experts.e_score_correction_bias",
      shared: SharedRule(
        width: .field("shared_expert_intermediate_size", default: nil), name: "shared_expert."))
    laguna.logitSoftcap = "moe_router_logit_softcapping"

    var kolibri = sigmoid(
      ["kolibri1"], block: "", dense: nil, denseFields: [], experts: 384, topK: 6,
      weighting: .byField(default: false, epsilon: 0), scale: .none, gate: "mlp.gate.weight",
      bias: "moe.router.expert_bias",
      shared: SharedRule(
        width: .field("shared_expert_intermediate_size", default: nil),
        name: "mlp.shared_experts."))
    kolibri.biasesLogits = true
    kolibri.experts = [
      .perExpert(
        gate: "mlp.experts.{}.gate_proj.weight", up: "mlp.experts.{}.up_proj.weight",
        down: "mlp.experts.{}.down_proj.weight"),
      .fused(gateUp: "mlp.experts.gate_up_proj", down: "mlp.experts.down_proj"),
    ]

    var muse = sigmoid(
      ["muse_spark_text", "muse_spark"], dense: 0, denseFields: [], experts: 256, topK: 8,
      weighting: .renormalized(epsilon: 1e-15))
    muse.logitMultiplier = "output_multiplier"
    muse.experts = [.fused()]
    muse.latent = LatentRule(
      size: "moe_hidden_size", down: "pre_expert_proj.weight", up: "post_expert_proj.weight",
      norm: ("pre_expert_norm.weight", "rms_norm_eps"),
      expertNorm: ("experts.post_expert_norm.weight", "post_norm_eps"))

    families += [lfm2, minimax, minimaxM3, step, nemotron, deepSeekV4, laguna, kolibri, muse]
    return families
  }()
}
