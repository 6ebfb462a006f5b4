/// Padding is taken out before tokens are routed, and put back into what is returned.
extension Routing {
  /// The routing of the tokens that are no padding, as it would be without the others; this one
  /// where there is no padding.
  public var withoutPadding: Routing {
    guard let valid = batch.validTokens else { return self }
    return mapping(
      batch: batch.picking(valid), { $0.gatheringEntries(valid) },
      slots: { slots in SlotMapping.picked(slots, valid, slotCount) },
      outcomes: { slots in SlotMapping.picked(slots, valid, slotCount) })
  }

  /// The routing of a batch with padding, from that of the tokens that are none.
  func placing(at tokens: [Int], in batch: Batch, count: Int) -> Routing {
    mapping(
      batch: batch, { $0.placingEntries(at: tokens, count: count) },
      slots: { SlotMapping.placed($0, tokens, slotCount, count, SelectedExperts.none) },
      outcomes: { SlotMapping.placed($0, tokens, slotCount, count, .empty) })
  }

  private func mapping(
    batch: Batch, _ entries: (Tensor) -> Tensor, slots: ([Int32]) -> [Int32],
    outcomes: ([RouteOutcome]) -> [RouteOutcome]
  ) -> Routing {
    Routing(
      batch: batch, mode: mode, isCounted: isCounted, logits: entries(logits),
      scores: entries(scores), score: score,
      selected: SelectedExperts(slots(experts), slotCount: slotCount), weights: entries(weights),
      outcomes: outcomes(self.outcomes), passThroughWeights: passThroughWeights.map(entries),
      soft: soft?.mapping(entries),
      gateNoise: gateNoise.map {
        GateNoise(
          clean: entries($0.clean), scale: entries($0.scale), sample: entries($0.sample))
      },
      gateState: gateState.map(entries), chosenExperts: slots(chosenExperts),
      alwaysOnCount: alwaysOnCount, selectionBias: selectionBias, routesPerToken: routesPerToken,
      disabledExperts: disabledExperts,
      droppedExperts: droppedExperts, expertTraits: expertTraits)
  }
}

/// Values of slots, of some tokens alone or among others.
enum SlotMapping {
  /// The values of some tokens, in their order.
  static func picked<Value>(_ values: [Value], _ tokens: [Int], _ slotCount: Int) -> [Value] {
    tokens.flatMap { values[$0 * slotCount..<($0 + 1) * slotCount] }
  }

  /// The values of some tokens among so many; those of no token are empty.
  static func placed<Value>(
    _ values: [Value], _ tokens: [Int], _ slotCount: Int, _ count: Int, _ empty: Value
  ) -> [Value] {
    var placed = [Value](repeating: empty, count: count * slotCount)
    for (index, token) in tokens.enumerated() {
      for slot in 0..<slotCount {
        placed[token * slotCount + slot] = values[index * slotCount + slot]
      }
    }
    return placed
  }
}
