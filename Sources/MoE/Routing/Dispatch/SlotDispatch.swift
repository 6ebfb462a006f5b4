/// The dispatch of a soft mixture: slot s takes Σₜ Dₜₛ·xₜ, and token t gets Σₛ Cₜₛ·yₛ.
///
/// Experts that are switched off are not run: what is switched off may be broken, and zero times a
/// NaN is one.
package struct SlotDispatch: Sendable {
  private let soft: SoftRouting
  /// Where the slots of each expert that is switched on start.
  private let offsets: [Int]
  private let slotCount: Int
  /// The slots of the experts that are switched on; nothing where all are.
  private let available: [Int]?

  init(_ routing: Routing, _ soft: SoftRouting) {
    self.soft = soft
    slotCount = routing.expertCount * soft.slotsPerExpert
    let disabled = routing.disabledExperts
    var offsets = [0]
    for expert in 0..<routing.expertCount {
      offsets.append(offsets[expert] + (disabled.contains(expert) ? 0 : soft.slotsPerExpert))
    }
    self.offsets = offsets
    available =
      disabled.isEmpty
      ? nil : (0..<slotCount).filter { !disabled.contains($0 / soft.slotsPerExpert) }
  }

  /// The rows of each expert in what experts take.
  var rows: GroupedRows { .inOrder(offsets) }

  func inputs(_ tokens: Tensor, of groups: [ExpertSpan]) -> [GroupedTokens] {
    let all = GroupedTokens(
      taken(soft.dispatch.matmul(tokens, transposingLeft: true)), rows: rows,
      tokens: nil)
    return groups.map { all[groups: $0.experts] }
  }

  func combined(_ outputs: Tensor) -> Tensor { soft.combination.matmul(bySlot(outputs)) }

  func outputGradients(_ gradient: Tensor, of groups: [ExpertSpan]) -> [GroupedGradient] {
    let rows = taken(soft.combination.matmul(gradient, transposingLeft: true))
    return groups.map { group in
      let count = offsets[group.experts.upperBound] - offsets[group.experts.lowerBound]
      return GroupedGradient(rows, weights: Tensor(repeating: 1, shape: [count]))
    }
  }

  func backward(
    _ back: TokenDispatch.Back, outputGradient: Tensor, tokens: Tensor
  ) -> (tokens: Tensor, routing: RoutingGradient) {
    guard let outputs = back.outputs else {
      fatalError("SlotDispatch.backward: the outputs of the experts were not kept")
    }
    let mixed = bySlot(back.rows)
    let logits = soft.gradient(
      dispatch: tokens.matmul(mixed, transposingRight: true),
      combination: outputGradient.matmul(bySlot(outputs), transposingRight: true))
    return (soft.dispatch.matmul(mixed), RoutingGradient(slotLogits: logits))
  }

  /// Of one row a slot, those that experts take.
  private func taken(_ rows: Tensor) -> Tensor {
    available.map { rows.gatheringEntries($0) } ?? rows
  }

  /// One row a slot, from those of the slots that experts took; zero for the others.
  private func bySlot(_ rows: Tensor) -> Tensor {
    available.map { rows.placingEntries(at: $0, count: slotCount) } ?? rows
  }
}
