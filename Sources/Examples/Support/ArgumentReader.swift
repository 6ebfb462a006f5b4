/// A command line that cannot be understood.
package struct UsageError: Error, Equatable, CustomStringConvertible {
  /// The option, as written.
  package var option: String
  /// What stands there.
  package var found: String
  /// What should.
  package var expected: String

  /// An error about an option.
  package init(option: String, found: String, expected: String) {
    self.option = option
    self.found = found
    self.expected = expected
  }

  /// An option that there is none of.
  package static func unknown(_ option: String) -> UsageError {
    UsageError(option: option, found: "an unknown option", expected: "one that --help lists")
  }

  /// A sentence with all three.
  package var description: String { "\(option): found \(found), expected \(expected)" }
}

/// Walks through arguments, which give a value as `--option value` or `--option=value`.
package struct ArgumentReader {
  private let example: String
  private var rest: ArraySlice<String>
  private var option = ""
  private var attached: String?

  /// A reader at the first argument.
  ///
  /// - Parameters:
  ///   - arguments: What the command line has behind the name of the program.
  ///   - example: An option with a value, which an error about a value without one gives.
  package init(_ arguments: [String], example: String) {
    rest = arguments[...]
    self.example = example
  }

  /// The next option; nil at the end.
  package mutating func nextOption() throws -> String? {
    guard let argument = rest.popFirst() else { return nil }
    guard argument.hasPrefix("-") else {
      throw UsageError(
        option: argument, found: "no option before it",
        expected: "one, such as \(example) \(argument)")
    }
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    option = String(parts[0])
    attached = parts.count > 1 ? String(parts[1]) : nil
    return option
  }

  /// True, where the option has no value.
  package func flag() throws -> Bool {
    if let attached { throw error(attached, expected: "no value") }
    return true
  }

  /// The value of the option.
  package mutating func value(_ expected: String) throws -> String {
    if let attached {
      guard !attached.isEmpty else { throw error("nothing", expected: expected) }
      return attached
    }
    guard let next = rest.first, !next.hasPrefix("--"), !next.isEmpty else {
      throw error(rest.first.map { $0.isEmpty ? "nothing" : $0 } ?? "nothing", expected: expected)
    }
    rest.removeFirst()
    return next
  }

  /// The value as a whole number.
  package mutating func number<Number: FixedWidthInteger>(
    in range: ClosedRange<Number>
  ) throws -> Number {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    let text = try value(expected)
    guard let number = Number(text), range.contains(number) else {
      throw error(text, expected: expected)
    }
    return number
  }

  /// The value as one of some names.
  package mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
    of type: Choice.Type
  ) throws -> Choice {
    let expected = "one of " + type.allCases.map(\.rawValue).joined(separator: ", ")
    let text = try value(expected)
    guard let choice = Choice(rawValue: text) else { throw error(text, expected: expected) }
    return choice
  }

  /// The value as a number from zero.
  package mutating func fraction(upTo bound: Float) throws -> Float {
    let expected = "a number from 0 to \(Int(bound))"
    let text = try value(expected)
    guard let number = Float(text), (0...bound).contains(number) else {
      throw error(text, expected: expected)
    }
    return number
  }

  private func error(_ found: String, expected: String) -> UsageError {
    UsageError(option: option, found: found, expected: expected)
  }
}
