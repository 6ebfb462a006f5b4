extension RoutingStrategy: Codable {
  private enum CodingKeys: String, CodingKey {
    case gate, score, selector, weighting, capacity, hasSelectionBias, biasesLogits
    case appliesWeightsToInput, expertInputScale, isStraightThrough, weightScale, dropout
    case slotsPerExpert
  }

  /// Writes every part, with its kind.
  ///
  /// - Throws: `EncodingError` for a part of your own that ``CodableParts/register(_:)`` was not told
  ///   of.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(gate, forKey: .gate)
    try container.encode(CodedPart(score), forKey: .score)
    try container.encode(CodedPart(selector), forKey: .selector)
    try container.encode(CodedPart(weighting), forKey: .weighting)
    try container.encode(capacity, forKey: .capacity)
    try container.encode(hasSelectionBias, forKey: .hasSelectionBias)
    try container.encode(biasesLogits, forKey: .biasesLogits)
    try container.encode(appliesWeightsToInput, forKey: .appliesWeightsToInput)
    try container.encode(expertInputScale, forKey: .expertInputScale)
    try container.encode(isStraightThrough, forKey: .isStraightThrough)
    try container.encodeIfPresent(weightScale, forKey: .weightScale)
    try container.encodeIfPresent(dropout, forKey: .dropout)
    try container.encodeIfPresent(slotsPerExpert, forKey: .slotsPerExpert)
  }

  /// Reads every part; whether they go together is said where a layer is made of them.
  ///
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      gate: try container.decode(GateSpecification.self, forKey: .gate),
      score: try container.decode(CodedPart<any Score>.self, forKey: .score).part,
      selector: try container.decode(CodedPart<any ExpertSelector>.self, forKey: .selector).part,
      weighting: try container.decode(CodedPart<any Weighting>.self, forKey: .weighting).part,
      capacity: try container.decode(Capacity.self, forKey: .capacity),
      hasSelectionBias: try container.decode(Bool.self, forKey: .hasSelectionBias),
      appliesWeightsToInput: try container.decode(Bool.self, forKey: .appliesWeightsToInput),
      isStraightThrough: try container.decode(Bool.self, forKey: .isStraightThrough),
      dropout: try container.decodeIfPresent(RoutingDropout.self, forKey: .dropout))
    biasesLogits = try container.decode(Bool.self, forKey: .biasesLogits)
    expertInputScale = try container.decode(Float.self, forKey: .expertInputScale)
    weightScale = try container.decodeIfPresent(WeightScale.self, forKey: .weightScale)
    slotsPerExpert = try container.decodeIfPresent(Int.self, forKey: .slotsPerExpert)
  }
}
