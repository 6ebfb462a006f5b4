/// Which experts each token goes to: the only discrete step of routing, which carries no gradient.
///
/// To add one, write a type that conforms, and a static factory such as
/// ``ExpertSelector/topK(_:)``.
public protocol ExpertSelector: ExpertEditable, Sendable {
  /// The promises of the selector; none unless given.
  var promises: RoutingPromises { get }

  /// How many experts a token goes to at most.
  ///
  /// - Parameter expertCount: The number of experts there are.
  /// - Returns: The largest number of experts of a token.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the selector cannot work with so
  ///   many.
  func slotCount(expertCount: Int) throws -> Int

  /// How many of the last experts every token goes to beside those that it chooses; none unless
  /// given.
  ///
  /// What balances counts neither them nor their routes.
  var alwaysOnCount: Int { get }

  /// The experts of each token.
  ///
  /// An expert whose priority is −∞ is switched off and must not be chosen; where fewer than asked
  /// for are left, slots stay empty. There is no padding among the tokens.
  ///
  /// - Parameter input: What to choose by.
  /// - Returns: For each token its experts, all different.
  /// - Throws: ``MoEError`` where the context lacks something that the selector needs.
  func select(_ input: SelectionInput) throws -> SelectedExperts
}

extension ExpertSelector {
  /// Nothing.
  public var promises: RoutingPromises { [] }

  /// None.
  public var alwaysOnCount: Int { 0 }
}
