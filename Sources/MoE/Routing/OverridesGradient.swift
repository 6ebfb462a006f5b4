/// The gradient of a loss with respect to what a router reads beside the tokens, which
/// ``RoutingOverrides`` hands it; a part that it did not read is missing.
public struct OverridesGradient: Sendable {
  /// With respect to ``RoutingOverrides/previousLogits``, where the gate reads them.
  public var previousLogits: Tensor?
  /// With respect to ``RoutingOverrides/previousState``, where the gate reads it.
  public var previousState: Tensor?
  /// With respect to ``RoutingOverrides/routerInput``, where there was one.
  public var routerInput: Tensor?

  /// A gradient of the given parts.
  ///
  /// - Parameters:
  ///   - previousLogits: With respect to the logits of the layer before.
  ///   - previousState: With respect to the state of the layer before.
  ///   - routerInput: With respect to what the router read in place of the tokens.
  public init(
    previousLogits: Tensor? = nil, previousState: Tensor? = nil, routerInput: Tensor? = nil
  ) {
    self.previousLogits = previousLogits
    self.previousState = previousState
    self.routerInput = routerInput
  }

  /// The same among so many tokens, those of no part zero.
  func placing(at tokens: [Int], count: Int) -> OverridesGradient {
    func placed(_ tensor: Tensor?) -> Tensor? { tensor?.placingEntries(at: tokens, count: count) }
    return OverridesGradient(
      previousLogits: placed(previousLogits), previousState: placed(previousState),
      routerInput: placed(routerInput))
  }
}
