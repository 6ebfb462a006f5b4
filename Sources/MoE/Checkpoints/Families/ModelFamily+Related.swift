/// Families of the forms of others, with names and defaults of their own, of which there are no
/// golden data: each is held to its equations.
extension ModelFamily {
  static let relatedFamilies = relatedSigmoidFamilies + relatedSoftmaxFamilies

  private static let relatedSigmoidFamilies: [ModelFamily] = {
    let one = SharedRule(width: .experts(default: 1))
    let tensor = SharedRule(
      width: .field("shared_expert_intermediate_size", default: 1024), name: "shared_expert.")

    var kimi = sigmoid(
      ["kimi_linear"], block: "block_sparse_moe.", dense: 1, experts: 256, topK: 8,
      scale: .field(default: 2.446), groups: .sumOfBestTwo, shared: one)
    kimi.experts = [.numbered]

    var axk1 = sigmoid(
      ["axk1"], dense: 1, frequency: "moe_layer_freq", experts: 192, topK: 8,
      scale: .field(default: 2.5), groups: .sumOfBestTwo, shared: one)
    axk1.defaultGroups = (8, 4)
    // The norm of the whole stands beside the block.
    axk1.extras = [
      ExtraTensor(
        "post_mlp_layernorm.weight", "outputStage.norm.weight", .input, isOutsideBlock: true)
    ]

    var axk2 = sigmoid(
      ["axk2"], dense: 1, frequency: "moe_layer_freq", experts: 128, topK: 8,
      scale: .field(default: 2.5), groups: .sumOfBestTwo, shared: one)
    axk2.otherGroupsAreZero = true

    var beam = sigmoid(
      ["beam"], dense: 3, denseFields: [], experts: 256, topK: 8, scale: .field(default: 2.5),
      groups: .sumOfBestTwo)
    beam.defaultGroups = (8, 4)

    let dots3 = sigmoid(
      ["dots3_note", "dots3_note_text"], dense: 1, experts: 256, topK: 8,
      groups: .sumOfBestTwo,
      shared: SharedRule(width: .each("shared_experts_intermediate_size", default: 1536)))

    var glm5 = sigmoid(
      ["glm5_next", "glm5_next_text"], dense: 3, denseFields: [], experts: 288, topK: 8,
      scale: .field(default: 2.5), groups: .sumOfBestTwo, shared: one)
    glm5.activation = .clamped

    var hy4 = sigmoid(
      ["hy_v4", "hy_v4_vl", "hy_v4_vl_text"], dense: 1, denseFields: [], experts: 256, topK: 8,
      scale: .field(default: 2.827), groups: .sumOfBestTwo, shared: one)
    hy4.activation = .clampedRouted

    var flint = sigmoid(
      ["flint"], dense: nil, denseFields: [], experts: 256, topK: 6,
      weighting: .byField(default: true, epsilon: 0), scale: .none, bias: nil, shared: tensor)
    flint.layers = .qwen

    var inkling2 = sigmoid(
      ["inkling2", "inkling2_text"], dense: nil, denseFields: [], experts: 384, topK: 8,
      weighting: .renormalized(epsilon: 1e-20), scale: .field(default: 8), bias: "gate.bias")
    inkling2.prefixes = ["model.llm.layers.{}.", "model.layers.{}."]
    inkling2.score = .field(["scoring_func"], default: "sigmoid")
    inkling2.experts = [
      .fused(gateUp: "experts.w13_weight", down: "experts.w2_weight", rows: .interleaved)
    ]
    inkling2.activation = .softcapped

    // A learned softmax mixes its shared experts with the routed ones.
    var klear = sigmoid(
      ["Klear"], dense: nil, denseFields: [], experts: nil, topK: nil,
      weighting: .byField(default: true, epsilon: 0), scale: .none, bias: "expert_bias",
      shared: one)
    klear.layers = .qwen
    klear.extras = [
      ExtraTensor("coefficient.weight", "sharedExperts.coefficient.weight", .pairFromInput),
      ExtraTensor("coefficient.bias", "sharedExperts.coefficient.bias", .pair),
    ]

    // Its router reads what the block reads: ``RoutingOverrides/routerInput``.
    var smallThinker = sigmoid(
      ["smallthinker"], block: "block_sparse_moe.", dense: nil, denseFields: [], experts: 32,
      topK: 4, weighting: .renormalized(epsilon: 0), scale: .none, gate: "primary_router.weight",
      bias: nil)
    smallThinker.countFields = (
      ["moe_num_primary_experts"], ["moe_num_active_primary_experts"]
    )
    smallThinker.hiddenSize = ["moe_ffn_hidden_size"]
    smallThinker.score = .softmaxIf("moe_primary_router_apply_softmax")
    smallThinker.experts = [
      .perExpert(
        gate: "experts.{}.gate.weight", up: "experts.{}.up.weight",
        down: "experts.{}.down.weight")
    ]
    smallThinker.activation = .named(.gated(.relu), field: "hidden_act", names: ["relu"])
    smallThinker.fixedFields["moe_enable_secondary_experts"] = .bool(false)
    return [kimi, axk1, axk2, beam, dots3, glm5, hy4, flint, inkling2, klear, smallThinker]
  }()

