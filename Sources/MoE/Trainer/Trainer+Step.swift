extension Trainer {
  /// Trains on the batches of one step, without a loop around it.
  ///
  /// Where it throws, nothing has changed.
  ///
  /// - Parameters:
  ///   - batches: The micro-batches.
  ///   - train: The forward and the backward pass of a batch.
  /// - Returns: What the step was like.
  /// - Throws: ``TrainingError``, what `train` and an update after a step throw, and ``MoEError``
  ///   where there are routings and the model is no ``RoutedModel``.
  @discardableResult
  public mutating func step<Batch>(
    on batches: [Batch], train: (Model, Batch, LayerContext) throws -> TrainedBatch<Model>
  ) throws -> StepMetrics {
    let start = ContinuousClock.now
    let context = LayerContext.training(step: state.step)
    var accumulator = GradientAccumulator<Model>()
    var sums = LossSums()
    var (routings, qualities, tokenCount) = ([[Routing]](), [[Float]](), 0)
    for batch in batches {
      let trained = try train(state.model, batch, context)
      guard trained.loss.isFinite else {
        throw TrainingError.nonFiniteLoss(step: state.step + 1, value: trained.loss)
      }
      sums.add(trained.loss, trained.auxiliaryLosses, weight: Double(trained.weight))
      routings.append(trained.routings)
      if let quality = trained.tokenQuality { qualities.append(quality) }
      tokenCount += trained.tokenCount
      accumulator.add(trained.gradient, weight: trained.weight)
    }
    try checkRouted(routings)
    var gradient = accumulator.take()
    let norm = try clip(&gradient)
    // Before the update, which cannot throw, so that a step is done as a whole or not at all; it reads
    // the routings and moves no parameter.
    try finishStep(routings, qualities.count == batches.count ? qualities : nil)
    if let schedule { state.optimizer.learningRate = schedule(state.step) }
    if let gradient { state.optimizer.update(&state.model, along: gradient) }
    state.step += 1
    average?.update(with: state.model)
    observe(routings)
    clock.add(ContinuousClock.now - start, tokens: tokenCount)
    return StepMetrics(
      step: state.step, stepCount: stepCount, loss: Float(sums.loss),
      auxiliaryLosses: sums.auxiliaryLosses, gradientNorm: norm,
      learningRate: state.optimizer.learningRate, tokenCount: tokenCount,
      balance: monitors.map(\.report), elapsed: clock.elapsed,
      tokensPerSecond: clock.tokensPerSecond,
      remaining: clock.remaining(steps: stepCount - state.step))
  }

  /// Clips the gradient of a step.
  ///
  /// - Returns: The norm before.
  private func clip(_ gradient: inout Model?) throws -> Float {
    let norm =
      clippingNorm.map { gradient?.clip(toNorm: $0) ?? 0 } ?? gradient?.parameterNorm ?? 0
    guard norm.isFinite else {
      let broken = gradient?.namedParameters.first { !$0.parameter.isFinite }
      throw TrainingError.nonFiniteGradient(
        step: state.step + 1, parameter: broken?.name ?? "all parameters")
    }
    return norm
  }

  /// Throws where there are routings that nobody would be told of.
  private func checkRouted(_ routings: [[Routing]]) throws {
    guard !(state.model is any RoutedModel), routings.contains(where: { !$0.isEmpty }) else {
      return
    }
    throw MoEError.configuration(
      "model of a trainer", value: "\(Model.self)",
      expected: "a RoutedModel, as its batches have routings")
  }

  /// Tells the model that a step has ended.
  private mutating func finishStep(_ routings: [[Routing]], _ qualities: [[Float]]?) throws {
    guard var routed = state.model as? any RoutedModel else { return }
    try routed.finishStep(routings: routings, tokenQuality: qualities)
    if let model = routed as? Model { state.model = model }
  }

  /// Shows the routings of a step to the monitors.
  private mutating func observe(_ routings: [[Routing]]) {
    guard let monitor else { return }
    for pass in routings {
      while monitors.count < pass.count { monitors.append(monitor) }
    }
    for mixture in monitors.indices {
      let passes = routings.compactMap { $0.indices.contains(mixture) ? $0[mixture] : nil }
      for routing in passes where routing.isCounted { monitors[mixture].observe(routing) }
    }
  }
}

/// Weighted means of losses over micro-batches.
private struct LossSums {
  private var sum = 0.0
  private var weight = 0.0
  private var auxiliary: [(name: String, sum: Double)] = []

  mutating func add(_ loss: Float, _ losses: [NamedLoss], weight: Double) {
    sum += weight * Double(loss)
    self.weight += weight
    for (index, loss) in losses.enumerated() {
      if index == auxiliary.count { auxiliary.append((loss.name, 0)) }
      auxiliary[index].sum += weight * Double(loss.value)
    }
  }

  /// The mean loss; 0 where nothing has a weight.
  var loss: Double { weight > 0 ? sum / weight : 0 }

  var auxiliaryLosses: [NamedLoss] {
    auxiliary.map {
      NamedLoss(name: $0.name, value: weight > 0 ? Float($0.sum / weight) : 0)
    }
  }
}
