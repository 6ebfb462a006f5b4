extension RoutingReport {
  /// Adds a batch: what each layer did with it.
  ///
  /// - Parameters:
  ///   - routings: Where its tokens went, layer by layer.
  ///   - tokens: The text of each token, padding included; none unless given.
  ///   - groups: The class, domain or kind of each token, padding included; none unless given.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where there are not as many layers,
  ///   experts, tokens or groups as there should be; nothing has changed then.
  public mutating func add(
    _ routings: [Routing], tokens: [String] = [], groups: [String] = []
  ) throws {
    try add(routings.map { RouteSource($0) }, tokens: tokens, groups: groups)
  }

  /// Adds a recording.
  ///
  /// - Parameters:
  ///   - trace: The passes, layer by layer, with weights where they are known.
  ///   - tokens: The text of each token; none unless given.
  ///   - groups: The class, domain or kind of each token; none unless given.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` as adding routings does, and where the
  ///   numbers of the recording are none of a routing.
  public mutating func add(
    _ trace: RoutingTrace, tokens: [String] = [], groups: [String] = []
  ) throws {
    try add(trace.passes.map { try RouteSource($0) }, tokens: tokens, groups: groups)
  }

  /// Adds a recording of several steps, each a batch of its own.
  mutating func add(
    _ trace: RoutingTrace, layerCount: Int, tokens: [String], groups: [String]
  ) throws {
    let sources = try trace.passes.map { try RouteSource($0) }
    var added = self
    var start = 0
    let rowCount = stride(from: 0, to: sources.count, by: max(layerCount, 1))
      .reduce(0) { $0 + sources[$1].rowCount }
    try RoutingReport.check("tokens", tokens.count, against: rowCount)
    try RoutingReport.check("groups", groups.count, against: rowCount)
    for first in stride(from: 0, to: sources.count, by: max(layerCount, 1)) {
      let batch = Array(sources[first..<first + layerCount])
      let end = start + batch[0].rowCount
      try added.add(
        batch, tokens: tokens.isEmpty ? [] : Array(tokens[start..<end]),
        groups: groups.isEmpty ? [] : Array(groups[start..<end]))
      if layerCount < sources.count { added.addStep(first / layerCount, batch, [:]) }
      start = end
    }
    self = added
  }

  /// Adds what a step of a training was like.
  ///
  /// - Parameters:
  ///   - step: Its number.
  ///   - routings: Where its tokens went, layer by layer; they count for the curves alone.
  ///   - metrics: Other numbers by name, such as the loss.
  public mutating func addStep(
    _ step: Int, _ routings: [Routing], metrics: [String: Double] = [:]
  ) {
    addStep(step, routings.map { RouteSource($0) }, metrics)
  }

  private mutating func addStep(
    _ step: Int, _ sources: [RouteSource], _ metrics: [String: Double]
  ) {
    steps.append(
      Step(
        step: step, layers: sources.map { Balance($0) }, metrics: metrics.filter(\.value.isFinite)))
  }

  private static func check(_ name: String, _ count: Int, against rowCount: Int) throws {
    guard count == 0 || count == rowCount else {
      throw MoEError.configuration(
        "number of \(name) of a report", value: "\(count)", expected: "\(rowCount), one a token")
    }
  }

  private func check(_ sources: [RouteSource], _ tokens: [String], _ groups: [String]) throws {
    guard layers.isEmpty || sources.count == layers.count else {
      throw MoEError.configuration(
        "number of layers of a report", value: "\(sources.count)",
        expected: "\(layers.count), as before")
    }
    let first = sources.first
    for (layer, source) in sources.enumerated() {
      guard source.rowCount == first?.rowCount, source.tokens == first?.tokens else {
        throw MoEError.configuration(
          "number of tokens of layer \(layer)", value: "\(source.tokens.count)",
          expected: "\(first?.tokens.count ?? 0), as in the first layer")
      }
      guard layers.isEmpty || source.expertCount == layers[layer].expertCount else {
        throw MoEError.configuration(
          "number of experts of layer \(layer)", value: "\(source.expertCount)",
          expected: "\(layers[layer].expertCount), as before")
      }
    }
    try RoutingReport.check("tokens", tokens.count, against: first?.rowCount ?? 0)
    try RoutingReport.check("groups", groups.count, against: first?.rowCount ?? 0)
    // Half of the tokens with a text would be shown beside others that have none.
    let count = first?.tokens.count ?? 0
    for (name, isGiven, wasGiven) in [
      // Of nothing that is shown it is not known.
      ("tokens", !tokens.isEmpty, shown.count > 0 ? shown.hasTexts : !tokens.isEmpty),
      ("groups", !groups.isEmpty, !self.groups.isEmpty),
    ] where tokenCount > 0 && count > 0 && isGiven != wasGiven {
      throw MoEError.configuration(
        "number of \(name) of a report", value: isGiven ? "\(count)" : "0",
        expected: wasGiven ? "\(count), as batches before had them" : "0, as before")
    }
  }

  private mutating func add(
    _ sources: [RouteSource], tokens: [String], groups: [String]
  ) throws {
    try check(sources, tokens, groups)
    guard let first = sources.first else { return }
    if layers.isEmpty {
      layers = sources.indices.map { layer in
        Layer(
          expertCount: sources[layer].expertCount,
          nextExpertCount: layer + 1 < sources.count ? sources[layer + 1].expertCount : nil)
      }
      shown.layers = Array(repeating: TokenRecord.Layer(), count: layers.count)
    }
    let own = groups.isEmpty ? nil : first.tokens.map { groups[$0] }
    let groupOfToken = own.map { count($0) }
    // Once some were left out, no later ones: what is shown is the first tokens.
    let kept = shown.count == tokenCount ? shown.room(for: sources, limit: tokenLimit) : 0
    shown.add(
      texts: tokens.isEmpty ? nil : first.tokens.prefix(kept).map { tokens[$0] },
      groups: groupOfToken.map { Array($0.prefix(kept)) }, count: kept)
    var leaders = [Int32](repeating: -1, count: first.tokens.count)
    for (layer, source) in sources.enumerated() {
      let before = leaders
      var record = TokenRecord.Layer()
      layers[layer].groupLoads.grow(toRowCount: self.groups.count)
      layers[layer].groupWeights?.grow(toRowCount: self.groups.count)
      layers[layer].keepDisabled(source.disabled, isFirst: tokenCount == 0)
      layers[layer].count(source, groups: groupOfToken) { place, routes in
        leaders[place] = routes.first.map { $0.outcome.isTaken ? $0.expert : -1 } ?? -1
        if place < kept { record.add(routes) }
      }
      shown.layers[layer].add(record, hasWeights: source.weights != nil)
      if layer > 0 { layers[layer - 1].countTransitions(before, leaders) }
    }
    tokenCount += first.tokens.count
  }

  /// Counts the groups of some tokens.
  ///
  /// - Returns: The number of the group of each.
  private mutating func count(_ names: [String]) -> [Int32] {
    var numbers = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($1.name, $0) })
    return names.map { name in
      let number = numbers[name] ?? groups.count
      if number == groups.count {
        groups.append(Group(name: name, tokenCount: 0))
        numbers[name] = number
      }
      groups[number].tokenCount += 1
      return Int32(number)
    }
  }
}

