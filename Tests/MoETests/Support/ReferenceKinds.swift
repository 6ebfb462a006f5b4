import MoE

/// A layer of experts of any kinds as its formula says it, in `Double`, token by token, for the
/// choices of one routing.
struct ReferenceKinds {
  enum Weights: CaseIterable {
    case scores, renormalized, withoutZeroExperts
  }

  let layer: MixtureOfExperts
  let routing: Routing
  var weights = Weights.scores

  /// The outputs, zero for padding, with tokens for what stands in for experts without room.
  func callAsFunction(_ tokens: [[Double]], _ parameters: [String: [Double]]) -> [[Double]] {
    let gate = Reference.Map(parameters, "router.gate", outputSize: routing.expertCount)
    let scale = Double(layer.router.strategy.expertInputScale)
    return tokens.enumerated().map { token, x in
      var y = [Double](repeating: 0, count: layer.outputSize)
      guard !routing.isPadding(token) else { return y }
      var logits = Reference.linear(x, gate)
      for expert in routing.disabledExperts { logits[expert] = -.infinity }
      let scores = Reference.softmax(logits)
      let slots = token * routing.slotCount..<(token + 1) * routing.slotCount
      let sum = slots.reduce(0) { $0 + part(of: $1, scores) }
      for route in slots where routing.outcomes[route] != .empty {
        var weight = part(of: route, scores)
        if weights != .scores, sum > 0 { weight /= sum }
        let own: [Double]
        switch routing.outcomes[route] {
        case .passThrough: own = x
        case .dropped: continue
        default: own = output(Int(routing.experts[route]), x.map { scale * $0 }, parameters)
        }
        for column in y.indices { y[column] += weight * own[column] }
      }
      return y
    }
  }

  /// What a route weighs before any division.
  private func part(of route: Int, _ scores: [Double]) -> Double {
    let expert = Int(routing.experts[route])
    guard expert >= 0 else { return 0 }
    let isLeftOut = weights == .withoutZeroExperts && layer.expertTraits[expert].givesZero
    return isLeftOut ? 0 : scores[expert]
  }

  /// The output of an expert for a token.
  func output(_ expert: Int, _ x: [Double], _ parameters: [String: [Double]]) -> [Double] {
    var index = expert
    for (number, group) in layer.expertGroups.enumerated() {
      guard index >= group.expertCount else {
        return ReferenceKinds.output(of: group, index, x, parameters, "expertGroups.\(number)")
      }
      index -= group.expertCount
    }
    return []
  }

  /// The output of an expert of a group, whose parameters stand under a name.
  static func output(
    of group: any ExpertGroup, _ expert: Int, _ x: [Double], _ parameters: [String: [Double]],
    _ name: String
  ) -> [Double] {
    func map(_ part: String, _ outputSize: Int) -> Reference.Map {
      Reference.Map(parameters, name + part, outputSize: outputSize)
    }
    switch group {
    case let group as FeedForwardExperts:
      return Reference.feedForward(
        x, up: map(".up", group.up.outputSize), down: map(".down", group.outputSize),
        group.activation, expert: expert)
    case is ZeroExperts: return [Double](repeating: 0, count: group.outputSize)
    case is CopyExperts: return x
    case is ConstantExperts:
      let shares = Reference.softmax(Reference.linear(x, map(".mix", 2), expert: expert))
      let constant = parameters[name + ".constant"] ?? []
      return x.enumerated().map {
        shares[0] * $1 + shares[1] * constant[expert * x.count + $0]
      }
    case let group as LowRankExperts<FeedForward>:
      let base = Reference.feedForward(
        x, up: map(".base.up", group.base.up.outputSize), down: map(".base.down", group.outputSize),
        group.base.activation)
      let hidden = Reference.linear(x, map(".down", group.down.outputSize), expert: expert)
      let residual = Reference.linear(hidden, map(".up", group.outputSize), expert: expert)
      return zip(base, residual).map { $0 + Double(group.scale) * $1 }
    default: return []
    }
  }
}

/// Small groups of experts of each kind, from 4 to 4, by a letter.
enum KindGroups {
  /// f: two feed-forward networks; z: a zero expert; c: a copy; k: two constants; l: two residuals
  /// of rank 2 on a base.
  static func group(_ letter: Character, seed: UInt64 = 3) -> any ExpertGroup {
    var generator = SeededGenerator(seed: seed)
    switch letter {
    case "z": return ZeroExperts(count: 1, inputSize: 4, outputSize: 4)
    case "c": return CopyExperts(count: 1, size: 4)
    case "k": return ConstantExperts(count: 2, size: 4, using: &generator)
    case "l":
      let base = FeedForward(
        inputSize: 4, hiddenSize: 2, activation: .gelu, using: &generator)
      var group = LowRankExperts(base: base, count: 2, rank: 2, scale: 1.5, using: &generator)
      group.up.weight = .normal(standardDeviation: 0.5, shape: [2, 4, 2], using: &generator)
      return group
    default:
      return FeedForwardExperts(
        up: GroupedLinear(count: 2, inputSize: 4, outputSize: 3, bias: true, using: &generator),
        down: GroupedLinear(count: 2, inputSize: 3, outputSize: 4, bias: true, using: &generator),
        activation: .tanh)
    }
  }

  /// A layer of the groups of some letters.
  static func layer(
    _ letters: String, _ strategy: RoutingStrategy, losses: [any BalancingLoss] = []
  ) throws -> MixtureOfExperts {
    let groups = letters.enumerated().map { group($1, seed: UInt64($0)) }
    var generator = SeededGenerator(seed: 71)
    return try MixtureOfExperts(
      router: Router(
        inputSize: 4, expertCount: groups.reduce(0) { $0 + $1.expertCount }, strategy: strategy,
        seed: 5, using: &generator),
      expertGroups: groups, balancingLosses: losses)
  }
}
