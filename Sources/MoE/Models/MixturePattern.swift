/// The blocks of a stack whose feed-forward network is a mixture; the others have a dense one.
///
/// Source: `mlp_only_layers` and `decoder_sparse_step` of Qwen, `first_k_dense_replace` and
/// `moe_layer_freq` of DeepSeek, `mlp_layer_types` of GLM.
public enum MixturePattern: Sendable, Hashable, Codable {
  /// Every block.
  case all
  /// No block.
  case none
  /// Every block but so many at the start.
  case allAfter(Int)
  /// Each block whose number, plus one, is a multiple of this: with 2 the second, the fourth and so
  /// on.
  case every(Int)
  /// The blocks of these numbers, from 0.
  case blocks([Int])

  /// Whether a block has a mixture.
  ///
  /// - Parameter block: The number of the block, from 0.
  /// - Returns: False for a block that is dense.
  public func contains(_ block: Int) -> Bool {
    switch self {
    case .all: true
    case .none: false
    case .allAfter(let dense): block >= dense
    case .every(let step): step > 0 && (block + 1) % step == 0
    case .blocks(let blocks): blocks.contains(block)
    }
  }

  /// Throws where the pattern does not fit so many blocks.
  ///
  /// - Parameter blockCount: The number of blocks.
  /// - Throws: ``MoEError/configuration(_:value:expected:)``.
  func check(blockCount: Int) throws {
    switch self {
    case .all, .none: break
    case .allAfter(let dense):
      guard (0...blockCount).contains(dense) else {
        throw MoEError.configuration(
          "number of dense blocks at the start", value: "\(dense)", expected: "0 to \(blockCount)")
      }
    case .every(let step):
      guard step > 0 else {
        throw MoEError.configuration(
          "step from mixture to mixture", value: "\(step)", expected: "at least 1")
      }
    case .blocks(let blocks):
      for block in blocks where !(0..<blockCount).contains(block) {
        throw MoEError.configuration(
          "block with a mixture", value: "\(block)", expected: "0 to \(blockCount - 1)")
      }
      guard Set(blocks).count == blocks.count else {
        throw MoEError.configuration(
          "blocks with a mixture", value: "\(blocks)", expected: "different numbers")
      }
    }
  }
}
