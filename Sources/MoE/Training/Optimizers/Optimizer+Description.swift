// Optimisers print their settings, and not the tensors that they have gathered.

extension SGD: CustomStringConvertible {
  /// The settings.
  public var description: String {
    "SGD(learningRate: \(learningRate), momentum: \(momentum), isNesterov: \(isNesterov))"
  }
}

extension AdamW: CustomStringConvertible {
  /// The settings, and the number of updates so far.
  public var description: String {
    "AdamW(learningRate: \(learningRate), beta1: \(beta1), beta2: \(beta2), epsilon: \(epsilon), "
      + "weightDecay: \(weightDecay)), \(step) updates so far"
  }
}

extension Lion: CustomStringConvertible {
  /// The settings.
  public var description: String {
    "Lion(learningRate: \(learningRate), beta1: \(beta1), beta2: \(beta2), "
      + "weightDecay: \(weightDecay))"
  }
}

extension Adafactor: CustomStringConvertible {
  /// The settings, and the number of updates so far.
  public var description: String {
    "Adafactor(learningRate: \(learningRate), isRelative: \(isRelative), "
      + "clippingThreshold: \(clippingThreshold), weightDecay: \(weightDecay)), "
      + "\(step) updates so far"
  }
}

extension Muon: CustomStringConvertible {
  /// The settings, and what trains the other parameters.
  public var description: String {
    "Muon(learningRate: \(learningRate), momentum: \(momentum), isNesterov: \(isNesterov), "
      + "scale: \(scale), iterations: \(iterations), weightDecay: \(weightDecay)), "
      + "others by \(others)"
  }
}