extension RoutingReport.Layer {
  /// Counts the routes of a batch.
  ///
  /// - Parameters:
  ///   - source: The routes.
  ///   - groups: The number of the group of each token that is no padding.
  ///   - visit: Called with the place of each such token, and its routes, the leading one first.
  mutating func count(
    _ source: RouteSource, groups: [Int32]?, visit: (Int, [RouteSource.Route]) -> Void
  ) {
    tokenCount += source.tokens.count
    alwaysOnExperts = Set(alwaysOnExperts).union(source.alwaysOn).sorted()
    if source.weights == nil { (weightSums, groupWeights) = (nil, nil) }
    var routes: [RouteSource.Route] = []
    for (place, token) in source.tokens.enumerated() {
      source.routes(of: token, into: &routes)
      let group = groups.map { Int($0[place]) }
      for (position, route) in routes.enumerated() {
        let expert = Int(route.expert)
        guard route.outcome.isTaken else {
          unserved[expert] += 1
          continue
        }
        let size = Double(route.weight.magnitude)
        load[expert] += 1
        if position == 0 { leads[expert] += 1 }
        if route.outcome == .redirected { redirectedCount += 1 }
        weightSums?[expert] += size
        if let group {
          groupLoads[group, expert] += 1
          groupWeights?[group, expert] += size
        }
        for other in routes where other.outcome.isTaken {
          coactivation?[expert, Int(other.expert)] += 1
        }
      }
      visit(place, routes)
    }
  }

  /// Counts the way from the leading expert of each token here to that in the next layer.
  mutating func countTransitions(_ here: [Int32], _ next: [Int32]) {
    guard transitions != nil else { return }
    for (from, to) in zip(here, next) where from >= 0 && to >= 0 {
      transitions?[Int(from), Int(to)] += 1
    }
  }

  /// Keeps the experts that are switched off in every batch.
  mutating func keepDisabled(_ disabled: Set<Int>, isFirst: Bool) {
    disabledExperts =
      isFirst ? disabled.sorted() : disabledExperts.filter { disabled.contains($0) }
  }
}
