/// An optimiser with decoupled weight decay, which a ``ParameterGroup`` may set anew.
public protocol DecayingOptimizer: Optimizer {
  /// The decay of parameters: each is multiplied by 1 − η·λ in a step of rate η.
  var weightDecay: Float { get set }
  /// Which parameters decay, by name.
  var decays: @Sendable (String) -> Bool { get set }

  /// Lets all parameters decay alike, whatever trains them.
  ///
  /// - Parameter weightDecay: The decay λ.
  mutating func decayAll(by weightDecay: Float)
}

extension DecayingOptimizer {
  /// Sets ``weightDecay``, for every name.
  public mutating func decayAll(by weightDecay: Float) {
    self.weightDecay = weightDecay
    decays = { _ in true }
  }
}
