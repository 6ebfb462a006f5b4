extension Decoder {
  /// The error of a value that was read and cannot be, in the words of ``MoEError``.
  ///
  /// - Parameters:
  ///   - setting: What it is.
  ///   - value: The value.
  ///   - expected: What it may be.
  /// - Returns: What the decoding is to throw.
  func refusing(_ setting: String, value: String, expected: String) -> DecodingError {
    let error = MoEError.configuration(setting, value: value, expected: expected)
    return .dataCorrupted(
      DecodingError.Context(
        codingPath: codingPath, debugDescription: "\(error)", underlyingError: error))
  }

  /// Throws where a number that was read cannot be that of things that were counted.
  ///
  /// Up to 2⁴⁴ of them can be counted, and a quarter of a million of such counts added up, without
  /// leaving the range of whole numbers.
  ///
  /// - Parameters:
  ///   - count: The number.
  ///   - name: What it is the number of.
  /// - Throws: `DecodingError`.
  func checkCount(_ count: Int, _ name: String) throws {
    guard (0...1 << 44).contains(count) else {
      throw refusing("number of \(name)", value: "\(count)", expected: "0 to \(1 << 44)")
    }
  }
}
