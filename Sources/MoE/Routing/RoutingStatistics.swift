/// A routing in numbers: how even its load is, how decided its tokens are, what found no room.
///
/// Padding never counts, and neither do experts that are switched off in what is said of all
/// experts. Everything is defined where there are no tokens: shares, means and entropies are then
/// zero.
public struct RoutingStatistics: Sendable, Hashable, Codable {
  /// The number of tokens that are not padding.
  public let tokenCount: Int
  /// The number of routes that each expert takes.
  public let load: [Int]
  /// The number of routes to each expert before any was dropped or redirected.
  public let demand: [Int]
  /// The experts that are switched on and take no token.
  public let idleExperts: [Int]
  /// The experts that are switched off.
  public let disabledExperts: [Int]
  /// The standard deviation of the loads over their mean: 0 where all are even, √(E − 1) where one
  /// has all.
  public let coefficientOfVariation: Double
  /// The largest load over the mean: 1 where all are even, E where one has all.
  public let maximumOverMean: Double
  /// The entropy of the loads, −Σ f·ln f with f the share of each: ln E where all are even, 0 where
  /// one has all.
  public let loadEntropy: Double
  /// The mean over tokens of the entropy of the softmax of their logits.
  public let meanTokenEntropy: Double
  /// The mean over tokens of their largest score.
  public let meanConfidence: Double
  /// The mean over tokens of their largest weight.
  public let meanLargestWeight: Double
  /// The part of the demanded routes that no expert takes; without those that the token stands in
  /// for.
  public let droppedShare: Double
  /// The part of the demanded routes that another expert takes than the chosen one.
  public let redirectedShare: Double
  /// The part of the demanded routes that the token itself stands in for.
  public let passThroughShare: Double
  /// The part of the routes that go to experts that compute nothing; routes that no expert takes
  /// are left out.
  public let shareWithoutComputation: Double
  /// The mean over tokens of how many experts that compute take them.
  public let meanComputingExperts: Double
  /// How many tokens are taken by no expert that computes, by one, by two and so on.
  public let tokensByComputingExperts: [Int]
  /// The part of the demanded routes that were left out at random.
  public let leftOutShare: Double

  /// The statistics of a routing.
  ///
  /// - Parameter routing: Where tokens went.
  /// - Complexity: O(tokens · experts).
  public init(_ routing: Routing) {
    let tokens = (0..<routing.tokenCount).filter { !routing.isPadding($0) }
    let load = routing.load
    let available = routing.availableExperts
    tokenCount = tokens.count
    self.load = load
    demand = routing.demand
    disabledExperts = routing.disabledExperts.sorted()
    // Every expert of a soft mixture takes mixtures of all tokens.
    idleExperts = routing.soft == nil ? available.filter { load[$0] == 0 } : []

    let loads = available.map { Double(load[$0]) }
    let routes = loads.reduce(0, +)
    let mean = loads.isEmpty ? 0 : routes / Double(loads.count)
    if mean > 0 {
      let variance = loads.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(loads.count)
      coefficientOfVariation = variance.squareRoot() / mean
      maximumOverMean = (loads.max() ?? 0) / mean
    } else {
      (coefficientOfVariation, maximumOverMean) = (0, 0)
    }
    loadEntropy =
      routes > 0
      ? RoutingStatistics.entropies(
        Tensor(loads.map { Float($0 / routes) }, shape: [1, loads.count]))[0]
      : 0

    let entropies = RoutingStatistics.entropies(routing.logits.softmax())
    let weights = routing.slotCount > 0 ? routing.weights.rowMaxima().scalarArray : []
    let scores = routing.scores.rowMaxima().scalarArray
    var sums = (entropy: 0.0, score: 0.0, weight: 0.0)
    for token in tokens {
      sums.entropy += entropies[token]
      sums.score += Double(scores[token])
      if !weights.isEmpty { sums.weight += Double(weights[token]) }
    }
    let count = Double(max(tokens.count, 1))
    meanTokenEntropy = sums.entropy / count
    meanConfidence = sums.score / count
    meanLargestWeight = sums.weight / count

    var counts: [RouteOutcome: Int] = [:]
    for outcome in routing.outcomes { counts[outcome, default: 0] += 1 }
    let demanded = Double(max(routing.outcomes.count - counts[.empty, default: 0], 1))
    droppedShare = Double(counts[.dropped, default: 0]) / demanded
    redirectedShare = Double(counts[.redirected, default: 0]) / demanded
    passThroughShare = Double(counts[.passThrough, default: 0]) / demanded

    shareWithoutComputation = routing.shareWithoutComputation
    let computing = routing.computingExpertCounts
    var byCount = [Int](repeating: 0, count: (computing.max() ?? 0) + 1)
    for token in tokens { byCount[computing[token]] += 1 }
    tokensByComputingExperts = byCount
    meanComputingExperts = Double(computing.reduce(0, +)) / count
    leftOutShare = Double(counts[.leftOut, default: 0]) / demanded
  }

  /// −Σ p·ln p of each row.
  private static func entropies(_ probabilities: Tensor) -> [Double] {
    // Zero times the logarithm of zero is zero here; the smallest normal number has one that is
    // finite.
    let logarithms = (probabilities + Float.leastNormalMagnitude).log()
    return (probabilities * logarithms).rowSums().scalarArray.map { max(0, -Double($0)) }
  }
}

extension Routing {
  /// The numbers of this routing: load, entropy, dropped routes and more.
  ///
  /// - Complexity: O(tokens · experts).
  public var statistics: RoutingStatistics { RoutingStatistics(self) }
}

extension RoutingStatistics: CustomStringConvertible {
  /// A few lines for people to read.
  public var description: String {
    let routes = load.reduce(0, +)
    var lines = [
      "\(tokenCount) tokens, \(routes) routes to \(load.count - disabledExperts.count) experts",
      "load \(load), largest \(number(maximumOverMean)) of the mean, variation "
        + "\(number(coefficientOfVariation)), entropy \(number(loadEntropy))",
      "tokens: entropy \(number(meanTokenEntropy)), largest score \(number(meanConfidence)), "
        + "largest weight \(number(meanLargestWeight))",
    ]
    if shareWithoutComputation > 0 {
      lines.append(
        "without computation: \(number(100 * shareWithoutComputation))% of routes, "
          + "\(number(meanComputingExperts)) computing experts a token")
    }
    if droppedShare + redirectedShare + passThroughShare > 0 {
      lines.append(
        "no room: \(number(100 * droppedShare))% dropped, \(number(100 * redirectedShare))% "
          + "redirected, \(number(100 * passThroughShare))% passed through")
    }
    if leftOutShare > 0 { lines.append("left out at random: \(number(100 * leftOutShare))%") }
    if !idleExperts.isEmpty { lines.append("idle: \(idleExperts)") }
    if !disabledExperts.isEmpty { lines.append("switched off: \(disabledExperts)") }
    return lines.joined(separator: "\n")
  }

  /// Two digits after the point.
  private func number(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}
