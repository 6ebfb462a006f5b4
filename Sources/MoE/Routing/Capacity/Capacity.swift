/// How many routes an expert takes at most, which of them it takes, and what becomes of the others.
///
/// With R routes, those of all tokens, an expert of E takes at most C = max(minimum, ⌈factor · R ·
/// shareₑ / Σ share⌉), with equal shares ⌈factor · R / E⌉. R is T·K where every token has K
/// experts. Experts that are switched off count in neither E nor Σ share.
///
/// **Which**: ``order-swift.property``. **The others**: ``overflow-swift.property``.
///
/// Published rules differ: Megatron and DeepSpeed round up as here, Mesh TensorFlow and Switch
/// Transformers have ⌊factor·T/E⌋ of T tokens, which is ``Limit/tokenFactor(_:)``. Give
/// ``Limit/routes(_:)`` to set C itself.
///
/// Source: GShard, arXiv 2006.16668; Switch Transformers, arXiv 2101.03961; MoE++, arXiv
/// 2410.07348, equation 8, for the shares.
public struct Capacity: Sendable, Hashable, Codable {
  /// How many routes an expert takes at most.
  public enum Limit: Sendable, Hashable, Codable {
    /// Any number.
    case none
    /// So many times its share of all routes, rounded up.
    case factor(Double)
    /// So many times its share of all tokens, rounded down.
    ///
    /// It does not depend on how many routes tokens have, so it is causal beside selectors of any
    /// number of experts. Give a minimum where there may be fewer tokens than experts: there is no
    /// room at all otherwise.
    ///
    /// Source: Mesh TensorFlow; Switch Transformers, arXiv 2101.03961, equation 3.
    case tokenFactor(Double)
    /// So many routes.
    case routes(Int)
  }

  /// Which routes find room first.
  public enum Order: Sendable, Hashable, Codable {
    /// Those of earlier tokens.
    case position
    /// Those of higher scores.
    case score
    /// Any, by noise.
    case random
    /// Those of the tokens whose highest score is higher.
    ///
    /// Source: Riquelme and others, "Scaling vision with sparse mixture of experts", arXiv
    /// 2106.05974.
    case batchPrioritized
  }

  /// The fate of a route that finds no room.
  public enum Overflow: Sendable, Hashable, Codable {
    /// It adds nothing to the output.
    case drop
    /// It goes to the token's next best expert with room; where there is none, it is dropped.
    ///
    /// A selector that does not choose among all experts throws with it: see
    /// ``RoutingPromises/allowsRedirection``.
    ///
    /// Source: no-token-left-behind, Mesh TensorFlow.
    case nextBest
    /// It goes to the expert with room that has the fewest routes; where there is none, it is
    /// dropped.
    ///
    /// A selector that does not choose among all experts throws with it, as with ``nextBest``.
    case leastLoaded
    /// It goes to this expert; where that has no room or is the token's already, it is dropped.
    case backup(Int)
    /// The token itself stands in for the expert's output, weighted as that would have been.
    case passThrough
  }

  /// The parts of the experts in what there is of room, in relation to each other.
  public enum Shares: Sendable, Hashable, Codable, ExpressibleByArrayLiteral {
    /// Equal ones.
    case equal
    /// One number an expert.
    case each([Double])
    /// The more the less an expert costs: 1/ηₑ with ηₑ = τ + (1 − τ)·cₑ and cₑ its relative cost,
    /// as the layer tells it. τ is above 0, and 1 at most.
    case byCost(tau: Double)

    /// One number an expert.
    ///
    /// - Parameter shares: The part of each.
    public init(arrayLiteral shares: Double...) { self = .each(shares) }

    /// The part of each expert.
    func parts(_ expertCount: Int, _ traits: [ExpertTraits]) -> [Double] {
      switch self {
      case .each(let shares): shares
      case .byCost(let tau) where !traits.isEmpty:
        // In parts of τ, so that they are τ and 1 for experts that compute and others.
        traits.map { tau / $0.balancingCost(tau: tau) }
      case .equal, .byCost: Array(repeating: 1, count: expertCount)
      }
    }
  }

