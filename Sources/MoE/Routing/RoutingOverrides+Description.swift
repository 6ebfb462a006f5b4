extension RoutingOverrides: CustomStringConvertible {
  /// What is overridden, tensors by their shapes.
  public var description: String {
    let given: [(String, String?)] = [
      ("previous logits", previousLogits.map { "\($0.shape)" }),
      ("previous state", previousState.map { "\($0.shape)" }),
      ("router input", routerInput.map { "\($0.shape)" }), ("load", load.map { "\($0)" }),
      ("forced experts of", RoutingOverrides.tokens(forcedExperts.count)),
      ("replay of", replay.map { RoutingOverrides.text($0) }),
    ]
    let words = given.compactMap { name, value in value.map { "\(name) \($0)" } }
    return "RoutingOverrides(\(words.isEmpty ? "none" : words.joined(separator: ", ")))"
  }

  private static func tokens(_ count: Int) -> String? {
    count == 0 ? nil : "\(count) \(count == 1 ? "token" : "tokens")"
  }

  private static func text(_ replay: Replay) -> String {
    "\(replay.recording.experts.count) slots for "
      + (replay.isCounted ? "learning" : "recomputation")
  }
}
