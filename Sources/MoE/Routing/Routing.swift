/// Where the tokens of a batch go, and with which weights: a value that experts run from, losses
/// read and reports draw.
///
/// A *route* is one slot of one token that holds an expert. Slots are numbered token by token;
/// experts take their routes in the order of the tokens.
public struct Routing: Sendable {
  /// The tokens of the batch, beside their vectors, padding included.
  public var batch: Batch { contents.value.batch }
  /// Whether a backward pass follows, and at which step.
  public var mode: PassMode { contents.value.mode }
  /// Whether the routes count in what balances: in training, but not where a recording is replayed
  /// to make up a pass anew.
  public var isCounted: Bool { contents.value.isCounted }
  /// The logits, of shape [tokens, experts]; −∞ for experts that are switched off, zero for
  /// padding.
  public var logits: Tensor { contents.value.logits }
  /// The scores, of shape [tokens, experts], without any selection bias; zero for padding.
  public var scores: Tensor { contents.value.scores }
  /// The function that made scores of logits, where it is known.
  public var score: (any Score)? { contents.value.score }
  /// The expert of each slot, token by token, or ``SelectedExperts/none`` where a slot is empty.
  ///
  /// Routes that were redirected stand at the expert that took them; those that were dropped, at
  /// the one that had no room.
  public var experts: [Int32] { contents.value.experts }
  /// How many slots each token has: the largest number of experts of a token.
  public var slotCount: Int { contents.value.slotCount }
  /// The weight of each slot, of shape [tokens, slots]; zero where no expert takes the token.
  public var weights: Tensor { contents.value.weights }
  /// The outcome of each slot's route, token by token.
  public var outcomes: [RouteOutcome] { contents.value.outcomes }
  /// The expert of each slot before any route was redirected: what ``demand`` counts; none where the
  /// slot's expert is always on.
  public var chosenExperts: [Int32] { contents.value.chosenExperts }
  /// How many of the last experts every token goes to, without a choice.
  public var alwaysOnCount: Int { contents.value.alwaysOnCount }
  /// The bias that was added to the scores to select by, of shape [experts], where there was one.
  public var selectionBias: Tensor? { contents.value.selectionBias }
  /// The token's own weight in its output, of shape [tokens], where it passes through.
  public var passThroughWeights: Tensor? { contents.value.passThroughWeights }
  /// The tokens of each expert, one group an expert.
  public var rows: GroupedRows { contents.value.rows }
  /// For each slot, its position among ``rows``, or −1 where no expert takes the token.
  public var positions: [Int32] { contents.value.positions }
  /// The dispatch and combination of a soft mixture, which has no discrete routes.
  public var soft: SoftRouting? { contents.value.soft }
  /// The noise that the gate added, where it did.
  public var gateNoise: GateNoise? { contents.value.gateNoise }
  /// What the gate of the next layer may read of this one's, of shape [tokens, numbers], where it
  /// gives such a state; hand it on as ``RoutingOverrides/previousState``.
  public var gateState: Tensor? { contents.value.gateState }
  /// How many experts the selector gives every token, where it is as many for all; experts that are
  /// switched off and routes that were forced are set aside.
  public var routesPerToken: Int? { contents.value.routesPerToken }
  /// The experts that are switched off.
  public var disabledExperts: Set<Int> { contents.value.disabledExperts }
  /// Those of them that a ``RoutingDropout`` has left out for this step.
  public var droppedExperts: Set<Int> { contents.value.droppedExperts }
  /// What is known of each expert, one entry an expert: all compute where nothing was told.
  public var expertTraits: [ExpertTraits] { contents.value.expertTraits }

  /// All of it, behind one reference: a routing goes from hand to hand.
  private let contents: Boxed<Contents>

