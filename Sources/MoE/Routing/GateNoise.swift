/// The noise that a gate added: l = clean + ε·scale, with ε standard normal.
public struct GateNoise: Sendable {
  /// The logits without noise, of shape [tokens, experts].
  public var clean: Tensor
  /// The standard deviation of each logit's noise, of the same shape.
  public var scale: Tensor
  /// The standard normal numbers ε, of the same shape.
  public var sample: Tensor

  /// Noise of the given parts.
  ///
  /// - Parameters:
  ///   - clean: The logits without noise.
  ///   - scale: The standard deviation of each.
  ///   - sample: The standard normal numbers.
  public init(clean: Tensor, scale: Tensor, sample: Tensor) {
    self.clean = clean
    self.scale = scale
    self.sample = sample
  }
}
