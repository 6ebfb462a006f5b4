extension Routing: CustomStringConvertible {
  /// The numbers of the routing, as ``statistics`` prints them.
  public var description: String { "\(statistics)" }
}