  /// A routing of the given selection, grouped by expert.
  ///
  /// A counting sort: O(routes + experts).
  ///
  /// - Parameters:
  ///   - selection: The experts of each token; of its context, the batch and the mode are kept.
  ///   - weights: The weight of each slot, of shape [tokens, slots]; another shape traps.
  ///   - outcomes: What became of each route; all were taken unless given.
  ///   - passThroughWeights: The token's own weight in its output, of shape [tokens].
  ///   - soft: The dispatch and combination of a soft mixture.
  ///   - gateNoise: The noise that the gate added.
  ///   - gateState: The state that the gate hands on.
  ///   - chosenExperts: The expert of each slot before any route was redirected; those of the
  ///     selection unless given.
  ///   - alwaysOnCount: How many of the last experts every token goes to.
  ///   - selectionBias: What was added to the scores to select by.
  ///   - routesPerToken: How many experts the selector gives every token, where it is as many for
  ///     all.
  ///   - disabledExperts: The experts that are switched off.
  ///   - droppedExperts: Those of them that were left out for this step.
  public init(
    selection: Selection, weights: Tensor, outcomes: [RouteOutcome]? = nil,
    passThroughWeights: Tensor? = nil, soft: SoftRouting? = nil, gateNoise: GateNoise? = nil,
    gateState: Tensor? = nil, chosenExperts: [Int32]? = nil, alwaysOnCount: Int = 0,
    selectionBias: Tensor? = nil, routesPerToken: Int? = nil,
    disabledExperts: Set<Int> = [], droppedExperts: Set<Int> = []
  ) {
    let context = selection.context
    self.init(
      batch: context.batch, mode: context.mode,
      isCounted: context.mode.isTraining && context.overrides.replay?.isCounted != false,
      logits: selection.logits, scores: selection.scores, score: selection.score,
      selected: SelectedExperts(selection.experts, slotCount: selection.slotCount),
      weights: weights, outcomes: outcomes, passThroughWeights: passThroughWeights, soft: soft,
      gateNoise: gateNoise, gateState: gateState, chosenExperts: chosenExperts,
      alwaysOnCount: alwaysOnCount, selectionBias: selectionBias, routesPerToken: routesPerToken,
      disabledExperts: disabledExperts, droppedExperts: droppedExperts,
      expertTraits: context.expertTraits)
  }

  init(
    batch: Batch, mode: PassMode, isCounted: Bool, logits: Tensor, scores: Tensor,
    score: (any Score)?, selected: SelectedExperts, weights: Tensor, outcomes: [RouteOutcome]?,
    passThroughWeights: Tensor?, soft: SoftRouting?, gateNoise: GateNoise?, gateState: Tensor?,
    chosenExperts: [Int32]?, alwaysOnCount: Int, selectionBias: Tensor?, routesPerToken: Int?,
    disabledExperts: Set<Int>, droppedExperts: Set<Int>, expertTraits: [ExpertTraits]
  ) {
    let (tokenCount, expertCount) = (logits.rowCount, logits.columnCount)
    let (experts, slotCount) = (selected.experts, selected.slotCount)
    require(
      weights.sizes == TensorShape(tokenCount, slotCount)
        && (outcomes.map { $0.count == experts.count } ?? true)
        && (expertTraits.isEmpty || expertTraits.count == expertCount)
        && (chosenExperts.map { $0.count == experts.count } ?? true),
      "Routing: weights of shape \(weights.shape) against \(tokenCount) tokens of "
        + "\(slotCount) slots")
    let chosen = chosenExperts ?? experts
    let outcomes: [RouteOutcome] = outcomes ?? experts.map { $0 < 0 ? .empty : .kept }
    var offsets = [Int](repeating: 0, count: expertCount + 1)
    for route in experts.indices where outcomes[route].isTaken {
      offsets[Int(experts[route]) + 1] += 1
    }
    for expert in 0..<expertCount { offsets[expert + 1] += offsets[expert] }
    var indices = [Int32](repeating: 0, count: offsets[expertCount])
    var positions = [Int32](repeating: -1, count: experts.count)
    var route = 0
    for token in 0..<tokenCount {
      for _ in 0..<slotCount {
        if outcomes[route].isTaken {
          let position = offsets[Int(experts[route])]
          offsets[Int(experts[route])] += 1
          indices[position] = Int32(token)
          positions[route] = Int32(position)
        }
        route += 1
      }
    }
    // Each start has moved on to the next one's place.
    for expert in (0..<expertCount).reversed() { offsets[expert + 1] = offsets[expert] }
    offsets[0] = 0
    contents = Boxed(
      Contents(
        batch: batch,
        mode: mode,
        isCounted: isCounted,
        logits: logits,
        scores: scores,
        score: score,
        experts: experts,
        slotCount: slotCount,
        weights: weights,
        outcomes: outcomes,
        chosenExperts: alwaysOnCount == 0
          ? chosen : chosen.map { $0 < expertCount - alwaysOnCount ? $0 : SelectedExperts.none },
        alwaysOnCount: alwaysOnCount,
        selectionBias: selectionBias,
        passThroughWeights: passThroughWeights,
        rows: GroupedRows(offsets: offsets, indices: indices),
        positions: positions,
        soft: soft,
        gateNoise: gateNoise,
        gateState: gateState,
        routesPerToken: routesPerToken,
        disabledExperts: disabledExperts,
        droppedExperts: droppedExperts,
        expertTraits: expertTraits.isEmpty
          ? Array(repeating: .computing, count: expertCount) : expertTraits))
  }

