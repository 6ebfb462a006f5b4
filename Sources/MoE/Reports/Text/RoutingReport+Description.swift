extension RoutingReport: CustomStringConvertible {
  /// The report for a terminal of 80 columns.
  public var description: String { text(width: 80) }
}

extension RoutingReport.Layer: CustomStringConvertible {
  /// A line of numbers, and the dead experts where there are any.
  public var description: String {
    let experts = ReportNumber.fixed(expertsPerToken, 1)
    let line =
      "\(ReportNumber.count(tokenCount, "token")), \(experts) of \(expertCount) experts a token, "
      + "\(balance)"
    return deadExperts.isEmpty ? line : line + ", dead \(deadExperts)"
  }
}

extension RoutingReport.Balance: CustomStringConvertible {
  /// The numbers in a line.
  public var description: String {
    "variation \(ReportNumber.fixed(coefficientOfVariation, 2)), largest "
      + "\(ReportNumber.fixed(maximumOverMean, 2)) of the mean, entropy "
      + "\(ReportNumber.fixed(normalizedEntropy, 2)), "
      + "dropped \(ReportNumber.percent(droppedShare))"
  }
}
