/// Watches a layer's routing over the last steps, and says what is wrong with it.
///
/// Routing collapses where one expert has more than ``collapseAbove`` times the mean load or, since
/// that is out of reach with few experts or many routes a token, where its
/// ``BalanceReport/concentration`` is above ``concentratedAbove``: with two experts and one route a
/// token, where one of them has more than 85%. An expert starves below ``starvingBelow`` of its
/// even share. Nothing is judged before the experts have ``minimumRoutes`` each on average, as few
/// routes are uneven by chance.
///
/// Counted is what tokens chose, before any route was redirected; experts that are switched off do
/// not count. A routing with other experts, or other ones switched off, starts a new window.
public struct BalanceMonitor: StepUpdate, Hashable, Codable {
  /// The steps that a report looks back on.
  public let window: Int
  /// Below which part of its even share an expert starves.
  public let starvingBelow: Double
  /// Above how many times the mean load routing collapses.
  public let collapseAbove: Double
  /// Above which concentration routing collapses, however few experts there are.
  public let concentratedAbove: Double
  /// Above which part of dropped routes too many are dropped.
  public let droppingAbove: Double
  /// How many routes an expert must have on average in the window before anything is judged.
  public let minimumRoutes: Int
  private var steps: [Step] = []
  private var disabled: Set<Int> = []

  private struct Step: Sendable, Hashable, Codable {
    var demand: [Int]
    var tokens: Int
    var dropped: Int
  }

  /// A monitor with the given limits.
  ///
  /// - Parameters:
  ///   - window: The steps that a report looks back on, at least one.
  ///   - starvingBelow: Below which part of its even share an expert starves.
  ///   - collapseAbove: Above how many times the mean load routing collapses.
  ///   - concentratedAbove: Above which concentration routing collapses.
  ///   - droppingAbove: Above which part of dropped routes too many are dropped.
  ///   - minimumRoutes: How many routes an expert must have on average before anything is judged.
  public init(
    window: Int = 50, starvingBelow: Double = 0.1, collapseAbove: Double = 3,
    concentratedAbove: Double = 0.5, droppingAbove: Double = 0.1, minimumRoutes: Int = 10
  ) {
    self.window = max(window, 1)
    self.starvingBelow = starvingBelow
    self.collapseAbove = collapseAbove
    self.concentratedAbove = concentratedAbove
    self.droppingAbove = droppingAbove
    self.minimumRoutes = minimumRoutes
  }

  /// Takes a step into account.
  ///
  /// - Parameter routing: Where tokens went; padding counts for nothing.
  public mutating func observe(_ routing: Routing) {
    let isSame = steps.last?.demand.count == routing.expertCount
    // What is left out for a step alone is the same layer still; of what is always on there is
    // nothing to watch.
    let alwaysOn = routing.expertCount - routing.alwaysOnCount..<routing.expertCount
    let off = routing.disabledExperts.subtracting(routing.droppedExperts).union(alwaysOn)
    if !isSame || off != disabled { steps = [] }
    disabled = off
    let dropped = routing.outcomes.reduce(0) { $1 == .dropped || $1 == .passThrough ? $0 + 1 : $0 }
    steps.append(
      Step(demand: routing.demand, tokens: routing.validTokenCount, dropped: dropped))
    if steps.count > window { steps.removeFirst() }
  }

  /// The number of experts of the steps that were observed; nothing before the first.
  var watchedCount: Int? { steps.last?.demand.count }

  /// The same monitor with what it has seen in the order of other experts, or with nothing seen.
  func reordered(
    _ reorder: ([Int], Set<Int>) -> (demand: [Int], disabled: Set<Int>)?
  ) -> BalanceMonitor {
    var monitor = self
    monitor.steps = steps.compactMap { step in
      reorder(step.demand, []).map {
        Step(demand: $0.demand, tokens: step.tokens, dropped: step.dropped)
      }
    }
    monitor.disabled =
      steps.last.flatMap { reorder($0.demand, disabled)?.disabled } ?? []
    return monitor
  }

  /// The name: `balance monitor`.
  public var name: String { "balance monitor" }

  /// False: it watches, and moves nothing.
  public var movesAfterStep: Bool { false }

