import Foundation
import MoE
import Testing

private typealias Arrays = [String: [Double]]

/// Gates held to their formulas, in value and in gradient.
@Suite struct GateTests {
  static let (size, experts) = (4, 5)
  static let tokens = Tensor(scattered: [6, size], seed: 1)
  static let training = RoutingContext(.training(step: 3))

  static func linear(seed: UInt64, bias: Bool = true, experts: Int = experts) -> LinearGate {
    LinearGate(
      Linear(
        weight: Tensor(scattered: [experts, size], seed: seed),
        bias: bias ? Tensor(scattered: [experts], seed: seed + 1) : nil))
  }

  /// W·x + b of each token.
  private static func linear(_ point: Arrays, _ prefix: String = "") -> [[Double]] {
    let map = Reference.Map(
      ["gate.weight": point["\(prefix)weight"]!, "gate.bias": point["\(prefix)bias"] ?? []], "gate",
      outputSize: point["\(prefix)weight"]!.count / size)
    return Reference.rows(point["tokens"]!, columns: size).map { x in
      var map = map
      if map.bias?.isEmpty == true { map.bias = nil }
      return Reference.linear(x, map)
    }
  }

  // MARK: - Cosine

  private static func cosine(_ point: Arrays) -> [[Double]] {
    func unit(_ row: [Double]) -> [Double] {
      let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return row.map { norm == 0 ? 0 : $0 / norm }
    }
    let projected = linear(point, "projection.").map(unit)
    let directions = Reference.rows(point["directions"]!, columns: projected[0].count).map(unit)
    let scale = exp(min(point["logScale"]![0], log(100)))
    return projected.map { x in
      directions.map { m in scale * zip(x, m).reduce(0) { $0 + $1.0 * $1.1 } }
    }
  }

  private static func cosineGate(logScale: Float = 0.7) -> CosineGate {
    CosineGate(
      projection: Linear(
        weight: Tensor(scattered: [3, size], seed: 2), bias: Tensor(scattered: [3], seed: 3)),
      directions: Tensor(scattered: [experts, 3], seed: 4), logScale: Tensor([logScale]))
  }

  /// The longest chain: a projection (5), a norm (3 + 4), a unit row (2), a cosine (3), the scale
  /// (3), and as many back, with two more products.
  @Test(arguments: [0.7, -1, 4.6] as [Float])
  func cosineGateIsItsFormula(logScale: Float) throws {
    try checkGate(
      GateTests.cosineGate(logScale: logScale), tokens: GateTests.tokens, roundings: 50,
      reference: GateTests.cosine)
  }

