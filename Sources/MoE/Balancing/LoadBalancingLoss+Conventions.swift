extension LoadBalancingLoss {
  /// Whose scale the loss has.
  ///
  /// With E experts that are switched on, K routes a token, T tokens and nₑ routes to expert e. A
  /// token's first choice is what stands in its first slot: its best expert with the selectors that
  /// take the best, but that of the lowest index with ``AllSelector``, ``ThresholdSelector``,
  /// ``ExpertChoiceSelector`` and ``BatchwiseBalancedSelector``, which list experts in the order of
  /// their indices. Conventions of first choices mean little there.
  public enum Normalization: Sendable, Hashable, Codable {
    /// fₑ = nₑ/(T·K) and c = E: the loss is α at perfect balance, whatever K is.
    case balancedIsOne
    /// fₑ = nₑ/T and c = E: the loss is α·K at perfect balance.
    case perToken
    /// As ``balancedIsOne``, of first choices alone: Switch Transformers has no others.
    case switchTransformers
    /// fₑ = nₑ/T of first choices and c = 1/E: the loss is α/E² at perfect balance.
    case gShard
    /// Up to two routes a token as ``switchTransformers``, else as ``balancedIsOne``.
    ///
    /// Experts that are forced on a token do not change which of them it is.
    case deepSpeed
    /// As ``balancedIsOne``.
    case megatron
    /// As ``balancedIsOne``, divided by the number of layers, so that the sum over them is α at
    /// perfect balance.
    case megaBlocks(layerCount: Int)
    /// As ``perToken``: the loss of one layer. Transformers concatenates the tokens of all L layers
    /// before the product, so that its loss is K at perfect balance however many layers there are:
    /// a sum over layers with α/L each.
    case transformers
    /// As ``perToken``.
    case flaxformer

    /// Whether first choices alone are counted.
    func countsFirstChoices(_ routing: Routing) -> Bool {
      switch self {
      case .switchTransformers, .gShard: true
      case .deepSpeed: (routing.routesPerToken ?? routing.slotCount) <= 2
      default: false
      }
    }

    /// The factor of Σ fₑ·Pₑ, with fₑ a share of the routes that are counted.
    func factor(expertCount: Int, routesPerToken: Float) -> Float {
      switch self {
      case .balancedIsOne, .switchTransformers, .deepSpeed, .megatron: Float(expertCount)
      case .perToken, .transformers, .flaxformer: Float(expertCount) * routesPerToken
      case .gShard: 1 / Float(expertCount)
      case .megaBlocks(let layers): Float(expertCount) / Float(max(layers, 1))
      }
    }
  }

  /// Which tokens are counted together.
  public enum Scope: Sendable, Hashable, Codable {
    /// Those of the batch.
    case batch
    /// Those of each sequence of so many tokens, apart; the loss is the mean over the sequences.
    case sequences(length: Int)
    /// Those of each sequence of the batch, apart, by ``Batch/sequenceLengths``; the loss is the
    /// mean over the sequences. Where none are given, the batch is one.
    case sequencesOfBatch
  }

  /// Which experts are counted together.
  public enum Experts: Sendable, Hashable, Codable {
    /// Each by itself.
    case single
    /// In groups of so many neighbours: fᵢ is the mean and Pᵢ the sum over group i, as of one
    /// device.
    ///
    /// The mean is over the experts that are switched on.
    case devices(groupSize: Int)
    /// In groups of so many neighbours: fᵢ = D/(M·T) times the number of tokens that have an expert
    /// in group i, with D groups and at most M for a token.
    ///
    /// Groups that are switched off as a whole count in neither D nor M. The loss is α at balance
    /// where every token reaches M groups, and less where tokens reach fewer. It has this scale
    /// alone: a layer takes it with ``Normalization/balancedIsOne`` and ``Normalization/megatron``
    /// only.
    case communication(groupSize: Int, groupsPerToken: Int)

    /// How many neighbours stand together.
    var groupSize: Int {
      switch self {
      case .single: 1
      case .devices(let size), .communication(let size, _): max(size, 1)
      }
    }
  }

  /// The distribution that Pₑ is the mean of.
  public enum Probabilities: Sendable, Hashable, Codable {
    /// The softmax of the logits.
    case softmax
    /// The scores of a token divided by their sum, as for sigmoid scores.
    ///
    /// They are reckoned from the logarithms of the scores, so that none is too small. A token
    /// whose scores are all zero, as rectified ones may be, has zeros, and no gradient.
    case normalizedScores
  }

}

extension LoadBalancingLoss {
  /// Throws where a number is out of its range, or settings do not go together.
  ///
  /// Those are the coefficient, the number of layers, lengths and sizes of groups, and the counts
  /// of ``LoadBalancingLoss/earlier`` micro-batches: they are of each expert in all tokens, and so
  /// of no use to sequences or to groups of communication.
  public func check(expertCount: Int) throws {
    try check(coefficient: coefficient)
    if case .megaBlocks(let layers) = normalization { try check("number of layers", layers) }
    if case .sequences(let length) = scope { try check("length of sequences", length) }
    switch experts {
    case .single: break
    case .devices(let size): try check("size of groups", size)
    case .communication(let size, let count):
      try check("size of groups", size)
      try check("groups a token", count)
      guard normalization == .balancedIsOne || normalization == .megatron else {
        throw MoEError.configuration(
          "normalization of \(name)", value: "\(normalization)",
          expected: "balancedIsOne or megatron, as it has a scale of its own")
      }
    }
    guard let earlier else { return }
    guard earlier.routes.count == expertCount else {
      throw MoEError.configuration(
        "experts of earlier micro-batches", value: "\(earlier.routes.count)",
        expected: "\(expertCount), as the layer has")
    }
    guard countsEarlier else {
      throw MoEError.configuration(
        "earlier micro-batches of \(name)", value: "\(earlier.tokenCount) tokens",
        expected: "none, as they are counted over whole batches and single experts")
    }
  }

  /// Whether earlier micro-batches can be counted with this one.
  var countsEarlier: Bool {
    if case .communication = experts { return false }
    return scope == .batch
  }

  private func check(_ setting: String, _ value: Int) throws {
    guard value > 0 else {
      throw MoEError.configuration(
        "\(setting) of \(name)", value: "\(value)", expected: "at least 1")
    }
  }
}
