// Parts around others, whose types are not known, and a table that is checked as it is read.

extension ScaledWeighting: Codable {
  private enum CodingKeys: String, CodingKey { case base, factor }

  /// Writes the other weighting and the constant.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(CodedPart(base), forKey: .base)
    try container.encode(factor, forKey: .factor)
  }

  /// Reads the other weighting and the constant.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try container.decode(CodedPart<any Weighting>.self, forKey: .base).part,
      by: try container.decode(Float.self, forKey: .factor))
  }
}

extension RemainderWeighting: Codable {
  /// Writes the other weighting.
  public func encode(to encoder: any Encoder) throws { try CodedPart(base).encode(to: encoder) }

  /// Reads the other weighting.
  public init(from decoder: any Decoder) throws {
    self.init(try CodedPart<any Weighting>(from: decoder).part)
  }
}

extension AlwaysOnSelector: Codable {
  private enum CodingKeys: String, CodingKey { case base, alwaysOnCount }

  /// Writes the other selector and the number of experts.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(CodedPart(base), forKey: .base)
    try container.encode(alwaysOnCount, forKey: .alwaysOnCount)
  }

  /// Reads the other selector and the number of experts.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try container.decode(CodedPart<any ExpertSelector>.self, forKey: .base).part,
      alwaysOnCount: try container.decode(Int.self, forKey: .alwaysOnCount))
  }
}

extension HashRoutingTable: Codable {
  private enum CodingKeys: String, CodingKey { case experts, expertCount }

  /// Writes the experts of each id.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode((0..<vocabulary).map { self[$0].map(Int.init) }, forKey: .experts)
    try container.encode(expertCount, forKey: .expertCount)
  }

  /// Reads the experts of each id.
  ///
  /// - Throws: As ``init(_:expertCount:)``.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      try container.decode([[Int]].self, forKey: .experts),
      expertCount: try container.decode(Int.self, forKey: .expertCount))
  }
}