  /// Whether the weights of a token's experts are made up before some of them are dropped or after.
  public enum Weights: Sendable, Hashable, Codable {
    /// Before, so that a token of which a route is dropped gets less: Mesh TensorFlow, Tutel,
    /// Megatron.
    case beforeDropping
    /// After, from the routes that are left: DeepSpeed.
    case afterDropping
  }

  /// The limit in training.
  public var training: Limit
  /// The limit in inference.
  public var inference: Limit
  /// The smallest limit there is.
  public var minimum: Int
  /// Which routes find room first.
  public var order: Order
  /// Whether the first choices of all tokens come before any second choice.
  ///
  /// A choice is first, second and so on by its slot. A selector that lists experts in another
  /// order than that of choice throws with it: see ``RoutingPromises/ordersChoices``.
  public var prioritizesFirstChoices: Bool
  /// The fate of the other routes.
  public var overflow: Overflow
  /// Whether weights are made up before or after dropping.
  public var weights: Weights
  /// The part of each expert, in relation to the others.
  public var shares: Shares

  /// A capacity of the given rules.
  ///
  /// - Parameters:
  ///   - training: The limit in training.
  ///   - inference: The limit in inference; none unless given.
  ///   - minimum: What a limit is at least.
  ///   - order: Which routes find room first.
  ///   - prioritizesFirstChoices: Whether the first choices of all tokens come before any second
  ///     choice.
  ///   - overflow: What becomes of the other routes.
  ///   - weights: Whether weights are made up before or after dropping.
  ///   - shares: The part of each expert, in relation to the others.
  public init(
    training: Limit, inference: Limit = .none, minimum: Int = 0, order: Order = .position,
    prioritizesFirstChoices: Bool = false, overflow: Overflow = .drop,
    weights: Weights = .beforeDropping, shares: Shares = .equal
  ) {
    self.training = training
    self.inference = inference
    self.minimum = minimum
    self.order = order
    self.prioritizesFirstChoices = prioritizesFirstChoices
    self.overflow = overflow
    self.weights = weights
    self.shares = shares
  }

  /// No limit: every route is taken.
  public static var none: Capacity { Capacity(training: .none) }

  /// A limit in proportion to the number of routes.
  ///
  /// - Parameters:
  ///   - factor: How many times its share of the routes an expert takes in training.
  ///   - inference: The same in inference; no limit unless given.
  ///   - minimum: What the limit is at least.
  ///   - order: Which routes find room first.
  ///   - prioritizesFirstChoices: Whether the first choices of all tokens come before any second
  ///     choice.
  ///   - overflow: What becomes of the other routes.
  /// - Returns: A capacity that throws in a layer where a factor is not positive.
  public static func factor(
    _ factor: Double, inference: Double? = nil, minimum: Int = 0, order: Order = .position,
    prioritizesFirstChoices: Bool = false, overflow: Overflow = .drop
  ) -> Capacity {
    Capacity(
      training: .factor(factor), inference: inference.map { .factor($0) } ?? .none,
      minimum: minimum, order: order, prioritizesFirstChoices: prioritizesFirstChoices,
      overflow: overflow)
  }

  /// A limit of so many routes.
  ///
  /// - Parameters:
  ///   - routes: How many routes an expert takes in training.
  ///   - inference: The same in inference; no limit unless given.
  ///   - order: Which routes find room first.
  ///   - prioritizesFirstChoices: Whether the first choices of all tokens come before any second
  ///     choice.
  ///   - overflow: What becomes of the other routes.
  /// - Returns: A capacity that throws in a layer where a number is not positive.
  public static func routes(
    _ routes: Int, inference: Int? = nil, order: Order = .position,
    prioritizesFirstChoices: Bool = false, overflow: Overflow = .drop
  ) -> Capacity {
    Capacity(
      training: .routes(routes), inference: inference.map { .routes($0) } ?? .none, order: order,
      prioritizesFirstChoices: prioritizesFirstChoices, overflow: overflow)
  }

  /// Whether no route is ever dropped.
  public var isUnlimited: Bool { training == .none && inference == .none }

