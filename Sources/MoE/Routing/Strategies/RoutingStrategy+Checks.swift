/// The parts of a strategy that do not go together.
extension RoutingStrategy {
  /// Throws where a setting cannot work; returns how many slots a token has.
  func check(expertCount: Int, isCausal: Bool) throws -> Int {
    guard !isCausal || self.isCausal else {
      throw MoEError.configuration(
        "routing in a causal layer", value: lookingAhead,
        expected: "a strategy that looks at no later token, as its isCausal says")
    }
    try checkSoft()
    if hasSelectionBias && !selector.promises.contains(.readsSelectionBias) {
      throw MoEError.configuration(
        "hasSelectionBias", value: "true",
        expected: "a selector that chooses by biased scores; \(type(of: selector)) does not")
    }
    guard expertInputScale.isFinite, expertInputScale != 0 else {
      throw MoEError.configuration(
        "scale of the experts' inputs", value: "\(expertInputScale)",
        expected: "a finite number other than 0")
    }
    try capacity.check(expertCount: expertCount)
    try checkDropout()
    try checkStraightThrough()
    try checkOverflow()
    let slotCount = try selector.slotCount(expertCount: expertCount)
    try weighting.check(expertCount: expertCount, slotCount: slotCount)
    return slotCount
  }

  /// Throws where a rate cannot work, or routes are left out where there are none, or weights that
  /// are made up after it do not know of it.
  private func checkDropout() throws {
    guard let dropout else { return }
    try dropout.check()
    guard dropout.routes > 0 else { return }
    guard slotsPerExpert == nil else {
      throw MoEError.configuration(
        "dropout of routes", value: "\(dropout.routes)",
        expected: "0, as a soft mixture has no routes")
    }
    try checkWeightsOfCapacity()
  }

  /// Throws where weights are made up after dropping that go by the choices of a selector.
  private func checkWeightsOfCapacity() throws {
    guard
      weighting.promises.contains(.weighsAnyExpert) || capacity.weights == .beforeDropping
    else {
      throw MoEError.configuration(
        "weights of a capacity", value: "\(capacity.weights)",
        expected: "beforeDropping, as \(type(of: weighting)) weighs the choices of its selector")
    }
  }

  /// The first part that looks at later tokens.
  private var lookingAhead: String {
    if slotsPerExpert != nil { return "soft mixture" }
    if !gate.promises.contains(.causal) { return "gate" }
    if !score.promises.contains(.causal) { return "\(type(of: score))" }
    if !weighting.promises.contains(.causal) { return "\(type(of: weighting))" }
    return selector.promises.contains(.causal) ? "capacity" : "\(type(of: selector))"
  }

  /// Throws where a soft mixture, which selects no experts, has what is for selected ones.
  private func checkSoft() throws {
    guard let slotsPerExpert else { return }
    guard slotsPerExpert >= 1 else {
      throw MoEError.configuration(
        "slots an expert", value: "\(slotsPerExpert)", expected: "at least 1")
    }
    for (setting, isSet) in [
      ("hasSelectionBias", hasSelectionBias), ("isStraightThrough", isStraightThrough),
      ("appliesWeightsToInput", appliesWeightsToInput),
    ] where isSet {
      throw MoEError.configuration(
        setting, value: "true",
        expected: "a strategy that selects experts; a soft mixture does not")
    }
    guard capacity.isUnlimited else {
      throw MoEError.configuration(
        "capacity of a soft mixture", value: "a limit",
        expected: "none, as every expert takes as many mixtures as it has slots")
    }
  }

  /// Throws where it is not clear what the weight of an expert would be that was not selected.
  private func checkStraightThrough() throws {
    guard isStraightThrough else { return }
    var part: String?
    if appliesWeightsToInput { part = "appliesWeightsToInput" }
    if !weighting.promises.contains(.scoresStandForWeights) { part = "\(type(of: weighting))" }
    guard let part else { return }
    throw MoEError.configuration(
      "isStraightThrough", value: "true, with \(part)",
      expected: "weights that multiply outputs, without a scale or a remainder, as the score of an "
        + "expert that was not selected stands for its weight")
  }

  /// Throws where overflow breaks what the selector or the weighting rests on.
  private func checkOverflow() throws {
    guard !capacity.isUnlimited else { return }
    guard !capacity.prioritizesFirstChoices || selector.promises.contains(.ordersChoices) else {
      throw MoEError.configuration(
        "prioritizesFirstChoices", value: "true",
        expected: "a selector that promises ordersChoices; \(type(of: selector)) does not")
    }
    guard
      capacity.overflow != .nextBest && capacity.overflow != .leastLoaded
        || selector.promises.contains(.allowsRedirection)
    else {
      throw MoEError.configuration(
        "overflow", value: "\(capacity.overflow)",
        expected: "drop, passThrough or backup, as \(type(of: selector)) does not choose among all "
          + "experts")
    }
    guard !weighting.promises.contains(.weighsAnyExpert) else { return }
    guard capacity.overflow == .drop || capacity.overflow == .passThrough else {
      throw MoEError.configuration(
        "overflow", value: "\(capacity.overflow)",
        expected:
          "drop or passThrough, as \(type(of: weighting)) weighs the choices of its selector")
    }
    try checkWeightsOfCapacity()
  }
}
