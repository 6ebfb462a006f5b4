import MoE

/// Experts whose output is nothing, or the token itself, and that have no parameters.
struct IdleExperts: ExpertGroup {
  let expertCount: Int
  let inputSize: Int
  let outputSize: Int
  let copies: Bool

  struct Pass: ExpertPass {
    var output: ExpertOutput
  }

  /// That they compute nothing, not what they give instead.
  var traits: ExpertTraits { ExpertTraits(relativeCost: 0) }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  func editingExperts(_ edit: ExpertEdit) -> IdleExperts {
    IdleExperts(
      expertCount: edit.count, inputSize: inputSize, outputSize: outputSize, copies: copies)
  }

  mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) {}

  func forward(_ input: GroupedTokens, context: LayerContext) -> Pass {
    Pass(output: copies ? .tokens : .zero)
  }

  func backward(_ outputGradient: GroupedGradient, pass: Pass) -> ExpertGradient<IdleExperts> {
    ExpertGradient(parameters: self)
  }
}
