/// The outcome of a route, one expert of one token.
public enum RouteOutcome: UInt8, Sendable, Hashable, Codable {
  /// The slot held no expert.
  case empty
  /// The expert took the token.
  case kept
  /// The expert that was chosen had no room, and another took the token.
  case redirected
  /// The expert that was chosen had no room, and no expert took the token.
  case dropped
  /// The expert that was chosen had no room, and the token stands in for its output.
  case passThrough
  /// The route was left out at random by a ``RoutingDropout``, and no expert took the token.
  case leftOut

  /// Whether nothing takes the token by it, though an expert was chosen.
  var isDropped: Bool { self == .dropped || self == .leftOut }

  /// Whether an expert takes the token.
  public var isTaken: Bool { self == .kept || self == .redirected }
}
