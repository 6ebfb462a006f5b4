extension RoutingReport {
  /// Whether all numbers fit together; those of a report from a file need not.
  var isConsistent: Bool {
    let counts = groups.map(\.tokenCount) + [tokenCount, tokenLimit, shown.count]
    guard counts.allSatisfy(RoutingReport.isCount), shown.layers.count == layers.count,
      Set(groups.map(\.name)).count == groups.count
    else { return false }
    for (number, layer) in layers.enumerated() {
      let next = number + 1 < layers.count ? layers[number + 1].expertCount : nil
      guard layer.isConsistent(groupCount: groups.count, nextExpertCount: next),
        shown.layers[number].isConsistent(
          tokenCount: shown.count, expertCount: layer.expertCount)
      else { return false }
    }
    let groupRange = Int32(0)..<Int32(clamping: groups.count)
    return (shown.texts.isEmpty || shown.texts.count == shown.count)
      && (shown.groups.isEmpty || shown.groups.count == shown.count)
      && shown.groups.allSatisfy { groupRange.contains($0) }
      && steps.allSatisfy(\.isConsistent)
  }

  /// Whether a number can be a count: two for each of 2¹⁶ experts, summed, are below 2⁶².
  static func isCount(_ count: Int) -> Bool { (0...1 << 44).contains(count) }
}

extension RoutingReport.Step {
  /// Whether all numbers are finite, which those from a file need not be.
  fileprivate var isConsistent: Bool {
    metrics.values.allSatisfy(\.isFinite) && layers.allSatisfy(\.isConsistent)
  }
}

extension RoutingReport.Balance {
  fileprivate var isConsistent: Bool {
    [coefficientOfVariation, maximumOverMean].allSatisfy { $0 >= 0 && $0.isFinite }
      && [normalizedEntropy, droppedShare].allSatisfy((0...1).contains)
  }
}

extension RoutingReport.Layer {
  fileprivate func isConsistent(groupCount: Int, nextExpertCount: Int?) -> Bool {
    let lists = [load, unserved, leads]
    guard (1...RouteSource.expertLimit).contains(expertCount),
      lists.allSatisfy({ $0.count == expertCount && $0.allSatisfy(RoutingReport.isCount) }),
      RoutingReport.isCount(tokenCount), RoutingReport.isCount(redirectedCount),
      (alwaysOnExperts + disabledExperts).allSatisfy((0..<expertCount).contains)
    else { return false }
    if let weightSums {
      guard weightSums.count == expertCount, weightSums.allSatisfy({ $0 >= 0 && $0.isFinite })
      else { return false }
    }
    let pairs = [
      (groupLoads, groupCount, expertCount), (groupWeights, groupCount, expertCount),
      (coactivation, expertCount, expertCount), (transitions, expertCount, nextExpertCount ?? 0),
    ]
    return pairs.allSatisfy { matrix, rows, columns in
      matrix.map { $0.isConsistent(rowCount: rows, columnCount: columns) } ?? true
    } && [groupLoads, coactivation, transitions].allSatisfy { $0?.isOfCounts ?? true }
  }
}

extension RoutingReport.Matrix {
  fileprivate func isConsistent(rowCount: Int, columnCount: Int) -> Bool {
    self.rowCount == rowCount && self.columnCount == columnCount
      && values.count == rowCount * columnCount
      && values.allSatisfy { $0 >= 0 && $0.isFinite }
  }

  /// Whether it can be one of counts.
  fileprivate var isOfCounts: Bool {
    values.allSatisfy { $0 <= Double(1 << 44) && $0 == $0.rounded() }
  }
}

extension TokenRecord.Layer {
  fileprivate func isConsistent(tokenCount: Int, expertCount: Int) -> Bool {
    let range = Int32(0)..<Int32(clamping: expertCount)
    guard counts.count == tokenCount, counts.allSatisfy({ $0 >= 0 }),
      counts.reduce(0, { $0 + Int($1) }) == experts.count
    else { return false }
    return weights.count == experts.count && outcomes.count == experts.count
      && experts.allSatisfy { range.contains($0) } && weights.allSatisfy(\.isFinite)
  }
}
