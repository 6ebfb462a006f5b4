import Foundation
import MoE
import Testing

/// A gate whose tokens hold the clean logits and, after them, the deviations of its noise, which is
/// given.
private struct GivenNoiseGate: Gate {
  let sample: Tensor
  var inputSize: Int { 2 * sample.columnCount }
  var expertCount: Int { sample.columnCount }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  private func half(_ tokens: Tensor, _ offset: Int) -> Tensor {
    let (rows, columns) = (tokens.rowCount, expertCount)
    return Tensor(
      (0..<rows * columns).map {
        tokens[$0 / columns, offset + $0 % columns]
      }, shape: [rows, columns])
  }

  struct Pass: GatePass {
    let logits: Tensor
    var noise: GateNoise?
  }

  func forward(_ tokens: Tensor, context: RoutingContext) -> Pass {
    let (clean, scale) = (half(tokens, 0), half(tokens, expertCount))
    guard context.mode.isTraining else { return Pass(logits: clean) }
    return Pass(
      logits: clean + sample * scale,
      noise: GateNoise(clean: clean, scale: scale, sample: sample))
  }

  func backward(_ gradient: LogitGradient, pass: Pass) -> GateGradient<GivenNoiseGate> {
    let zeros = Tensor(zeros: sample.shape)
    let clean = gradient.logits + (gradient.clean ?? zeros)
    let scale = gradient.logits * sample + (gradient.noiseScale ?? zeros)
    var tokens = Tensor(zeros: [sample.rowCount, inputSize])
    for row in 0..<sample.rowCount {
      for column in 0..<expertCount {
        tokens[row, column] = clean[row, column]
        tokens[row, expertCount + column] = scale[row, column]
      }
    }
    return GateGradient(input: tokens, parameters: self)
  }
}

/// The load loss against its formula in `Double`: Φ by the system's `erf`, thresholds by sorting.
@Suite struct LoadLossTests {
  private static let experts = 4
  private static let sample = Tensor(scattered: [6, 4], seed: 8) * 2

  private static func tokens() -> Tensor {
    let (clean, scale) = (
      Tensor(scattered: [6, 4], seed: 9), Tensor(scattered: [6, 4], seed: 10) * 0.5 + 0.75
    )
    return Tensor(
      (0..<6).flatMap { clean[entry: $0].scalarArray + scale[entry: $0].scalarArray },
      shape: [6, 8])
  }

  /// CV² of the loads of rows of clean logits and deviations, with the number of experts of each
  /// token.
  private static func load(
    _ rows: [[Double]], counts: [Int], isUnbiased: Bool, offset: [Double] = [0, 0, 0, 0]
  ) -> Double {
    var loads = [0.0, 0, 0, 0]
    for (token, tokens) in rows.enumerated() {
      let k = counts[token]
      guard k < experts else {
        for expert in 0..<experts { loads[expert] += 1 }
        continue
      }
      let row = zip(tokens, offset + [0, 0, 0, 0]).map { $0 + $1 }
      let noisy = (0..<experts).map {
        row[$0] + Double(sample[token, $0]) * row[experts + $0]
      }
      for expert in 0..<experts {
        // The k-th largest of the others.
        let others = (0..<experts).filter { $0 != expert }.map { noisy[$0] }.sorted(by: >)
        let z = (row[expert] - others[k - 1]) / row[experts + expert]
        loads[expert] += 0.5 * (1 + erf(z / 2.0.squareRoot()))
      }
    }
    let mean = loads.reduce(0, +) / 4
    let variance = loads.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (isUnbiased ? 3 : 4)
    return variance / (mean * mean)
  }

  @Test(arguments: [1, 2, 3], [false, true])
  func agreesWithItsFormula(k: Int, isUnbiased: Bool) throws {
    try Self.check(
      .topK(k, weighting: .scores), counts: Array(repeating: k, count: 6),
      isUnbiased: isUnbiased)
  }

  /// An offset of the logits is no noise: it moves the clean logits and the thresholds alike.
  @Test(arguments: [1, 2])
  func agreesWithItsFormulaBesideAnOffset(k: Int) throws {
    try Self.check(
      .topK(k, weighting: .scores), counts: Array(repeating: k, count: 6),
      offset: [0.5, -0.75, 1, 0.25])
  }

  /// Where tokens have different numbers of experts, all of them among others, each has its own
  /// threshold.
  @Test func agreesWithItsFormulaForVariableCounts() throws {
    try Self.check(.topP(0.7), counts: [2, 3, 2, 1, 3, 2])
    try Self.check(.topP(0.93), counts: [4, 4, 2, 2, 4, 4])
  }

  /// A token with forced experts changes no other token's estimate, and not its own.
  @Test func forcedExpertsChangeNoEstimate() throws {
    try Self.check(
      .topK(1, weighting: .scores), counts: Array(repeating: 1, count: 6),
      forced: [0: [0, 1, 2], 3: [0, 1, 2, 3]])
  }

