import Testing

extension ExitTest.Result {
  /// Whether the process said so before it ended, which it does in release builds too.
  func standardErrorSays(_ message: String) -> Bool {
    String(decoding: standardErrorContent, as: UTF8.self).contains(message)
  }
}
