/// An auxiliary loss that is a function of a routing's logits and counts, such as one for balance.
///
/// It is returned with its gradient, which the layer's backward pass adds to that of the logits, once.
///
/// To add one, write a type that conforms, and a static factory such as
/// ``BalancingLoss/loadBalancing(coefficient:normalization:scope:experts:probabilities:)``.
public protocol BalancingLoss: Sendable {
  /// The name that the value is listed under.
  var name: String { get }

  /// The loss of a routing.
  ///
  /// - Parameter routing: Where the tokens go.
  /// - Returns: The value, its coefficient included, and its gradient with respect to the logits.
  func callAsFunction(_ routing: Routing) -> BalancingLossValue
}

/// The value of an auxiliary loss, and its gradient.
public struct BalancingLossValue: Sendable {
  /// The value, its coefficient included.
  public var value: Float
  /// The gradient with respect to what the router gave: logits, scores, weights or noise.
  public var gradient: RoutingGradient

  /// A value and its gradient.
  ///
  /// - Parameters:
  ///   - value: The value, its coefficient included.
  ///   - logitGradient: With respect to the logits, of shape [tokens, experts].
  public init(value: Float, logitGradient: Tensor) {
    self.init(value: value, gradient: RoutingGradient(logits: logitGradient))
  }

  /// A value and its gradient with respect to any of what the router gave.
  ///
  /// - Parameters:
  ///   - value: The value, its coefficient included.
  ///   - gradient: With respect to logits, scores, weights or noise.
  public init(value: Float, gradient: RoutingGradient) {
    self.value = value
    self.gradient = gradient
  }

  /// A loss of nothing, that has no gradient.
  public static var zero: BalancingLossValue {
    BalancingLossValue(value: 0, gradient: RoutingGradient())
  }
}

/// The value of an auxiliary loss, under the name of the loss.
public struct NamedLoss: Sendable, Hashable {
  /// The name of the loss.
  public let name: String
  /// Its value, the coefficient included.
  public let value: Float
}
