/// How rows reach experts and come back: as routes, or as slots of a soft mixture.
///
/// Forward, ``inputs(_:of:)`` picks the rows of each expert out of the tokens and
/// ``combined(_:columnCount:from:passing:)`` makes the layer's output of theirs; backward,
/// ``outputGradients(_:of:)`` and ``backward(_:outputGradient:tokens:)`` are the reverse of the two.
/// Experts that give no rows, as they compute nothing, take no part in it.
package enum TokenDispatch: Sendable {
  /// Each token goes to some experts, each with a weight.
  case routes(RouteDispatch)
  /// Experts take mixtures of all tokens.
  case slots(SlotDispatch)

  /// The dispatch of a routing.
  ///
  /// - Parameters:
  ///   - routing: Where tokens go, without padding.
  ///   - appliesWeightsToInput: Whether weights multiply what experts take in place of what they
  ///     give.
  package init(_ routing: Routing, appliesWeightsToInput: Bool) {
    if let soft = routing.soft {
      self = .slots(SlotDispatch(routing, soft))
    } else {
      self = .routes(RouteDispatch(routing, appliesWeightsToInput: appliesWeightsToInput))
    }
  }

  /// The rows that each group of experts takes.
  package func inputs(_ tokens: Tensor, of groups: [ExpertSpan]) -> [GroupedTokens] {
    switch self {
    case .routes(let routes): routes.inputs(tokens, of: groups)
    case .slots(let slots): slots.inputs(tokens, of: groups)
    }
  }

  /// The positions of each expert.
  package var rows: GroupedRows {
    switch self {
    case .routes(let routes): routes.rows
    case .slots(let slots): slots.rows
    }
  }

  /// The layer's output, from the rows that some experts gave and the tokens that pass by
  /// themselves.
  ///
  /// - Parameters:
  ///   - outputs: One row a position of these experts, in the order of the positions, group by group.
  ///   - columnCount: The size of an output row.
  ///   - experts: The experts that gave rows, in ascending order.
  ///   - passing: The tokens, and the weight that each has in its own output.
  /// - Returns: One row a token.
  package func combined(
    _ outputs: [Tensor], columnCount: Int, from experts: [Range<Int>],
    passing: (tokens: Tensor, weights: Tensor)? = nil
  ) -> Tensor {
    switch self {
    case .routes(let routes):
      return routes.combined(
        outputs, columnCount: columnCount, from: experts, passing: passing)
    case .slots(let slots):
      var output = slots.combined(
        outputs.isEmpty
          ? Tensor(zeros: [0, columnCount]) : Tensor(concatenatingEntries: outputs))
      if let passing { PassThrough.add(passing.tokens, times: passing.weights, to: &output) }
      return output
    }
  }

  /// Whether the backward pass reads what the experts gave.
  package var readsOutputs: Bool {
    if case .slots = self { true } else { false }
  }

  /// The gradient that each group of experts takes, from that with respect to the layer's output.
  package func outputGradients(_ gradient: Tensor, of groups: [ExpertSpan]) -> [GroupedGradient] {
    switch self {
    case .routes(let routes): routes.outputGradients(gradient, of: groups)
    case .slots(let slots): slots.outputGradients(gradient, of: groups)
    }
  }

  /// The gradients of experts, one row and one number a position of those that gave rows.
  package struct Back {
    /// With respect to the rows that they took.
    package var rows: Tensor
    /// With respect to their weights.
    package var weights: Tensor
    /// The experts that gave rows, in ascending order.
    package var experts: [Range<Int>]
    /// The rows that they gave, where the backward pass reads them.
    package var outputs: Tensor?

    package init(rows: Tensor, weights: Tensor, experts: [Range<Int>], outputs: Tensor?) {
      self.rows = rows
      self.weights = weights
      self.experts = experts
      self.outputs = outputs
    }
  }

  /// The gradients with respect to the tokens and to what the router gave.
  package func backward(
    _ back: Back, outputGradient: Tensor, tokens: Tensor
  ) -> (tokens: Tensor, routing: RoutingGradient) {
    switch self {
    case .routes(let routes): routes.backward(back, tokens: tokens)
    case .slots(let slots): slots.backward(back, outputGradient: outputGradient, tokens: tokens)
    }
  }
}

/// The experts of a group among those of all groups, and whether they read rows.
package struct ExpertSpan: Sendable {
  /// The experts.
  package var experts: Range<Int>
  /// Whether they read rows, which are then picked for them where it takes a copy.
  ///
  /// Experts that give nothing, or the token itself, read none.
  package var readsRows: Bool

  package init(_ experts: Range<Int>, _ traits: ExpertTraits) {
    self.experts = experts
    readsRows = traits.output == .rows
  }
}
