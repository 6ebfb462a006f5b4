import MoE

/// Attention of one's own: a map of the mean of the tokens up to each, in its sequence.
struct OwnMeanAttention: CachedAttention {
  var map: Linear

  init(map: Linear) { self.map = map }

  var inputSize: Int { map.inputSize }
  var outputSize: Int { map.outputSize }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try map.visitParameters(under: "map", visit)
  }

  struct Pass: LayerPass {
    var output: Tensor
    let map: Linear.Pass
    let lengths: [Int]
  }

  func forward(_ input: Tensor, context: LayerContext) -> Pass {
    let lengths = context.batch.sequenceLengths ?? [input.shape[0]]
    let pass = map.forward(means(input, lengths: lengths), context: context)
    return Pass(output: pass.output, map: pass, lengths: lengths)
  }

  func backward(_ outputGradient: Tensor, pass: Pass) -> LayerGradient<OwnMeanAttention> {
    let back = map.backward(outputGradient, pass: pass.map)
    let gradients = back.input.scalarArray
    var input = [Float](repeating: 0, count: gradients.count)
    var start = 0
    for length in pass.lengths {
      for column in 0..<inputSize {
        var sum: Float = 0
        for place in stride(from: length - 1, through: 0, by: -1) {
          let index = (start + place) * inputSize + column
          sum += gradients[index] / Float(place + 1)
          input[index] = sum
        }
      }
      start += length
    }
    return LayerGradient(
      input: Tensor(input, shape: back.input.shape),
      parameters: OwnMeanAttention(map: back.parameters))
  }

  /// The mean of the rows up to each, sequence by sequence.
  private func means(_ rows: Tensor, lengths: [Int]) -> Tensor {
    let scalars = rows.scalarArray
    var means = [Float](repeating: 0, count: scalars.count)
    var start = 0
    for length in lengths {
      for column in 0..<inputSize {
        var sum: Float = 0
        for place in 0..<length {
          let index = (start + place) * inputSize + column
          sum += scalars[index]
          means[index] = sum / Float(place + 1)
        }
      }
      start += length
    }
    return Tensor(means, shape: rows.shape)
  }

  func makeCache(sequenceCount: Int) -> KeyValueCache {
    KeyValueCache(sequenceCount: sequenceCount, size: inputSize)
  }

  func forward(
    _ input: Tensor, context: LayerContext, cache: inout KeyValueCache
  ) -> Tensor {
    var outputs: [Tensor] = []
    var start = 0
    for (sequence, length) in (context.batch.sequenceLengths ?? [input.shape[0]]).enumerated() {
      let rows = input[entries: start..<start + length]
      start += length
      let before = cache.tokenCounts[sequence]
      cache.append(keys: rows, values: rows, to: sequence)
      let means = means(cache.rows(of: sequence).keys, lengths: [before + length])
      outputs.append(map(means[entries: before..<before + length]))
    }
    return Tensor(concatenatingEntries: outputs)
  }
}

/// A routed layer of one's own, around one of ours.
struct OwnRoutedLayer: RoutedLayer {
  var mixture: MixtureOfExperts

  init(_ mixture: MixtureOfExperts) { self.mixture = mixture }

  var inputSize: Int { mixture.inputSize }
  var outputSize: Int { mixture.outputSize }
  var router: Router {
    get { mixture.router }
    set { mixture.router = newValue }
  }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try mixture.visitParameters(visit)
  }
  mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    try mixture.visitBuffers(visit)
  }
  func checkBuffers() throws { try mixture.checkBuffers() }
  mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows { try mixture.visitWeights(visit) }

  struct Pass: RoutedPass {
    let inner: MixtureOfExperts.Pass
    var output: Tensor { inner.output }
    var routing: Routing { inner.routing }
    var losses: [NamedLoss] { inner.losses }
  }

  func forward(_ input: Tensor, context: LayerContext) throws -> Pass {
    Pass(inner: try mixture.forward(input, context: context))
  }
  func forward(
    _ tokens: Tensor, context: LayerContext, overrides: RoutingOverrides
  ) throws -> Pass {
    Pass(inner: try mixture.forward(tokens, context: context, overrides: overrides))
  }

  func backward(
    _ outputGradient: Tensor, pass: Pass
  ) throws -> LayerGradient<OwnRoutedLayer> {
    try backward(outputGradient, routing: RoutingGradient(), pass: pass).gradient
  }
  func backward(
    _ outputGradient: Tensor, routing routingGradient: RoutingGradient, pass: Pass
  ) throws -> RoutedGradient<OwnRoutedLayer> {
    let back = try mixture.backward(outputGradient, routing: routingGradient, pass: pass.inner)
    return RoutedGradient(
      LayerGradient(
        input: back.gradient.input, parameters: OwnRoutedLayer(back.gradient.parameters)),
      overrides: back.overrides)
  }

  mutating func finishStep(_ step: TrainingStep) throws { try mixture.finishStep(step) }
}
