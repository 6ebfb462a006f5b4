/// A block of a Transformer: attention, then a feed-forward network, which is dense or a mixture of
/// experts; each behind a norm and beside a residual.
///
/// u = x + A(N₁(x)), y = u + F(N₂(u)).
///
/// Each part but the feed-forward network may be missing: without attention u is x, without a norm
/// N is the identity, and where ``isResidual`` is false y is F(N₂(A(N₁(x)))). So a block of nothing
/// but a mixture is that mixture.
///
/// A block is a ``Layer`` like others, and may be an expert:
/// ``ExpertSpecification/transformer(count:headCount:hiddenSize:isCausal:rotary:norm:)``.
///
/// **Shapes**: input and output [tokens, size]. Attention goes along the sequences of
/// ``Batch/sequenceLengths``; experts see the rows of a sequence that went to them, in their order.
///
/// Padding is taken out before anything else, and stands as zeros in the output.
///
/// **Names**: `attentionNorm`, `attention`, `feedForwardNorm` and `feedForward`.
///
/// Source: Vaswani and others, arXiv 1706.03762; with the norm first Xiong and others, arXiv
/// 2002.04745.
public struct TransformerBlock: Layer {
  /// The norm N₁ before attention.
  public var attentionNorm: Norm?
  /// The attention A: ``MultiHeadAttention``, ``MixtureOfAttentionHeads``, or a layer of your own.
  public var attention: (any Layer)?
  /// The norm N₂ before the feed-forward network.
  public var feedForwardNorm: Norm?
  /// The feed-forward network F: a dense layer, or ``MixtureOfExperts``.
  public var feedForward: any Layer
  /// Whether the input of each part is added to its output.
  public let isResidual: Bool
  /// What the routers of its parts read.
  public let routerInput: RouterInput

  /// A block of the given parts.
  ///
  /// - Parameters:
  ///   - attentionNorm: The norm before attention.
  ///   - attention: The attention.
  ///   - feedForwardNorm: The norm before the feed-forward network.
  ///   - feedForward: The feed-forward network, dense or a mixture.
  ///   - isResidual: Whether the input of each part is added to its output.
  ///   - routerInput: What the routers of its parts read.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where a part is of another size.
  public init(
    attentionNorm: Norm? = nil, attention: (any Layer)? = nil, feedForwardNorm: Norm? = nil,
    feedForward: any Layer, isResidual: Bool = true,
    routerInput: RouterInput = .tokens
  ) throws {
    let size = feedForward.inputSize
    let parts: [(String, (any Layer)?)] = [
      ("norm before attention", attentionNorm), ("attention", attention),
      ("norm before the feed-forward network", feedForwardNorm),
      ("feed-forward network", feedForward),
    ]
    for (name, part) in parts {
      guard let part, part.inputSize != size || part.outputSize != size else { continue }
      throw MoEError.configuration(
        name, value: "from \(part.inputSize) to \(part.outputSize)",
        expected: "from \(size) to \(size)")
    }
    self.attentionNorm = attentionNorm
    self.attention = attention
    self.feedForwardNorm = feedForwardNorm
    self.feedForward = feedForward
    self.isResidual = isResidual
    self.routerInput = routerInput
  }

  /// The size of a token.
  public var inputSize: Int { feedForward.inputSize }

  /// The size of an output row, which is that of a token.
  public var outputSize: Int { feedForward.outputSize }

  /// The mixture that the feed-forward network is; nothing where it is dense.
  ///
  /// What is set here takes the place of the network.
  public var mixture: MixtureOfExperts? {
    get { feedForward as? MixtureOfExperts }
    set { if let newValue { feedForward = newValue } }
  }

  /// Visits the parameters of each part, under its name.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try attentionNorm?.visitParameters(under: "attentionNorm", visit)
    try attention?.visitParameters(under: "attention", visit)
    try feedForwardNorm?.visitParameters(under: "feedForwardNorm", visit)
    try feedForward.visitParameters(under: "feedForward", visit)
  }

  /// Visits the buffers of attention and of the feed-forward network, under their names.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    try attention?.visitBuffers(under: "attention", visit)
    try feedForward.visitBuffers(under: "feedForward", visit)
  }

  /// Throws what a part throws.
  public func checkBuffers() throws {
    try attention?.checkBuffers()
    try feedForward.checkBuffers()
  }

  /// Visits the weights of attention and of the feed-forward network.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try attention?.visitWeights(under: "attention", visit)
    try feedForward.visitWeights(under: "feedForward", visit)
  }
}

/// What the routers of a block's parts read.
public enum RouterInput: String, Sendable, Hashable, Codable {
  /// What the experts take: the part's input behind its norm.
  case tokens
  /// The part's input before its norm.
  ///
  /// Source: Gemma 4, whose gate has a norm of its own, ``GateInputNorm``.
  case residual
  /// The input of the block, before attention.
  ///
  /// Source: SmallThinker, whose experts can be fetched while attention runs.
  case block
}

/// The routed parts of a block, in the order in which they run.
public enum BlockPart: String, Sendable, Hashable, Codable, CaseIterable {
  /// The attention.
  case attention
  /// The feed-forward network.
  case feedForward
}

extension TransformerBlock {
  /// The layer that a part is; nothing where there is none.
  subscript(part: BlockPart) -> (any Layer)? {
    get {
      switch part {
      case .attention: attention
      case .feedForward: feedForward
      }
    }
    set {
      switch part {
      case .attention: attention = newValue
      case .feedForward: if let newValue { feedForward = newValue }
      }
    }
  }

  /// The norm before a part; nothing where there is none.
  func norm(before part: BlockPart) -> Norm? {
    switch part {
    case .attention: attentionNorm
    case .feedForward: feedForwardNorm
    }
  }

  /// The layer that a part is, where it sends tokens to experts.
  func routed(_ part: BlockPart) -> (any RoutedLayer)? { self[part] as? any RoutedLayer }

  /// The parts that send tokens to experts.
  var routedParts: [BlockPart] { BlockPart.allCases.filter { routed($0) != nil } }

  /// Whether the gate of a part reads the logits of the layer before.
  func readsPreviousLogits(_ part: BlockPart) -> Bool {
    routed(part)?.router.gate.readsPreviousLogits ?? false
  }
}
