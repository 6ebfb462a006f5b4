/// The way from tokens to what experts take, and from what they give to outputs.
///
/// There are three: experts take tokens, and weights multiply their outputs; experts take tokens times
/// weights; or, in a soft mixture, they take mixtures of tokens.
extension MixtureOfExperts {
  /// The outputs of all experts and what their backward passes need.
  struct ExpertRun: Sendable {
    /// One row a position, of all groups after one another; kept where backward needs it.
    var output: Tensor
    /// One pass a group.
    var passes: [ExpertGroupPass]
  }

  /// What experts take: a matrix, and its rows for each expert.
  struct ExpertInput {
    var tokens: Tensor
    var rows: GroupedRows
  }

  /// What experts take in a routing.
  func expertInput(_ tokens: Tensor, _ routing: Routing) -> ExpertInput {
    if let soft = routing.soft {
      var offsets = [0]
      for expert in 0..<routing.expertCount {
        let isOn = !routing.disabledExperts.contains(expert)
        offsets.append(offsets[expert] + (isOn ? soft.slotsPerExpert : 0))
      }
      return ExpertInput(
        tokens: taken(soft.dispatch.matmul(tokens, transposingLeft: true), routing, soft),
        rows: inOrder(offsets))
    }
    guard router.strategy.appliesWeightsToInput else {
      return ExpertInput(tokens: tokens, rows: routing.rows)
    }
    var picked = tokens.gatheringEntries(routing.rows.indices.map(Int.init))
    picked.scaleRows(by: routing.weightsByPosition)
    return ExpertInput(tokens: picked, rows: inOrder(routing.rows.offsets))
  }

  /// Of a soft mixture, the slots of the experts that are switched on.
  ///
  /// The others are not run: what is switched off may be broken, and zero times a NaN is one.
  private func slots(_ routing: Routing, _ soft: SoftRouting) -> [Int] {
    (0..<routing.expertCount * soft.slotsPerExpert).filter {
      !routing.disabledExperts.contains($0 / soft.slotsPerExpert)
    }
  }

  /// Of one row a slot, those that experts take.
  private func taken(_ rows: Tensor, _ routing: Routing, _ soft: SoftRouting) -> Tensor {
    routing.disabledExperts.isEmpty ? rows : rows.gatheringEntries(slots(routing, soft))
  }

  /// One row a slot, from those of the slots that experts took; zero for the others.
  private func bySlot(_ rows: Tensor, _ routing: Routing, _ soft: SoftRouting) -> Tensor {
    guard !routing.disabledExperts.isEmpty else { return rows }
    var result = Tensor(zeros: [routing.expertCount * soft.slotsPerExpert, rows.columnCount])
    for (row, slot) in slots(routing, soft).enumerated() {
      result[entries: slot..<slot + 1] = rows[entries: row..<row + 1]
    }
    return result
  }

  /// Rows that stand in the order of the experts already.
  private func inOrder(_ offsets: [Int]) -> GroupedRows {
    GroupedRows(offsets: offsets, indices: (0..<Int32(offsets[offsets.count - 1])).map { $0 })
  }

  /// Runs each group on its experts' rows.
  func runExperts(_ tokens: Tensor, rows: GroupedRows, mode: PassMode) -> ExpertRun {
    let passes = zip(expertGroups, expertRanges).map { group, range in
      let rows = rows[groups: range]
      let pass = group.forward(tokens, rows: rows, mode: mode)
      checkShape(of: pass.output, is: [rows.count, outputSize], "output", type(of: group))
      return pass
    }
    return ExpertRun(output: Tensor(concatenatingEntries: passes.map(\.output)), passes: passes)
  }

  /// The layer's output, from those of the experts.
  func combined(_ outputs: Tensor, _ routing: Routing) -> Tensor {
    if let soft = routing.soft { return soft.combination.matmul(bySlot(outputs, routing, soft)) }
    return outputs.combiningRows(
      at: routing.positions, slotCount: routing.slotCount, resultCount: routing.tokenCount,
      weights: router.strategy.appliesWeightsToInput ? nil : routing.weights)
  }

  /// The gradients of the experts' way.
  struct ExpertWayGradient {
    /// With respect to the tokens.
    var tokens: Tensor
    /// With respect to weights, or to the logits of a soft mixture's slots.
    var router: RoutingGradient
    /// With respect to the parameters, one value a group.
    var parameters: [any ExpertGroup]
  }

