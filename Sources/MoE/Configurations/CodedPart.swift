/// A part of a strategy or of a layer whose type is not known, as it is written: its kind, and what that
/// needs.
///
/// All kinds of this library are known. One of your own is after ``CodableParts/register(_:)``.
struct CodedPart<Part>: Codable {
  let part: Part

  init(_ part: Part) { self.part = part }

  private enum CodingKeys: String, CodingKey { case kind, settings }

  func encode(to encoder: any Encoder) throws {
    let kind = "\(type(of: part as Any))"
    guard let known = CodableParts.type(kind), known == type(of: part as Any),
      let codable = part as? any Codable
    else {
      throw EncodingError.invalidValue(
        part,
        EncodingError.Context(
          codingPath: encoder.codingPath,
          debugDescription: "\(kind): expected a kind of this library, or one that "
            + "CodableParts.register(_:) was told of"))
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    try container.encode(codable, forKey: .settings)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try container.decode(String.self, forKey: .kind)
    guard let known = CodableParts.type(kind),
      let part = try container.decode(known, forKey: .settings) as? Part
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container,
        debugDescription: "\(kind): expected a kind of \(Part.self) that is known")
    }
    self.part = part
  }
}

extension KeyedEncodingContainer {
  /// Writes parts whose types are not known.
  mutating func encode<Part>(parts: [Part], forKey key: Key) throws {
    try encode(parts.map { CodedPart($0) }, forKey: key)
  }
}

extension KeyedDecodingContainer {
  /// Reads parts whose types are not known.
  func decode<Part>(parts: Part.Type, forKey key: Key) throws -> [Part] {
    try decode([CodedPart<Part>].self, forKey: key).map(\.part)
  }
}

/// The kinds of parts that can be written and read again where their type is not known: selectors,
/// weightings, scores, auxiliary losses and updates after a step.
public enum CodableParts {
  /// Tells of a kind of your own, so that a configuration that has one can be read.
  ///
  /// - Parameter type: A type whose name no other part has; told once more it changes nothing.
  public static func register<Part: Codable & Sendable>(_ type: Part.Type) {
    registered.withLock { $0["\(type)"] = type }
  }

  /// The kind of a name.
  static func type(_ kind: String) -> (any (Codable & Sendable).Type)? {
    builtIn[kind] ?? registered.withLock { $0[kind] }
  }

  private static let registered = Locked<[String: any (Codable & Sendable).Type]>([:])

  private static let builtIn: [String: any (Codable & Sendable).Type] = {
    let types: [any (Codable & Sendable).Type] =
      scores + tokenSelectors + batchSelectors + weightings + balancing
    return Dictionary(uniqueKeysWithValues: types.map { ("\($0)", $0) })
  }()

  private static let scores: [any (Codable & Sendable).Type] = [
    SoftmaxScore.self, SigmoidScore.self, SquareRootSoftplusScore.self, ReLUScore.self,
    SoftmaxOverTokensScore.self,
  ]

  private static let tokenSelectors: [any (Codable & Sendable).Type] = [
    TopKSelector.self, AllSelector.self, FixedNoiseTopKSelector.self, GumbelTopKSelector.self,
    SampledSelector.self, RandomSelector.self, RandomSecondSelector.self, HashSelector.self,
    GroupLimitedSelector.self, AlwaysOnSelector.self, TopPSelector.self, ThresholdSelector.self,
    SparseMixerSelector.self, HierarchicalSelector.self,
  ]

  private static let batchSelectors: [any (Codable & Sendable).Type] = [
    LoadBalancedSamplingSelector.self, GreedyByLoadSelector.self, ExpertChoiceSelector.self,
    SinkhornSelector.self, LinearAssignmentSelector.self, BatchwiseBalancedSelector.self,
  ]

  private static let weightings: [any (Codable & Sendable).Type] = [
    ScoreWeighting.self, RenormalizedWeighting.self, BestRenormalizedWeighting.self,
    SelectedSoftmaxWeighting.self, SelectedSigmoidWeighting.self, PNormWeighting.self,
    SelectedCountWeighting.self, UnitWeighting.self, RemainderWeighting.self,
    ScaledWeighting.self, SparseMixerWeighting.self, HierarchicalWeighting.self,
  ]

  private static let balancing: [any (Codable & Sendable).Type] = [
    LoadBalancingLoss.self, ImportanceLoss.self, LoadLoss.self, HeterogeneousBalancingLoss.self,
    RouterZLoss.self, EntropyLoss.self, AdaptiveSparsityLoss.self, BatchwiseThresholdLoss.self,
    SelectionBiasUpdate.self, QualityTracker.self, LoadCounts.self, BalanceMonitor.self,
  ]
}
