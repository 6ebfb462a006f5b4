import Foundation

extension RoutingReport {
  /// How even the load of a layer is, in four numbers.
  public struct Balance: Sendable, Hashable, Codable {
    /// The standard deviation of the shares over their mean: 0 where all experts have as much,
    /// √(E − 1) where one has all.
    public let coefficientOfVariation: Double
    /// The largest share over the mean: 1 where all experts have as much, E where one has all.
    public let maximumOverMean: Double
    /// The entropy of the shares over ln E: 1 where all experts have as much, 0 where one has all
    /// or none has anything.
    public let normalizedEntropy: Double
    /// The part of the chosen routes that no expert took.
    public let droppedShare: Double

    /// The balance of some experts.
    ///
    /// - Parameters:
    ///   - shares: The share of each.
    ///   - taken: How many routes they took.
    ///   - unserved: How many no expert took.
    init(shares: [Double], taken: Int, unserved: Int) {
      let total = shares.reduce(0, +)
      coefficientOfVariation =
        CoefficientOfVariation(shares, isUnbiased: false).value.squareRoot()
      let mean = total / Double(max(shares.count, 1))
      maximumOverMean = mean > 0 ? (shares.max() ?? 0) / mean : 0
      let entropy = shares.reduce(0) { sum, share in
        let part = total > 0 ? share / total : 0
        return part > 0 ? sum - part * log(part) : sum
      }
      // One expert alone has its even share.
      let most = log(Double(max(shares.count, 1)))
      normalizedEntropy = total > 0 ? (most > 0 ? min(1, entropy / most) : 1) : 0
      let demanded = taken + unserved
      droppedShare = demanded > 0 ? Double(unserved) / Double(demanded) : 0
    }
  }

  /// What was recorded at a step of a training.
  public struct Step: Sendable, Hashable, Codable {
    /// The number of the step.
    public let step: Int
    /// The balance of each layer.
    public let layers: [Balance]
    /// Other numbers by name, such as the loss; those that are not finite are left out.
    public let metrics: [String: Double]
  }
}
