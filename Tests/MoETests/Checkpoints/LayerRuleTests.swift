import Foundation
import MoE
import Testing

/// Which layers of a configuration are mixtures: trap 51.
@Suite struct LayerRuleTests {
  @Test(arguments: [
    ("qwen2_moe", #""decoder_sparse_step":2,"mlp_only_layers":[3]"#, [1, 5]),
    ("jamba", #""expert_layer_period":2,"expert_layer_offset":1"#, [1, 3, 5]),
    ("llama4_text", #""interleave_moe_layer_step":2"#, [1, 3, 5]),
    ("llama4_text", #""interleave_moe_layer_step":1"#, [0, 1, 2, 3, 4, 5]),
    ("lfm2_moe", #""num_dense_layers":2"#, [2, 3, 4, 5]),
    ("afmoe", #""num_dense_layers":2"#, [2, 3, 4, 5]),
    ("deepseek_v3", #""first_k_dense_replace":1,"moe_layer_freq":2"#, [2, 4]),
    ("minimax_m3_vl", #""moe_layer_freq":[0,1,1,0,1,1]"#, [1, 2, 4, 5]),
    ("nemotron_h", #""hybrid_override_pattern":"M*E-ME""#, [2, 5]),
    ("step3p5", #""moe_layers_enum":"3,4""#, [3, 4]), ("step3p5", #""x":1"#, [3, 4, 5]),
    (
      "glm4_moe", #""mlp_layer_types":["dense","sparse","dense","sparse","sparse","dense"]"#,
      [1, 3, 4]
    ),
    (
      "ernie4_5_moe",
      #""moe_layer_interval":2,"moe_layer_start_index":1,"moe_layer_end_index":4"#, [1, 3]
    ),
    (
      "ernie4_5_moe",
      #""moe_layer_interval":1,"moe_layer_start_index":1,"moe_layer_end_index":-1"#,
      [1, 2, 3, 4, 5]
    ),
    ("mixtral", #""x":1"#, [0, 1, 2, 3, 4, 5]),
  ]) func mixtures(type: String, fields: String, expected: [Int]) throws {
    try withTemporaryFolder { folder in
      try Checkpoint.write([:], to: folder + "/model.safetensors")
      let text =
        #"{"model_type":"\#(type)","num_hidden_layers":6,"hidden_size":8,"num_experts":4,\#(fields)}"#
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
      // What the layers are is said by the error about one that there cannot be.
      do {
        _ = try MixtureOfExperts(model: folder, layer: 9)
        Issue.record("there is no layer 9")
      } catch CheckpointError.field(_, let field, _, let message) {
        #expect(field == "layer")
        #expect(
          message
            == "one that is a mixture: \(expected.map(String.init).joined(separator: ", "))")
      }
    }
  }
}
