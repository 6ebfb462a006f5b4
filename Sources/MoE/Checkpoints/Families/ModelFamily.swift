/// A row of the table of model families: how the configuration and the tensors of a family say what
/// its mixtures are.
///
/// A family is data: which names its fields have beyond the common ones, what counts where they are
/// missing, and how its tensors stand. All that reads a row is common to all families.
struct ModelFamily: Sendable {
  /// The values of `model_type` that say a model to be of this family.
  var types: [String]
  /// What stands before the names of a layer's tensors, with `{}` for its number; the first of which
  /// there are tensors.
  var prefixes = [
    "model.layers.{}.", "model.language_model.layers.{}.", "language_model.model.layers.{}.",
  ]
  /// The same of the second half of a model of two, an encoder and a decoder; none in others.
  var decoderPrefixes: [String] = []
  /// What stands between the prefix and the names of most tensors.
  var block = "mlp."
  /// Which layers are mixtures.
  var layers = LayerRule.all
  /// The object that the fields of the mixture stand in; that of the whole unless given.
  var fieldsObject: String?

  /// How many experts there are where no field says so.
  var expertCount: Int?
  /// The fields of these two, before those that are common to several families.
  var countFields: (experts: [String], topK: [String]) = ([], [])
  /// How many of them a token goes to, likewise.
  var topK: Int?
  /// The field of the hidden size of an expert.
  var hiddenSize = ["moe_intermediate_size"]
  /// The same of the second half, where it is another.
  var decoderHiddenSize: [String]?
  /// The field of the size of a token.
  var inputSize = ["hidden_size", "d_model"]

  /// How scores are made of logits.
  var score = ScoreRule.softmax
  /// How weights are made of scores.
  var weighting = WeightingRule.renormalized(epsilon: 0)
  /// What the weights are multiplied by.
  var scale = ScaleRule.none
  /// Whether experts are chosen within the best groups, and by what these are.
  var groups: GroupLimitedSelector.GroupScore?
  /// How many groups there are, and how many of them a token may choose in, where no field says so.
  var defaultGroups: (count: Int, perToken: Int) = (1, 1)
  /// Whether experts of other groups have the priority 0 and are not out of the question.
  var otherGroupsAreZero = false

  /// The field of what logits are capped by, where it is neither missing, null nor zero.
  var logitSoftcap: String?
  /// The field of what logits are multiplied by.
  var logitMultiplier: String?
  /// Whether logits are multiplied by 1/√d of a token's size d.
  var dividesLogitsByRootOfInput = false
  /// Whether the bias to choose by is added to logits.
  var biasesLogits = false

  /// The tensor of the gate's map.
  var gate = "gate.weight"
  /// The tensor of its bias, where it has one.
  var gateBias: String?
  /// The field that says whether it has; it always has one unless given.
  var gateBiasField: String?
  /// Whether the gate carries a state from layer to layer, and all its parts are among ``extras``.
  var isStateful = false
  /// The tensor of the bias to choose by, where there is one.
  var selectionBias: String?
  /// The field that says whether there is that bias; it is always there unless given.
  var selectionBiasField: String?
  /// The layouts that the experts may have on disk, the first of which the names are there.
  var experts: [ExpertLayout] = [.perExpert(), .fused()]
  /// The layouts of weights in MXFP4, where they are others.
  var microscaledExperts: [ExpertLayout] = []
  /// What stands between the maps of an expert.
  var activation = ActivationRule.silu
  /// The experts that every token goes to.
  var shared: SharedRule?
  /// Whether these have logits of the gate behind the others, and weights of the same sum.
  var sharedAreJoint = false
  /// The field of how many experts give the token itself, after those that compute.
  var copyExperts: String?
  /// How many experts give nothing, after those that compute.
  var zeroExperts = 0
  /// The maps to and from the space that experts work in, where a field gives its size.
  var latent: LatentRule?
  /// How many tokens an expert takes.
  var capacity = CapacityRule.none
  /// Further tensors, and which parameters of the layer they are.
  var extras: [ExtraTensor] = []
  /// The field of the ε of the norms among them.
  var normEpsilon = "rms_norm_eps"
  /// Fields that change the numbers, with the one value that is understood, which is what counts
  /// where they are missing.
  var fixedFields: [String: JSONValue] = ["moe_apply_router_weight_on_input": .bool(false)]
}

/// A tensor of a family that is a parameter of the layer as it stands.
struct ExtraTensor: Sendable {
  /// Its shape.
  enum Shape: Sendable {
    /// The size of a token.
    case input
    /// One number an expert.
    case experts
    /// One number.
    case one
    /// The size of a gate's state, that and the size of a token, its square, or the experts and it.
    case state, stateFromInput, stateFromState, expertsFromState
    /// Two numbers, or two rows of the size of a token.
    case pair, pairFromInput
  }

  /// Its name, after that of the block.
  var name: String
  /// The name of the parameter in the layer.
  var parameter: String
  var shape: Shape
  /// Whether the first layer of the model has none.
  var isMissingInFirstLayer = false
  /// Whether its name stands after the prefix of the layer instead.
  var isOutsideBlock = false

  init(
    _ name: String, _ parameter: String, _ shape: Shape, isMissingInFirstLayer: Bool = false,
    isOutsideBlock: Bool = false
  ) {
    self.isOutsideBlock = isOutsideBlock
    self.name = name
    self.parameter = parameter
    self.shape = shape
    self.isMissingInFirstLayer = isMissingInFirstLayer
  }
}

