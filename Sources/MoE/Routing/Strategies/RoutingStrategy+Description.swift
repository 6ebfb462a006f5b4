extension RoutingStrategy: CustomStringConvertible {
  /// The parts in the order of the way through them, and what else is set.
  public var description: String {
    let switches: [(Bool, String)] = [
      (hasSelectionBias, "selection bias"), (biasesLogits, "added to logits"),
      (appliesWeightsToInput, "weights on the input"), (isStraightThrough, "straight through"),
    ]
    let values: [String?] = [
      capacity == .none ? nil : "\(capacity)",
      expertInputScale == 1 ? nil : "experts' input times \(expertInputScale)",
      weightScale.map { "learned scale of weights, \($0.rawValue)" },
      dropout.map { "\($0)" }, slotsPerExpert.map { "soft, \($0) slots an expert" },
    ]
    let way = ["\(gate)", planText(score), planText(selector), planText(weighting)].joined(
      separator: " → ")
    let others = values.compactMap { $0 } + switches.filter { $0.0 }.map(\.1)
    return ([way] + others).joined(separator: ", ")
  }
}
