/// Families with parts beside a gate, experts and shared experts, each of whose tensors is a
/// parameter of the layer.
extension ModelFamily {
  /// Those with norms, biases, learned scales and gates of their own.
  static let extendedFamilies = [gemma4, inkling, zaya, jetMoE, switchTransformers, nllb]

  /// The layer reads the residual stream: the norms before experts and before the dense network
  /// beside them are its own.
  private static let gemma4: ModelFamily = {
    var gemma = ModelFamily(
      types: ["gemma4", "gemma4_text", "diffusion_gemma", "diffusion_gemma_text"],
      prefixes: ["model.language_model.layers.{}.", "model.layers.{}."], block: "",
      layers: .flag("enable_moe_block"), gate: "router.proj.weight")
    let activation = PlannedActivation.gated(.geluTanh)
    gemma.activation = .named(
      activation, field: "hidden_activation", names: ["gelu_pytorch_tanh"])
    gemma.experts = [.fused()]
    gemma.shared = SharedRule(width: .field("intermediate_size", default: nil), name: "mlp.")
    gemma.dividesLogitsByRootOfInput = true
    gemma.extras = [
      ExtraTensor("router.scale", "router.gate.inputNorm.weight", .input),
      ExtraTensor("router.per_expert_scale", "router.weightScale", .experts),
      ExtraTensor(
        "pre_feedforward_layernorm.weight", "sharedExperts.groups.0.before.weight", .input),
      ExtraTensor(
        "post_feedforward_layernorm_1.weight", "sharedExperts.groups.0.after.weight", .input),
      ExtraTensor("pre_feedforward_layernorm_2.weight", "expertGroups.0.before.weight", .input),
      ExtraTensor("post_feedforward_layernorm_2.weight", "outputStage.routedNorm.weight", .input),
      ExtraTensor("post_feedforward_layernorm.weight", "outputStage.norm.weight", .input),
    ]
    return gemma
  }()

  private static let inkling: ModelFamily = {
    var inkling = ModelFamily(
      types: ["inkling", "inkling_text", "inkling_mm_model"],
      prefixes: ["model.llm.layers.{}.", "model.layers.{}."],
      layers: .allAfter(fields: ["dense_mlp_idx"], default: 0), expertCount: 256, topK: 6,
      hiddenSize: ["moe_intermediate_size", "intermediate_size"], score: .sigmoid,
      scale: .field(default: 8), selectionBias: "gate.bias")
    inkling.experts = [
      .fused(gateUp: "experts.w13_weight", down: "experts.w2_weight", rows: .interleaved)
    ]
    inkling.shared = SharedRule(
      width: .one,
      layout: .fused(gateUp: "shared_w13_weight", down: "shared_w2_weight", rows: .interleaved))
    inkling.sharedAreJoint = true
    inkling.extras = [
      ExtraTensor("gate.global_scale", "router.weightScale", .one)
    ]
    inkling.fixedFields["shared_expert_sink"] = .bool(true)
    return inkling
  }()

  private static let zaya: ModelFamily = {
    var zaya = ModelFamily(
      types: ["zaya"], expertCount: 16, topK: 1, weighting: .scores,
      gate: "gate.down_proj.weight", selectionBias: "gate.balancing_biases")
    zaya.experts = [.fused()]
    zaya.zeroExperts = 1
    zaya.isStateful = true
    zaya.extras = [
      ExtraTensor("gate.down_proj.weight", "router.gate.down.weight", .stateFromInput),
      ExtraTensor("gate.down_proj.bias", "router.gate.down.bias", .state),
      ExtraTensor(
        "gate.router_states_scale", "router.gate.stateScale", .state, isMissingInFirstLayer: true),
      ExtraTensor("gate.router_mlp.norm.weight", "router.gate.norm.weight", .state),
      ExtraTensor("gate.router_mlp.fc1.weight", "router.gate.first.weight", .stateFromState),
      ExtraTensor("gate.router_mlp.fc1.bias", "router.gate.first.bias", .state),
      ExtraTensor("gate.router_mlp.fc2.weight", "router.gate.second.weight", .stateFromState),
      ExtraTensor("gate.router_mlp.fc2.bias", "router.gate.second.bias", .state),
      ExtraTensor("gate.router_mlp.out_proj.weight", "router.gate.last.weight", .expertsFromState),
    ]
    zaya.fixedFields["num_experts_per_tok"] = .integer(1)
    return zaya
  }()

  private static let jetMoE: ModelFamily = {
    var jetMoE = ModelFamily(
      types: ["jetmoe"], expertCount: 8, topK: 2, hiddenSize: ["intermediate_size"],
      weighting: .softmaxOverSelected, gate: "router.layer.weight")
    jetMoE.experts = [.fused(gateUp: "input_linear.weight", down: "output_linear.weight")]
    jetMoE.activation = .named(
      .gated(.silu), field: "activation_function", names: ["silu", "swish"])
    jetMoE.extras = [ExtraTensor("bias", "outputStage.bias", .input)]
    return jetMoE
  }()

  /// Capacity is that of a sequence: hand a layer one at a time.
  private static let switchTransformers: ModelFamily = {
    var family = ModelFamily(
      types: ["switch_transformers"], prefixes: ["encoder.block.{}.layer.1."],
      decoderPrefixes: ["decoder.block.{}.layer.2."], layers: .switchTransformers,
      expertCount: 8, topK: 1, hiddenSize: ["d_ff"], inputSize: ["d_model"], weighting: .scores,
      gate: "router.classifier.weight", gateBias: "router.classifier.bias",
      gateBiasField: "router_bias")
    family.experts = [
      .perExpert(
        gate: nil, up: "experts.expert_{}.wi.weight", down: "experts.expert_{}.wo.weight")
    ]
    family.activation = .named(.plain(.relu), field: "dense_act_fn", names: ["relu"])
    family.capacity = .routes(field: "expert_capacity", default: 64)
    return family
  }()

  private static let nllb: ModelFamily = {
    var nllb = ModelFamily(
      types: ["nllb-moe"], prefixes: ["model.encoder.layers.{}."],
      decoderPrefixes: ["model.decoder.layers.{}."], block: "ffn.", layers: .nllb,
      expertCount: 128, topK: 2, hiddenSize: ["encoder_ffn_dim"],
      decoderHiddenSize: ["decoder_ffn_dim"], inputSize: ["d_model"],
      scale: .complement(field: "moe_token_dropout", default: 0.2),
      gate: "router.classifier.weight", gateBias: "router.classifier.bias",
      gateBiasField: "router_bias")
    nllb.experts = [
      .perExpert(
        gate: nil, up: "experts.expert_{}.fc1.weight", down: "experts.expert_{}.fc2.weight",
        hasBias: true)
    ]
    nllb.activation = .named(.plain(.relu), field: "activation_function", names: ["relu"])
    nllb.capacity = .nllb
    return nllb
  }()
}
