/// Experts of any layer: one layer an expert, each run on its rows.
///
///     let experts = PerExpert(
///       (0..<4).map { _ in
///         FeedForward(inputSize: 16, hiddenSize: 32, using: &generator)
///       })
///
/// It is the adapter for kinds of expert that have no grouped form. Experts run one after another,
/// each on all threads.
///
/// **Names**: the parameters and buffers of expert e stand under its number.
public struct PerExpert<Expert: Layer>: ExpertGroup {
  /// One layer an expert.
  public var layers: [Expert]

  /// Experts of the given layers.
  ///
  /// - Parameter layers: At least one, all of the same input and output size; others trap.
  public init(_ layers: [Expert]) {
    require(!layers.isEmpty, "PerExpert: no layers")
    for layer in layers {
      require(
        layer.inputSize == layers[0].inputSize && layer.outputSize == layers[0].outputSize,
        "PerExpert: a layer from \(layer.inputSize) to \(layer.outputSize) beside one from "
          + "\(layers[0].inputSize) to \(layers[0].outputSize)")
    }
    self.layers = layers
  }

  /// The number of experts.
  public var expertCount: Int { layers.count }

  /// The size of a token.
  public var inputSize: Int { layers[0].inputSize }

  /// The size of an expert's output.
  public var outputSize: Int { layers[0].outputSize }

  /// Visits the parameters of each layer, under the number of its expert.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    for index in layers.indices { try layers[index].visitParameters(under: "\(index)", visit) }
  }

  /// Visits the buffers of each layer, under the number of its expert.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    for index in layers.indices { try layers[index].visitBuffers(under: "\(index)", visit) }
  }

  /// Throws what a layer throws.
  public func checkBuffers() throws { for layer in layers { try layer.checkBuffers() } }

  /// Visits the weights of each layer.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    for index in layers.indices {
      try layers[index].visitWeights(under: "\(index)", visit)
    }
  }

  /// The result of a forward pass.
  public struct Pass: ExpertPass {
    /// One row for each position.
    public var output: ExpertOutput
    let input: GroupedTokens
    /// The passes of each layer, whose outputs the gradient of weights is made of; nothing in
    /// inference.
    let passes: [Expert.Pass]?
  }

  /// The outputs of each layer for its rows.
  ///
  /// - Throws: What a layer throws.
  public func forward(_ input: GroupedTokens, context: LayerContext) throws -> Pass {
    require(
      input.rows.groupCount == layers.count,
      "PerExpert: \(input.rows.groupCount) groups of rows against \(layers.count) experts")
    let passes = try layers.indices.map { expert in
      let positions = input.rows.positions(of: expert)
      var context = context
      // A layer inside sees the batch that its rows are of.
      context.batch = input.batch(at: positions, of: context.batch)
      // Each expert has noise of its own.
      context.purpose.noise = context.purpose.noise.branch(input.firstExpert + expert)
      return try layers[expert].forward(
        input.matrix.gatheringEntries(positions.map { Int(input.rows.indices[$0]) }),
        context: context)
    }
    return Pass(
      output: .rows(Tensor(concatenatingEntries: passes.map(\.output))), input: input,
      passes: context.mode.isTraining ? passes : nil)
  }

  /// The gradients of each layer: with g that of a position's row and w its weight, w·g for the
  /// layer and ⟨g, E(x)⟩ for the weight.
  ///
  /// - Throws: What a layer throws.
  public func backward(
    _ outputGradient: GroupedGradient, pass: Pass
  ) throws -> ExpertGradient<PerExpert> {
    let passes = kept(pass.passes, by: "PerExpert")
    let rows = pass.input.rows
    let own = outputGradient.matrix.gatheringEntries(rows.indices.map(Int.init))
    var weighted = own
    weighted.scaleRows(by: outputGradient.weights)
    var weights: [Tensor] = []
    let gradients = try layers.indices.map { expert in
      let positions = rows.positions(of: expert)
      weights.append(own[entries: positions].rowDots(passes[expert].output))
      return try layers[expert].backward(weighted[entries: positions], pass: passes[expert])
    }
    return ExpertGradient(
      rows: Tensor(concatenatingEntries: gradients.map(\.input)),
      weights: Tensor(concatenatingEntries: weights),
      parameters: PerExpert(gradients.map(\.parameters)))
  }
}

extension ExpertSpecification {
  /// Experts of any layer.
  ///
  /// - Parameters:
  ///   - count: The number of experts.
  ///   - make: Makes one from the input size, the output size and a source of randomness.
  /// - Returns: A specification of ``PerExpert``.
  public static func perExpert<Expert: Layer>(
    count: Int,
    make:
      @escaping @Sendable (
        _ inputSize: Int, _ outputSize: Int, _ generator: inout ErasedGenerator
      ) throws -> Expert
  ) -> ExpertSpecification {
    ExpertSpecification(count: count) { inputSize, outputSize, generator in
      var layers: [Expert] = []
      for _ in 0..<count { layers.append(try make(inputSize, outputSize, &generator)) }
      return PerExpert(layers)
    }
  }
}
