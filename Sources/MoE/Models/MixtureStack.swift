/// Blocks one after another, some of whose feed-forward networks are mixtures of experts.
///
/// The stack carries what goes on between layers: it numbers the layers, so that each has noise of
/// its own; hands the logits of one mixture to the next one's gate, where that reads them, and
/// their gradient back; collects routings and auxiliary losses; and tells all mixtures with one
/// call that a step has ended.
///
/// **Shapes**: input and output [tokens, size].
///
/// **Numbers of layers**: the feed-forward network of block b of B is layer b, its attention layer B
/// + b. Noise of the parts depends on them.
///
/// Padding is taken out before anything else, and stands as zeros in the output.
///
/// **Names**: block b stands under `blocks.b`.
///
/// Source of the logits that go from layer to layer: MoE++, arXiv 2410.07348, equation 6.
public struct MixtureStack: Layer {
  /// The blocks.
  ///
  /// A mixture that is put into one keeps its own number of the layer and its seed; to number all
  /// anew, make a stack of the blocks: ``init(_:seed:)``.
  public var blocks: [TransformerBlock]
  /// The seed of all noise.
  public let seed: UInt64

  /// A stack of the given blocks, whose layers it numbers, and whose routers get its seed.
  ///
  /// - Parameters:
  ///   - blocks: The blocks, at least one, all of one size.
  ///   - seed: The seed of all noise.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where there is no block, sizes differ,
  ///   or a gate that reads the logits of the layer before has another number of them.
  public init(_ blocks: [TransformerBlock], seed: UInt64 = 0) throws {
    guard let first = blocks.first else {
      throw MoEError.configuration("number of blocks", value: "0", expected: "at least 1")
    }
    for (index, block) in blocks.enumerated() where block.inputSize != first.inputSize {
      throw MoEError.configuration(
        "size of block \(index)", value: "\(block.inputSize)",
        expected: "\(first.inputSize), that of block 0")
    }
    guard blocks.count <= Noise.layerLimit / 2 else {
      throw MoEError.configuration(
        "number of blocks", value: "\(blocks.count)", expected: "at most \(Noise.layerLimit / 2)")
    }
    self.blocks = blocks
    self.seed = seed
    try checkLogits()
    for (index, part) in mixtureParts {
      guard var routed = blocks[index].routed(part) else { continue }
      routed.router.seed = seed
      routed.router.layer = layer(index, part)
      self.blocks[index][part] = routed
    }
  }

  /// A stack with random parameters, drawn block by block.
  ///
  /// - Parameters:
  ///   - configuration: The plan of the stack.
  ///   - seed: The seed of all noise.
  ///   - generator: The source of randomness.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where a size, the pattern or a part
  ///   cannot work; the generator is then as it was.
  public init(
    _ configuration: StackConfiguration, seed: UInt64 = 0,
    using generator: inout some RandomNumberGenerator
  ) throws {
    try configuration.check()
    var drawn = generator
    let blocks = try (0..<configuration.blockCount).map {
      try configuration.block($0, using: &drawn)
    }
    try self.init(blocks, seed: seed)
    generator = drawn
  }

  /// The size of a token.
  public var inputSize: Int { blocks[0].inputSize }

  /// The size of an output row, which is that of a token.
  public var outputSize: Int { blocks[0].outputSize }

  /// The parts of blocks that send tokens to experts, in the order in which they run.
  ///
  /// It is the order of ``Pass/mixtures`` and of ``Pass/trace``.
  public var mixtureParts: [(block: Int, part: BlockPart)] {
    blocks.indices.flatMap { index in
      BlockPart.allCases.compactMap { part in
        blocks[index].routed(part).map { _ in (index, part) }
      }
    }
  }

  /// The number of a part's layer.
  func layer(_ block: Int, _ part: BlockPart) -> Int {
    part == .feedForward ? block : blocks.count + block
  }

  /// Throws where a gate would be handed another number of logits, or a state of another size, than
  /// it reads.
  private func checkLogits() throws {
    var previous: [BlockPart: Int] = [:]
    var stateSizes: [BlockPart: Int] = [:]
    for (index, part) in mixtureParts {
      guard let gate = blocks[index].routed(part)?.router.gate else { continue }
      if gate.readsPreviousLogits, let count = previous[part], count != gate.previousLogitCount {
        throw MoEError.configuration(
          "logits of the layer before block \(index)", value: "\(count)",
          expected: "\(gate.previousLogitCount), as its gate reads")
      }
      previous[part] = gate.expertCount
      guard let size = gate.stateSize else { continue }
      if let given = stateSizes[part], given != size {
        throw MoEError.configuration(
          "gate's state before block \(index)", value: "\(given)",
          expected: "\(size), as its gate reads")
      }
      stateSizes[part] = size
    }
  }

  /// Visits the parameters of each block, under `blocks.` and its number.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    for index in blocks.indices {
      try blocks[index].visitParameters(under: "blocks.\(index)", visit)
    }
  }

  /// Visits the buffers of each block, under `blocks.` and its number.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    for index in blocks.indices {
      try blocks[index].visitBuffers(under: "blocks.\(index)", visit)
    }
  }

  /// Throws what a block throws.
  public func checkBuffers() throws { for block in blocks { try block.checkBuffers() } }

  /// Visits the weights of each block.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    for index in blocks.indices {
      try blocks[index].visitWeights(under: "blocks.\(index)", visit)
    }
  }
}
