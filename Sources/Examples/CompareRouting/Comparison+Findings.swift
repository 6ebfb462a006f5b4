import ExampleSupport

extension Comparison {
  /// What the numbers say, sentence by sentence: every one is made of what was measured.
  package var findings: [String] {
    [
      best, collapse, overflow, threshold, evenOnes, price, wholeBatch,
    ].compactMap { $0 }
  }

  private func result(_ name: String) -> StrategyResult? {
    results.first { $0.strategy == name }
  }

  private func percent(_ share: Double) -> String { format(share: share) }

  /// The best, and how far apart all are.
  private var best: String? {
    guard let best = results.max(by: { $0.accuracy.mean < $1.accuracy.mean }),
      let worst = results.min(by: { $0.accuracy.mean < $1.accuracy.mean }), results.count > 1
    else { return nil }
    let near = results.filter {
      $0.strategy != best.strategy
        && best.accuracy.mean - $0.accuracy.mean
          <= max(best.accuracy.deviation, $0.accuracy.deviation)
    }
    let peers =
      near.isEmpty
      ? "no other is within the spread of its seeds"
      : "within the spread of seeds of it: " + near.map(\.strategy).joined(separator: ", ")
    return "\(best.strategy) is right most often, \(percent(best.accuracy.mean)); \(peers). "
      + "The last, \(worst.strategy), reaches \(percent(worst.accuracy.mean))."
  }

  /// Strategies that use few experts, and how little accuracy shows it.
  private var collapse: String? {
    guard let top = result("top-1"), let largest = top.shares.first else { return nil }
    let used = Double(expertCount) - top.idleExperts.mean
    let numbers =
      "top-1, which nothing balances, uses \(format(decimals: used)) of \(expertCount) experts, the "
      + "busiest for \(percent(largest)) of the examples, and reaches \(percent(top.accuracy.mean))"
    // Half of the experts or fewer; and not far from the best, or accuracy would show it.
    let best = results.map(\.accuracy.mean).max() ?? 0
    guard used <= Double(expertCount) / 2, best - top.accuracy.mean < 0.02 else {
      return numbers + "."
    }
    return numbers + " all the same: accuracy does not show such a collapse, the shares do."
  }

  /// What a capacity does to an uneven load.
  private var overflow: String? {
    guard let result = result("switch"), result.droppedInTraining.mean > 0.01 else { return nil }
    return "switch gives an expert room for 1.25 times its even share in training. At a "
      + "coefficient of 0.01 its load varies by \(format(decimals: result.variation.mean)), so that "
      + "\(percent(result.droppedInTraining.mean)) of the examples find no room and pass by the "
      + "experts." + overflowOfMoEPlusPlus
  }

  private var overflowOfMoEPlusPlus: String {
    guard let result = result("moe++"), result.droppedInTraining.mean > 0.01 else { return "" }
    return " moe++ has room for 1.1 times the routes, less for an expert that computes than for "
      + "one that does not, and at the same coefficient "
      + "\(percent(result.droppedInTraining.mean)) of its routes find none."
  }

  /// From which coefficient on the loss balances, and what that costs.
  private var threshold: String? {
    guard let none = sweep.first?.result else { return nil }
    guard let step = sweep.first(where: { $0.result.variation.mean < 0.5 }) else {
      return "No coefficient of the sweep brings the load of switch to vary by less than 0.50."
    }
    guard step.coefficient > 0 else {
      return "The load of switch varies by less than 0.50 without any loss."
    }
    let difference = step.result.accuracy.mean - none.accuracy.mean
    let spread = max(step.result.accuracy.deviation, none.accuracy.deviation)
    let cost =
      "\(difference < 0 ? "costs" : "gains") \(format(decimals: abs(difference) * 100)) points of "
      + "accuracy (\(abs(difference) <= spread ? "within" : "beyond") the spread of seeds)"
    return "The loss evens the load of switch (varying by less than 0.50) from a coefficient of "
      + "\(step.coefficient) on, which \(cost) against none and leaves "
      + "\(percent(step.result.droppedInTraining.mean)) of the examples without room in training, "
      + "not \(percent(none.droppedInTraining.mean))."
  }

  /// What is even, and by what.
  private var evenOnes: String? {
    let even = results.filter {
      $0.shares.count > 1 && $0.strategy != "dense" && $0.variation.mean < 0.25
    }
    guard !even.isEmpty else { return nil }
    let names = even.map { result in
      "\(result.strategy) (\(result.balancedBy ?? "by itself"), \(percent(result.accuracy.mean)))"
    }
    return "Even, with loads that vary by less than 0.25: " + names.joined(separator: ", ") + "."
  }

  /// What computing with every expert costs.
  private var price: String? {
    guard let dense = result("dense"), let top = result("top-2") ?? result("top-1") else {
      return nil
    }
    let ratio = dense.trainingTime.mean / max(top.trainingTime.mean, .leastNormalMagnitude)
    return "dense computes with all \(expertCount) experts: a step of training takes "
      + "\(format(decimals: ratio)) times that of \(top.strategy) here. The larger the "
      + "experts, the nearer the ratio comes to that of the experts that compute, "
      + "\(format(decimals: dense.expertsPerToken.mean / max(top.expertsPerToken.mean, 1)))."
  }

  /// What cannot answer for one example alone.
  private var wholeBatch: String? {
    let names = ["expert-choice", "soft"].filter { result($0) != nil }
    guard !names.isEmpty else { return nil }
    return
      "\(names.joined(separator: " and ")) read\(names.count == 1 ? "s" : "") the whole batch: "
      + "an answer depends on what stands beside it, which rules out writing text word by word."
  }
}
