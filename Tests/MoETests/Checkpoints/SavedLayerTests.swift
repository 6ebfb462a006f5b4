import Foundation
import MoE
import Testing

/// Layers and decoders that are saved with their configuration, and loaded in one call.
@Suite struct SavedLayerTests {
  private static func bits(_ value: some Parameterized) -> [String: [UInt32]] {
    OptimizerChecks.bits(value)
      .merging(OptimizerChecks.bits(buffersOf: value)) { first, _ in first }
  }

  private static func mixture() throws -> MixtureOfExperts {
    var (layer, optimizer) = (try OptimizerChecks.layer(), SGD(learningRate: 0))
    try OptimizerChecks.train(&layer, &optimizer, steps: 0..<2)
    return layer
  }

  /// Expects a layer to come back as it was, by its type and by none.
  private func expectSaved<Own: Layer>(
    _ layer: Own, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/layer.safetensors"
      try layer.save(to: path, metadata: ["note": "é", "format": "mine"])
      let loaded = try Own(contentsOf: path)
      #expect(Self.bits(loaded) == Self.bits(layer), sourceLocation: sourceLocation)
      let erased = try LayerConfiguration.layer(contentsOf: path)
      #expect(erased is Own, sourceLocation: sourceLocation)
      #expect(
        try Checkpoint(path: path).savedMetadata == ["note": "é", "format": "mine"],
        sourceLocation: sourceLocation)
      let tokens = Tensor(scattered: [5, layer.inputSize], seed: 3)
      #expect(
        try loaded(tokens).bits == layer(tokens).bits, sourceLocation: sourceLocation)
    }
  }

  @Test func layersComeBack() throws {
    var generator = SeededGenerator(seed: 5)
    try expectSaved(Linear(inputSize: 3, outputSize: 2, using: &generator))
    try expectSaved(FeedForward(inputSize: 3, hiddenSize: 4, using: &generator))
    try expectSaved(RMSNorm(size: 4))
    try expectSaved(try Self.mixture())
    try expectSaved(try SmallLayers.full())
    let stack = StackConfiguration(
      size: 4, blockCount: 2, attention: .heads(2),
      dense: .gatedFeedForward(hiddenSize: 5),
      mixture: MixtureSpecification(
        experts: [.feedForward(count: 3, hiddenSize: 3)], routing: .topK(2)),
      pattern: .every(2))
    try expectSaved(try MixtureStack(stack, seed: 3, using: &generator))
    // Weights in fewer bits stay so.
    try expectSaved(
      GatedFeedForward(inputSize: 32, hiddenSize: 32, using: &generator)
        .compressing(to: .int8(groupSize: 32)))
  }

  @Test func decodersComeBack() throws {
    var generator = SeededGenerator(seed: 5)
    let stack = StackConfiguration(
      size: 4, blockCount: 2, attention: .heads(2),
      mixture: MixtureSpecification(
        experts: [.feedForward(count: 3, hiddenSize: 3)], routing: .topK(2)))
    for isTied in [false, true] {
      let decoder = try MixtureDecoder(
        DecoderConfiguration(vocabularySize: 7, stack: stack, isHeadTied: isTied), seed: 4,
        using: &generator)
      try withTemporaryFolder { folder in
        let path = folder + "/model.safetensors"
        try decoder.save(to: path)
        let loaded = try MixtureDecoder(contentsOf: path)
        #expect(Self.bits(loaded) == Self.bits(decoder) && loaded.stack.seed == 4)
        #expect(try loaded([1, 2, 3]).bits == decoder([1, 2, 3]).bits)
        // A decoder is no layer.
        #expect(throws: CheckpointError.self) { try MixtureOfExperts(contentsOf: path) }
      }
    }
  }

  @Test func refusesWhatItIsNot() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/layer.safetensors"
      let layer = Linear(weight: [[1, 2]])
      try layer.save(to: path)
      let error = #expect(throws: CheckpointError.self) { try RMSNorm(contentsOf: path) }
      #expect(
        error?.description
          == "\(path), configuration: found that of Linear, expected that of RMSNorm")
      try Checkpoint.write(layer.storedTensors(), to: path)
      let plain = #expect(throws: CheckpointError.self) { try Linear(contentsOf: path) }
      #expect(
        plain?.description == "\(path), format: found nothing, expected swift-moe model 1")
      for text in ["", "{", "{\"linear\":{}}", "[]"] {
        try Checkpoint.write(
          layer.storedTensors(), metadata: ["format": "swift-moe model 1", "configuration": text],
          to: path)
        #expect(throws: CheckpointError.self) { try Linear(contentsOf: path) }
      }
      // A configuration that cannot work, and one of another shape than the tensors.
      for (size, expected) in [("0", true), ("3", false)] {
        let text =
          "{\"linear\":{\"map\":{\"inputSize\":\(size),\"outputSize\":1,\"bias\":false}}}"
        try Checkpoint.write(
          layer.storedTensors(), metadata: ["format": "swift-moe model 1", "configuration": text],
          to: path)
        do {
          _ = try Linear(contentsOf: path)
          Issue.record("nothing was thrown for a size of \(size)")
        } catch { #expect(expected == (error is MoEError), "\(error)") }
      }
    }
  }

  /// What asks for any amount of memory is refused before it is taken.
  @Test func refusesSizesThatAFileCannotHold() throws {
    let huge = 1 << 40
    let expert = ExpertSpecification.gatedFeedForward(count: 2, hiddenSize: huge)
    let configurations: [LayerConfiguration] = [
      .linear(map: LinearConfiguration(inputSize: huge, outputSize: huge)),
      .plainNorm(size: huge, kind: .rms()),
      .mixture(
        parts: MixtureConfiguration(
          inputSize: 4, mixture: MixtureSpecification(experts: [expert], routing: .topK(1)))),
      .mixture(
        parts: MixtureConfiguration(
          inputSize: 4,
          mixture: MixtureSpecification(experts: [.copy(count: huge)], routing: .topK(1)))),
    ]
    try withTemporaryFolder { folder in
      let path = folder + "/layer.safetensors"
      for configuration in configurations {
        let text = String(decoding: try JSONEncoder().encode(configuration), as: UTF8.self)
        try Checkpoint.write(
          Linear(weight: [[1, 2]]).storedTensors(),
          metadata: ["format": "swift-moe model 1", "configuration": text], to: path)
        let error = #expect(throws: CheckpointError.self) {
          try LayerConfiguration.layer(contentsOf: path)
        }
        #expect(error?.description.hasSuffix("numbers or more by its configuration") == true)
      }
    }
  }

  /// The bound is none that a layer of the library is below.
  @Test func theBoundHoldsForLayers() throws {
    var generator = SeededGenerator(seed: 5)
    let kinds: [ExpertSpecification] = [
      .feedForward(count: 2, hiddenSize: 3), .gatedFeedForward(count: 2, hiddenSize: 3),
      .lowRank(count: 2, rank: 1, hiddenSize: 3), .zero(count: 2), .copy(count: 2),
      .constant(count: 2), .feedForward(count: 2, hiddenSize: 3).normalized(before: .rms()),
    ]
    for kind in kinds {
      try expectSaved(
        try MixtureOfExperts(
          inputSize: 4, experts: [kind], latent: nil, routing: .topK(1, weighting: .scores),
          using: &generator))
    }
    try expectSaved(
      try MixtureOfExperts(
        inputSize: 6, experts: [.feedForward(count: 2, hiddenSize: 3)],
        sharedExperts: .feedForward(count: 1, hiddenSize: 2), latent: LatentSpecification(size: 2),
        routing: .topK(1, weighting: .scores), using: &generator))
  }

  @Test func aLayerOfOnesOwnHasNoConfiguration() throws {
    try withTemporaryFolder { folder in
      #expect(throws: MoEError.self) {
        try PerExpertLayer().save(to: folder + "/own.safetensors")
      }
    }
  }

  /// A layer that the library does not know.
  private struct PerExpertLayer: Layer {
    struct Pass: LayerPass { var output: Tensor }

    var inputSize: Int { 1 }
    var outputSize: Int { 1 }

    func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}
    func forward(_ input: Tensor, context: LayerContext) -> Pass { Pass(output: input) }
    func backward(_ gradient: Tensor, pass: Pass) -> LayerGradient<Self> {
      LayerGradient(input: gradient, parameters: self)
    }
  }
}
