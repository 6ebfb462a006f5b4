/// Changes parameters so that a loss becomes smaller.
///
/// What an optimiser has gathered over the updates so far, its moments, velocities and count of
/// steps, are buffers: save them beside those of the model, and a training that is resumed gives
/// the bits of one that was never stopped.
///
///     var resumed = AdamW(learningRate: 1e-3)
///     try resumed.restoreBuffers(saved)
///     try resumed.check(model)
///
/// One optimiser trains one model: what it has gathered stands under the names of the parameters.
public protocol Optimizer: Buffered {
  /// The size of a step, which a schedule may change between updates.
  var learningRate: Float { get set }

  /// Changes a model's parameters in place.
  ///
  /// - Parameters:
  ///   - model: What is trained. One that restored buffers are not of traps.
  ///   - gradient: The gradients, in a value of the model's own type; others names or shapes trap.
  mutating func update<Model: Parameterized>(_ model: inout Model, along gradient: Model)

  /// Throws where the buffers are those of another model; nothing unless given.
  ///
  /// - Parameter model: What is to be trained.
  /// - Throws: ``MoEError`` with the name of the parameter.
  func check(_ model: some Parameterized) throws

  /// Lets go of what was gathered for some parameters; nothing unless given.
  ///
  /// A ``GroupedOptimizer`` that is made of an optimiser that has trained already leaves to each
  /// group what is of its own parameters. One that gathers something under the names of parameters
  /// implements this.
  ///
  /// - Parameter isForgotten: Whether what was gathered for a parameter of a name is let go.
  mutating func forget(where isForgotten: (String) -> Bool)

  /// Takes what was gathered to where an edit of the model takes its parameters.
  ///
  /// Use ``edit(_:by:)``, which changes the model too. One that has gathered something throws
  /// unless it implements this.
  ///
  /// - Parameters:
  ///   - model: The model before the edit.
  ///   - edit: Changes a model of the same type; it may be called several times.
  /// - Throws: ``MoEError`` where it cannot follow, and what the edit throws; nothing has changed
  ///   then.
  mutating func follow<Model: Parameterized>(
    _ model: Model, _ edit: (inout Model) throws -> Void
  ) throws
}

extension Optimizer {
  /// Throws nothing.
  public func check(_ model: some Parameterized) throws {}

  /// Lets go of nothing.
  public mutating func forget(where isForgotten: (String) -> Bool) {}

  /// Changes a layer's parameters in place.
  ///
  /// - Parameters:
  ///   - layer: What is trained.
  ///   - gradient: What the layer's backward pass returned.
  public mutating func update<Model: Parameterized>(
    _ layer: inout Model, along gradient: LayerGradient<Model>
  ) { update(&layer, along: gradient.parameters) }
}
