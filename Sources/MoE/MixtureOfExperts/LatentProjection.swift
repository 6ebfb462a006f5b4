/// The two maps between tokens and the smaller space that experts of a latent mixture work in:
/// y = U·routed(z), z = norm(D·x).
///
/// The router reads the whole token x, and so do shared experts; the routed experts take z and give
/// rows of its size. Whatever passes a token through, as a copying expert or a capacity's overflow,
/// passes z through.
///
/// **Shapes**: `down.weight` [latentSize, inputSize], `up.weight` [outputSize, latentSize].
///
/// Source: NVIDIA, Nemotron 3 and Megatron's LatentMoE; with a norm in Muse Spark.
public struct LatentProjection: Parameterized {
  /// The map D of a token to what experts take.
  public var down: Linear
  /// The norm of what experts take.
  public var norm: Norm?
  /// The map U of what experts gave to the output.
  public var up: Linear

  /// Maps of the given parameters.
  ///
  /// - Parameters:
  ///   - down: The map of a token to what experts take.
  ///   - norm: The norm of what experts take; of another size it traps.
  ///   - up: The map of what experts gave to the output.
  public init(down: Linear, norm: Norm? = nil, up: Linear) {
    if let norm {
      require(
        norm.inputSize == down.outputSize,
        "LatentProjection: a norm of \(norm.inputSize) columns against \(down.outputSize)")
    }
    self.down = down
    self.norm = norm
    self.up = up
  }

  /// The size of a token.
  public var inputSize: Int { down.inputSize }

  /// The size of an output row.
  public var outputSize: Int { up.outputSize }

  /// Visits the parameters of `down`, of `norm` and of `up`, under these names.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try down.visitParameters(under: "down", visit)
    try norm?.visitParameters(under: "norm", visit)
    try up.visitParameters(under: "up", visit)
  }

  /// Visits the weights of both maps.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try down.visitWeights(under: "down", visit)
    try up.visitWeights(under: "up", visit)
  }

  /// The pass of the map down and of the norm.
  struct Pass: Sendable {
    var output: Tensor
    var down: Linear.Pass?
    var norm: Norm.Pass?
  }

  /// What experts take.
  func project(_ tokens: Tensor, context: LayerContext) -> Pass {
    guard context.mode.isTraining else {
      let output = down(tokens)
      return Pass(output: norm?.forward(output, context: context).output ?? output)
    }
    let pass = down.forward(tokens, context: context)
    let normed = norm?.forward(pass.output, context: context)
    return Pass(output: normed?.output ?? pass.output, down: pass, norm: normed)
  }

  /// The gradients of the map down and the norm, from that of what experts take.
  func backward(
    _ gradient: Tensor, pass: Pass, up: Linear
  ) -> LayerGradient<LatentProjection> {
    let down = kept(pass.down, by: "LatentProjection")
    var (gradient, norm) = (gradient, self.norm)
    if let own = self.norm, let pass = pass.norm {
      let back = own.backward(gradient, pass: pass)
      gradient = back.input
      norm = back.parameters
    }
    let back = self.down.backward(gradient, pass: down)
    return LayerGradient(
      input: back.input,
      parameters: LatentProjection(down: back.parameters, norm: norm, up: up))
  }
}

/// A plan for the maps of a latent mixture, before the layer gives it the size of tokens.
public struct LatentSpecification: Sendable, Hashable, Codable {
  /// The size of what experts take and give.
  public var size: Int
  /// Whether both maps have biases.
  public var bias: Bool
  /// The norm after the map down.
  public var norm: NormSpecification?

  /// A plan.
  ///
  /// - Parameters:
  ///   - size: The size of what experts take and give.
  ///   - bias: Whether both maps have biases.
  ///   - norm: The norm after the map down; none unless given.
  public init(size: Int, bias: Bool = false, norm: NormSpecification? = nil) {
    self.size = size
    self.bias = bias
    self.norm = norm
  }

  /// Makes the maps.
  ///
  /// - Parameters:
  ///   - inputSize: The size of a token.
  ///   - outputSize: The size of an output row.
  ///   - generator: The source of randomness.
  /// - Returns: Maps with random parameters.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the size is not positive, or the
  ///   norm cannot work.
  public func projection(
    inputSize: Int, outputSize: Int, using generator: inout some RandomNumberGenerator
  ) throws -> LatentProjection {
    try check()
    return LatentProjection(
      down: Linear(inputSize: inputSize, outputSize: size, bias: bias, using: &generator),
      norm: try norm?.norm(size: size),
      up: Linear(inputSize: size, outputSize: outputSize, bias: bias, using: &generator))
  }

  /// Throws where the size is not positive.
  func check() throws {
    guard size > 0 else {
      throw MoEError.configuration("latent size", value: "\(size)", expected: "at least 1")
    }
  }
}
