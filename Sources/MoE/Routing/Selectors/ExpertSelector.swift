/// Which experts each token goes to: the only discrete step of routing, which carries no gradient.
///
/// To add one, write a type that conforms, and a static factory such as ``ExpertSelector/topK(_:)``.
public protocol ExpertSelector: Sendable {
  /// Whether a token's experts depend on that token alone, and on its position and id, whatever stands
  /// beside it in the batch.
  var isTokenLocal: Bool { get }

  /// Whether a token's experts depend on that token and on those before it alone, as a decoder needs.
  ///
  /// As ``isTokenLocal`` unless given.
  var isCausal: Bool { get }

  /// Whether the same scores always give the same experts, so that there is no noise in it.
  ///
  /// True unless given. Noise, where there is some, is a pure function of seed, step, layer, position
  /// and expert.
  var isDeterministic: Bool { get }

  /// Whether the choice depends on the scores at all.
  ///
  /// True unless given. Where it does not, weights that are always one are no mistake: the gate is not meant to
  /// learn.
  var readsScores: Bool { get }

  /// Whether every token goes to as many experts as another, those that are switched off aside.
  ///
  /// False unless given. Where it is true that number is ``slotCount(expertCount:)``.
  var hasFixedCount: Bool { get }

  /// Whether experts are chosen by ``SelectionInput/priorities``, so that a selection bias has an effect.
  ///
  /// As ``readsScores`` unless given; a strategy with a bias that its selector sets aside throws in a layer.
  var readsSelectionBias: Bool { get }

  /// Whether a token's slots stand in the order of choice, the first choice first.
  ///
  /// True unless given. Where it is not, as where experts stand in the order of their indices, first choices cannot
  /// come first: a capacity with ``Capacity/prioritizesFirstChoices`` throws in a layer.
  var ordersChoices: Bool { get }

  /// Whether a route that finds no room may go on to any other expert that is switched on.
  ///
  /// True unless given. Where it is not, as where the choice is limited to some groups or to a table, a capacity that
  /// overflows to ``Capacity/Overflow-swift.enum/nextBest`` or ``Capacity/Overflow-swift.enum/leastLoaded`` throws in a
  /// layer.
  var allowsRedirection: Bool { get }

  /// How many experts a token goes to at most.
  ///
  /// - Parameter expertCount: The number of experts there are.
  /// - Returns: The largest number of experts of a token.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the selector cannot work with so many.
  func slotCount(expertCount: Int) throws -> Int

  /// The experts of each token.
  ///
  /// An expert whose priority is −∞ is switched off and must not be chosen; where fewer than asked for are
  /// left, slots stay empty. What is chosen for padding is dropped, but padding must not take the place
  /// of other tokens.
  ///
  /// - Parameter input: What to choose by.
  /// - Returns: For each token its experts, all different.
  /// - Throws: ``MoEError`` where the context lacks something that the selector needs.
  func select(_ input: SelectionInput) throws -> SelectedExperts
}

extension ExpertSelector {
  /// As ``isTokenLocal``.
  public var isCausal: Bool { isTokenLocal }

  /// True.
  public var isDeterministic: Bool { true }

  /// True.
  public var readsScores: Bool { true }

  /// False.
  public var hasFixedCount: Bool { false }

  /// As ``readsScores``.
  public var readsSelectionBias: Bool { readsScores }

  /// True.
  public var ordersChoices: Bool { true }

  /// True.
  public var allowsRedirection: Bool { true }
}

/// What experts are chosen by.
public struct SelectionInput: Sendable {
  /// The gate's logits, of shape [tokens, experts]; −∞ for experts that are switched off.
  public let logits: Tensor
  /// The scores, of the same shape.
  public let scores: Tensor
  /// The scores with the selection bias, where there is one; −∞ for experts that are switched off.
  public let priorities: Tensor
  /// What the pass is for, positions, ids, padding and loads.
  public let context: RoutingContext

  /// An input of the given parts.
  ///
  /// - Parameters:
  ///   - logits: Of shape [tokens, experts].
  ///   - scores: Of the same shape; another traps.
  ///   - priorities: Of the same shape; the scores unless given.
  ///   - context: What else to choose by.
  public init(
    logits: Tensor, scores: Tensor, priorities: Tensor? = nil,
    context: RoutingContext = RoutingContext()
  ) {
    let priorities = priorities ?? scores
    require(
      logits.rank == 2 && scores.shape == logits.shape && priorities.shape == logits.shape,
      "SelectionInput: scores of shape \(scores.shape) and priorities of shape \(priorities.shape) "
        + "against logits of shape \(logits.shape)")
    self.logits = logits
    self.scores = scores
    self.priorities = priorities
    self.context = context
  }

  /// The number of tokens.
  public var tokenCount: Int { logits.rowCount }

  /// The number of experts there are.
  public var expertCount: Int { logits.columnCount }
}
