/// What a batch gave in training: its loss, its gradient, and where its tokens went.
///
///     let pass = try model.forward(batch.tokens, context: context)
///     let loss = try CrossEntropy()(pass.output, labels: batch.labels)
///     let gradient = try model.backward(loss.gradient, pass: pass)
///     let trained = TrainedBatch(loss, gradient, pass: pass)
public struct TrainedBatch<Model: Parameterized>: Sendable {
  /// The loss, the auxiliary ones left out.
  public var loss: Float
  /// The auxiliary losses, one by one.
  public var auxiliaryLosses: [NamedLoss]
  /// The gradient, that of the auxiliary losses included.
  public var gradient: Model
  /// The routing of each mixture of the model; none of a model without any.
  public var routings: [Routing]
  /// The number of tokens, which the speed of training is told in.
  public var tokenCount: Int
  /// What the batch counts among the micro-batches of a step: the divisor of the mean that the loss
  /// is, as the number of its tokens or ``CrossEntropy/weight(of:)``.
  public var weight: Float
  /// How well each token was served, where that is tracked.
  public var tokenQuality: [Float]?

  /// What a batch gave.
  ///
  /// - Parameters:
  ///   - loss: The loss, the auxiliary ones left out.
  ///   - gradient: The gradient, that of the auxiliary losses included.
  ///   - tokenCount: The number of tokens.
  ///   - weight: What the batch counts among micro-batches; the number of tokens unless given.
  ///   - auxiliaryLosses: The auxiliary losses, one by one.
  ///   - routings: The routing of each mixture of the model.
  ///   - tokenQuality: How well each token was served, where that is tracked.
  public init(
    loss: Float, gradient: Model, tokenCount: Int, weight: Float? = nil,
    auxiliaryLosses: [NamedLoss] = [], routings: [Routing] = [], tokenQuality: [Float]? = nil
  ) {
    self.loss = loss
    self.gradient = gradient
    self.tokenCount = tokenCount
    self.weight = weight ?? Float(tokenCount)
    self.auxiliaryLosses = auxiliaryLosses
    self.routings = routings
    self.tokenQuality = tokenQuality
  }
}

extension TrainedBatch where Model: Layer {
  /// What a layer without mixtures gave.
  ///
  /// - Parameters:
  ///   - loss: The loss, a mean over rows.
  ///   - gradient: What the backward pass returned.
  ///   - pass: The forward pass.
  public init(_ loss: LossValue, _ gradient: LayerGradient<Model>, pass: Model.Pass) {
    self.init(
      loss: loss.value, gradient: gradient.parameters, tokenCount: pass.output.rowCount)
  }
}

extension TrainedBatch where Model: RoutedLayer {
  /// What a layer of experts gave.
  ///
  /// - Parameters:
  ///   - loss: The loss, a mean over tokens.
  ///   - gradient: What the backward pass returned.
  ///   - pass: The forward pass.
  public init(_ loss: LossValue, _ gradient: LayerGradient<Model>, pass: Model.Pass) {
    self.init(
      loss: loss.value, gradient: gradient.parameters, tokenCount: pass.output.rowCount,
      auxiliaryLosses: pass.losses, routings: [pass.routing])
  }
}

extension TrainedBatch where Model == MixtureStack {
  /// What a stack gave.
  ///
  /// - Parameters:
  ///   - loss: The loss, a mean over tokens.
  ///   - gradient: What the backward pass returned.
  ///   - pass: The forward pass.
  public init(
    _ loss: LossValue, _ gradient: LayerGradient<MixtureStack>, pass: MixtureStack.Pass
  ) {
    self.init(
      loss: loss.value, gradient: gradient.parameters, tokenCount: pass.output.rowCount,
      auxiliaryLosses: pass.losses, routings: pass.mixtures.map(\.routing))
  }
}

extension TrainedBatch where Model == MixtureDecoder {
  /// What a decoder gave.
  ///
  /// - Parameters:
  ///   - loss: The loss, a mean over tokens.
  ///   - gradient: What the backward pass returned.
  ///   - pass: The forward pass.
  public init(_ loss: LossValue, _ gradient: MixtureDecoder, pass: MixtureDecoder.Pass) {
    self.init(
      loss: loss.value, gradient: gradient, tokenCount: pass.logits.rowCount,
      auxiliaryLosses: pass.losses, routings: pass.mixtures.map(\.routing))
  }
}