  /// Whether what becomes of a token's routes depends on that token and earlier ones alone, the
  /// number of tokens aside.
  public var isCausal: Bool {
    guard !isUnlimited else { return true }
    return order == .position && !prioritizesFirstChoices
      && (overflow == .drop || overflow == .passThrough)
  }

  /// The promises of a capacity beside a selector that gives every token as many experts, or not.
  func promises(isCountFixed: Bool) -> RoutingPromises {
    // Of a selector's own promises none is taken away.
    var promises = RoutingPromises(rawValue: ~0)
    if !isUnlimited {
      promises.remove(.tokenLocal)
      if isCausal && (isCountFixed || !isInProportion) { promises.insert(.causal) }
      if order == .random { promises.remove(.deterministic) }
    }
    return promises
  }

  /// Whether the limit depends on how many routes there are.
  var isInProportion: Bool {
    for limit in [training, inference] { if case .factor = limit { return true } }
    return false
  }

  /// The most routes of each expert, or nothing where there is no limit.
  ///
  /// - Parameters:
  ///   - routeCount: The routes of all tokens.
  ///   - expertCount: The number of experts.
  ///   - mode: What the pass is for.
  ///   - availableExperts: The experts that are switched on, all unless given: the others have no
  ///     share.
  ///   - tokenCount: The tokens; as many as routes unless given.
  ///   - expertTraits: What is known of each expert; all compute unless given.
  /// - Returns: One number an expert.
  public func limits(
    routeCount: Int, expertCount: Int, mode: PassMode, availableExperts: [Int]? = nil,
    tokenCount: Int? = nil, expertTraits: [ExpertTraits] = []
  ) -> [Int]? {
    let total: Double
    let rule: FloatingPointRoundingRule
    switch mode.isTraining ? training : inference {
    case .none: return nil
    case .routes(let count):
      return Array(repeating: max(count, minimum), count: expertCount)
    case .factor(let factor):
      (total, rule) = (factor * Double(routeCount), .up)
    case .tokenFactor(let factor):
      (total, rule) = (factor * Double(tokenCount ?? routeCount), .down)
    }
    var parts = [Double](repeating: 0, count: expertCount)
    let all = shares.parts(expertCount, expertTraits)
    for expert in availableExperts ?? Array(0..<expertCount) { parts[expert] = all[expert] }
    let sum = parts.reduce(0, +)
    return parts.map { part in
      // No share is left where all that have some are switched off.
      max(RouteCount.rounded(part > 0 ? total * (part / sum) : 0, rule), minimum)
    }
  }

  /// Throws where a setting cannot work.
  func check(expertCount: Int) throws {
    for (name, limit) in [("training", training), ("inference", inference)] {
      switch limit {
      case .factor(let factor) where !(factor > 0 && factor.isFinite),
        .tokenFactor(let factor) where !(factor > 0 && factor.isFinite):
        throw MoEError.configuration(
          "capacity factor in \(name)", value: "\(factor)", expected: "a finite number above 0")
      case .routes(let count) where count < 1:
        throw MoEError.configuration(
          "capacity in \(name)", value: "\(count)", expected: "at least 1 route")
      default: break
      }
    }
    guard minimum >= 0 else {
      throw MoEError.configuration(
        "minimum capacity", value: "\(minimum)", expected: "at least 0")
    }
    if case .backup(let expert) = overflow, !(0..<expertCount).contains(expert) {
      throw MoEError.configuration(
        "backup expert", value: "\(expert)", expected: "0 to \(expertCount - 1)")
    }
    if case .byCost(let tau) = shares, !(tau > 0 && tau <= 1) {
      throw MoEError.configuration(
        "tau of the capacity shares", value: "\(tau)", expected: "a number above 0, at most 1")
    }
    if case .each(let shares) = shares {
      guard shares.count == expertCount, shares.allSatisfy({ $0 >= 0 && $0.isFinite }),
        shares.reduce(0, +) > 0, shares.reduce(0, +).isFinite
      else {
        throw MoEError.configuration(
          "capacity shares", value: "\(shares)",
          expected: "\(expertCount) finite numbers, none below 0 and not all 0")
      }
    }
  }
}