  /// Observes the routings of a step that count.
  public mutating func update(_ router: inout Router, after step: TrainingStep) {
    for routing in step.countedRoutings { observe(routing) }
  }

  /// Visits `steps`, of shape [steps, experts + 2, 3]: demand, tokens and dropped routes of each,
  /// as whole numbers, and `disabledExperts`; both are absent before the first step.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    var numbers: Tensor? =
      steps.isEmpty
      ? nil
      : Tensor(integers: steps.flatMap { $0.demand + [$0.tokens, $0.dropped] })
        .reshaped(to: [steps.count, steps[0].demand.count + 2, 3])
    var flags: Tensor? =
      disabled.isEmpty ? nil : Tensor(integers: disabled.sorted())
    try visit("steps", &numbers)
    try visit("disabledExperts", &flags)
    // What is no list of whole numbers is left to the check, as nothing can be thrown here.
    disabled = flags.map { Set($0.integers ?? [-1]) } ?? []
    guard let numbers else {
      steps = []
      return
    }
    let shape = numbers.shape
    guard shape.count == 3, shape[1] > 2, shape[2] == 3, let all = numbers.integers else {
      steps = [Step(demand: [], tokens: 0, dropped: 0)]
      return
    }
    let width = shape[1]
    // Of a longer window, the last steps are those that count here.
    steps = (max(shape[0] - window, 0)..<shape[0]).map { step in
      let part = all[step * width..<(step + 1) * width]
      return Step(
        demand: Array(part.dropLast(2)), tokens: part[part.endIndex - 2],
        dropped: part[part.endIndex - 1])
    }
  }

  /// Throws where steps are no whole numbers that routes can have, or a disabled expert is none of
  /// theirs.
  public func checkBuffers() throws {
    let expertCount = steps.last?.demand.count ?? 0
    guard steps.allSatisfy({ !$0.demand.isEmpty }) else {
      throw MoEError.configuration(
        "steps of the balance monitor", value: "none",
        expected: "whole numbers, of 1 expert or more")
    }
    // A batch has no more tokens than an index of 32 bits can tell; sums of such numbers fit.
    guard
      steps.allSatisfy({ step in
        step.tokens <= Int(Int32.max) && step.demand.allSatisfy { $0 <= step.tokens }
          && step.dropped <= step.demand.reduce(0, +)
      })
    else {
      throw MoEError.configuration(
        "steps of the balance monitor", value: "more routes than tokens",
        expected: "at most one route of a token to each expert, of \(Int32.max) tokens")
    }
    guard disabled.allSatisfy({ (0..<expertCount).contains($0) }) else {
      throw MoEError.configuration(
        "disabled experts of the balance monitor", value: "\(disabled.sorted())",
        expected: "some of \(expertCount)")
    }
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
    let available = loads.indices.filter { !disabled.contains($0) }
    let ratios = shares.map { $0 * Double(available.count) }
    let variation = CoefficientOfVariation(available.map { ratios[$0] }, isUnbiased: false).value
    let tokens = steps.reduce(0) { $0 + $1.tokens }
    // The largest that the squared coefficient of variation can be is the share of routes that are
    // missing for every token to go to every expert.
    let missing = tokens * available.count - total
    let concentration =
      total > 0 && missing > 0 ? variation / (Double(missing) / Double(total)) : 0
    let busiest = available.max { ratios[$0] < ratios[$1] } ?? 0
    var warnings: [BalanceReport.Warning] = []
    if total > 0, total >= minimumRoutes * available.count {
      if ratios[busiest] > collapseAbove || concentration > concentratedAbove {
        warnings.append(.collapse(expert: busiest, maximumOverMean: ratios[busiest]))
      }
      if droppedShare > droppingAbove { warnings.append(.dropping(share: droppedShare)) }
      for expert in available where ratios[expert] < starvingBelow {
        warnings.append(.starving(expert: expert, share: ratios[expert]))
      }
    }
    return BalanceReport(
      steps: steps.count, shares: shares, coefficientOfVariation: variation.squareRoot(),
      maximumOverMean: available.isEmpty ? 0 : ratios[busiest], concentration: concentration,
      droppedShare: droppedShare, warnings: warnings)
  }
}
