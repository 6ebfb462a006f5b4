/// Whether a layer's routing is healthy, over the steps that were observed: warnings as values, with their numbers.
public struct BalanceReport: Sendable, Hashable, Codable {
  /// What can be wrong.
  public enum Warning: Sendable, Hashable, Codable {
    /// An expert gets less than the given part of its even share of routes.
    case starving(expert: Int, share: Double)
    /// The busiest expert has so many times the mean load.
    case collapse(expert: Int, maximumOverMean: Double)
    /// So large a part of the routes found no room.
    case dropping(share: Double)
  }

  /// The steps that were observed.
  public let steps: Int
  /// The part of all routes that went to each expert.
  public let shares: [Double]
  /// The standard deviation of the loads over their mean.
  public let coefficientOfVariation: Double
  /// The largest load over the mean.
  public let maximumOverMean: Double
  /// The part of the routes that found no room.
  public let droppedShare: Double
  /// What is wrong, the gravest first; empty where nothing is.
  public let warnings: [Warning]
}

extension BalanceReport: CustomStringConvertible {
  /// One line of numbers, and one a warning.
  public var description: String {
    func number(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
    var lines = [
      "\(steps) steps, load varies by \(number(coefficientOfVariation)), at most "
        + "\(number(maximumOverMean)) of the mean, \(number(100 * droppedShare))% dropped"
    ]
    for warning in warnings {
      switch warning {
      case .starving(let expert, let share):
        lines.append("expert \(expert) starves: \(number(100 * share))% of its even share")
      case .collapse(let expert, let ratio):
        lines.append("routing collapses to expert \(expert): \(number(ratio)) times the mean load")
      case .dropping(let share):
        lines.append("\(number(100 * share))% of the routes are dropped")
      }
    }
    return lines.joined(separator: "\n")
  }
}

/// Watches a layer's routing over the last steps, and says what is wrong with it.
public struct BalanceMonitor: Sendable, Hashable, Codable {
  /// The steps that a report looks back on.
  public let window: Int
  /// Below which part of its even share an expert starves.
  public let starvingBelow: Double
  /// Above how many times the mean load routing collapses.
  public let collapseAbove: Double
  /// Above which part of dropped routes too many are dropped.
  public let droppingAbove: Double
  private var steps: [Step] = []

  private struct Step: Sendable, Hashable, Codable {
    var demand: [Int]
    var dropped: Int
  }

  /// A monitor with the given limits.
  ///
  /// - Parameters:
  ///   - window: The steps that a report looks back on, at least one.
  ///   - starvingBelow: Below which part of its even share an expert starves.
  ///   - collapseAbove: Above how many times the mean load routing collapses.
  ///   - droppingAbove: Above which part of dropped routes too many are dropped.
  public init(
    window: Int = 50, starvingBelow: Double = 0.1, collapseAbove: Double = 3,
    droppingAbove: Double = 0.1
  ) {
    self.window = max(window, 1)
    self.starvingBelow = starvingBelow
    self.collapseAbove = collapseAbove
    self.droppingAbove = droppingAbove
  }

  /// Takes a step into account.
  ///
  /// - Parameter routing: Where tokens went; padding counts for nothing.
  public mutating func observe(_ routing: Routing) {
    if steps.last.map({ $0.demand.count != routing.expertCount }) == true { steps = [] }
    let dropped = routing.outcomes.reduce(0) { $1 == .dropped || $1 == .identity ? $0 + 1 : $0 }
    steps.append(Step(demand: routing.demand, dropped: dropped))
    if steps.count > window { steps.removeFirst() }
  }

  /// The state of the last steps; nothing is wrong before the first.
  public var report: BalanceReport {
    let expertCount = steps.last?.demand.count ?? 0
    var loads = [Int](repeating: 0, count: expertCount)
    for step in steps { for expert in loads.indices { loads[expert] += step.demand[expert] } }
    let total = loads.reduce(0, +)
    let shares = loads.map { total > 0 ? Double($0) / Double(total) : 0 }
    let dropped = steps.reduce(0) { $0 + $1.dropped }
    let droppedShare = total > 0 ? Double(dropped) / Double(total) : 0
    let ratios = shares.map { $0 * Double(expertCount) }
    let variation = CoefficientOfVariation(shares, isUnbiased: false).value.squareRoot()
    let busiest = ratios.indices.max { ratios[$0] < ratios[$1] } ?? 0
    var warnings: [BalanceReport.Warning] = []
    if total > 0 {
      if ratios[busiest] > collapseAbove {
        warnings.append(.collapse(expert: busiest, maximumOverMean: ratios[busiest]))
      }
      if droppedShare > droppingAbove { warnings.append(.dropping(share: droppedShare)) }
      for expert in ratios.indices where ratios[expert] < starvingBelow {
        warnings.append(.starving(expert: expert, share: ratios[expert]))
      }
    }
    return BalanceReport(
      steps: steps.count, shares: shares, coefficientOfVariation: variation,
      maximumOverMean: ratios.max() ?? 0, droppedShare: droppedShare, warnings: warnings)
  }
}
