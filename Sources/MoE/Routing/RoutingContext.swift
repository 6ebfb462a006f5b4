/// What routing may depend on beside the tokens themselves: what the pass is for, and live conditions.
///
/// Everything has a default, so that most callers hand over a ``PassMode`` alone.
public struct RoutingContext: Sendable {
  /// What the pass is for; in training, the step that noise depends on.
  public var mode: PassMode
  /// The position id of each token, which its noise depends on; its index in the batch where there are none.
  ///
  /// Give them where one token is to be routed alike alone and among others.
  public var positions: [Int]?
  /// The vocabulary id of each token, for hash routing.
  public var tokenIDs: [Int]?
  /// Which tokens are padding: they go to no expert, and nothing counts them.
  public var padding: [Bool]?
  /// The logits of the layer before, for a gate with a residual; zero where there are none.
  ///
  /// They have the shape of the gate's own: those of a soft mixture's slots are ``SoftRouting/logits``.
  public var previousLogits: Tensor?
  /// The routes that each expert is busy with already, for the selectors by live load.
  public var load: [Float]?
  /// Experts that a token goes to whatever its scores, by the token's index.
  public var forcedExperts: [Int: [Int]]
  /// A recorded routing, whose choices are taken over in place of new ones.
  public var replay: RoutingTrace.Pass?
  /// The source of noise; the router sets it, from its seed and layer and from the step.
  public internal(set) var noise = RoutingNoise(seed: 0, step: 0, layer: 0)

  /// A context without live conditions.
  ///
  /// - Parameters:
  ///   - mode: What the pass is for.
  ///   - positions: The position id of each token.
  ///   - tokenIDs: The vocabulary id of each token.
  ///   - padding: Which tokens are padding.
  ///   - previousLogits: The logits of the layer before, of the shape of the gate's own.
  ///   - load: The routes that each expert is busy with already.
  ///   - forcedExperts: Experts that a token goes to whatever its scores.
  ///   - replay: A recorded routing.
  public init(
    mode: PassMode = .inference, positions: [Int]? = nil, tokenIDs: [Int]? = nil,
    padding: [Bool]? = nil, previousLogits: Tensor? = nil, load: [Float]? = nil,
    forcedExperts: [Int: [Int]] = [:], replay: RoutingTrace.Pass? = nil
  ) {
    self.mode = mode
    self.positions = positions
    self.tokenIDs = tokenIDs
    self.padding = padding
    self.previousLogits = previousLogits
    self.load = load
    self.forcedExperts = forcedExperts
    self.replay = replay
  }

  /// The position id of a token: the given one, or its index.
  ///
  /// - Parameter token: The index of the token in the batch.
  /// - Returns: The number that its noise depends on.
  public func position(of token: Int) -> Int { positions?[token] ?? token }

  /// Whether a token is padding.
  ///
  /// - Parameter token: The index of the token in the batch.
  /// - Returns: False where no padding was given.
  public func isPadding(_ token: Int) -> Bool { padding?[token] ?? false }

  /// How many tokens are not padding.
  ///
  /// - Parameter tokenCount: The number of tokens in the batch.
  /// - Returns: At most that number.
  public func validCount(of tokenCount: Int) -> Int {
    padding.map { $0.reduce(0) { $1 ? $0 : $0 + 1 } } ?? tokenCount
  }

  /// Throws where something was given for another number of tokens, of experts or of logits.
  func check(tokenCount: Int, expertCount: Int, logitCount: Int) throws {
    for (name, count) in [
      ("position ids", positions?.count), ("token ids", tokenIDs?.count),
      ("padding mask", padding?.count),
    ] {
      guard count == nil || count == tokenCount else {
        throw MoEError.configuration(
          "number of \(name)", value: "\(count ?? 0)", expected: "\(tokenCount), one a token")
      }
    }
    if let load {
      guard load.count == expertCount else {
        throw MoEError.configuration(
          "number of loads", value: "\(load.count)", expected: "\(expertCount), one an expert")
      }
      for (expert, value) in load.enumerated() where !(value >= 0 && value.isFinite) {
        throw MoEError.configuration(
          "load of expert \(expert)", value: "\(value)", expected: "a finite number, at least 0")
      }
    }
    if let previousLogits, previousLogits.shape != [tokenCount, logitCount] {
      throw MoEError.shape(
        "previous logits", found: previousLogits.shape, expected: "[\(tokenCount), \(logitCount)]")
    }
    for (token, experts) in forcedExperts.sorted(by: { $0.key < $1.key }) {
      guard token >= 0, token < tokenCount else {
        throw MoEError.configuration(
          "token with forced experts", value: "\(token)", expected: "0 to \(tokenCount - 1)")
      }
      guard experts.allSatisfy({ $0 >= 0 && $0 < expertCount }),
        Set(experts).count == experts.count
      else {
        throw MoEError.configuration(
          "forced experts of token \(token)", value: "\(experts)",
          expected: "different experts from 0 to \(expertCount - 1)")
      }
    }
  }
}
