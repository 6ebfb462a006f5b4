/// How well each expert has served its tokens, as an exponential average, and an offset of logits
/// that follows it.
///
/// After each step the quality of expert e becomes qₑ ← d·qₑ + (1 − d)·q̄ₑ, with d the ``decay``
/// and q̄ₑ the mean quality of the tokens that it took. The quality of a token is yours to define,
/// in (0, 1]: such as the probability that the model gave to what came next. Experts without tokens
/// keep theirs. Logits are moved by λ·(ln qₑ − mean ln q), so that tokens drift to experts that
/// served well; the mean is taken off, so that the offset of all experts together is none.
///
/// It is a form of this library's own.
public struct QualityTracker: StepUpdate, Hashable, Codable {
  /// How much of the former average is kept: d.
  public let decay: Double
  /// How strongly logits follow quality: λ.
  public let strength: Double
  /// The average quality of each expert, in (0, 1]; it starts at 1.
  public private(set) var quality: [Double]

  /// A tracker to start from.
  ///
  /// - Parameters:
  ///   - expertCount: The number of experts.
  ///   - decay: How much of the former average is kept, from 0 to less than 1.
  ///   - strength: How strongly logits follow quality; 0 leaves them as they are.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where a number is out of its range.
  public init(expertCount: Int, decay: Double = 0.99, strength: Double = 1) throws {
    guard expertCount > 0 else {
      throw MoEError.configuration(
        "number of experts to track", value: "\(expertCount)", expected: "at least 1")
    }
    guard decay >= 0, decay < 1 else {
      throw MoEError.configuration(
        "decay of quality", value: "\(decay)", expected: "at least 0 and less than 1")
    }
    guard strength >= 0, strength.isFinite else {
      throw MoEError.configuration(
        "strength of quality", value: "\(strength)", expected: "a finite number, at least 0")
    }
    self.decay = decay
    self.strength = strength
    quality = Array(repeating: 1, count: expertCount)
  }

  /// A tracker of the same rule with other qualities.
  init(_ tracker: QualityTracker, quality: [Double]) {
    self = tracker
    self.quality = quality
  }

  /// The name: `quality`.
  public var name: String { "quality" }

  /// Throws where the router has another number of experts.
  public func check(_ router: Router) throws {
    guard router.expertCount == quality.count else {
      throw MoEError.configuration(
        "number of experts", value: "\(router.expertCount)",
        expected: "\(quality.count), as are tracked")
    }
  }

  /// Takes a step into account, and moves the router's logits.
  ///
  /// - Parameters:
  ///   - router: The router whose ``Router/logitOffset`` is set.
  ///   - step: The routings, and how well each token was served, in (0, 1]; what stands for padding
  ///     is left out of account.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where a quality is missing or out of
  ///   its range, or a routing has another number of experts; nothing has changed then.
  public mutating func update(_ router: inout Router, after step: TrainingStep) throws {
    try check(router)
    guard step.routings.contains(where: \.isCounted) else { return }
    let qualities = try qualities(of: step)
    for (routing, tokenQuality) in zip(step.routings, qualities) where routing.isCounted {
      for expert in quality.indices {
        let positions = routing.rows.positions(of: expert)
        guard !positions.isEmpty else { continue }
        let sum = positions.reduce(0.0) {
          $0 + Double(tokenQuality[Int(routing.rows.indices[$1])])
        }
        quality[expert] = decay * quality[expert] + (1 - decay) * sum / Double(positions.count)
      }
    }
    router.logitOffset = logitOffset
  }

  /// The qualities of a step, or an error where there are not as many as tokens, or one is out of
  /// its range.
  private func qualities(of step: TrainingStep) throws -> [[Float]] {
    guard let qualities = step.tokenQuality, qualities.count == step.routings.count else {
      throw MoEError.configuration(
        "token qualities of a step", value: "\(step.tokenQuality?.count ?? 0) passes",
        expected: "\(step.routings.count), as quality is tracked")
    }
    for (routing, tokenQuality) in zip(step.routings, qualities) {
      guard routing.expertCount == quality.count else {
        throw MoEError.configuration(
          "number of experts", value: "\(routing.expertCount)",
          expected: "\(quality.count), as are tracked")
      }
      guard tokenQuality.count == routing.tokenCount else {
        throw MoEError.configuration(
          "number of token qualities", value: "\(tokenQuality.count)",
          expected: "\(routing.tokenCount), one a token")
      }
      for (token, value) in tokenQuality.enumerated()
      where !routing.isPadding(token) && !(value > 0 && value <= 1) {
        throw MoEError.configuration(
          "quality of token \(token)", value: "\(value)", expected: "above 0 and at most 1")
      }
    }
    return qualities
  }

  /// Visits `quality`.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    var buffer = Tensor(doubles: quality)
    let count = quality.count
    try Self.visit("quality", &buffer, visit)
    quality = buffer.doubles ?? Array(repeating: .nan, count: count)
  }

  /// Throws where there is not one quality above 0 and at most 1 an expert.
  public func checkBuffers() throws {
    guard !quality.isEmpty else {
      throw MoEError.configuration(
        "number of experts to track", value: "0", expected: "at least 1")
    }
    for (expert, value) in quality.enumerated() where !(value > 0 && value <= 1) {
      throw MoEError.configuration(
        "quality of expert \(expert)", value: "\(value)", expected: "above 0 and at most 1")
    }
  }

  /// The offset of the logits, of shape [experts]: λ·(ln qₑ − mean ln q).
  public var logitOffset: Tensor {
    let logarithms = Tensor(quality.map { Float($0) }).log()
    return Float(strength) * (logarithms - logarithms.mean())
  }
}
