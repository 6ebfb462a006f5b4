import Foundation
import MoE
import Testing

@Suite struct GatedActivationTests {
  /// Half a unit's distance in the middle of the range, and beyond where each function is flat.
  private static let gates: [Float] =
    stride(from: -24, through: 24, by: 0.37).map { Float($0) }
    + [0, 1e-20, 0x1p-140, 1, 7, 10, 60, 88, 1e4, 1e10, 1e19, .greatestFiniteMagnitude]
    .flatMap { [$0, -$0] }
  /// Within the limits and beyond them.
  private static let ups: [Float] = [-30, -15, -7, -1.0001, -0.4, 0.3, 1.7, 6.5, 12, 1e-30, 1e9]

  /// All pairs of them.
  private static let pairs: [(g: Float, u: Float)] = gates.flatMap { g in ups.map { (g, $0) } }

  private static func operands(_ pairs: [(g: Float, u: Float)]) -> (gate: Tensor, up: Tensor) {
    (Tensor(pairs.map(\.g)), Tensor(pairs.map(\.u)))
  }

  // MARK: - Numbers

  /// By hand, to the digits that are written.
  @Test(.onEveryKernelSet) func hasTheModelsValues() {
    func value(_ activation: GatedActivation, _ g: Float, _ u: Float) -> Double {
      Double(activation(Tensor([g]), Tensor([u]))[0])
    }
    #expect((value(.clamped(limit: 10), 12, -15) + 99.995460).magnitude < 1e-5)
    #expect((value(.gptOSS(), 1, 2) - 2.537387).magnitude < 1e-6)
    #expect((value(.gptOSS(), 9, -9) + 41.999719).magnitude < 5e-6)
    #expect(value(.clampedAfter(limit: 7), 8, 2) == 14)
    // 4·tanh(1.25)·σ(5)·25·tanh(1.2)
    #expect((value(.softcapped(), 5, 30) - 70.244254).magnitude < 2e-5)
    // Within the limits it is SwiGLU.
    #expect(value(.clamped(limit: 10), 3, -2) == value(.silu, 3, -2))
    #expect(value(.clampedAfter(limit: 7), 3, -2) == value(.silu, 3, -2))
  }

  @Test(arguments: GatedForm.clamped, KernelSet.available)
  func valuesAreWithinTheirBounds(_ form: GatedForm, _ set: KernelSet) {
    let (gates, ups) = Self.operands(Self.pairs)
    let values = KernelSet.withCurrent(set) { form.activation(gates, ups) }.scalarArray
    var worst = 0.0
    for (pair, value) in zip(Self.pairs, values) {
      let (g, u) = (Double(pair.g), Double(pair.u))
      let exact = Reference.gated(form.activation, g, u)
      guard exact.magnitude < 0x1p128 else { continue }
      let bound = form.valueBound(g, u, exact)
      let error = (Double(value) - exact).magnitude
      if !(error <= bound) {
        Issue.record("\(form.activation) of \(pair) is \(value), expected \(exact)")
        return
      }
      worst = max(worst, error / bound)
    }
    // A bound that is never come near says nothing.
    #expect(worst > 1 / 8)
  }

