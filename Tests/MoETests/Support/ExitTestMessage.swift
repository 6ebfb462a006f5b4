import Testing

extension ExitTest.Result {
  /// Whether the process said so before it ended. Builds without debug information trap silently.
  func standardErrorSays(_ message: String) -> Bool {
    #if DEBUG
      String(decoding: standardErrorContent, as: UTF8.self).contains(message)
    #else
      true
    #endif
  }
}
