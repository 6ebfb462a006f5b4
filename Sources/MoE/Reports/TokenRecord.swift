/// Tokens that a report shows one by one: their texts, and their routes in every layer.
struct TokenRecord: Sendable, Hashable, Codable {
  /// How many there are.
  var count = 0
  /// The text of each; nothing where none were given.
  var texts: [String] = []
  /// The number of the group of each; nothing where none were given.
  var groups: [Int32] = []
  /// The routes, layer by layer.
  var layers: [Layer] = []

  /// Whether tokens have texts.
  var hasTexts: Bool { !texts.isEmpty }

  /// How many routes are kept in all layers together: more would make a page that a browser does
  /// not open with ease.
  static let routeLimit = 4_000_000

  /// The routes of the tokens in one layer, token by token, the leading one first.
  struct Layer: Sendable, Hashable, Codable {
    /// How many routes each token has.
    var counts: [Int32] = []
    /// The expert of each route.
    var experts: [Int32] = []
    /// The weight of each route.
    var weights: [Float] = []
    /// What became of each route.
    var outcomes: [RouteOutcome] = []
    /// Whether the weights are known.
    var hasWeights = true

    /// Adds the routes of a token.
    mutating func add(_ routes: [RouteSource.Route]) {
      counts.append(Int32(routes.count))
      for route in routes {
        experts.append(route.expert)
        weights.append(route.weight)
        outcomes.append(route.outcome)
      }
    }

    /// Adds the routes of further tokens.
    mutating func add(_ other: Layer, hasWeights: Bool) {
      counts += other.counts
      experts += other.experts
      weights += other.weights
      outcomes += other.outcomes
      self.hasWeights = self.hasWeights && hasWeights
    }
  }

  /// How many tokens of a batch may be kept.
  func room(for sources: [RouteSource], limit: Int) -> Int {
    let perToken = sources.reduce(0) { $0 + max($1.slotCount, 1) }
    let used = layers.reduce(0) { $0 + $1.experts.count }
    let room = max(0, TokenRecord.routeLimit - used) / max(perToken, 1)
    return min(sources.first?.tokens.count ?? 0, room, max(0, limit - count))
  }

  /// Adds the texts and groups of tokens.
  mutating func add(texts: [String]?, groups: [Int32]?, count: Int) {
    self.texts += texts ?? []
    self.groups += groups ?? []
    self.count += count
  }
}
