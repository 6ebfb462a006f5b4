/// A gate of cosines: lₑ = e^min(θ, ln 100) · ⟨x̂, m̂ₑ⟩, with x̂ = (P·x + b) / ‖P·x + b‖ and m̂ₑ a
/// unit direction.
///
/// The logits do not depend on the size of a token, and lie within ±100. The learned θ is the
/// logarithm of one over a temperature. A projected token, or a direction, of norm zero has cosine
/// zero with all, and a gradient of zero.
///
/// **Shapes**: tokens [tokens, inputSize], logits [tokens, experts], projection weight
/// [projectionSize, inputSize] and bias [projectionSize], directions [experts, projectionSize],
/// `logScale` [1].
///
/// **Initial values**: the projection as ``Linear``; directions normal with standard deviation
/// 0.01; θ = −ln of the initial temperature.
///
/// Source: Chi and others, arXiv 2204.09179; the cosine router of Tutel.
public struct CosineGate: Gate {
  /// The map that tokens are projected by.
  public var projection: Linear
  /// One direction an expert, of any length, of shape [experts, projectionSize].
  public var directions: Tensor
  /// θ, of shape [1].
  public var logScale: Tensor

  /// The largest θ that has an effect: ln 100.
  public static let largestLogScale: Float = 4.605_170_2

  /// A gate of the given parameters.
  ///
  /// - Parameters:
  ///   - projection: The map that tokens are projected by.
  ///   - directions: Of shape [experts, the map's output size]; another traps.
  ///   - logScale: θ, of shape [1].
  public init(projection: Linear, directions: Tensor, logScale: Tensor) {
    require(
      directions.rank == 2 && directions.sizes[1] == projection.outputSize
        && logScale.sizes == TensorShape(1),
      "CosineGate: directions of shape \(directions.shape) and scale of shape \(logScale.shape) "
        + "against a projection to \(projection.outputSize)")
    self.projection = projection
    self.directions = directions
    self.logScale = logScale
  }

  /// The size of a token.
  public var inputSize: Int { projection.inputSize }

  /// Each token has its own logits, without noise.
  public var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  /// The number of experts.
  public var expertCount: Int { directions.sizes[0] }

  /// Visits `projection.weight`, `projection.bias`, `directions` and `logScale`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try projection.visitParameters(under: "projection", visit)
    try visit("directions", &directions)
    try visit("logScale", &logScale)
  }

  /// Visits the weight of the projection; that of the directions is made up anew in each pass.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try projection.visitWeights(under: "projection", visit)
  }

  /// e^min(θ, ln 100).
  private var scale: Float { Tensor([min(logScale[0], CosineGate.largestLogScale)]).exp()[0] }

  /// The logits, and in training the unit rows and norms of the projected tokens with them.
  ///
  /// - Complexity: O(tokens · projectionSize · (inputSize + experts)).
  public func forward(_ tokens: Tensor, context: RoutingContext) -> Pass {
    let projected = projection(tokens).unitRows()
    let cosines = projected.unit.matmul(directions.unitRows().unit, transposingRight: true)
    return Pass(
      logits: cosines * scale,
      saved: context.mode.isTraining
        ? Pass.Saved(
          tokens: tokens, unit: projected.unit, inverseNorms: projected.inverseNorms) : nil)
  }

  /// The result of a forward pass.
  public struct Pass: GatePass {
    /// The logits, of shape [tokens, experts].
    public let logits: Tensor
    let saved: Saved?

    /// All that the backward pass reads beside the logits.
    struct Saved: Sendable {
      let tokens: Tensor
      let unit: Tensor
      let inverseNorms: Tensor
    }
  }

  /// The gradients with respect to the tokens and the parameters.
  ///
  /// dθ = Σ g·l below the cap, and zero from there on.
  public func backward(_ gradient: LogitGradient, pass: Pass) -> GateGradient<CosineGate> {
    let saved = kept(pass.saved, by: "CosineGate")
    let unit = saved.unit
    let directions = self.directions.unitRows()
    let cosineGradient = gradient.logits * scale
    let projectedGradient = Tensor.unitRowsGradient(
      cosineGradient.matmul(directions.unit), unit: unit, inverseNorms: saved.inverseNorms)
    let back = projection.backward(
      projectedGradient, pass: Linear.Pass(output: unit, input: saved.tokens))
    let isCapped = logScale[0] >= CosineGate.largestLogScale
    return GateGradient(
      input: back.input,
      parameters: CosineGate(
        projection: back.parameters,
        directions: Tensor.unitRowsGradient(
          cosineGradient.matmul(unit, transposingLeft: true), unit: directions.unit,
          inverseNorms: directions.inverseNorms),
        logScale: Tensor([isCapped ? 0 : (gradient.logits * pass.logits).sum()])))
  }
}

extension GateSpecification {
  /// A gate of cosines between projected tokens and one direction an expert.
  ///
  /// - Parameters:
  ///   - projectionSize: The size that tokens are projected to; at least 1.
  ///   - initialTemperature: What cosines are divided by at first; above zero.
  /// - Returns: A specification of ``CosineGate``; a size or temperature that cannot work makes the
  ///   layer's initialiser throw.
  public static func cosine(
    projectionSize: Int = 256, initialTemperature: Float = 0.5
  ) -> GateSpecification {
    GateSpecification(promises: [.tokenLocal, .deterministic]) {
      inputSize, expertCount, generator in
      guard projectionSize > 0 else {
        throw MoEError.configuration(
          "projection size of the cosine gate", value: "\(projectionSize)", expected: "at least 1")
      }
      guard initialTemperature > 0, initialTemperature.isFinite else {
        throw MoEError.configuration(
          "initial temperature of the cosine gate", value: "\(initialTemperature)",
          expected: "a finite number above 0")
      }
      return CosineGate(
        projection: Linear(
          inputSize: inputSize, outputSize: projectionSize, using: &generator),
        directions: .normal(
          standardDeviation: 0.01, shape: [expertCount, projectionSize], using: &generator),
        logScale: -Tensor([initialTemperature]).log())
    }.planned(
      .cosine(projectionSize: projectionSize, initialTemperature: initialTemperature))
  }
}
