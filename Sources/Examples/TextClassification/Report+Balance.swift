import ExampleSupport
package import MoE

extension Report {
  /// Prints how even the experts' part is: in the gate's weight on test lines, and in the routes of
  /// training, with what is wrong with them.
  ///
  /// - Parameters:
  ///   - evaluation: What the classifier made of test lines.
  ///   - training: The load in the last updates.
  package func printBalance(_ evaluation: Evaluation, training: BalanceReport) {
    console.printHeading("Balance: coefficient of variation, 0 where all experts have as much")
    for line in Report.balanceLines(evaluation, training: training) { console.print("  " + line) }
  }

  /// The lines below the heading.
  package static func balanceLines(_ evaluation: Evaluation, training: BalanceReport) -> [String] {
    let most = format(decimals: Double(max(0, evaluation.expertCount - 1)).squareRoot())
    let weight = variation(evaluation.total.expertShares)
    var lines = [
      "\(format(decimals: weight))  gate weight on test lines (\(most) where one expert has all)"
    ]
    if evaluation.variesRoutes {
      let routes = variation(evaluation.total.routes.map(Double.init))
      lines.append("\(format(decimals: routes))  lines sent to each expert in the test")
    }
    // Where every text goes to every expert that says nothing.
    guard !evaluation.isDense else { return lines }
    lines.append(
      "\(format(decimals: training.coefficientOfVariation))  lines sent to each expert in the last "
        + format(training.steps, "update")
        + "; the busiest had \(format(decimals: training.maximumOverMean)) times the mean")
    let warnings = training.warnings.map { format($0) }
    return lines + (warnings.isEmpty ? ["No warnings."] : warnings)
  }

  /// The standard deviation over the mean; not a number where there is nothing.
  private static func variation(_ numbers: [Double]) -> Double {
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let variance =
      numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
    return variance.squareRoot() / mean
  }
}