  private static let relatedSoftmaxFamilies: [ModelFamily] = {
    let one = SharedRule(width: .experts(default: 1))
    let mellum = ModelFamily(
      types: ["mellum"], layers: .allAfter(fields: [], default: 0), expertCount: 64, topK: 8,
      weighting: .byField(default: true, epsilon: 0))
    let lara = ModelFamily(
      types: ["lara_mini"], expertCount: 128, topK: 4,
      weighting: .byField(default: true, epsilon: 0),
      shared: SharedRule(
        width: .field("shared_expert_intermediate_size", default: 512), name: "shared_expert."))
    let omni = ModelFamily(
      types: ["qwen3_omni_moe", "qwen3_omni_moe_thinker", "qwen3_omni_moe_text"],
      prefixes: ["thinker.model.layers.{}.", "model.layers.{}."], layers: .qwen,
      expertCount: 128, topK: 8, weighting: .byField(default: true, epsilon: 0))
    let mistral4 = ModelFamily(
      types: ["mistral4"], layers: .allAfter(fields: ["first_k_dense_replace"], default: 0),
      expertCount: 128, topK: 4, weighting: .byField(default: true, epsilon: 1e-20),
      scale: .field(default: 1), groups: .sumOfBestTwo, shared: one)
    let mistralLarge4 = ModelFamily(
      types: ["mistral_large4", "mistral_large4_text"],
      prefixes: ["layers.{}.", "model.layers.{}."], block: "",
      layers: .allAfter(fields: ["first_k_dense_replace"], default: 1), expertCount: 128,
      topK: 4, weighting: .renormalized(epsilon: 1e-20), scale: .field(default: 1),
      groups: .sumOfBestTwo, experts: [.numbered],
      shared: SharedRule(
        width: .experts(default: 1),
        layout: .single(gate: "w1.weight", up: "w3.weight", down: "w2.weight")))
    let privacyFilter = ModelFamily(
      types: ["openai_privacy_filter"], expertCount: 128, topK: 4,
      hiddenSize: ["intermediate_size"], weighting: .softmaxOverSelected, scale: .inverseTopK,
      gate: "router.weight", gateBias: "router.bias",
      experts: [.fused(isTransposed: true, hasBias: true)], activation: .gptOSS)
    // The dense network beside it reads another norm, and is no part of the mixture.
    let arctic = ModelFamily(
      types: ["arctic"], block: "block_sparse_moe.",
      layers: .every(field: "moe_layer_frequency", default: 2), expertCount: 128, topK: 2,
      hiddenSize: ["intermediate_size"], experts: [.numbered])
    return [mellum, lara, omni, mistral4, mistralLarge4, privacyFilter, arctic]
  }()
}
