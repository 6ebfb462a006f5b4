/// An auxiliary loss that is a function of a routing's logits and counts, such as one for balance.
///
/// It is returned with its gradient, which the layer's backward pass adds to that of the logits,
/// once.
///
/// To add one, write a type that conforms, and a static factory such as
/// ``BalancingLoss/loadBalancing(coefficient:normalization:scope:experts:probabilities:)``.
public protocol BalancingLoss: StepUpdate {
  /// The loss of a routing without padding.
  ///
  /// - Parameter routing: Where the tokens go.
  /// - Returns: The value, its coefficient included, and its gradient with respect to what the
  ///   router gave.
  func value(of routing: Routing) -> BalancingLossValue

  /// Throws where the loss cannot work in a layer of so many experts; a layer asks when it is made.
  ///
  /// Nothing unless given.
  ///
  /// - Parameter expertCount: The number of experts of the layer.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` with the setting.
  func check(expertCount: Int) throws
}

extension BalancingLoss {
  /// The loss of a routing; padding does not matter.
  ///
  /// - Parameter routing: Where the tokens go.
  /// - Returns: The value, its coefficient included, and its gradient, zero for padding.
  public func callAsFunction(_ routing: Routing) -> BalancingLossValue {
    guard let valid = routing.batch.validTokens else { return value(of: routing) }
    var value = value(of: routing.withoutPadding)
    value.gradient = value.gradient.placing(at: valid, count: routing.tokenCount)
    return value
  }

  /// The gradient of the loss with respect to the logits of a router's gate.
  ///
  /// A router with a ``LogitGate`` makes it that of any logits.
  ///
  /// - Parameters:
  ///   - router: The router that gave the routing.
  ///   - pass: Its forward pass.
  /// - Returns: Of the shape of the gate's logits, noise included, and zero for padding.
  public func logitGradient(_ router: Router, of pass: Router.Pass) -> Tensor {
    router.logitGradient(self(pass.routing).gradient, of: pass)
  }

  /// Any number of experts will do.
  public func check(expertCount: Int) throws {}

  /// As ``check(expertCount:)``.
  public func check(_ router: Router) throws { try check(expertCount: router.expertCount) }

  /// False: most losses learn nothing.
  public var movesAfterStep: Bool { false }

  /// Nothing is learned.
  public mutating func update(_ router: inout Router, after step: TrainingStep) throws {}

  /// Throws where a factor is negative, infinite or no number.
  func check(coefficient: Float) throws {
    guard coefficient >= 0, coefficient.isFinite else {
      throw MoEError.configuration(
        "coefficient of \(name)", value: "\(coefficient)", expected: "a finite number, at least 0")
    }
  }
}

extension [any BalancingLoss] {
  /// Throws where one of the losses cannot work in a layer of so many experts.
  ///
  /// A layer asks when it is made. Ask again where you give it other losses later.
  ///
  /// - Parameter expertCount: The number of experts of the layer.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` with the setting.
  public func check(expertCount: Int) throws {
    for loss in self { try loss.check(expertCount: expertCount) }
  }
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
public struct NamedLoss: Sendable, Hashable, Codable {
  /// The name of the loss.
  public let name: String
  /// Its value, the coefficient included.
  public let value: Float
}

extension NamedLoss: CustomStringConvertible {
  /// The name and the value.
  public var description: String { "\(name) \(value)" }
}