/// How many tokens an expert takes.
enum CapacityRule: Sendable {
  case none
  /// So many of a sequence, by a field.
  case routes(field: String, default: Int)
  /// Those of NLLB: so many in training, and a part of all in inference; first choices first.
  case nllb
}

/// Which layers of a family are mixtures.
enum LayerRule: Sendable {
  /// Every one.
  case all
  /// Those that a list says to be `sparse`, `moe` or `hash_moe`, or one; where there is none all
  /// but so many at the start, of which each of a frequency.
  case allAfter(
    fields: [String], default: Int?, list: [String] = ["mlp_layer_types"], frequency: String? = nil)
  /// Each whose number plus one is a multiple of `decoder_sparse_step`, but `mlp_only_layers`.
  case qwen
  /// Those whose number less `expert_layer_offset` is a multiple of `expert_layer_period`.
  case jamba
  /// Those of `moe_layers`, or each whose number plus one is a multiple of
  /// `interleave_moe_layer_step`.
  case llama4
  /// By `moe_layer_interval`, `moe_layer_start_index` and `moe_layer_end_index`.
  case ernie
  /// Those that `hybrid_override_pattern` has an E for, or `layers_block_type` the word `moe`.
  case hybridPattern
  /// Those of `moe_layers_enum`, or of `mlp_layer_types`; from 3 on where there is neither.
  case enumerated
  /// Each whose number plus one is a multiple of a field.
  case every(field: String, default: Int)
  /// All where a flag is true, and none else.
  case flag(String)
  /// The layers of an encoder, then those of a decoder, by the number of sparse ones in each.
  case switchTransformers
  /// The same, each whose number plus one is a multiple of a step of its half.
  case nllb
}

/// How scores are made of logits.
enum ScoreRule: Sendable {
  case softmax
  case sigmoid
  case squareRootSoftplus
  /// As a field says.
  case field([String], default: String?)
  /// Softmax where a flag is true, which it is not unless given, and sigmoid else.
  case softmaxIf(String)
}

/// How weights are made of scores.
enum WeightingRule: Sendable {
  /// The scores as they are.
  case scores
  /// The scores over their sum and ε.
  case renormalized(epsilon: Float)
  /// The same where a field says so, else the scores as they are.
  case byField(default: Bool, epsilon: Float)
  /// The scores over their sum, or over the number of a field where that is larger.
  case minimumSum(field: String, default: Double)
  /// The softmax of the logits that were chosen.
  case softmaxOverSelected
  /// The sigmoid of these, which multiplies what experts take.
  case sigmoidOfInput
  /// The scores over their p-norm, with the field of p.
  case pNorm(field: String, default: Double)
  /// SparseMixer, with the field of its jitter.
  case sparseMixer(field: String, default: Double)
}

/// What weights are multiplied by.
enum ScaleRule: Sendable {
  case none
  /// By a field, with what counts where it is missing and where it is null.
  case field(default: Double?, null: Double? = nil)
  /// By one less a field, as dropout in training has left it.
  case complement(field: String, default: Double)
  /// By one over the number of experts a token goes to.
  case inverseTopK
}

/// What stands between the maps of an expert.
enum ActivationRule: Sendable {
  /// silu(g)·u, which `hidden_act` has to agree with.
  case silu
  /// Another, which a field has to say by one of some names, or be missing.
  case named(PlannedActivation, field: String, names: [String])
  /// silu of clamped operands in routed experts alone, by the field `swiglu_limit`.
  case clampedRouted
  /// Softcapped, by the fields `mlp_gate_softcap` and `mlp_up_softcap`.
  case softcapped
  /// The form of gpt-oss, by the fields `swiglu_alpha` and `swiglu_limit`.
  case gptOSS
  /// silu of clamped operands, by the field `swiglu_limit`.
  case clamped
  /// Clamped behind silu, by one limit a layer in `swiglu_limits` and `swiglu_limits_shared`.
  case clampedAfter
  /// The square of relu, without a gate.
  case squaredReLU
}

/// The experts that every token goes to, as one wide network.
struct SharedRule: Sendable {
  /// Their hidden size.
  enum Width: Sendable {
    /// So many of the routed experts' size, by a field.
    case experts(default: Int?)
    /// A field of its own; nothing there or zero for none, where a default says so.
    case field(String, default: Int?)
    /// A field of its own for each of so many.
    case each(String, default: Int? = nil)
    /// That of a routed expert.
    case one
  }

  var width: Width
  /// What stands before the names of their tensors, after that of the block.
  var name = "shared_experts."
  /// Whether that stands after the prefix of the layer instead.
  var isOutsideBlock = false
  var layout = ExpertLayout.single()
  /// The tensor of their gate.
  var gate: String?
  /// The field that says how they and the routed ones become one; their sum unless given.
  var combinationField: String?
}

/// The tensors of a latent mixture.
struct LatentRule: Sendable {
  /// The field of the size.
  var size: String
  var down: String
  var up: String
  /// The norm with weights 1 + w after the map down, and the field of its ε.
  var norm: (name: String, epsilon: String)?
  /// The norm with weights 1 + w after each expert, and the field of its ε.
  var expertNorm: (name: String, epsilon: String)?
}
