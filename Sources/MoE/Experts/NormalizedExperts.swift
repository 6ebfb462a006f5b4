/// Experts with a norm before and one after each: Nₐ(Eₑ(N_b(x))).
///
/// Both norms are optional, and one of each is shared by all experts of the group. The norm after
/// comes before the weight of a route: what is added up are rows of one size.
///
/// **Shapes**: `before.weight` [inputSize], `after.weight` [outputSize]; the parameters of the
/// experts stand under `experts`.
///
/// **Gradient**: with g that of a token and w the weight of its route, dw = ⟨g, Nₐ(E(x))⟩, and w·g
/// goes back through the norm, the expert and the norm before.
///
/// Rows are gathered for each route, as a norm of one row is that of its expert.
///
/// Source: Muse Spark, with a ``PrescaledRMSNorm`` after each expert.
public struct NormalizedExperts: ExpertGroup {
  /// The experts themselves.
  public var experts: any ExpertGroup
  /// The norm of what an expert takes.
  public var before: Norm?
  /// The norm of what an expert gives.
  public var after: Norm?

  /// Experts between norms.
  ///
  /// - Parameters:
  ///   - experts: The experts.
  ///   - before: The norm of what an expert takes; of another size it traps.
  ///   - after: The norm of what an expert gives; of another size it traps.
  public init(_ experts: any ExpertGroup, before: Norm? = nil, after: Norm? = nil) {
    require(
      before.map { $0.inputSize == experts.inputSize } ?? true
        && after.map { $0.inputSize == experts.outputSize } ?? true,
      "NormalizedExperts: norms of \(before?.inputSize ?? 0) and \(after?.inputSize ?? 0) columns "
        + "against experts from \(experts.inputSize) to \(experts.outputSize)")
    self.experts = experts
    self.before = before
    self.after = after
  }

  /// The number of experts.
  public var expertCount: Int { experts.expertCount }

  /// The size of a token.
  public var inputSize: Int { experts.inputSize }

  /// The size of an expert's output.
  public var outputSize: Int { experts.outputSize }

  /// They cost what the experts do, and give rows whatever these give.
  public var traits: ExpertTraits { ExpertTraits(relativeCost: experts.traits.relativeCost) }

  /// Visits the parameters of `experts`, `before` and `after`, under these names.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try experts.visitParameters(under: "experts", visit)
    try before?.visitParameters(under: "before", visit)
    try after?.visitParameters(under: "after", visit)
  }

  /// Visits the buffers of the experts, under `experts`.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    try experts.visitBuffers(under: "experts", visit)
  }

  /// Throws what the experts throw.
  public func checkBuffers() throws { try experts.checkBuffers() }

  /// Visits the weights of the experts.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try experts.visitWeights(under: "experts", visit)
  }

  /// The result of a forward pass.
  public struct Pass: ExpertPass {
    /// One row for each position.
    public var output: ExpertOutput
    let rows: GroupedRows
    /// Nothing in inference.
    let saved: Saved?
  }

  /// All that the backward pass reads.
  struct Saved: Sendable {
    var before: Norm.Pass?
    var experts: any ExpertPass
    var after: Norm.Pass?
    /// What the experts gave, and whether it is what they took, where they computed nothing.
    var uncomputed: (given: Tensor, copies: Bool)?
  }

  /// The outputs, one row a position.
  ///
  /// - Throws: What an expert throws.
  public func forward(_ input: GroupedTokens, context: LayerContext) throws -> Pass {
    let gathered = input.matrix.gatheringEntries(input.rows.indices.map(Int.init))
    let normed = before?.forward(gathered, context: context)
    let taken = normed?.output ?? gathered
    var inner = GroupedTokens(
      taken, rows: .inOrder(input.rows.offsets), tokens: input.tokens)
    inner.firstExpert = input.firstExpert
    var pass = try experts.forward(inner, context: context)
    let given: Tensor
    var uncomputed: (Tensor, Bool)?
    switch pass.output {
    case .rows(let rows): given = rows
    case .tokens:
      given = taken
      uncomputed = (given, true)
    case .zero:
      given = Tensor(zeros: [input.rows.count, outputSize])
      uncomputed = (given, false)
    }
    let last = after?.forward(given, context: context)
    let output = ExpertOutput.rows(last?.output ?? given)
    guard context.mode.isTraining else { return Pass(output: output, rows: input.rows, saved: nil) }
    pass.output = .zero
    return Pass(
      output: output, rows: input.rows,
      saved: Saved(before: normed, experts: pass, after: last, uncomputed: uncomputed))
  }

  /// The gradients.
  ///
  /// - Throws: What an expert throws.
  public func backward(
    _ outputGradient: GroupedGradient, pass: Pass
  ) throws -> ExpertGradient<NormalizedExperts> {
    let saved = kept(pass.saved, by: "NormalizedExperts")
    let own = outputGradient.matrix.gatheringEntries(pass.rows.indices.map(Int.init))
    var gradient = GroupedGradient(own, weights: outputGradient.weights)
    var parameters = self
    var weights = saved.uncomputed.map { own.rowDots($0.given) }
    if let after, let last = saved.after {
      var weighted = own
      weighted.scaleRows(by: outputGradient.weights)
      weights = own.rowDots(last.output)
      let back = after.backward(weighted, pass: last)
      parameters.after = back.parameters
      gradient = GroupedGradient(
        back.input, weights: Tensor(repeating: 1, shape: [pass.rows.count]))
    }
    let inner = try experts.anyBackward(gradient, pass: saved.experts)
    parameters.experts = inner.parameters
    var rows = inner.rows ?? Tensor(zeros: [pass.rows.count, inputSize])
    if saved.uncomputed?.copies == true {
      rows = gradient.matrix
      rows.scaleRows(by: gradient.weights)
    }
    weights = weights ?? inner.weights
    if let before, let normed = saved.before {
      let back = before.backward(rows, pass: normed)
      parameters.before = back.parameters
      rows = back.input
    }
    return ExpertGradient(rows: rows, weights: weights, parameters: parameters)
  }
}

extension ExpertSpecification {
  /// The same experts with a norm before and one after each.
  ///
  /// - Parameters:
  ///   - before: The norm of what an expert takes; none unless given.
  ///   - after: The norm of what an expert gives, before the weight of its route; none unless
  ///     given.
  /// - Returns: A specification of ``NormalizedExperts``, which throws where a norm cannot work.
  public func normalized(
    before: NormSpecification? = nil, after: NormSpecification? = nil
  ) -> ExpertSpecification {
    ExpertSpecification(count: count) { inputSize, outputSize, generator in
      NormalizedExperts(
        try group(inputSize: inputSize, outputSize: outputSize, using: &generator),
        before: try before?.norm(size: inputSize), after: try after?.norm(size: outputSize))
    }.planned(plan.map { .normalized($0, before: before, after: after) })
  }
}
