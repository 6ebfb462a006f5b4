/// What a router did, in numbers and in pictures: how much each expert took, which groups of tokens
/// it took, which experts work side by side and one after another, and how all of that went over
/// the steps of a training.
///
/// It is made of routings, or of recordings of them, batch by batch. ``text(width:)`` draws it for
/// a terminal, ``html()`` as one page that needs nothing else.
///
///     var report = RoutingReport(title: "Validation")
///     try report.add([pass.routing], tokens: words, groups: kinds)
///     print(report.text(width: 80))
///     try report.write(to: path)
public struct RoutingReport: Sendable, Hashable, Codable {
  /// What it is of.
  public var title: String
  /// What layers are called; `layer 0` and so on where there are fewer names than layers.
  public var layerNames: [String]
  /// What the experts of a layer are called; `expert 0` and so on where there are fewer names than
  /// experts.
  public var expertNames: [String]
  /// How many tokens are kept to be shown one by one; all count in the sums.
  public let tokenLimit: Int
  /// What each layer did; none before anything was added.
  public internal(set) var layers: [Layer] = []
  /// How many tokens were added, padding left out.
  public internal(set) var tokenCount = 0
  /// The groups of tokens, in the order in which they first came.
  public internal(set) var groups: [Group] = []
  /// What was recorded over the steps of a training.
  public internal(set) var steps: [Step] = []
  /// The tokens that are shown one by one.
  var shown = TokenRecord()

  /// Tokens of one class, domain or kind.
  public struct Group: Sendable, Hashable, Codable {
    /// What it is called.
    public let name: String
    /// How many tokens it has.
    public internal(set) var tokenCount: Int
  }

  /// A report of nothing yet.
  ///
  /// - Parameters:
  ///   - title: What it is of.
  ///   - layerNames: What layers are called.
  ///   - expertNames: What the experts of a layer are called.
  ///   - tokenLimit: How many tokens are kept to be shown one by one.
  public init(
    title: String = "Routing", layerNames: [String] = [], expertNames: [String] = [],
    tokenLimit: Int = 200_000
  ) {
    self.title = title
    self.layerNames = layerNames
    self.expertNames = expertNames
    self.tokenLimit = max(tokenLimit, 0)
  }

  /// A report of a recording.
  ///
  /// - Parameters:
  ///   - trace: The passes, layer by layer. Where they are of several steps, layer by layer of one
  ///     step after another.
  ///   - layerCount: The number of layers, where the trace is of several steps.
  ///   - tokens: The text of each token, step by step; none unless given.
  ///   - groups: The group of each token; none unless given.
  ///   - title: What the report is of.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the layers do not divide the
  ///   passes, and as adding a trace does.
  public init(
    _ trace: RoutingTrace, layerCount: Int? = nil, tokens: [String] = [], groups: [String] = [],
    title: String = "Routing"
  ) throws {
    self.init(title: title)
    let layerCount = layerCount ?? trace.passes.count
    guard trace.passes.isEmpty || (layerCount > 0 && trace.passes.count % layerCount == 0) else {
      throw MoEError.configuration(
        "number of layers", value: "\(layerCount)",
        expected: "one that divides the \(trace.passes.count) passes of the trace")
    }
    try add(trace, layerCount: layerCount, tokens: tokens, groups: groups)
  }

  /// A report from a file.
  ///
  /// - Throws: `DecodingError` where its numbers do not fit together.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    title = try values.decode(String.self, forKey: .title)
    layerNames = try values.decode([String].self, forKey: .layerNames)
    expertNames = try values.decode([String].self, forKey: .expertNames)
    tokenLimit = try values.decode(Int.self, forKey: .tokenLimit)
    layers = try values.decode([Layer].self, forKey: .layers)
    tokenCount = try values.decode(Int.self, forKey: .tokenCount)
    groups = try values.decode([Group].self, forKey: .groups)
    steps = try values.decode([Step].self, forKey: .steps)
    shown = try values.decode(TokenRecord.self, forKey: .shown)
    guard isConsistent else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "numbers of a report that do not fit together"))
    }
  }

  /// What a layer is called.
  ///
  /// - Parameter layer: Its number.
  /// - Returns: Its name, or `layer` and the number where it has none.
  public func layerName(_ layer: Int) -> String {
    layerNames.indices.contains(layer) ? layerNames[layer] : "layer \(layer)"
  }

  /// What an expert is called.
  ///
  /// - Parameter expert: Its number.
  /// - Returns: Its name, or `expert` and the number where it has none.
  public func expertName(_ expert: Int) -> String {
    expertNames.indices.contains(expert) ? expertNames[expert] : "expert \(expert)"
  }
}
