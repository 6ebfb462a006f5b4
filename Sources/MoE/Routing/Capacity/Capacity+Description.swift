extension Capacity: CustomStringConvertible {
  /// The limits, and what is set beside them.
  public var description: String {
    guard !isUnlimited else { return "no capacity limit" }
    let limits =
      training == inference
      ? training.text : "\(training.text) in training, \(inference.text) in inference"
    let parts: [String?] = [
      minimum == 0 ? nil : "at least \(minimum)", order.text,
      prioritizesFirstChoices ? "first choices first" : nil, overflow.text,
      weights == .afterDropping ? "weights of what is left" : nil, shares.text,
    ]
    return (["capacity of \(limits)"] + parts.compactMap { $0 }).joined(separator: ", ")
  }
}

extension Capacity.Limit {
  fileprivate var text: String {
    switch self {
    case .none: "no limit"
    case .factor(let factor): "\(factor) times the share of routes"
    case .tokenFactor(let factor): "\(factor) times the share of tokens"
    case .routes(let count): "\(count) \(count == 1 ? "route" : "routes")"
    }
  }
}

extension Capacity.Order {
  /// Nothing of that which is unless given.
  fileprivate var text: String? {
    switch self {
    case .position: nil
    case .score: "higher scores first"
    case .random: "in random order"
    case .batchPrioritized: "tokens of higher scores first"
    }
  }
}

extension Capacity.Overflow {
  fileprivate var text: String {
    switch self {
    case .drop: "others are dropped"
    case .nextBest: "others go to the next best expert"
    case .leastLoaded: "others go to the least loaded expert"
    case .backup(let expert): "others go to expert \(expert)"
    case .passThrough: "others pass through"
    }
  }
}

extension Capacity.Shares {
  /// Nothing of that which is unless given.
  fileprivate var text: String? {
    switch self {
    case .equal: nil
    case .each(let shares): "shares \(shares)"
    case .byCost(let tau): "shares by cost with tau \(tau)"
    }
  }
}
