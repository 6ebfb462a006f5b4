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

  /// Throws where the loss cannot work in a layer of so many experts; a layer asks when it is made.
  ///
  /// Nothing unless given.
  ///
  /// - Parameter expertCount: The number of experts of the layer.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` with the setting.
  func check(expertCount: Int) throws

  /// Moves what the loss learns from step to step, such as the factor of ``AdaptiveSparsityLoss``.
  ///
  /// Nothing unless given. Call it for all losses of a layer, after each step.
  ///
  /// - Parameter routings: The routings of the step: one, or one a micro-batch; those of passes in inference mode
  ///   are to change nothing.
  mutating func update(after routings: [Routing])
}

extension BalancingLoss {
  /// Any number of experts will do.
  public func check(expertCount: Int) throws {}

  /// Nothing is learned.
  public mutating func update(after routings: [Routing]) {}

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

  /// Moves what the losses learn from step to step; most learn nothing.
  ///
  /// - Parameter routings: The routings of the step: one, or one a micro-batch.
  public mutating func update(after routings: [Routing]) {
    for index in indices { self[index].update(after: routings) }
  }
}

extension Routing {
  /// The experts that are switched on, in order.
  var availableExperts: [Int] { (0..<expertCount).filter { !disabledExperts.contains($0) } }

  /// How many experts each token chose: that of the selector where it is as many for all, so that experts which were
  /// forced on one token count for no other.
  func choiceCount(of token: Int) -> Int {
    routesPerToken
      ?? chosenExperts[token * slotCount..<(token + 1) * slotCount].reduce(0) {
        $1 >= 0 ? $0 + 1 : $0
      }
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
public struct NamedLoss: Sendable, Hashable {
  /// The name of the loss.
  public let name: String
  /// Its value, the coefficient included.
  public let value: Float
}