  private static func check(
    _ strategy: RoutingStrategy, counts: [Int], isUnbiased: Bool = false,
    offset: [Double]? = nil, forced: [Int: [Int]] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let tokens = LoadLossTests.tokens()
    var router = try Router(
      gate: GivenNoiseGate(sample: LoadLossTests.sample), strategy: strategy)
    router.logitOffset = offset.map { Tensor($0.map { Float($0) }) }
    let pass = try router.forward(
      tokens, context: .training(step: 0), overrides: RoutingOverrides(forcedExperts: forced))
    if forced.isEmpty {
      #expect(
        KnownRouting.selected(pass.routing).map(\.count) == counts, sourceLocation: sourceLocation)
    }
    let loss = LoadLoss(coefficient: 1, isUnbiased: isUnbiased)
    let value = loss(pass.routing)
    let point = ["tokens": Reference.scalars(tokens)]
    func exact(_ scalars: [Double]) -> Double {
      LoadLossTests.load(
        Reference.rows(scalars, columns: 8), counts: counts, isUnbiased: isUnbiased,
        offset: offset ?? [0, 0, 0, 0])
    }
    // The error function is good to 2 units, z to 4, and sums of 6 and 4; a deviation of at least a
    // quarter multiplies what z errs by 4, twice in a gradient.
    let tolerance = 160 * GradientTolerance.unitRoundoff
    GradientTolerance.expect(
      Tensor([value.value]), near: [exact(point["tokens"]!)], within: tolerance, "load",
      sourceLocation: sourceLocation)
    GradientTolerance.expect(
      try router.backward(value.gradient, pass: pass).input,
      near: centralDifferences(at: point) { exact($0["tokens"]!) }["tokens"]!,
      within: tolerance, "gradient", sourceLocation: sourceLocation)
  }

  /// An expert that is switched off gets nothing, and does not make the loads of the others uneven.
  @Test func leavesOutExpertsThatAreSwitchedOff() throws {
    var router = try Router(
      gate: GivenNoiseGate(sample: Tensor(zeros: [2, 3])),
      strategy: .topK(1, weighting: .scores))
    router.disabledExperts = [1]
    // One token prefers expert 0 as much as the other prefers expert 2.
    let tokens: Tensor = [[1, 9, 0, 1, 1, 1], [0, 9, 1, 1, 1, 1]]
    let routing = try router.forward(tokens, context: .training(step: 0)).routing
    let loss = LoadLoss(coefficient: 1)(routing)
    #expect(loss.value.magnitude < 1e-9 && loss.gradient.cleanLogits != nil)
  }

  /// Noise of a scale of zero is none, ties included: the load is the count of routes.
  @Test func aScaleOfZeroIsNoNoise() throws {
    var tokens = Tensor(zeros: [6, 8])
    for expert in 0..<4 { tokens[5, expert] = Float(expert) }
    let router = try Router(
      gate: GivenNoiseGate(sample: Self.sample), strategy: .topK(1, weighting: .scores))
    let pass = try router.forward(tokens, context: .training(step: 0))
    #expect(pass.routing.demand == [5, 0, 0, 1] && pass.routing.gateNoise != nil)
    let loss = LoadLoss(coefficient: 1)(pass.routing)
    // The mean is 1.5: (3.5² + 1.5² + 1.5² + 0.5²) / 4 / 1.5², one rounding away.
    #expect(abs(loss.value - 17.0 / 9) <= 0x1p-23)
    #expect(try router.backward(loss.gradient, pass: pass).input == Tensor(zeros: [6, 8]))
  }

  /// Without noise, with every expert chosen and with one expert there is no division by zero and
  /// no gradient.
  @Test func isSafeAtTheEnds() throws {
    let gate = GivenNoiseGate(sample: LoadLossTests.sample)
    let tokens = LoadLossTests.tokens()
    let all = try Router(gate: gate, strategy: .topK(4)).forward(
      tokens, context: .training(step: 0))
    #expect(LoadLoss(coefficient: 1)(all.routing).value == 0)
    #expect(LoadLoss(coefficient: 1)(all.routing).gradient.logits == nil)
    let evaluated = try Router(gate: gate, strategy: .topK(1)).forward(tokens, context: .inference)
    let loads = evaluated.routing.load.map(Double.init)
    let mean = loads.reduce(0, +) / 4
    let variance = loads.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4
    let value = LoadLoss(coefficient: 1)(evaluated.routing).value
    #expect(abs(Double(value) - variance / (mean * mean)) < 1e-6)
    let one = try KnownRouting.pass(Tensor(zeros: [3, 1]), .topK(1)).pass.routing
    for isUnbiased in [false, true] {
      #expect(LoadLoss(coefficient: 1, isUnbiased: isUnbiased)(one).value == 0)
      #expect(ImportanceLoss(coefficient: 1, isUnbiased: isUnbiased)(one).value == 0)
    }
  }
}
