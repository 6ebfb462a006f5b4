import Testing

extension ExitTest.Result {
  /// Whether the process said so before it ended; a release build traps silently.
  func standardErrorSays(_ message: String) -> Bool {
    #if DEBUG
      String(decoding: standardErrorContent, as: UTF8.self).contains(message)
    #else
      true
    #endif
  }
}
