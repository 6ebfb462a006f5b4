/// How models print: the tree of their parts, with shapes, and how many numbers are used for a token.

extension TransformerBlock: Outlined, PartlyActive, CustomStringConvertible {
  var outline: Outline {
    let parts: [(name: String, part: (any Parameterized)?)] = [
      ("attention norm", attentionNorm), ("attention", attention),
      ("feed-forward norm", feedForwardNorm), ("feed-forward", feedForward),
    ]
    return Outline(
      "TransformerBlock of \(inputSize)\(isResidual ? "" : ", not residual"), \(parameterText)",
      parts.compactMap { item in item.part.map { $0.anyOutline.named(item.name) } })
  }

  /// How many numbers of the parameters are used for a token, at most.
  public var activeParameterCount: Int {
    let parts: [(any Parameterized)?] = [attentionNorm, attention, feedForwardNorm, feedForward]
    return parts.reduce(0) { $0 + ($1?.anyActiveParameterCount ?? 0) }
  }

  /// The tree of the parts.
  public var description: String { outline.text }
}

extension MixtureStack: Outlined, PartlyActive, CustomStringConvertible {
  var outline: Outline {
    Outline(
      "MixtureStack of \(blocks.count) blocks, \(parameterText)",
      Outline.numbered((one: "block", many: "blocks"), blocks.map(\.outline)))
  }

  /// How many numbers of the parameters are used for a token, at most.
  public var activeParameterCount: Int {
    blocks.reduce(0) { $0 + $1.activeParameterCount }
  }

  /// The tree of the blocks, of which equal ones in a row are told once.
  public var description: String { outline.text }
}

extension MixtureDecoder: Outlined, PartlyActive, CustomStringConvertible {
  var outline: Outline {
    let head = head.map { $0.outline.named("head") } ?? Outline("head: the embedding")
    return Outline(
      "MixtureDecoder of \(vocabularySize) ids, \(parameterText)",
      [embedding.outline.named("embedding"), stack.outline.named("stack")]
        + [norm.map { $0.outline.named("norm") }, head].compactMap { $0 })
  }

  /// How many numbers of the parameters are used for a token, at most.
  ///
  /// All of the embedding is counted, though a token looks up one row of it.
  public var activeParameterCount: Int {
    parameterCount - stack.parameterCount + stack.activeParameterCount
  }

  /// The tree of the parts.
  public var description: String { outline.text }
}

extension MixtureOfAttentionHeads: Outlined, PartlyActive, CustomStringConvertible {
  var outline: Outline {
    Outline(
      "MixtureOfAttentionHeads of \(inputSize), \(expertCount) experts, \(router.slotCount) a token, "
        + "\(headCount) heads of \(headSize) each, \(parameterText)",
      [Outline("router: \(router.summary)")] + shapeLines
        + balancingLosses.map { Outline("loss: \($0.name)") }
        + stepUpdates.map { Outline("after a step: \($0.name)") })
  }

  /// How many numbers of the parameters are used for a token, at most.
  public var activeParameterCount: Int {
    let ofExperts = query.parameterCount + output.parameterCount
    let active = ofExperts / expertCount * min(router.slotCount, expertCount)
    return parameterCount - ofExperts + active
  }

  /// The sizes, the router and the shapes of the parameters.
  public var description: String { outline.text }
}
