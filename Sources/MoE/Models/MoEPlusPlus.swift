/// The sizes of MoE++ that its paper trained.
///
/// The largest is that of the published checkpoint's configuration; of the others the widths are
/// those that give the parameters that they are named after.
///
/// Source: MoE++, arXiv 2410.07348, and the configuration of `MoE-Plus-Plus-7B`.
public enum MoEPlusPlusSize: String, Sendable, Hashable, Codable, CaseIterable {
  /// 0.6 billion parameters: 8 computing experts and 4 others in each of 12 blocks.
  case size600M
  /// 1 billion parameters: 16 computing experts and 4 others in each of 12 blocks.
  case size1B
  /// 2 billion parameters: 32 computing experts and 8 others in each of 12 blocks.
  case size2B
  /// 7 billion parameters: 16 computing experts and 4 others in each of 24 blocks.
  case size7B

  /// The number of blocks.
  public var blockCount: Int { self == .size7B ? 24 : 12 }
  /// The size of a token.
  public var size: Int { self == .size7B ? 1536 : 768 }
  /// The hidden size of a computing expert.
  public var hiddenSize: Int { self == .size7B ? 4096 : 2048 }
  /// The number of heads of attention.
  public var headCount: Int { self == .size7B ? 16 : 12 }
  /// The number of experts that compute.
  public var computingExperts: Int {
    switch self {
    case .size600M: 8
    case .size1B, .size7B: 16
    case .size2B: 32
    }
  }
  /// The number of constant experts; beside them stand one zero expert and one copy expert.
  public var constantExperts: Int { self == .size2B ? 6 : 2 }
}

extension MixtureSpecification {
  /// A mixture of MoE++: experts that compute and experts that do not, gates that read the logits
  /// of the layer before, and a balance of unequal costs.
  ///
  /// Of the released code's modes, groups stand in its order: computing, constant, copy, zero.
  ///
  /// Source: MoE++, arXiv 2410.07348.
  ///
  /// - Parameters:
  ///   - computingExperts: The number of gated experts.
  ///   - hiddenSize: Their hidden size.
  ///   - zeroExperts: The number of zero experts.
  ///   - copyExperts: The number of copy experts.
  ///   - constantExperts: The number of constant experts.
  ///   - expertsPerToken: How many experts each token goes to.
  ///   - mode: Whether to follow the paper or the released code.
  ///   - tau: The cost τ of an expert that does not compute, in the loss and in the capacity.
  ///   - capacityFactor: The factor γ of the capacity in training; no limit where nothing is given.
  ///   - coefficient: The factor β of the balancing loss; no loss where it is zero.
  /// - Returns: A plan, of which a group of no experts is left out.
  public static func moePlusPlus(
    computingExperts: Int, hiddenSize: Int, zeroExperts: Int = 1, copyExperts: Int = 1,
    constantExperts: Int = 2, expertsPerToken: Int = 2, mode: MoEPlusPlusMode = .paper,
    tau: Double = 0.75, capacityFactor: Double? = 1.1, coefficient: Float = 0.01
  ) -> MixtureSpecification {
    let computing: [(Int, ExpertSpecification)] = [
      (computingExperts, .gatedFeedForward(count: computingExperts, hiddenSize: hiddenSize))
    ]
    let others: [(Int, ExpertSpecification)] = [
      (zeroExperts, .zero(count: zeroExperts)), (copyExperts, .copy(count: copyExperts)),
      (constantExperts, .constant(count: constantExperts)),
    ]
    let groups = computing + (mode == .paper ? others : others.reversed())
    return MixtureSpecification(
      experts: groups.filter { $0.0 != 0 }.map(\.1),
      routing: .moePlusPlus(
        expertsPerToken, mode: mode, tau: tau, capacityFactor: capacityFactor),
      balancingLosses: coefficient == 0
        ? [] : [.heterogeneous(coefficient: coefficient, tau: Float(tau))])
  }
}

extension DecoderConfiguration {
  /// A decoder of MoE++ in one of its paper's sizes: every block has attention with rotary positions
  /// and a mixture, behind root mean square norms.
  ///
  /// - Parameters:
  ///   - size: The size.
  ///   - vocabularySize: The number of token ids; that of the published tokenizer unless given.
  ///   - mode: Whether to follow the paper or the released code.
  ///   - tau: The cost τ of an expert that does not compute.
  /// - Returns: A plan; a decoder made of it takes 4 bytes a parameter.
  public static func moePlusPlus(
    _ size: MoEPlusPlusSize, vocabularySize: Int = 65_536, mode: MoEPlusPlusMode = .paper,
    tau: Double = 0.75
  ) -> DecoderConfiguration {
    DecoderConfiguration(
      vocabularySize: vocabularySize,
      stack: StackConfiguration(
        size: size.size, blockCount: size.blockCount,
        attention: .heads(size.headCount, rotary: RotaryPositions()),
        mixture: .moePlusPlus(
          computingExperts: size.computingExperts, hiddenSize: size.hiddenSize,
          constantExperts: size.constantExperts, mode: mode, tau: tau)))
  }
}
