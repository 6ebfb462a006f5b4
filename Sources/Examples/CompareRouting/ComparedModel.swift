package import MoE

/// The model around a compared mixture: a map in, the mixture beside the way past it, a map out.
///
///     h = W·x,  z = h + mixture(h),  logits = V·z
///
/// Without the mixture it is a linear classifier, so that a token that finds no expert is still
/// answered, as in a Transformer.
package struct ComparedModel: Parameterized {
  /// The map in.
  package var stem: Linear
  /// The mixture.
  package var mixture: MixtureOfExperts
  /// The map out.
  package var head: Linear

  /// A model with random parameters, those of both maps the same for every strategy.
  ///
  /// - Throws: `MoEError` where the strategy does not fit the sizes.
  package init(
    _ strategy: Strategy, settings: Settings, inputSize: Int, labelCount: Int, seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    stem = Linear(inputSize: inputSize, outputSize: settings.size, bias: false, using: &generator)
    head = Linear(inputSize: settings.size, outputSize: labelCount, using: &generator)
    mixture = try strategy.mixture(settings, seed: seed, using: &generator)
  }

  /// Sizes that all compared models have in common.
  package struct Settings: Sendable, Equatable {
    /// The number of experts that compute.
    package var expertCount = 8
    /// The size of a token.
    package var size = 32
    /// The hidden size of an expert.
    package var hiddenSize = 32
    /// How many examples a batch has.
    package var batchSize = 64

    /// The settings of the default run.
    package init() {}
  }

  /// Visits the parameters of `stem`, `mixture` and `head`.
  package mutating func visitParameters(
    _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {
    try stem.visitParameters(under: "stem", visit)
    try mixture.visitParameters(under: "mixture", visit)
    try head.visitParameters(under: "head", visit)
  }

  /// Visits the buffers of `mixture`.
  package mutating func visitBuffers(
    _ visit: (String, inout Tensor?) throws -> Void
  ) rethrows {
    try mixture.visitBuffers(under: "mixture", visit)
  }

  /// Visits the weights that products are made with.
  package mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try stem.visitWeights(under: "stem", visit)
    try mixture.visitWeights(under: "mixture", visit)
    try head.visitWeights(under: "head", visit)
  }

  /// The result of a forward pass.
  package struct Pass: Sendable {
    /// One logit a label.
    package var logits: Tensor { head.output }
    /// Where the examples went.
    package var routing: Routing { mixture.routing }
    var stem: Linear.Pass
    /// The pass of the mixture.
    package var mixture: MixtureOfExperts.Pass
    var head: Linear.Pass
  }

  /// The logits of a batch.
  package func forward(
    _ batch: ComparedBatch, mode: PassMode, load: [Float]? = nil
  ) throws -> Pass {
    let context = LayerContext(mode, batch: Batch(tokenIDs: batch.ids))
    let stem = stem.forward(batch.rows, context: context)
    let mixture = try mixture.forward(
      stem.output, context: context, overrides: RoutingOverrides(load: load))
    let head = head.forward(stem.output + mixture.output, context: context)
    return Pass(stem: stem, mixture: mixture, head: head)
  }

  /// The gradients of all parameters.
  package func backward(_ gradient: Tensor, pass: Pass) throws -> ComparedModel {
    let head = head.backward(gradient, pass: pass.head)
    let mixture = try mixture.backward(head.input, pass: pass.mixture)
    let stem = stem.backward(head.input + mixture.input, pass: pass.stem)
    var parameters = self
    parameters.stem = stem.parameters
    parameters.mixture = mixture.parameters
    parameters.head = head.parameters
    return parameters
  }
}