  @Test(arguments: GatedForm.clamped, KernelSet.available)
  func derivativesAreWithinTheirBounds(_ form: GatedForm, _ set: KernelSet) {
    let pairs = Self.pairs.filter { pair in
      let distance = form.distanceToKink(Double(pair.g), Double(pair.u))
      return distance > 2e-3 && pair.g.magnitude < 1e18
    }
    let (gates, ups) = Self.operands(pairs)
    let found = KernelSet.withCurrent(set) {
      form.activation.gradients(
        Tensor(repeating: 1, shape: gates.shape), gate: gates, up: ups)
    }
    var exact: (gate: [Double], up: [Double]) = ([], [])
    var bounds: (gate: [Double], up: [Double]) = ([], [])
    for pair in pairs {
      let (g, u) = (Double(pair.g), Double(pair.u))
      let (gateStep, upStep) = (0x1p-17 * max(1, g.magnitude), 0x1p-17 * max(1, u.magnitude))
      func value(_ g: Double, _ u: Double) -> Double { Reference.gated(form.activation, g, u) }
      let gate = (value(g + gateStep, u) - value(g - gateStep, u)) / (2 * gateStep)
      let up = (value(g, u + upStep) - value(g, u - upStep)) / (2 * upStep)
      let own = form.slopeBounds(g, u)
      // The rounding of the differences is in relation to the function.
      let rounding = 0x1p-34 * value(g, u).magnitude
      exact.gate.append(gate)
      exact.up.append(up)
      bounds.gate.append(own.gate + 1e-8 * gate.magnitude + rounding / max(1, g.magnitude))
      bounds.up.append(own.up + 1e-8 * up.magnitude + rounding / max(1, u.magnitude))
    }
    GradientTolerance.expect(found.gate, near: exact.gate, within: bounds.gate, "gate")
    GradientTolerance.expect(found.up, near: exact.up, within: bounds.up, "up")
  }

  /// Values and both gradients, of numbers and of what is none.
  @Test(arguments: GatedForm.all)
  func generatedKernelSetsGiveTheSameBits(_ form: GatedForm) {
    var pairs = Self.pairs
    for special in [Float.nan, .infinity, -.infinity, -0.0] {
      pairs += [(special, 2), (2, special), (special, special)]
    }
    let (gates, ups) = Self.operands(pairs)
    let direction = Tensor(scattered: gates.shape, seed: 4)
    let results = KernelSet.available.filter { $0 != .portable }.map { set in
      KernelSet.withCurrent(set) {
        let parts = form.activation.gradients(direction, gate: gates, up: ups)
        return form.activation(gates, ups).scalarArray + parts.gate.scalarArray
          + parts.up.scalarArray
      }
    }
    for other in results.dropFirst() { expectBits(other, results[0], form.testDescription) }
  }

  // MARK: - Gradients

  /// One pass over memory has the bits of the steps that it is made of.
  @Test(.onEveryKernelSet, arguments: Activation.allCases)
  func splittingHasTheBitsOfItsSteps(activation: Activation) {
    let (gates, ups) = Self.operands(Self.pairs + [(.nan, 1), (1, .nan), (.infinity, 2)])
    let direction = Tensor(scattered: gates.shape, seed: 5)
    let parts = GatedActivation.gated(activation).gradients(direction, gate: gates, up: ups)
    expectBits(
      parts.gate.scalarArray, activation.gradient(direction * ups, at: gates).scalarArray)
    expectBits(parts.up.scalarArray, (activation(gates) * direction).scalarArray)
  }

  /// In the memory of a gradient that no other tensor shares, and not in that of one that is still
  /// in use.
  @Test(arguments: GatedForm.all) func splitsInPlace(_ form: GatedForm) {
    let (gates, ups) = (Tensor(scattered: [3, 7], seed: 5), Tensor(scattered: [3, 7], seed: 7))
    let gradient = Tensor(scattered: [3, 7], seed: 6)
    let before = gradient.bits
    let parts = form.activation.gradients(gradient, gate: gates, up: ups)
    #expect(gradient.bits == before)
    var own = Tensor(scattered: [3, 7], seed: 6)
    let address = own.address
    let upGradient = form.activation.split(&own, gate: gates, up: ups)
    #expect(own.address == address && own.bits == parts.gate.bits)
    #expect(upGradient.bits == parts.up.bits && upGradient.shape == [3, 7])
  }

