/// The dispatch of discrete routes: y = Σⱼ wⱼ·E_eⱼ(x), or Σⱼ E_eⱼ(wⱼ·x).
package struct RouteDispatch: Sendable {
  /// The tokens of each expert.
  private let tokens: GroupedRows
  private let positions: [Int32]
  private let slotCount: Int
  private let weights: Tensor
  /// Whether weights multiply what experts take in place of what they give.
  private let appliesWeightsToInput: Bool

  /// The dispatch of a routing.
  package init(_ routing: Routing, appliesWeightsToInput: Bool) {
    tokens = routing.rows
    positions = routing.positions
    slotCount = routing.slotCount
    weights = routing.weights
    self.appliesWeightsToInput = appliesWeightsToInput
  }

  /// The rows of each expert in what experts take.
  var rows: GroupedRows { appliesWeightsToInput ? .inOrder(tokens.offsets) : tokens }

  /// The rows that each group of experts takes.
  func inputs(_ matrix: Tensor, of groups: [ExpertSpan]) -> [GroupedTokens] {
    let weights = appliesWeightsToInput ? weightsByPosition : nil
    return groups.map { group in
      let own = tokens[groups: group.experts]
      var input = GroupedTokens(matrix, rows: own)
      if let weights, group.readsRows {
        var picked = matrix.gatheringEntries(own.indices.map(Int.init))
        picked.scaleRows(by: weights[entries: positions(of: group.experts)])
        input = GroupedTokens(picked, rows: .inOrder(own.offsets), tokens: own.indices)
      }
      // Experts of all groups have noise of their own.
      input.firstExpert = group.experts.lowerBound
      return input
    }
  }

  func combined(
    _ outputs: [Tensor], columnCount: Int, from experts: [Range<Int>],
    passing: (tokens: Tensor, weights: Tensor)?
  ) -> Tensor {
    Tensor(
      combiningRowsOf: outputs, columnCount: columnCount, at: positions(among: experts),
      slotCount: slotCount, resultCount: weights.sizes[0],
      weights: appliesWeightsToInput ? nil : weights,
      then: passing.map { (rows: $0.tokens, weights: $0.weights) })
  }

  /// The gradient that each group of experts takes.
  func outputGradients(_ gradient: Tensor, of groups: [ExpertSpan]) -> [GroupedGradient] {
    let weights = weightsByPosition
    return groups.map { group in
      let positions = positions(of: group.experts)
      guard appliesWeightsToInput, group.readsRows else {
        return GroupedGradient(gradient, weights: weights[entries: positions])
      }
      return GroupedGradient(
        gradient.gatheringEntries(tokens.indices[positions].map(Int.init)),
        weights: Tensor(repeating: 1, shape: [positions.count]))
    }
  }

  func backward(
    _ back: TokenDispatch.Back, tokens matrix: Tensor
  ) -> (tokens: Tensor, routing: RoutingGradient) {
    let positions = positions(among: back.experts)
    var (tokenRows, weightGradient) = (back.rows, back.weights)
    if appliesWeightsToInput {
      // With z = w·x: dw = ⟨dz, x⟩ and dx = w·dz.
      let taken = positionsOfRows(of: back.experts)
      weightGradient = back.rows.rowDots(
        matrix.gatheringEntries(taken.map { Int(tokens.indices[$0]) }))
      tokenRows.scaleRows(
        by: taken.count == tokens.count
          ? weightsByPosition : weightsByPosition.gatheringEntries(taken))
    }
    return (
      tokenRows.combiningRows(
        at: positions, slotCount: slotCount, resultCount: weights.sizes[0]),
      RoutingGradient(weights: byRoute(weightGradient, positions))
    )
  }

  private func positions(of experts: Range<Int>) -> Range<Int> {
    tokens.offsets[experts.lowerBound]..<tokens.offsets[experts.upperBound]
  }

  /// The positions of some experts, one after another.
  private func positionsOfRows(of experts: [Range<Int>]) -> [Int] {
    experts.flatMap { Array(positions(of: $0)) }
  }

  /// For each slot its position among those of some experts alone, or −1.
  private func positions(among experts: [Range<Int>]) -> [Int32] {
    let taken = experts.reduce(0) {
      $0 + tokens.offsets[$1.upperBound] - tokens.offsets[$1.lowerBound]
    }
    guard taken < tokens.count else { return positions }
    var places = [Int32](repeating: -1, count: tokens.count)
    for (place, position) in positionsOfRows(of: experts).enumerated() {
      places[position] = Int32(place)
    }
    return positions.map { $0 < 0 ? -1 : places[Int($0)] }
  }

  /// The weights in the order of the positions.
  package var weightsByPosition: Tensor {
    var result = Tensor(uninitialized: TensorShape(tokens.count))
    let source = weights.scalars
    var scalars = result.mutableScalars
    for route in positions.indices where positions[route] >= 0 {
      scalars[Int(positions[route])] = source[route]
    }
    return result
  }

  /// One number a slot, from one a position; zero elsewhere.
  package func byRoute(_ byPosition: Tensor, _ positions: [Int32]? = nil) -> Tensor {
    let positions = positions ?? self.positions
    var result = Tensor(uninitialized: weights.sizes)
    let source = byPosition.scalars
    var scalars = result.mutableScalars
    for route in positions.indices {
      scalars[route] = positions[route] < 0 ? 0 : source[Int(positions[route])]
    }
    return result
  }
}
