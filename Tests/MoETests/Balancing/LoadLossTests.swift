import Foundation
import MoE
import Testing

/// A gate whose tokens hold the clean logits and, after them, the deviations of its noise, which is given.
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

  func forward(_ tokens: Tensor, context: RoutingContext) -> GatePass {
    let (clean, scale) = (half(tokens, 0), half(tokens, expertCount))
    guard context.mode.isTraining else { return GatePass(logits: clean) }
    return GatePass(
      logits: clean + sample * scale,
      noise: GateNoise(clean: clean, scale: scale, sample: sample))
  }

  func backward(_ gradient: LogitGradient, tokens: Tensor, pass: GatePass) -> GateGradient {
    let zeros = Tensor(zeros: sample.shape)
    let clean = gradient.logits + (gradient.clean ?? zeros)
    let scale = gradient.logits * sample + (gradient.noiseScale ?? zeros)
    var tokens = Tensor(zeros: tokens.shape)
    for row in 0..<sample.rowCount {
      for column in 0..<expertCount {
        tokens[row, column] = clean[row, column]
        tokens[row, expertCount + column] = scale[row, column]
      }
    }
    return GateGradient(tokens: tokens, parameters: self)
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
      (0..<6).flatMap { clean[row: $0].scalarArray + scale[row: $0].scalarArray }, shape: [6, 8])
  }

  /// CV² of the loads of rows of clean logits and deviations.
  private static func load(_ rows: [[Double]], k: Int, isUnbiased: Bool) -> Double {
    var loads = [0.0, 0, 0, 0]
    for (token, row) in rows.enumerated() {
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
    return variance / (mean * mean + 1e-10)
  }

  @Test(arguments: [1, 2, 3], [false, true])
  func agreesWithItsFormula(k: Int, isUnbiased: Bool) throws {
    let tokens = LoadLossTests.tokens()
    let router = try Router(
      gate: GivenNoiseGate(sample: LoadLossTests.sample),
      strategy: .topK(k, weighting: .probabilities))
    let pass = try router.forward(tokens, mode: .training(step: 0))
    let loss = LoadLoss(coefficient: 1, isUnbiased: isUnbiased)
    let value = loss(pass.routing)
    let point = ["tokens": Reference.scalars(tokens)]
    func exact(_ scalars: [Double]) -> Double {
      LoadLossTests.load(Reference.rows(scalars, columns: 8), k: k, isUnbiased: isUnbiased)
    }
    // The error function is good to 2 units, z to 4, and sums of 6 and 4; a deviation of at least a quarter
    // multiplies what z errs by 4, twice in a gradient.
    let tolerance = 160 * GradientTolerance.unitRoundoff
    GradientTolerance.expect(
      Tensor([value.value]), near: [exact(point["tokens"]!)], within: tolerance, "load")
    GradientTolerance.expect(
      router.backward(value.gradient, tokens: tokens, pass: pass).gradient.input,
      near: centralDifferences(at: point) { exact($0["tokens"]!) }["tokens"]!,
      within: tolerance, "gradient")
  }

  /// Without noise, with every expert chosen and with one expert there is no division by zero and no gradient.
  @Test func isSafeAtTheEnds() throws {
    let gate = GivenNoiseGate(sample: LoadLossTests.sample)
    let tokens = LoadLossTests.tokens()
    let all = try Router(gate: gate, strategy: .topK(4)).forward(tokens, mode: .training(step: 0))
    #expect(LoadLoss(coefficient: 1)(all.routing).value == 0)
    #expect(LoadLoss(coefficient: 1)(all.routing).gradient.logits == nil)
    let evaluated = try Router(gate: gate, strategy: .topK(1)).forward(tokens, mode: .inference)
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
