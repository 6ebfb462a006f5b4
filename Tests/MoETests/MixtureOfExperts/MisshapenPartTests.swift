import MoE
import Testing

/// What a part of a user's own may get wrong.
enum MisshapenPart: String, Codable, CaseIterable {
  case logits
  case output
  case tokenGradient
  case weightGradient
  case lossGradient

  /// What the trap says.
  var message: String {
    switch self {
    case .logits: "MisshapenGate: logits of shape [3, 2], expected [3, 4]"
    case .output: "MisshapenExperts: output of shape [4, 2], expected [3, 2]"
    case .tokenGradient: "MisshapenExperts: gradient of tokens of shape [4, 2], expected [3, 2]"
    case .weightGradient: "MisshapenExperts: gradient of weights of shape [4], expected [3]"
    case .lossGradient: "MisshapenLoss: logit gradient of shape [1], expected [3, 4]"
    }
  }

  /// Passes three tokens of two numbers forward and backward through four experts in two groups.
  func provoke() throws {
    let zeros = Tensor(zeros: [4, 2])
    let router = try Router(
      gate: MisshapenGate(weight: zeros, logitCount: self == .logits ? 2 : 4),
      strategy: .topK(1, weighting: .scores))
    // Of equal scores the first expert wins: it gets all three tokens, the second group none.
    let layer = try MixtureOfExperts(
      router: router,
      expertGroups: [
        MisshapenExperts(scale: Tensor(zeros: [1, 2]), part: self),
        MisshapenExperts(scale: Tensor(zeros: [3, 2]), part: nil),
      ],
      balancingLosses: [MisshapenLoss(isMisshapen: self == .lossGradient)])
    let pass = try layer.forward(Tensor(zeros: [3, 2]), context: .training(step: 0))
    _ = try layer.backward(pass.output, pass: pass)
  }
}

private struct MisshapenGate: Gate {
  var weight: Tensor
  var logitCount: Int
  var inputSize: Int { weight.shape[1] }
  var expertCount: Int { weight.shape[0] }
  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try visit("weight", &weight)
  }
  struct Pass: GatePass {
    let logits: Tensor
    let tokens: Tensor
  }
  func forward(_ tokens: Tensor, context: RoutingContext) -> Pass {
    Pass(logits: Tensor(zeros: [tokens.rowCount, logitCount]), tokens: tokens)
  }
  func backward(_ gradient: LogitGradient, pass: Pass) -> GateGradient<MisshapenGate> {
    GateGradient(input: pass.tokens, parameters: self)
  }
}

private struct MisshapenExperts: ExpertGroup {
  var scale: Tensor
  let part: MisshapenPart?
  var expertCount: Int { scale.shape[0] }
  var inputSize: Int { scale.shape[1] }
  var outputSize: Int { scale.shape[1] }
  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try visit("scale", &scale)
  }
  private func rowCount(_ rows: GroupedRows, _ part: MisshapenPart) -> Int {
    rows.count + (self.part == part ? 1 : 0)
  }
  struct Pass: ExpertPass {
    var output: ExpertOutput
    let rows: GroupedRows
  }
  func forward(_ input: GroupedTokens, context: LayerContext) -> Pass {
    Pass(
      output: .rows(Tensor(zeros: [rowCount(input.rows, .output), outputSize])), rows: input.rows)
  }
  func backward(
    _ outputGradient: GroupedGradient, pass: Pass
  ) -> ExpertGradient<MisshapenExperts> {
    ExpertGradient(
      rows: Tensor(zeros: [rowCount(pass.rows, .tokenGradient), inputSize]),
      weights: Tensor(zeros: [rowCount(pass.rows, .weightGradient)]), parameters: self)
  }
}

private struct MisshapenLoss: BalancingLoss {
  let isMisshapen: Bool
  var name: String { "misshapen" }
  func value(of routing: Routing) -> BalancingLossValue {
    BalancingLossValue(
      value: 0, logitGradient: Tensor(zeros: isMisshapen ? [1] : routing.logits.shape))
  }
}

/// Parts whose tensors have wrong shapes trap, with the part's type, instead of mixing up rows.
@Suite("Misshapen parts")
struct MisshapenPartTests {
  @Test(arguments: MisshapenPart.allCases) func traps(_ part: MisshapenPart) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [part] in
      try part.provoke()
    }
    #expect(result?.standardErrorSays(part.message) == true, "\(part)")
  }
}
