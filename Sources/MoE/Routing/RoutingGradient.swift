/// The gradient of a loss with respect to what a router gives: weights, scores, logits and noise.
///
/// The experts' way back gives that with respect to the weights, balancing losses any of them. A
/// part that is missing is zero.
public struct RoutingGradient: Sendable {
  /// With respect to the weights, of shape [tokens, slots].
  public var weights: Tensor?
  /// With respect to what each token is weighted by itself, of shape [tokens].
  public var passThroughWeights: Tensor?
  /// With respect to the scores, of shape [tokens, experts].
  public var scores: Tensor?
  /// With respect to the logarithms of the scores, ``Routing/logScores``, of shape [tokens,
  /// experts].
  public var logScores: Tensor?
  /// With respect to the logits, noise included, of shape [tokens, experts].
  public var logits: Tensor?
  /// With respect to the logits without noise, of the shape of ``GateNoise/clean``; only where the
  /// gate adds noise.
  public var cleanLogits: Tensor?
  /// With respect to the standard deviation of the gate's noise, of the same shape.
  public var noiseScale: Tensor?
  /// With respect to the logits of a soft mixture's slots, ``SoftRouting/logits``.
  public var slotLogits: Tensor?
  /// With respect to the gate's state, ``Routing/gateState``.
  public var gateState: Tensor?

  /// A gradient of the given parts.
  ///
  /// - Parameters:
  ///   - weights: With respect to the weights.
  ///   - passThroughWeights: With respect to what each token is weighted by itself.
  ///   - scores: With respect to the scores.
  ///   - logScores: With respect to the logarithms of the scores.
  ///   - logits: With respect to the logits, noise included.
  ///   - cleanLogits: With respect to the logits without noise.
  ///   - noiseScale: With respect to the standard deviation of the noise.
  ///   - slotLogits: With respect to the logits of a soft mixture's slots.
  ///   - gateState: With respect to the gate's state.
  public init(
    weights: Tensor? = nil, passThroughWeights: Tensor? = nil, scores: Tensor? = nil,
    logScores: Tensor? = nil, logits: Tensor? = nil, cleanLogits: Tensor? = nil,
    noiseScale: Tensor? = nil, slotLogits: Tensor? = nil, gateState: Tensor? = nil
  ) {
    self.weights = weights
    self.passThroughWeights = passThroughWeights
    self.scores = scores
    self.logScores = logScores
    self.logits = logits
    self.cleanLogits = cleanLogits
    self.noiseScale = noiseScale
    self.slotLogits = slotLogits
    self.gateState = gateState
  }

  /// Adds a gradient with respect to the same routing.
  ///
  /// - Parameters:
  ///   - left: A gradient, which becomes the sum.
  ///   - right: Another, whose parts have the same shapes; others trap.
  public static func += (left: inout RoutingGradient, right: RoutingGradient) {
    for part in parts {
      guard let addend = right[keyPath: part] else { continue }
      left[keyPath: part] = left[keyPath: part].map { $0 + addend } ?? addend
    }
  }

  private static var parts: [WritableKeyPath<RoutingGradient, Tensor?>] {
    [
      \.weights, \.passThroughWeights, \.scores, \.logScores, \.logits, \.cleanLogits, \.noiseScale,
      \.slotLogits, \.gateState,
    ]
  }

  /// The same of some tokens alone, in their order.
  func picking(_ tokens: [Int]) -> RoutingGradient {
    var picked = self
    for part in RoutingGradient.parts {
      picked[keyPath: part] = picked[keyPath: part]?.gatheringEntries(tokens)
    }
    return picked
  }

  /// The same among so many tokens, those of no part zero.
  func placing(at tokens: [Int], count: Int) -> RoutingGradient {
    var placed = self
    for part in RoutingGradient.parts {
      placed[keyPath: part] = placed[keyPath: part]?.placingEntries(at: tokens, count: count)
    }
    return placed
  }

  /// Traps where a part, which may come from the user's own loss, has another shape than what it
  /// belongs to.
  func check(against routing: Routing, _ part: @autoclosure () -> Any.Type) {
    let experts = [routing.tokenCount, routing.expertCount]
    // Of a soft mixture, noise is that of the slots' logits.
    let noise = routing.gateNoise?.clean.shape ?? experts
    for (tensor, shape, name) in [
      (weights, routing.weights.shape, "weight" as StaticString),
      (passThroughWeights, [routing.tokenCount], "pass-through weight"), (scores, experts, "score"),
      (logScores, experts, "log score"),
      (logits, experts, "logit"), (cleanLogits, noise, "clean logit"),
      (noiseScale, noise, "noise scale"),
      (slotLogits, routing.soft?.logits.shape ?? experts, "slot logit"),
      (gateState, routing.gateState?.shape ?? [], "gate state"),
    ] {
      guard let tensor else { continue }
      require(
        tensor.shape == shape,
        "\(part()): \(name) gradient of shape \(tensor.shape), expected \(shape)")
    }
  }
}
