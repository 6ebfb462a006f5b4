/// Which logits are near the largest, as SparseMixer's selector and weighting must agree on.
enum NearLogits {
  /// Whether a logit is near enough to the largest one to be chosen.
  static func isNear(_ logit: Float, _ largest: Float, jitter: Float) -> Bool {
    // Two zeros give a NaN, which is not above the limit: the largest logit is always near.
    !((largest - logit) / max(logit.magnitude, largest) > 2 * jitter)
  }

  /// Throws where a jitter is negative or not finite.
  static func check(jitter: Float) throws {
    guard jitter >= 0, jitter.isFinite else {
      throw MoEError.configuration(
        "jitter of SparseMixer", value: "\(jitter)", expected: "a finite number, at least 0")
    }
  }
}
