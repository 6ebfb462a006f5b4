/// Where the tokens of a batch go, and with which weights: a value that experts run from, losses read and
/// reports draw.
///
/// A *route* is one slot of one token that holds an expert. Slots are numbered token by token; experts take
/// their routes in the order of the tokens.
public struct Routing: Sendable {
  /// The experts of each token, with the logits and scores that they were selected by.
  ///
  /// Routes that were redirected stand at the expert that took them; those that were dropped, at the one
  /// that had no room.
  public let selection: Selection
  /// The weight of each slot, of shape [tokens, slots]; zero where no expert takes the token.
  public let weights: Tensor
  /// What became of each slot's route, token by token.
  public let outcomes: [RouteOutcome]
  /// The expert of each slot before any route was redirected: what ``demand`` counts.
  public let chosenExperts: [Int32]
  /// What was added to the scores to select by, of shape [experts], where there was a selection bias.
  public let selectionBias: Tensor?
  /// What the token itself is weighted by in the output, of shape [tokens], where it stands in for experts.
  public let passThroughWeights: Tensor?
  /// The tokens of each expert, one group an expert.
  public let rows: GroupedRows
  /// For each slot, its position among ``rows``, or −1 where no expert takes the token.
  public let positions: [Int32]
  /// The dispatch and combination of a soft mixture, which has no discrete routes.
  public let soft: SoftRouting?
  /// The noise that the gate added, where it did.
  public let gateNoise: GateNoise?
  /// How many experts the selector gives every token, where it is as many for all; experts that are switched
  /// off and routes that were forced are set aside.
  public let routesPerToken: Int?
  /// The experts that are switched off.
  public let disabledExperts: Set<Int>

  /// A routing of the given selection, grouped by expert.
  ///
  /// A counting sort: O(routes + experts).
  ///
  /// - Parameters:
  ///   - selection: The experts of each token.
  ///   - weights: The weight of each slot, of shape [tokens, slots]; another shape traps.
  ///   - outcomes: What became of each route; all were taken unless given.
  ///   - passThroughWeights: What the token itself is weighted by, of shape [tokens].
  ///   - soft: The dispatch and combination of a soft mixture.
  ///   - gateNoise: The noise that the gate added.
  ///   - chosenExperts: The expert of each slot before any route was redirected; those of the selection unless given.
  ///   - selectionBias: What was added to the scores to select by.
  ///   - routesPerToken: How many experts the selector gives every token, where it is as many for all.
  ///   - disabledExperts: The experts that are switched off.
  public init(
    selection: Selection, weights: Tensor, outcomes: [RouteOutcome]? = nil,
    passThroughWeights: Tensor? = nil, soft: SoftRouting? = nil, gateNoise: GateNoise? = nil,
    chosenExperts: [Int32]? = nil, selectionBias: Tensor? = nil, routesPerToken: Int? = nil,
    disabledExperts: Set<Int> = []
  ) {
    require(
      weights.shape == [selection.tokenCount, selection.slotCount]
        && (outcomes.map { $0.count == selection.experts.count } ?? true)
        && (chosenExperts.map { $0.count == selection.experts.count } ?? true),
      "Routing: weights of shape \(weights.shape) against \(selection.tokenCount) tokens of "
        + "\(selection.slotCount) slots")
    self.selection = selection
    self.weights = weights
    self.chosenExperts = chosenExperts ?? selection.experts
    self.selectionBias = selectionBias
    self.routesPerToken = routesPerToken
    self.disabledExperts = disabledExperts
    let outcomes: [RouteOutcome] =
      outcomes ?? selection.experts.map { $0 < 0 ? .empty : .kept }
    self.outcomes = outcomes
    self.passThroughWeights = passThroughWeights
    self.soft = soft
    self.gateNoise = gateNoise
    let (experts, slotCount) = (selection.experts, selection.slotCount)
    var next = [Int](repeating: 0, count: selection.expertCount + 1)
    for route in experts.indices where outcomes[route].isTaken {
      next[Int(experts[route]) + 1] += 1
    }
    for expert in 0..<selection.expertCount { next[expert + 1] += next[expert] }
    let offsets = next
    var indices = [Int32](repeating: 0, count: offsets[selection.expertCount])
    var positions = [Int32](repeating: -1, count: experts.count)
    var route = 0
    for token in 0..<selection.tokenCount {
      for _ in 0..<slotCount {
        if outcomes[route].isTaken {
          let position = next[Int(experts[route])]
          next[Int(experts[route])] += 1
          indices[position] = Int32(token)
          positions[route] = Int32(position)
        }
        route += 1
      }
    }
    rows = GroupedRows(offsets: offsets, indices: indices)
    self.positions = positions
  }

  /// The number of tokens, padding included.
  public var tokenCount: Int { selection.tokenCount }

  /// The number of experts there are.
  public var expertCount: Int { selection.expertCount }

  /// How many experts are switched on.
  public var availableExpertCount: Int { expertCount - disabledExperts.count }

  /// How many slots each token has: the largest number of experts of a token.
  public var slotCount: Int { selection.slotCount }

  /// The logits, of shape [tokens, experts]; −∞ for experts that are switched off.
  public var logits: Tensor { selection.logits }

  /// The scores, of shape [tokens, experts].
  public var scores: Tensor { selection.scores }

  /// The number of routes that each expert takes.
  public var load: [Int] { (0..<expertCount).map { rows.positions(of: $0).count } }

  /// The number of routes to each expert before any was dropped or redirected, which is what balancing losses
  /// count.
  public var demand: [Int] {
    var demand = [Int](repeating: 0, count: expertCount)
    for expert in chosenExperts where expert >= 0 { demand[Int(expert)] += 1 }
    return demand
  }

  /// How many tokens are not padding.
  public var validTokenCount: Int { selection.context.validCount(of: tokenCount) }

  /// Whether a token is padding.
  ///
  /// - Parameter token: The index of the token.
  /// - Returns: False where no padding was given.
  public func isPadding(_ token: Int) -> Bool { selection.context.isPadding(token) }

  /// The experts that take a token, slot by slot.
  ///
  /// - Parameter token: The index of the token; one that does not exist traps.
  /// - Returns: The indices of its experts.
  public func experts(of token: Int) -> [Int] {
    (token * slotCount..<(token + 1) * slotCount).compactMap {
      outcomes[$0].isTaken ? Int(selection.experts[$0]) : nil
    }
  }

  /// The weights in the order of the positions.
  package var weightsByPosition: Tensor {
    var result = Tensor(uninitialized: [rows.count])
    let source = weights.scalars
    var scalars = result.mutableScalars
    for route in positions.indices where positions[route] >= 0 {
      scalars[Int(positions[route])] = source[route]
    }
    return result
  }

  /// A gradient with respect to the weights, from one in the order of the positions; zero elsewhere.
  package func byRoute(_ byPosition: Tensor) -> Tensor {
    var result = Tensor(uninitialized: weights.shape)
    let source = byPosition.scalars
    var scalars = result.mutableScalars
    for route in positions.indices {
      scalars[route] = positions[route] < 0 ? 0 : source[Int(positions[route])]
    }
    return result
  }
}
