/// How the outputs of a token's experts are weighted: a differentiable function of what they were
/// selected by.
///
/// To add one, write a type that conforms, and a static member such as ``Weighting/renormalized``.
public protocol Weighting: ExpertEditable, Sendable {
  /// The promises of the weighting; none unless given.
  var promises: RoutingPromises { get }

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
}

extension Weighting {
  /// Nothing.
  public var promises: RoutingPromises { [] }

  /// Throws nothing.
  public func check(expertCount: Int, slotCount: Int) throws {}
}
