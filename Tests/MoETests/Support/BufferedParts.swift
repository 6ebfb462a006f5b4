import MoE

/// A linear gate whose logits are multiplied by numbers that are saved and not trained.
struct ScaledGate: Gate {
  var linear: Linear
  var scale: Tensor?

  var inputSize: Int { linear.inputSize }
  var expertCount: Int { linear.outputSize }
  var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try linear.visitParameters(visit)
  }

  mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    try visit("scale", &scale)
  }

  func checkBuffers() throws { try check(scale, "scale", [expertCount]) }

  struct Pass: GatePass {
    var logits: Tensor
    let tokens: Tensor
  }

  private var factors: Tensor {
    let rows = scale ?? Tensor(repeating: 1, shape: [expertCount])
    var result = Tensor(zeros: [expertCount, expertCount])
    for index in 0..<expertCount { result[index, index] = rows[index] }
    return result
  }

  func forward(_ tokens: Tensor, context: RoutingContext) -> Pass {
    Pass(logits: linear(tokens).matmul(factors), tokens: tokens)
  }

  func backward(_ gradient: LogitGradient, pass: Pass) -> GateGradient<ScaledGate> {
    let own = linear.forward(pass.tokens, context: .training(step: 0))
    let back = linear.backward(gradient.logits.matmul(factors), pass: own)
    return GateGradient(
      input: back.input, parameters: ScaledGate(linear: back.parameters, scale: scale))
  }
}

private func check(_ buffer: Tensor?, _ name: String, _ shape: [Int]) throws {
  guard let buffer else { return }
  guard buffer.shape == shape else {
    throw MoEError.shape(name, found: buffer.shape, expected: "\(shape)")
  }
  guard buffer.scalarArray.allSatisfy(\.isFinite) else {
    throw MoEError.configuration(name, value: "\(buffer.scalarArray)", expected: "finite numbers")
  }
}

/// Experts that add a row that is saved and not trained: E(x) = W·x + offset.
struct OffsetExperts: ExpertGroup {
  var map: GroupedLinear
  var offset: Tensor?

  var expertCount: Int { map.expertCount }
  var inputSize: Int { map.inputSize }
  var outputSize: Int { map.outputSize }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try map.visitParameters(visit)
  }

  mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    try visit("offset", &offset)
  }

  func checkBuffers() throws { try check(offset, "offset", [outputSize]) }

  struct Pass: ExpertPass {
    var output: ExpertOutput
    let input: GroupedTokens
  }

  func forward(_ input: GroupedTokens, context: LayerContext) -> Pass {
    var output = map.forward(.picked(input.matrix), rows: input.rows)
    if let offset { output.addToEachRow(offset) }
    return Pass(output: .rows(output), input: input)
  }

  func backward(_ outputGradient: GroupedGradient, pass: Pass) -> ExpertGradient<OffsetExperts> {
    let rows = pass.input.rows
    let taken = pass.input.matrix.gatheringEntries(rows.indices.map(Int.init))
    let back = map.weightedBackward(outputGradient, input: taken, rows: rows)
    var weights = back.weights
    if let offset {
      let gradient = outputGradient.matrix.gatheringEntries(rows.indices.map(Int.init))
      weights += gradient.matmul(offset.reshaped(to: [outputSize, 1])).reshaped(to: [rows.count])
    }
    return ExpertGradient(
      rows: back.input, weights: weights,
      parameters: OffsetExperts(map: back.parameters, offset: offset))
  }
}

extension ExpertSpecification {
  static func offset(count: Int) -> ExpertSpecification {
    ExpertSpecification(count: count) { inputSize, outputSize, generator in
      OffsetExperts(
        map: GroupedLinear(
          count: count, inputSize: inputSize, outputSize: outputSize, bias: false,
          using: &generator))
    }
  }
}
