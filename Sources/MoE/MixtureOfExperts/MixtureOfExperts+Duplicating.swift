extension MixtureOfExperts {
  /// Puts copies of experts right behind them.
  ///
  /// A copy has all that the expert has, and so its logits: of equal ones the first wins. What
  /// holds afterwards:
  /// - With as many experts a token as before, a token that chose an expert takes its copies in the
  ///   place of its other choices: it is another function.
  /// - Where every expert is there n times and `routing` takes n·k in the place of the best k, with
  ///   weights that add up to one, each token has the n copies of each expert that it had, with an
  ///   n-th of the weight each: the same function, but for rounding. So two experts of which each
  ///   is the other's copy, with two a token weighted by ``Weighting/softmaxOverSelected``, give the
  ///   bits of the one.
  /// - Where every expert is taken, weighted by its softmax probability, `splitsShare` makes it the
  ///   same function, but for rounding, whichever experts are doubled.
  ///
  /// - Parameters:
  ///   - experts: The experts to copy.
  ///   - times: How many of each there are afterwards, at least 1.
  ///   - splitsShare: Whether the n copies of an expert share its probability: each logit is lowered
  ///     by ln n, in ``Router/logitOffset``.
  ///   - routing: The strategy afterwards, where it is another one.
  /// - Throws: As ``editingExperts(_:routing:)``, and where there is no such expert, or shares
  ///   cannot be split: scores are no softmax, a soft mixture has slots, or tracked quality sets the
  ///   offset; nothing has changed then.
  public mutating func duplicateExperts(
    _ experts: Set<Int>, times: Int = 2, splitsShare: Bool = false,
    routing: RoutingStrategy? = nil
  ) throws {
    // Nothing is drawn where there is no noise.
    var generator = SeededGenerator(seed: 0)
    try duplicateExperts(
      experts, times: times, noise: 0, splitsShare: splitsShare, routing: routing,
      using: &generator)
  }

  /// Puts copies of experts right behind them that differ from them by noise, so that training tells
  /// them apart.
  ///
  /// Every parameter of a copy, but for those of the first, is multiplied by 1 + ε·n, with n
  /// standard normal.
  ///
  /// - Parameters:
  ///   - experts: The experts to copy.
  ///   - times: How many of each there are afterwards, at least 1.
  ///   - noise: The size ε in experts; 0 for none.
  ///   - gateNoise: The size ε in the gate's parameters; 0 for none.
  ///   - splitsShare: Whether the copies of an expert share its probability.
  ///   - routing: The strategy afterwards, where it is another one.
  ///   - generator: The source of randomness, for the experts in order, each before its gate's row.
  /// - Throws: As ``duplicateExperts(_:times:splitsShare:routing:)``; neither layer nor generator
  ///   have changed then.
  public mutating func duplicateExperts(
    _ experts: Set<Int>, times: Int = 2, noise: Float, gateNoise: Float = 0,
    splitsShare: Bool = false, routing: RoutingStrategy? = nil,
    using generator: inout some RandomNumberGenerator
  ) throws {
    for expert in experts.sorted() where !(0..<expertCount).contains(expert) {
      throw MoEError.configuration(
        "expert to duplicate", value: "\(expert)", expected: "0 to \(expertCount - 1)")
    }
    // So many experts at most have a number in a route.
    guard times >= 1, times <= Int(Int32.max) / expertCount else {
      throw MoEError.configuration(
        "copies of an expert", value: "\(times)",
        expected: "1 to \(Int(Int32.max) / expertCount)")
    }
    for (name, size) in [("experts", noise), ("the gate", gateNoise)]
    where !(size >= 0 && size.isFinite) {
      throw MoEError.configuration(
        "noise of \(name)", value: "\(size)", expected: "a finite number, at least 0")
    }
    let order = (0..<expertCount).flatMap {
      Array(repeating: $0, count: experts.contains($0) ? times : 1)
    }
    var edited = try editingExperts(ExpertEdit(order, of: expertCount), routing: routing)
    if splitsShare {
      try edited.lowerLogits(
        order.map { experts.contains($0) ? NormalDistribution.logarithm(Double(times)) : 0 })
    }
    var drawn = generator
    let copies = order.indices.dropFirst().filter { order[$0] == order[$0 - 1] }
    try edited.addNoise(to: copies, noise, gateNoise, using: &drawn)
    self = edited
    generator = drawn
  }

  /// Adds noise to the parameters of experts, and to the gate's of them.
  private mutating func addNoise(
    to experts: [Int], _ noise: Float, _ gateNoise: Float,
    using generator: inout some RandomNumberGenerator
  ) throws {
    let slots = router.strategy.slotsPerExpert ?? 1
    let ranges = expertRanges
    for expert in experts {
      for (group, range) in ranges.enumerated() where range.contains(expert) {
        try expertGroups[group].addNoise(
          toExpert: expert - range.lowerBound, noise, using: &generator)
      }
      for slot in expert * slots..<(expert + 1) * slots {
        try router.gate.addNoise(toExpert: slot, gateNoise, using: &generator)
      }
    }
  }

  /// Lowers the logits of experts, by one number each.
  private mutating func lowerLogits(_ amounts: [Double]) throws {
    guard router.strategy.slotsPerExpert == nil, router.score is SoftmaxScore else {
      throw MoEError.configuration(
        "splitsShare", value: "true, with \(type(of: router.score))",
        expected: "a softmax over experts as score, and no slots, as logits are lowered")
    }
    guard !stepUpdates.contains(where: { $0 is QualityTracker }) else {
      throw MoEError.configuration(
        "splitsShare", value: "true",
        expected: "no QualityTracker, which sets the offset of logits that shares are split by")
    }
    let offset = router.logitOffset ?? Tensor(zeros: [expertCount])
    router.logitOffset = offset - Tensor(amounts.map { Float($0) })
  }
}
