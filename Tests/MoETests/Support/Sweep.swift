import Testing

/// Sweeps over every combination of some values, in nested loops.
///
///     withEvery("rows", in: sizes) { rows in
///       withEvery("columns", in: sizes) { columns in
///         #expect(…)             // a failure says: where rows = 5, columns = 0
///       }
///     }
///
/// A suite names the combination in its failures by the trait ``namingCombinations``.
func withEvery<Values: Sequence>(
  _ name: String, in values: Values, _ body: (Values.Element) throws -> Void
) rethrows {
  for value in values {
    try Combination.$current.withValue(Combination.current + ["\(name) = \(value)"]) {
      try body(value)
    }
  }
}

/// The values that the loops around a piece of a test have now.
enum Combination {
  @TaskLocal static var current: [String] = []
}

extension Trait where Self == IssueHandlingTrait {
  /// Adds to each failure the combination of ``withEvery(_:in:_:)`` that it happened in.
  static var namingCombinations: Self {
    .compactMapIssues { issue in
      var issue = issue
      let combination = Combination.current
      if !combination.isEmpty {
        issue.comments.append("where \(combination.joined(separator: ", "))")
      }
      return issue
    }
  }
}
