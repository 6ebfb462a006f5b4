extension RoutingReport.Layer {
  /// What is wrong with the layer, the gravest first, by the limits of a ``BalanceMonitor``; none
  /// with few routes, which are uneven by chance.
  public var warnings: [BalanceReport.Warning] {
    let limits = BalanceMonitor()
    let available = availableExperts
    let (balance, shares) = (balance, shares)
    guard hasEnoughRoutes, !available.isEmpty else { return [] }
    var warnings: [BalanceReport.Warning] = []
    let busiest = available.max { shares[$0] < shares[$1] } ?? 0
    if balance.maximumOverMean > limits.collapseAbove
      || concentration > limits.concentratedAbove
    {
      warnings.append(.collapse(expert: busiest, maximumOverMean: balance.maximumOverMean))
    }
    if balance.droppedShare > limits.droppingAbove {
      warnings.append(.dropping(share: balance.droppedShare))
    }
    let even = evenShare
    for expert in available {
      let share = shares[expert] / even
      if share < limits.starvingBelow { warnings.append(.starving(expert: expert, share: share)) }
    }
    return warnings
  }

  /// Whether there are routes enough to judge by.
  var hasEnoughRoutes: Bool {
    let available = availableExperts
    let demanded = available.reduce(0) { $0 + load[$1] } + unserved.reduce(0, +)
    return demanded >= BalanceMonitor().minimumRoutes * available.count
  }

  /// As ``BalanceReport/concentration``; of weights, with one expert a token.
  private var concentration: Double {
    let available = availableExperts
    let variation = balance.coefficientOfVariation * balance.coefficientOfVariation
    let routes = Double(available.reduce(0) { $0 + load[$1] })
    guard tokenCount > 0, routes > 0 else { return 0 }
    let perToken = sharesAreOfWeights ? 1 : max(1, routes / Double(tokenCount))
    let most = Double(available.count) / perToken - 1
    return most > 0 ? variation / most : 0
  }
}

extension RoutingReport {
  /// What stands out, a sentence each, layer by layer; one that says so where nothing does.
  public var findings: [String] {
    guard tokenCount > 0 else { return ["There are no tokens."] }
    var sentences: [String] = []
    var unjudged: [String] = []
    for (number, layer) in layers.enumerated() {
      let name = layerName(number)
      if layer.load.allSatisfy({ $0 == 0 }) && layer.unserved.allSatisfy({ $0 == 0 }) {
        sentences.append("\(name) has no routes from token to expert to count.")
        continue
      }
      guard layer.hasEnoughRoutes else {
        unjudged.append(name)
        continue
      }
      let dead = layer.deadExperts
      if !dead.isEmpty {
        sentences.append(
          "\(name): \(experts(dead)) \(dead.count == 1 ? "takes" : "take") no token.")
      }
      var starving: [Int] = []
      for warning in layer.warnings {
        switch warning {
        case .collapse(let expert, let ratio):
          sentences.append(
            "\(name) collapses to \(expertName(expert)), which has "
              + "\(ReportNumber.fixed(ratio, 1)) times the even share.")
        case .dropping(let share):
          sentences.append("\(name): no expert takes \(ReportNumber.percent(share)) of the routes.")
        case .starving(let expert, _): if layer.load[expert] > 0 { starving.append(expert) }
        }
      }
      if !starving.isEmpty {
        sentences.append(
          "\(name): \(experts(starving)) \(starving.count == 1 ? "has" : "have") less than a tenth "
            + "of the even share.")
      }
    }
    if !unjudged.isEmpty {
      let named = unjudged.prefix(3).joined(separator: ", ")
      let more = unjudged.count > 3 ? " and \(unjudged.count - 3) more" : ""
      sentences.append(
        "\(named)\(more): fewer than \(BalanceMonitor().minimumRoutes) routes an expert, too few to "
          + "judge the balance by; add further batches.")
    }
    return sentences.isEmpty
      ? ["Nothing stands out: every expert takes tokens, and no layer collapses."] : sentences
  }

  /// Some experts by name, in order; runs of those without a name of their own as `experts 3–7`.
  func experts(_ experts: [Int]) -> String {
    let named = experts.filter { expertNames.indices.contains($0) }.map(expertName)
    var runs: [ClosedRange<Int>] = []
    for expert in experts where !expertNames.indices.contains(expert) {
      if let last = runs.last, last.upperBound + 1 == expert {
        runs[runs.count - 1] = last.lowerBound...expert
      } else {
        runs.append(expert...expert)
      }
    }
    let numbers = runs.flatMap { run in
      run.count < 3 ? run.map { "\($0)" } : ["\(run.lowerBound)–\(run.upperBound)"]
    }
    var parts = named
    if let first = numbers.first {
      let isOne = numbers.count == 1 && runs[0].count == 1
      parts.append((isOne ? "expert " : "experts ") + first)
      parts += numbers.dropFirst()
    }
    guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + last
  }

  /// A name for narrow columns, one an expert: the name where it has three letters or fewer, else
  /// its first letter and its number, or the number of the expert alone.
  package func shortNames(_ count: Int) -> [String] {
    let names = (0..<count).map { expert -> String in
      guard expertNames.indices.contains(expert) else { return "\(expert)" }
      let name = expertNames[expert]
      if name.count <= 3 { return name }
      let words = name.split(separator: " ")
      if words.count == 2, words[0] == "expert" { return String(words[1].prefix(4)) }
      let digits = name.filter(\.isNumber).suffix(2)
      return String(name.prefix(digits.isEmpty ? 2 : 1)) + digits
    }
    return Set(names).count == count ? names : (0..<count).map { "\($0)" }
  }
}
