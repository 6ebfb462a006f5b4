/// How the outputs of a token's experts are weighted: a differentiable function of what they were
/// selected by.
///
/// To add one, write a type that conforms, and a static member such as ``Weighting/renormalized``.
public protocol Weighting: Sendable {
  /// The weights of each token's experts.
  ///
  /// - Parameter selection: The experts of each token; some slots may be empty.
  /// - Returns: A matrix of shape [tokens, slots], zero where a slot is empty.
  func weights(_ selection: Selection) -> Tensor

  /// The gradient with respect to what the weights were made of.
  ///
  /// - Parameters:
  ///   - weightGradient: The gradient with respect to the weights; zero where a slot is empty.
  ///   - weights: The weights of the forward pass.
  ///   - selection: The experts of each token.
  /// - Returns: The gradient with respect to the logits or to the scores.
  func gradient(
    _ weightGradient: Tensor, weights: Tensor, selection: Selection
  ) -> WeightingGradient

  /// Whether the weights are the same whatever the gate says, so that it would never learn.
  ///
  /// - Parameter slotCount: How many experts each token has.
  /// - Returns: Whether training a gate with such weights is in vain.
  func isConstant(slotCount: Int) -> Bool

  /// Throws where a setting cannot work; a layer's initialiser calls it.
  ///
  /// Nothing unless given.
  ///
  /// - Parameters:
  ///   - expertCount: The number of experts.
  ///   - slotCount: How many experts each token has at most.
  /// - Throws: ``MoEError/configuration(_:value:expected:)``.
  func check(expertCount: Int, slotCount: Int) throws

  /// Whether what a token's weights lack of one is given to the token itself: y = Σ wⱼ·Eⱼ(x) + (1 − Σ wⱼ)·x.
  ///
  /// False unless given.
  var keepsRemainder: Bool { get }

  /// Whether any expert can be weighed in any slot, whatever chose it.
  ///
  /// True unless given. Where it is not, weights are made up from how the selector came to its choices; a capacity
  /// that redirects routes, or that has weights made up after dropping, throws in a layer.
  var weighsAnyExpert: Bool { get }

  /// Whether the same selection always has the same weights, so that there is no noise in them.
  ///
  /// True unless given.
  var isDeterministic: Bool { get }

  /// Whether an expert's score can stand for the weight that it would have had, had it been selected.
  ///
  /// Where ``keepsRemainder`` is false unless given; ``RoutingStrategy/isStraightThrough`` needs it.
  var scoresStandForWeights: Bool { get }
}

extension Weighting {
  /// True.
  public var isDeterministic: Bool { true }

  /// Where the token itself has no part.
  public var scoresStandForWeights: Bool { !keepsRemainder }

  /// Nothing.
  public func check(expertCount: Int, slotCount: Int) throws {}

  /// False.
  public var keepsRemainder: Bool { false }

  /// True.
  public var weighsAnyExpert: Bool { true }
}

/// The gradient of weights, of shape [tokens, experts].
public enum WeightingGradient: Sendable {
  /// With respect to the logits.
  case logits(Tensor)
  /// With respect to the scores.
  case scores(Tensor)
}
