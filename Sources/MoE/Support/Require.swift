/// Ends the process with a message where a condition does not hold.
///
/// As `precondition` does, but with the message in release builds too, where that one is silent: a
/// slip in tensor arithmetic names both values wherever it happens.
///
/// - Parameters:
///   - condition: What has to hold.
///   - message: What is printed where it does not.
///   - file: The file that is named.
///   - line: The line that is named.
@inline(__always)
package func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  if !condition { fatalError(message(), file: file, line: line) }
}
