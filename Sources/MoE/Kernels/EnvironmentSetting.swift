import Foundation

/// A setting that is read from the environment once.
enum EnvironmentSetting {
  /// The value of a variable, or nothing where it is not set.
  ///
  /// A value that cannot be used is not: a line on standard error says so, and what was expected.
  ///
  /// - Parameters:
  ///   - name: The name of the variable.
  ///   - expected: What is said to be expected.
  ///   - parse: Makes the setting of the text, or nothing where it cannot be used.
  /// - Returns: The setting.
  static func value<Value>(
    _ name: String, expected: String, _ parse: (String) -> Value?
  ) -> Value? {
    guard let text = ProcessInfo.processInfo.environment[name], !text.isEmpty else { return nil }
    if let value = parse(text) { return value }
    let line = "MoE: \(name) is \(text), expected \(expected); it is not used\n"
    FileHandle.standardError.write(Data(line.utf8))
    return nil
  }
}
