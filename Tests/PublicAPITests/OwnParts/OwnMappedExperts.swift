import MoE

/// Experts of one plain map each, y = W·x, whose weights are multiplied on by hand: by `rowDots`
/// and `scaleRows`, without ``GroupedLinear/weightedBackward(_:input:rows:)``.
struct OwnMappedExperts: ExpertGroup {
  var map: GroupedLinear

  var expertCount: Int { map.expertCount }
  var inputSize: Int { map.inputSize }
  var outputSize: Int { map.outputSize }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try map.visitParameters(under: "map", visit)
  }

  mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows { try map.visitWeights(under: "map", visit) }

  struct Pass: ExpertPass {
    var output: ExpertOutput
    let input: GroupedTokens
    let results: Tensor
  }

  func forward(_ input: GroupedTokens, context: LayerContext) -> Pass {
    let results = map.forward(.picked(input.matrix), rows: input.rows)
    return Pass(output: .rows(results), input: input, results: results)
  }

  func backward(
    _ outputGradient: GroupedGradient, pass: Pass
  ) -> ExpertGradient<OwnMappedExperts> {
    let rows = pass.input.rows
    let own = outputGradient.matrix.gatheringEntries(rows.indices.map(Int.init))
    var weighted = own
    weighted.scaleRows(by: outputGradient.weights)
    return ExpertGradient(
      rows: map.inputGradient(.ordered(weighted), rows: rows), weights: own.rowDots(pass.results),
      parameters: OwnMappedExperts(
        map: map.parameterGradient(
          .ordered(weighted), input: .picked(pass.input.matrix), rows: rows)))
  }
}

/// Experts that compute nothing, and say so.
struct OwnIdleExperts: ExpertGroup {
  let expertCount: Int
  let inputSize: Int
  var output: ExpertOutput

  var outputSize: Int { inputSize }
  var traits: ExpertTraits {
    if case .zero = output { return ExpertTraits(relativeCost: 0, output: .zero) }
    return ExpertTraits(relativeCost: 0, output: .tokens)
  }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  struct Pass: ExpertPass { var output: ExpertOutput }

  func forward(_ input: GroupedTokens, context: LayerContext) -> Pass { Pass(output: output) }

  func backward(
    _ outputGradient: GroupedGradient, pass: Pass
  ) -> ExpertGradient<OwnIdleExperts> { ExpertGradient(parameters: self) }
}
