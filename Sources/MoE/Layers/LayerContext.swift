/// The mode of a forward pass: to use its output, or to train.
public enum PassMode: Sendable, Hashable, Codable {
  /// To use the output: nothing is kept for a backward pass.
  case inference
  /// To train: what the backward pass needs is kept.
  ///
  /// The step counts the updates so far. Whatever is random in training is a pure function of it.
  case training(step: Int)

  /// Whether a backward pass will follow.
  public var isTraining: Bool { self != .inference }

  /// The step that noise depends on: 0 in inference.
  public var step: Int { if case .training(let step) = self { step } else { 0 } }
}

/// The purpose of a forward pass: to use its output or to train, and the noise of it.
public struct PassPurpose: Sendable, Hashable, Codable {
  /// Whether a backward pass will follow, and at which step.
  public var mode: PassMode
  /// The source of whatever is random.
  ///
  /// A ``Router`` sets it, and with it that of the experts of its layer, from its own seed and
  /// layer and from the step.
  public var noise: Noise
  /// Whether training keeps the hidden rows of feed-forward networks and experts.
  public var hiddenRows: HiddenRows

  /// A purpose.
  ///
  /// - Parameters:
  ///   - mode: Whether a backward pass will follow, and at which step.
  ///   - noise: The source of whatever is random; that of seed 0 and layer 0 at the mode's step
  ///     unless given.
  ///   - hiddenRows: Whether training keeps hidden rows.
  public init(_ mode: PassMode, noise: Noise? = nil, hiddenRows: HiddenRows = .kept) {
    self.mode = mode
    self.noise = noise ?? Noise(seed: 0, step: mode.step, layer: 0)
    self.hiddenRows = hiddenRows
  }

  /// Whether a forward pass hands hidden rows on to a backward pass.
  var keepsHiddenRows: Bool { mode.isTraining && hiddenRows == .kept }
}

/// Everything that a layer's pass depends on beside its input: the batch, and the purpose of the
/// pass.
///
///     let pass = try layer.forward(input, context: .training(step: 7))
public struct LayerContext: Sendable, Hashable, Codable {
  /// The tokens of the batch, beside their vectors.
  public var batch: Batch
  /// The purpose of the pass: its mode and its noise.
  public var purpose: PassPurpose

  /// A context.
  ///
  /// - Parameters:
  ///   - mode: Whether a backward pass will follow, and at which step.
  ///   - batch: What the batch is.
  ///   - hiddenRows: Whether training keeps the hidden rows of feed-forward networks and experts.
  public init(_ mode: PassMode, batch: Batch = Batch(), hiddenRows: HiddenRows = .kept) {
    self.init(batch: batch, purpose: PassPurpose(mode, hiddenRows: hiddenRows))
  }

  /// A context of the given parts.
  ///
  /// - Parameters:
  ///   - batch: What the batch is.
  ///   - purpose: What the pass is for.
  public init(batch: Batch, purpose: PassPurpose) {
    self.batch = batch
    self.purpose = purpose
  }

  /// A pass whose output is used, and nothing else.
  public static var inference: LayerContext { LayerContext(.inference) }

  /// A pass that a backward pass follows.
  ///
  /// - Parameter step: The number of updates so far.
  /// - Returns: A context of which nothing else is known.
  public static func training(step: Int) -> LayerContext { LayerContext(.training(step: step)) }

  /// Whether a backward pass will follow, and at which step.
  public var mode: PassMode { purpose.mode }
}

extension LayerContext: CustomStringConvertible {
  /// The mode, and what is known of the batch.
  public var description: String {
    switch mode {
    case .inference: "inference, \(batch)"
    case .training(let step): "training, step \(step), \(batch)"
    }
  }
}