  /// What a routing is made of.
  fileprivate struct Contents: Sendable {
    let batch: Batch
    let mode: PassMode
    let isCounted: Bool
    let logits: Tensor
    let scores: Tensor
    let score: (any Score)?
    let experts: [Int32]
    let slotCount: Int
    let weights: Tensor
    let outcomes: [RouteOutcome]
    let chosenExperts: [Int32]
    let alwaysOnCount: Int
    let selectionBias: Tensor?
    let passThroughWeights: Tensor?
    let rows: GroupedRows
    let positions: [Int32]
    let soft: SoftRouting?
    let gateNoise: GateNoise?
    let gateState: Tensor?
    let routesPerToken: Int?
    let disabledExperts: Set<Int>
    let droppedExperts: Set<Int>
    let expertTraits: [ExpertTraits]
  }

  /// The number of tokens, padding included.
  public var tokenCount: Int { logits.rowCount }

  /// The number of experts there are.
  public var expertCount: Int { logits.columnCount }

  /// How many experts tokens choose among: ``availableExperts``.
  public var availableExpertCount: Int { availableExperts.count }

  /// The experts that tokens choose among, in order: those that are switched on, and not always on.
  public var availableExperts: [Int] {
    (0..<expertCount - alwaysOnCount).filter { !disabledExperts.contains($0) }
  }

  /// The logarithms of the scores, exact where scores are too small to tell.
  ///
  /// - Complexity: O(tokens · experts), at each call.
  public var logScores: Tensor {
    score?.logarithms(logits, context: RoutingContext(mode, batch: batch)) ?? scores.log()
  }

  /// The number of routes that each expert takes.
  public var load: [Int] { (0..<expertCount).map { rows.positions(of: $0).count } }

  /// The number of routes to each expert before any was dropped or redirected, which is what
  /// balancing losses count.
  public var demand: [Int] {
    var demand = [Int](repeating: 0, count: expertCount)
    for expert in chosenExperts where expert >= 0 { demand[Int(expert)] += 1 }
    return demand
  }

  /// How many experts a token chose: that of the selector where it is as many for all, so that
  /// experts which were forced on one token count for no other.
  package func choiceCount(of token: Int) -> Int {
    routesPerToken
      ?? chosenExperts[token * slotCount..<(token + 1) * slotCount].reduce(0) {
        $1 >= 0 ? $0 + 1 : $0
      }
  }

  /// The part of the routes that go to experts that compute nothing; 0 where there are no routes.
  ///
  /// Routes that no expert takes are left out.
  public var shareWithoutComputation: Double {
    let load = load
    let routes = load.reduce(0, +)
    guard routes > 0 else { return 0 }
    let computed = zip(load, expertTraits).reduce(0) { $1.1.isComputing ? $0 + $1.0 : $0 }
    return Double(routes - computed) / Double(routes)
  }

  /// How many experts that compute take each token; 0 for padding.
  ///
  /// - Complexity: O(routes), at each call.
  public var computingExpertCounts: [Int] {
    let computes = expertTraits.map(\.isComputing)
    var counts = [Int](repeating: 0, count: tokenCount)
    for (route, expert) in experts.enumerated() where outcomes[route].isTaken {
      if computes[Int(expert)] { counts[route / slotCount] += 1 }
    }
    return counts
  }

  /// How many tokens are not padding.
  public var validTokenCount: Int { batch.validCount(of: tokenCount) }

  /// Whether a token is padding.
  ///
  /// - Parameter token: The index of the token.
  /// - Returns: False where no padding was given.
  public func isPadding(_ token: Int) -> Bool { batch.isPadding(token) }

  /// The experts that take a token, slot by slot.
  ///
  /// - Parameter token: The index of the token; one that does not exist traps.
  /// - Returns: The indices of its experts.
  public func experts(of token: Int) -> [Int] {
    (token * slotCount..<(token + 1) * slotCount).compactMap {
      outcomes[$0].isTaken ? Int(experts[$0]) : nil
    }
  }
}