  @Test func cosineGateCapsItsScale() throws {
    let gate = GateTests.cosineGate(logScale: 9)
    #expect(
      gate.namedParameters.map(\.name)
        == ["projection.weight", "projection.bias", "directions", "logScale"])
    let pass = gate.forward(GateTests.tokens, context: GateTests.training)
    let capped = GateTests.cosineGate(logScale: logf(100))
    #expect(pass.logits == capped.forward(GateTests.tokens, context: GateTests.training).logits)
    // Eight units for the exponential, the scale's own rounding and that of a cosine.
    #expect(GradientTolerance.largest(pass.logits) <= 100 * (1 + 0x1p-20))
    for gate in [gate, capped] {
      let back = gate.backward(
        LogitGradient(pass.logits), pass: pass)
      #expect(back.parameters.namedParameters[3].parameter == [0])
    }
  }

  /// A token that projects to nothing, and a direction of nothing.
  @Test func cosineGateTakesZeros() {
    var gate = GateTests.cosineGate()
    gate.projection.bias = Tensor(zeros: [3])
    gate.directions[entries: 1..<2] = Tensor(zeros: [1, 3])
    var tokens = GateTests.tokens
    tokens[entries: 2..<3] = Tensor(zeros: [1, GateTests.size])
    let pass = gate.forward(tokens, context: GateTests.training)
    #expect(pass.logits[entry: 2] == Tensor(zeros: [GateTests.experts]))
    #expect((0..<6).allSatisfy { pass.logits[$0, 1] == 0 })
    let back = gate.backward(
      LogitGradient(Tensor(repeating: 1, shape: pass.logits.shape)), pass: pass)
    #expect(back.input[entry: 2] == Tensor(zeros: [GateTests.size]))
    #expect(back.parameters.namedParameters[2].parameter[entry: 1] == Tensor(zeros: [3]))
    for (name, parameter) in back.parameters.namedParameters {
      #expect(parameter.scalarArray.allSatisfy { $0.isFinite }, "\(name)")
    }
  }

  /// Squares of such numbers would be infinite, or zero.
  @Test(arguments: [0x1p-100, 0x1p-60, 0x1p60, 0x1p100] as [Float])
  func cosinesDoNotDependOnTheSizeOfTokens(factor: Float) {
    var gate = GateTests.cosineGate()
    gate.projection.bias = nil
    let logits = gate.forward(GateTests.tokens, context: RoutingContext()).logits
    let scaled = gate.forward(GateTests.tokens * factor, context: RoutingContext()).logits
    #expect(scaled.bits == logits.bits)
  }

  @Test func cosineGateLetsNaNThrough() {
    var tokens = GateTests.tokens
    tokens[1, 2] = .nan
    tokens[3, 0] = .infinity
    let logits = GateTests.cosineGate().forward(tokens, context: RoutingContext()).logits
    #expect(logits[entry: 1].isNaNThroughout && logits[entry: 3].isNaNThroughout)
    #expect(logits[entry: 2].scalarArray.allSatisfy { $0.isFinite })
  }

  @Test func cosineGateStartsAsPublished() throws {
    var generator = SeededGenerator(seed: 5)
    let gate = try #require(
      try GateSpecification.cosine().gate(inputSize: 8, expertCount: 40, using: &generator)
        as? CosineGate)
    #expect(gate.projection.weight.shape == [256, 8] && gate.projection.bias?.shape == [256])
    #expect(gate.directions.shape == [40, 256])
    // Of 10240 draws the deviation's own is 1/√20480, under one percent.
    #expect((gate.directions.norm() / Float(10240).squareRoot() - 0.01).magnitude < 0.0005)
    #expect((gate.logScale[0] - logf(2)).magnitude < 1e-6)
  }

  // MARK: - Normalized

  private static func normalized(_ logits: [[Double]], _ scale: Double) -> [[Double]] {
    logits.map { row in
      let mean = row.reduce(0, +) / Double(row.count)
      let squares = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = (squares / Double(row.count - 1)).squareRoot()
      return row.map { $0 * scale / deviation }
    }
  }

  /// A linear map (5), a factor and its rounding; back the same and two products.
  @Test(arguments: [0.5, 3] as [Float])
  func normalizedGateIsItsFormula(scale: Float) throws {
    try checkGate(
      NormalizedGate(GateTests.linear(seed: 6), scale: scale), tokens: GateTests.tokens,
      roundings: 25
    ) { GateTests.normalized(GateTests.linear($0), Double(scale)) }
  }

  /// A linear map (5), a product, a tangent (2) and a product; back the same and a square.
  @Test(arguments: [0.5, 30] as [Float]) func softcapIsItsFormula(limit: Float) throws {
    try checkGate(
      ModifiedGate(GateTests.linear(seed: 6), LogitSoftcap(limit: limit)),
      tokens: GateTests.tokens, roundings: 25
    ) { point in
      GateTests.linear(point).map { row in
        row.map { Double(limit) * tanh($0 / Double(limit)) }
      }
    }
  }

  @Test(arguments: [-2, 0.1767767] as [Float]) func multiplierIsItsFormula(factor: Float) throws {
    try checkGate(
      ModifiedGate(GateTests.linear(seed: 6), LogitMultiplier(factor: factor)),
      tokens: GateTests.tokens, roundings: 12
    ) { point in GateTests.linear(point).map { row in row.map { $0 * Double(factor) } } }
  }

  @Test func normalizedGateLeavesEqualLogitsAsTheyAre() throws {
    // A third is not a binary fraction: in single precision its mean with itself would be off.
    let weight = Tensor(repeating: 1 / 3, shape: [GateTests.experts, GateTests.size])
    let base = LinearGate(Linear(weight: weight))
    let one = GateTests.linear(seed: 7, experts: 1)
    for base in [base, one] {
      let gate = NormalizedGate(base, scale: 2)
      let pass = try gate.forward(GateTests.tokens, context: GateTests.training)
      let plain = base.forward(GateTests.tokens, context: GateTests.training)
      #expect(pass.logits.bits == plain.logits.bits)
      let direction = LogitGradient(Tensor(scattered: pass.logits.shape, seed: 8))
      let back = try gate.backward(direction, pass: pass)
      #expect(
        back.input.bits
          == base.backward(direction, pass: plain).input.bits)
    }
  }

  @Test(arguments: [1e-38, 1e-20, 80, 1e4, 1e30] as [Float])
  func normalizedGateTakesAnySize(factor: Float) throws {
    let base = LinearGate(Linear(weight: GateTests.linear(seed: 9).linear.weight * factor))
    let pass = try NormalizedGate(base, scale: 1).forward(
      GateTests.tokens, context: GateTests.training)
    for row in Reference.rows(pass.logits) {
      let mean = row.reduce(0, +) / 5
      let deviation = (row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4).squareRoot()
      #expect((deviation - 1).magnitude < 1e-6)
    }
  }

  // MARK: - Residual

  private static let residual = Linear(weight: Tensor(scattered: [experts, experts], seed: 10))

  /// Two linear maps (5 each) and a sum, there and back.
  @Test func residualGateIsItsFormula() throws {
    let previous = Tensor(scattered: [6, GateTests.experts], seed: 11)
    var context = GateTests.training
    context.previousLogits = previous
    let gate = ResidualGate(GateTests.linear(seed: 12), residual: GateTests.residual)
    #expect(gate.namedParameters.map(\.name) == ["weight", "bias", "residual.weight"])
    try checkGate(gate, tokens: GateTests.tokens, context: context, roundings: 25) { point in
      let map = Reference.Map(
        ["gate.weight": point["residual.weight"]!], "gate", outputSize: GateTests.experts)
      let before = Reference.rows(point["previous"]!, columns: GateTests.experts)
      return zip(GateTests.linear(point), before).map {
        zip($0, Reference.linear($1, map)).map { $0 + $1 }
      }
    }
  }

  @Test func residualGateOfAFirstLayerIsItsBase() throws {
    let base = GateTests.linear(seed: 12)
    let gate = ResidualGate(base, residual: GateTests.residual)
    let pass = try gate.forward(GateTests.tokens, context: GateTests.training)
    let plain = base.forward(GateTests.tokens, context: GateTests.training)
    #expect(pass.logits.bits == plain.logits.bits)
    let direction = LogitGradient(Tensor(scattered: pass.logits.shape, seed: 13))
    let back = try gate.backward(direction, pass: pass)
    #expect(back.previousLogits == nil)
    #expect(
      back.input.bits
        == base.backward(direction, pass: plain).input.bits)
    #expect(
      back.parameters.namedParameters[2].parameter == Tensor(zeros: [5, 5]))
  }

  /// An expert that was switched off in the layer before says nothing, and gets nothing back.
  @Test func residualGateTakesSwitchedOffExperts() throws {
    var previous = Tensor(scattered: [6, GateTests.experts], seed: 11)
    var zeroed = previous
    for token in 0..<6 {
      previous[token, 2] = -.infinity
      zeroed[token, 2] = 0
    }
    let gate = ResidualGate(GateTests.linear(seed: 12), residual: GateTests.residual)
    func run(_ previous: Tensor) throws -> (ResidualGate.Pass, GateGradient<ResidualGate>) {
      var context = GateTests.training
      context.previousLogits = previous
      let pass = try gate.forward(GateTests.tokens, context: context)
      return (
        pass,
        try gate.backward(
          LogitGradient(Tensor(scattered: pass.logits.shape, seed: 13)), pass: pass)
      )
    }
    let (off, zero) = (try run(previous), try run(zeroed))
    #expect(off.0.logits.bits == zero.0.logits.bits)
    #expect(
      off.1.parameters.namedParameters.map(\.parameter.bits)
        == zero.1.parameters.namedParameters.map(\.parameter.bits))
    let (found, whole) = (try #require(off.1.previousLogits), try #require(zero.1.previousLogits))
    for token in 0..<6 {
      for expert in 0..<5 {
        #expect(found[token, expert] == (expert == 2 ? 0 : whole[token, expert]))
        #expect(whole[token, 2] != 0)
      }
    }
  }

  @Test func residualGateChecksTheShapeOfPreviousLogits() throws {
    let gate = ResidualGate(GateTests.linear(seed: 12), residual: GateTests.residual)
    var context = GateTests.training
    context.previousLogits = Tensor(zeros: [6, 4])
    let error = #expect(throws: MoEError.self) {
      _ = try gate.forward(GateTests.tokens, context: context)
    }
    #expect(error?.description == "previous logits has shape [6, 4], expected [6, 5]")
  }

  // MARK: - Specifications

  @Test func specificationsCheckTheirSettings() throws {
    let cases: [(GateSpecification, String)] = [
      (.cosine(projectionSize: 0), "projection size of the cosine gate is 0, expected at least 1"),
      (
        .cosine(initialTemperature: 0),
        "initial temperature of the cosine gate is 0.0, expected a finite number above 0"
      ),
      (
        .linear().normalized(scale: -1),
        "scale of the normalized gate is -1.0, expected a finite number above 0"
      ),
      (.linear().softcapped(0), "softcap of logits is 0.0, expected a finite number above 0"),
      (
        .linear().multiplied(by: .infinity),
        "multiplier of logits is inf, expected a finite number other than 0"
      ),
      (
        .linear().jittered(by: 1),
        "jitter of the gate's input is 1.0, expected at least 0 and below 1"
      ),
      (
        .linear().residual().residual(),
        "gate that residual() is put around is one with a parameter residual.weight, expected one "
          + "without"
      ),
      (
        .linear().noisy().jittered(by: 0.1).noisy(),
        "gate that noisy() is put around is one with a parameter noise.weight, expected one without"
      ),
      (
        .hierarchical(groups: 3),
        "number of groups (hierarchical) is 3, expected a divisor of 8, the number of experts"
      ),
    ]
    for (specification, message) in cases {
      var generator = SeededGenerator(seed: 1)
      let error = #expect(throws: MoEError.self) {
        _ = try specification.gate(inputSize: 4, expertCount: 8, using: &generator)
      }
      #expect(error?.description == message)
    }
  }

  @Test func specificationsMakeGatesAroundGates() throws {
    var generator = SeededGenerator(seed: 1)
    let all = GateSpecification.cosine(projectionSize: 3).normalized(scale: 2).jittered(by: 0.1)
      .noisy().residual()
    let gate = try all.gate(inputSize: 4, expertCount: 5, using: &generator)
    #expect(
      gate.namedParameters.map(\.name)
        == [
          "projection.weight", "projection.bias", "directions", "logScale", "noise.weight",
          "residual.weight",
        ])
    #expect(gate.namedParameters[5].parameter == Tensor(zeros: [5, 5]))
    // The same draws as of the gate inside alone.
    var again = SeededGenerator(seed: 1)
    let inner = try GateSpecification.cosine(projectionSize: 3).gate(
      inputSize: 4, expertCount: 5, using: &again)
    for (index, (name, parameter)) in inner.namedParameters.enumerated() {
      #expect(parameter == gate.namedParameters[index].parameter, "\(name)")
    }
    #expect(generator.next() == again.next())
    #expect(
      !all.promises.contains(.deterministic)
        && GateSpecification.linear().residual().promises.contains(.deterministic))
    let (noisy, plain) = (RoutingStrategy.noisyTopK(2), RoutingStrategy.topK(2))
    #expect(!noisy.isDeterministic && plain.isDeterministic)
  }

  @Test func gatesTakeNoTokens() throws {
    let none = Tensor(zeros: [0, 4])
    let specifications: [GateSpecification] = [
      .cosine(projectionSize: 3), .linear().normalized(), .linear().residual(),
      .linear().softcapped(2), .linear().multiplied(by: -0.5),
      .linear().jittered(by: 0.1), .linear().noisy(), .hierarchical(groups: 2),
    ]
    for specification in specifications {
      var generator = SeededGenerator(seed: 1)
      let gate = try specification.gate(inputSize: 4, expertCount: 6, using: &generator)
      var context = GateTests.training
      context.previousLogits = Tensor(zeros: [0, 6])
      let pass = try gate.forward(none, context: context)
      #expect(pass.logits.shape == [0, 6])
      let back = try gate.anyBackward(LogitGradient(Tensor(zeros: [0, 6])), pass: pass)
      #expect(back.input.tokens.shape == [0, 4])
      for (name, parameter) in back.parameters.namedParameters {
        #expect(parameter == Tensor(zeros: parameter.shape), "\(name)")
      }
    }
  }

  /// One token alone, and the same among others.
  @Test func gatesAreTokenLocal() throws {
    let specifications: [GateSpecification] = [
      .cosine(projectionSize: 3), .linear().normalized(), .linear().residual(),
      .linear().softcapped(2), .linear().multiplied(by: -0.5),
      .linear().jittered(by: 0.1), .linear().noisy(), .hierarchical(groups: 2),
    ]
    for specification in specifications {
      var generator = SeededGenerator(seed: 1)
      let gate = try specification.gate(inputSize: 4, expertCount: 6, using: &generator)
      let previous = Tensor(scattered: [6, 6], seed: 2)
      var context = RoutingContext(
        .training(step: 3), batch: Batch(positions: [7, 3, 9, 11, 0, 5]),
        overrides: RoutingOverrides(previousLogits: previous))
      let logits = try gate.forward(GateTests.tokens, context: context).logits
      for token in 0..<6 {
        context.positions = [[7, 3, 9, 11, 0, 5][token]]
        context.previousLogits = previous[entries: token..<token + 1]
        let alone = try gate.forward(GateTests.tokens[entries: token..<token + 1], context: context)
        #expect(alone.logits.bits == logits[entry: token].bits)
      }
    }
  }
}