  /// At a limit the gradient passes, as through PyTorch's clamp; one step beyond it does not.
  @Test(.onEveryKernelSet) func gradientsPassAtTheLimit() {
    let limit: Float = 0.5
    let (inside, outside) = (limit.nextDown, limit.nextUp)
    for activation in [GatedActivation.gptOSS(limit: limit), .clamped(limit: limit)] {
      let ones = Tensor(repeating: 1, shape: [3])
      let byGate = activation.gradients(
        ones, gate: Tensor([inside, limit, outside]), up: [0.25, 0.25, 0.25]
      ).gate
      #expect(byGate[0] != 0 && byGate[1] != 0 && byGate[2] == 0, "\(activation)")
      for sign: Float in [1, -1] {
        let byUp = activation.gradients(
          ones, gate: [0.25, 0.25, 0.25], up: Tensor([sign * inside, sign * limit, sign * outside])
        ).up
        #expect(byUp[0] != 0 && byUp[1] == byUp[0] && byUp[2] == 0, "\(activation)")
      }
    }
    // There is no limit below the gate.
    #expect(
      GatedActivation.clamped(limit: limit).gradients([1], gate: [-3], up: [0.25]).gate[0] != 0)
    // The limit of the value: the largest that silu gives up to it, and the next.
    let gate: Tensor = [2]
    let value = Activation.silu(gate)[0]
    for (limit, passes) in [(value, true), (value.nextDown, false)] {
      let slope = GatedActivation.clampedAfter(limit: limit).gradients([1], gate: gate, up: [1])
      #expect((slope.gate[0] != 0) == passes)
      #expect(slope.up[0] == limit)
    }
  }

  // MARK: - No numbers

  @Test(arguments: GatedForm.all, KernelSet.available)
  func passesNaNOn(_ form: GatedForm, _ set: KernelSet) {
    KernelSet.withCurrent(set) {
      let (gates, ups) = (Tensor([1, .nan, 0.2, 1]), Tensor([0.1, 0.1, .nan, 0.1]))
      let value = form.activation(gates, ups).scalarArray
      #expect(value.map(\.isNaN) == [false, true, true, false])
      let ones = Tensor(repeating: 1, shape: [4])
      let parts = form.activation.gradients(ones, gate: gates, up: ups)
      // Of the up value's gradient only a softcap reads that value.
      var isSoftcapped = false
      if case .softcapped = form.activation { isSoftcapped = true }
      #expect(parts.up.scalarArray.map(\.isNaN) == [false, true, isSoftcapped, false])
      let direction = Tensor([1, 1, 1, .nan])
      let lost = form.activation.gradients(direction, gate: [0.1, 0.1, 0.1, 0.1], up: ups)
      #expect(lost.gate.scalarArray.map(\.isNaN) == [false, false, true, true])
      #expect(lost.up.scalarArray.map(\.isNaN) == [false, false, isSoftcapped, true])
    }
  }

  /// A limit is what infinity gives; a gate of −∞ is NaN as in PyTorch, and softcaps are finite.
  @Test(.onEveryKernelSet) func hasItsLimitsAtInfinity() {
    let (gates, ups) = (Tensor([.infinity, 1, 1]), Tensor([2, .infinity, -.infinity]))
    let finite: [(GatedActivation, Tensor, Tensor)] = [
      (.gptOSS(limit: 7), [7, 1, 1], [2, 7, -7]), (.clamped(limit: 10), [10, 1, 1], [2, 10, -10]),
      (.clampedAfter(limit: 7), [30, 1, 1], [2, 7, -7]),
    ]
    let ones = Tensor(repeating: 1, shape: [3])
    for (activation, boundedGates, boundedUps) in finite {
      #expect(
        activation(gates, ups).bits == activation(boundedGates, boundedUps).bits, "\(activation)")
      let parts = activation.gradients(ones, gate: gates, up: ups)
      #expect(parts.gate[0] == 0 && parts.up[1] == 0 && parts.up[2] == 0, "\(activation)")
      let inner = activation.gradients(ones, gate: boundedGates, up: boundedUps)
      #expect(parts.up[0] == inner.up[0] && parts.gate[1] == inner.gate[1], "\(activation)")
      #expect(activation(Tensor([-.infinity]), [2])[0].isNaN, "\(activation)")
    }
    let ends = Tensor([.infinity, -.infinity, 1, 1])
    let others = Tensor([2, 2, .infinity, -.infinity])
    let softcapped = GatedActivation.softcapped()
    #expect(softcapped(ends, others) == softcapped([90, -200, 1, 1], [2, 2, 1e4, -1e4]))
    let slopes = softcapped.gradients(Tensor(repeating: 1, shape: [4]), gate: ends, up: others)
    #expect(slopes.gate[0] == 0 && slopes.gate[1] == 0 && slopes.up[1] == 0)
    #expect(slopes.up[2] == 0 && slopes.up[3] == 0)
  }

  // MARK: - Configuration

  @Test func refusesNumbersOutOfRange() throws {
    for bad in [Float.nan, .infinity, 0, -1] {
      let activations: [(GatedActivation, String)] = [
        (.gptOSS(limit: bad), "activation limit"), (.clamped(limit: bad), "activation limit"),
        (.clampedAfter(limit: bad), "activation limit"),
        (.softcapped(gate: bad), "activation cap of the gate"),
        (.softcapped(up: bad), "activation cap of up"),
      ]
      for (activation, name) in activations {
        let error = MoEError.configuration(
          name, value: "\(bad)", expected: "a finite number above 0")
        #expect(throws: error) { try activation.check() }
        #expect(throws: error) {
          var generator = SeededGenerator(seed: 1)
          _ = try MixtureOfExperts(
            inputSize: 4,
            experts: [.gatedFeedForward(count: 2, hiddenSize: 3, activation: activation)],
            routing: .topK(1), using: &generator)
        }
      }
    }
    #expect(
      throws: MoEError.configuration("activation alpha", value: "nan", expected: "a finite number")
    ) { try GatedActivation.gptOSS(alpha: .nan).check() }
    for form in GatedForm.all { try form.activation.check() }
  }

  @Test func trapsInLayersOfMadeParts() async {
    let layer = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var generator = SeededGenerator(seed: 1)
      _ = GatedFeedForward(
        inputSize: 2, hiddenSize: 2, activation: .clamped(limit: -2), using: &generator)
    }
    let message = "activation limit -2.0, expected a finite number above 0"
    #expect(layer?.standardErrorSays("GatedFeedForward: \(message)") == true)
    let experts = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let map = GroupedLinear(weight: Tensor(zeros: [1, 2, 2]))
      _ = GatedFeedForwardExperts(gate: map, up: map, down: map, activation: .clamped(limit: -2))
    }
    #expect(experts?.standardErrorSays("GatedFeedForwardExperts: \(message)") == true)
    let shapes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = GatedActivation.silu.gradients([1, 2], gate: [1, 2], up: [1, 2, 3])
    }
    #expect(shapes?.standardErrorSays("shapes [2], [2] and [3]") == true)
  }

  @Test func isCoded() throws {
    for form in GatedForm.all {
      let data = try JSONEncoder().encode(form.activation)
      #expect(try JSONDecoder().decode(GatedActivation.self, from: data) == form.activation)
    }
    let text = #"{"clamped":{"limit":10}}"#
    #expect(
      try JSONDecoder().decode(GatedActivation.self, from: Data(text.utf8)) == .clamped(limit: 10))
    let silu = #"{"gated":{"activation":"silu"}}"#
    #expect(try JSONDecoder().decode(GatedActivation.self, from: Data(silu.utf8)) == .silu)
  }

  @Test func keepsTheShape() {
    for form in GatedForm.all {
      #expect(form.activation(Tensor(zeros: [2, 0]), Tensor(zeros: [2, 0])).shape == [2, 0])
      let parts = form.activation.gradients(
        Tensor(zeros: [0, 3]), gate: Tensor(zeros: [0, 3]), up: Tensor(zeros: [0, 3]))
      #expect(parts.gate.shape == [0, 3] && parts.up.shape == [0, 3])
    }
  }
}
