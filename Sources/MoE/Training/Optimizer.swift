/// Changes parameters so that a loss becomes smaller.
public protocol Optimizer: Sendable {
  /// The size of a step, which a schedule may change between updates.
  var learningRate: Float { get set }

  /// Changes a model's parameters in place.
  ///
  /// - Parameters:
  ///   - model: What is trained.
  ///   - gradient: The gradients, in a value of the model's own type; others names or shapes trap.
  mutating func update<Model: Parameterized>(_ model: inout Model, along gradient: Model)
}

extension Optimizer {
  /// Changes a layer's parameters in place.
  ///
  /// - Parameters:
  ///   - layer: What is trained.
  ///   - gradient: What the layer's backward pass returned.
  public mutating func update<Model: Parameterized>(
    _ layer: inout Model, along gradient: LayerGradient<Model>
  ) { update(&layer, along: gradient.parameters) }
}
