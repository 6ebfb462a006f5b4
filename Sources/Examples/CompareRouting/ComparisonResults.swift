import Foundation

/// Everything that a run found, as files have it.
package struct ComparisonResults: Sendable, Equatable, Encodable {
  /// One comparison a data set.
  package var comparisons: [Comparison] = []
  /// What happened when experts failed.
  package var live: [LiveScheduling.Scenario] = []

  /// No results yet.
  package init() {}

  /// The results as JSON, with sorted keys.
  ///
  /// - Throws: Where a number is not finite.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// The strategies of all data sets as comma-separated values, those of sweeps among them.
  package var csv: String {
    var lines = [
      "data,strategy,parameters,accuracy,accuracy_deviation,training_microseconds,"
        + "inference_microseconds,coefficient_of_variation,balance,idle_experts,"
        + "dropped_in_training,dropped,gate_entropy,experts_per_token,shares"
    ]
    for result in comparisons.flatMap({ $0.results + $0.sweep.map(\.result) }) {
      let numbers = [
        result.accuracy.mean, result.accuracy.deviation, result.trainingTime.mean,
        result.inferenceTime.mean, result.variation.mean, result.balance.mean,
        result.idleExperts.mean, result.droppedInTraining.mean, result.dropped.mean,
        result.entropy.mean, result.expertsPerToken.mean,
      ]
      let shares = result.shares.map { "\($0)" }.joined(separator: " ")
      lines.append(
        ([Self.quoted(result.data), Self.quoted(result.strategy), "\(result.parameterCount)"]
          + numbers.map { "\($0)" } + [shares]).joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A text as a field, in quotes where it has a sign of the format in it.
  static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\r\n".contains($0) || $0.isNewline }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
