/// Whether a layer's routing is healthy, over the steps that were observed: warnings as values,
/// with their numbers.
///
/// Experts that are switched off count in none of the numbers but ``shares``, where they have zero.
public struct BalanceReport: Sendable, Hashable, Codable {
  /// Something that can be wrong.
  public enum Warning: Sendable, Hashable, Codable {
    /// An expert gets less than the given part of its even share of routes.
    case starving(expert: Int, share: Double)
    /// Most tokens go to the same experts; the busiest has so many times the mean load.
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
  /// How near the routing is to total collapse: 0 where all loads are even, 1 where all tokens go
  /// to the same experts.
  ///
  /// It is CV²/(E/K − 1), with CV the ``coefficientOfVariation``, E the experts and K the mean
  /// number of routes a token: CV² can be no larger than E/K − 1. Zero where every token goes to
  /// every expert.
  public let concentration: Double
  /// The part of the routes that found no room.
  public let droppedShare: Double
  /// The warnings, the gravest first; none where nothing is wrong.
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
    lines += warnings.map { "\($0)" }
    return lines.joined(separator: "\n")
  }
}

extension BalanceReport.Warning: CustomStringConvertible {
  /// One line.
  public var description: String {
    func number(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
    return switch self {
    case .starving(let expert, let share):
      "expert \(expert) starves: \(number(100 * share))% of its even share"
    case .collapse(let expert, let ratio):
      "routing collapses to expert \(expert): \(number(ratio)) times the mean load"
    case .dropping(let share): "\(number(100 * share))% of the routes are dropped"
    }
  }
}
