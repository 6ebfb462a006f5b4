/// Everything that routing depends on beside the tokens themselves, as three values: what the batch
/// is, what the pass is for, and what overrides the strategy.
///
/// Gates, scores, selectors and weightings are handed one. Padding has been taken out of it before.
public struct RoutingContext: Sendable {
  /// The tokens of the batch, beside their vectors.
  public var batch: Batch
  /// The purpose of the pass: its mode and its noise.
  public var purpose: PassPurpose
  /// Conditions that override the strategy.
  public var overrides: RoutingOverrides
  /// What is known of each expert; none where nothing is, and all compute then.
  public var expertTraits: [ExpertTraits]

  /// A context of the given parts.
  ///
  /// - Parameters:
  ///   - batch: What the batch is.
  ///   - purpose: What the pass is for, and its noise.
  ///   - overrides: What overrides the strategy.
  ///   - expertTraits: What is known of each expert.
  public init(
    batch: Batch = Batch(), purpose: PassPurpose, overrides: RoutingOverrides = RoutingOverrides(),
    expertTraits: [ExpertTraits] = []
  ) {
    self.batch = batch
    self.purpose = purpose
    self.overrides = overrides
    self.expertTraits = expertTraits
  }

  /// A context of a mode.
  ///
  /// - Parameters:
  ///   - mode: What the pass is for.
  ///   - batch: What the batch is.
  ///   - overrides: What overrides the strategy.
  public init(
    _ mode: PassMode = .inference, batch: Batch = Batch(),
    overrides: RoutingOverrides = RoutingOverrides()
  ) { self.init(batch: batch, purpose: PassPurpose(mode), overrides: overrides) }

  /// Whether a backward pass will follow, and at which step.
  public var mode: PassMode { purpose.mode }

  /// The source of noise.
  public var noise: Noise { purpose.noise }

  /// The position id of a token, which its noise depends on.
  ///
  /// - Parameter token: The index of the token.
  /// - Returns: The given one, or the index.
  public func position(of token: Int) -> Int { batch.position(of: token) }

  /// The same of some tokens alone, in their order.
  func picking(_ tokens: [Int]) -> RoutingContext {
    RoutingContext(
      batch: batch.picking(tokens), purpose: purpose, overrides: overrides.picking(tokens),
      expertTraits: expertTraits)
  }

  /// Throws where something was given for another number of tokens, of experts or of logits.
  func check(
    tokenCount: Int, expertCount: Int, columns: @autoclosure () -> RoutingOverrides.Columns
  ) throws {
    try batch.check(tokenCount: tokenCount)
    guard expertTraits.isEmpty || expertTraits.count == expertCount else {
      throw MoEError.configuration(
        "number of experts' traits", value: "\(expertTraits.count)",
        expected: "\(expertCount), one an expert")
    }
    try overrides.check(tokenCount: tokenCount, expertCount: expertCount, columns: columns())
  }
}