  /// The way of the experts in reverse, from the gradient with respect to the layer's output.
  func expertBackward(_ outputGradient: Tensor, _ pass: Pass, _ saved: Saved) -> ExpertWayGradient {
    let (tokens, routing) = (saved.tokens, pass.routing)
    let input = expertInput(tokens, routing)
    if let soft = routing.soft {
      let back = groupGradients(
        taken(soft.combination.matmul(outputGradient, transposingLeft: true), routing, soft),
        weights: Tensor(repeating: 1, shape: [input.rows.count]), input, saved)
      var router = RoutingGradient()
      let mixed = bySlot(back.tokens, routing, soft)
      router.slotLogits = soft.gradient(
        dispatch: tokens.matmul(mixed, transposingRight: true),
        combination: outputGradient.matmul(
          bySlot(saved.experts.output, routing, soft), transposingRight: true))
      return ExpertWayGradient(
        tokens: soft.dispatch.matmul(mixed), router: router, parameters: back.parameters)
    }
    let byPosition: (tokens: Tensor, weights: Tensor)
    let parameters: [any ExpertGroup]
    if router.strategy.appliesWeightsToInput {
      let indices = routing.rows.indices.map(Int.init)
      let back = groupGradients(
        outputGradient.gatheringEntries(indices),
        weights: Tensor(repeating: 1, shape: [input.rows.count]), input, saved)
      // With z = w·x: dw = ⟨dz, x⟩ and dx = w·dz.
      var scaled = back.tokens
      scaled.scaleRows(by: routing.weightsByPosition)
      byPosition = (scaled, back.tokens.rowDots(tokens.gatheringEntries(indices)))
      parameters = back.parameters
    } else {
      let back = groupGradients(
        outputGradient, weights: routing.weightsByPosition, input, saved)
      byPosition = (back.tokens, back.weights)
      parameters = back.parameters
    }
    return ExpertWayGradient(
      tokens: byPosition.tokens.combiningRows(
        at: routing.positions, slotCount: routing.slotCount, resultCount: routing.tokenCount),
      router: RoutingGradient(weights: routing.byRoute(byPosition.weights)),
      parameters: parameters)
  }

  /// The gradients of each group, those of all positions after one another.
  private func groupGradients(
    _ outputGradient: Tensor, weights: Tensor, _ input: ExpertInput, _ saved: Saved
  ) -> (tokens: Tensor, weights: Tensor, parameters: [any ExpertGroup]) {
    let gradients = expertGroups.indices.map { index in
      let range = expertRanges[index]
      let positions = input.rows.offsets[range.lowerBound]..<input.rows.offsets[range.upperBound]
      let rows = input.rows[groups: range]
      let gradient = expertGroups[index].backward(
        outputGradient, weights: weights[entries: positions], tokens: input.tokens, rows: rows,
        pass: saved.experts.passes[index])
      let group = type(of: expertGroups[index])
      checkShape(
        of: gradient.tokens, is: [positions.count, inputSize], "gradient of tokens", group)
      checkShape(of: gradient.weights, is: [positions.count], "gradient of weights", group)
      return gradient
    }
    return (
      Tensor(concatenatingEntries: gradients.map(\.tokens)),
      Tensor(concatenatingEntries: gradients.map(\.weights)), gradients.map(\.parameters)
    )
  }

  /// The straight-through gradient of scores: for every expert that is switched on and was not selected, the
  /// gradient that its weight would have, ⟨dy, E(x)⟩.
  func straightThroughGradient(_ outputGradient: Tensor, _ tokens: Tensor, _ routing: Routing)
    -> Tensor
  {
    let (tokenCount, expertCount) = (routing.tokenCount, routing.expertCount)
    var result = Tensor(zeros: [tokenCount, expertCount])
    for (group, range) in zip(expertGroups, expertRanges) {
      // What is switched off may be broken: not even a NaN of it may reach the gate.
      for expert in range where !routing.disabledExperts.contains(expert) {
        // One expert at a time, so that memory does not grow with their number.
        let offsets = (0...group.expertCount).map {
          $0 > expert - range.lowerBound ? tokenCount : 0
        }
        let rows = GroupedRows(offsets: offsets, indices: (0..<Int32(tokenCount)).map { $0 })
        let output = group.forward(tokens, rows: rows, mode: .inference).output
        let dots = outputGradient.rowDots(output)
        var scalars = result.mutableScalars
        for token in 0..<tokenCount where !routing.isPadding(token) {
          scalars[token * expertCount + expert] = dots.scalars[token]
        }
      }
    }
    var scalars = result.mutableScalars
    for (route, expert) in routing.selection.experts.enumerated() where expert >= 0 {
      scalars[route / routing.slotCount * expertCount + Int(expert)] = 0
    }
    return result
  }
}
