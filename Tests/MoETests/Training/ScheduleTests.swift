import Foundation
import MoE
import Testing

@Suite struct ScheduleTests {
  @Test func constantStays() {
    let schedule = LearningRateSchedule.constant(0.3)
    #expect([0, 1, 1000].map { schedule($0) } == [0.3, 0.3, 0.3])
  }

  @Test func warmupRisesInEqualSteps() {
    let schedule = LearningRateSchedule.warmup(peak: 2, warmup: 4)
    #expect((0..<7).map { schedule($0) } == [0.5, 1, 1.5, 2, 2, 2, 2])
    let none = LearningRateSchedule.warmup(peak: 2, warmup: 0)
    #expect((0..<2).map { none($0) } == [2, 2])
  }

  @Test func cosineFallsToItsFloor() {
    // A quarter of the way at a time: cos 0, 45°, 90°, 135° and 180°.
    let schedule = LearningRateSchedule.cosine(peak: 4, total: 5)
    let half = Float(0.5.squareRoot())
    #expect(schedule(0) == 4)
    #expect(schedule(4) == 0 && schedule(5) == 0 && schedule(1000) == 0)
    // A rounding of the factor to `Float` and one of the product; sums of Float magnitude 2 and 4.
    #expect(abs(schedule(2) - 2) <= 2 * 0x1p-23)
    #expect(abs(schedule(1) - 2 * (1 + half)) <= 4 * 0x1p-23)
    #expect(abs(schedule(3) - 2 * (1 - half)) <= 4 * 0x1p-23)
  }

  @Test func cosineFollowsItsFormula() {
    for (peak, warmup, total, floor) in [
      (1, 0, 50, 0), (0.003, 7, 60, 0.0001), (2, 3, 4, 1), (1, 1, 100, 0.5),
    ] as [(Float, Int, Int, Float)] {
      let schedule = LearningRateSchedule.cosine(
        peak: peak, warmup: warmup, total: total, floor: floor)
      for step in 0..<total + 5 {
        let exact: Double
        if step < warmup {
          exact = Double(peak) * Double(step + 1) / Double(warmup)
        } else {
          let progress = min(1, Double(step - warmup) / Double(max(1, total - 1 - warmup)))
          exact =
            Double(floor) + Double(peak - floor) * (1 + cos(Double.pi * progress)) / 2
        }
        // The factor, its product and the sum: three roundings of at most the peak.
        #expect(
          abs(Double(schedule(step)) - exact) <= 3 * 0x1p-24 * Double(peak),
          "step \(step) of \(total)")
      }
      #expect(warmup == 0 || schedule(warmup - 1) == peak)
      #expect(schedule(warmup) == peak)
    }
  }

  @Test func takesAFunctionOfOnesOwn() {
    let schedule = LearningRateSchedule { 1 / Float($0 + 1) }
    #expect(schedule(0) == 1 && schedule(3) == 0.25)
  }
}

@Suite struct GradientClippingTests {
  private static func gradient(_ weight: Tensor, _ bias: Tensor) -> LayerGradient<Linear> {
    LayerGradient(input: [[7, 7]], parameters: Linear(weight: weight, bias: bias))
  }

  @Test func scalesToTheBoundOverAllParameters() {
    // √(2² + 4² + 4²) = 6
    var gradient = GradientClippingTests.gradient([[2, 4]], [4])
    #expect(gradient.parameters.parameterNorm == 6)
    #expect(gradient.clip(toNorm: 1.5) == 6)
    #expect(gradient.parameters.weight == [[0.5, 1]] && gradient.parameters.bias == [1])
    #expect(gradient.parameters.parameterNorm == 1.5)
    // The gradient of the input is none of a parameter.
    #expect(gradient.input == [[7, 7]])
  }

  /// A gate's or a group's gradient is no layer's.
  @Test func clipsAnyGradient() {
    var gate = LinearGate(Linear(weight: [[2, 4]], bias: [4]))
    #expect(gate.clip(toNorm: 1.5) == 6)
    #expect(gate.linear.weight == [[0.5, 1]] && gate.linear.bias == [1])
    var experts = GroupedLinear(weight: Tensor([2, 4, 4], shape: [1, 1, 3]))
    #expect(experts.clip(toNorm: 3) == 6)
    #expect(experts.weight.scalarArray == [1, 2, 2])
    #expect(experts.clip(toNorm: 3) == 3)
  }

  @Test func leavesSmallerGradientsAlone() {
    for bound in [6, 7] as [Float] {
      var gradient = GradientClippingTests.gradient([[2, 4]], [4])
      let weight = gradient.parameters.weight
      #expect(gradient.clip(toNorm: bound) == 6)
      #expect(gradient.parameters.weight == [[2, 4]] && gradient.parameters.bias == [4])
      #expect(gradient.parameters.weight.sharesMemory(with: weight))
    }
    var zero = GradientClippingTests.gradient([[0, 0]], [0])
    #expect(zero.clip(toNorm: 1) == 0)
    #expect(zero.parameters.weight == [[0, 0]])
  }

  @Test func showsANormThatIsNotFinite() {
    var infinite = GradientClippingTests.gradient(Tensor([.infinity, 1], shape: [1, 2]), [3])
    #expect(infinite.clip(toNorm: 1) == .infinity)
    #expect(infinite.parameters.weight[0, 0] == .infinity && infinite.parameters.bias == [3])
    var broken = GradientClippingTests.gradient(Tensor([.nan, 1], shape: [1, 2]), [3])
    #expect(broken.clip(toNorm: 1).isNaN)
    #expect(broken.parameters.weight[0, 1] == 1 && broken.parameters.bias == [3])
  }

  /// Squares beyond the range of `Float` are within that of the norm.
  @Test func doesNotOverflow() {
    var gradient = GradientClippingTests.gradient([[3e30, 0]], [4e30])
    let norm = gradient.clip(toNorm: 10)
    #expect(abs(norm - 5e30) <= 5e30 * 0x1p-23)
    #expect(abs(gradient.parameters.weight[0, 0] - 6) <= 6 * 3 * 0x1p-24)
  }

  @Test func trapsOnABoundThatIsNotPositive() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      var gradient = LayerGradient(input: [[1]], parameters: Linear(weight: [[1]]))
      gradient.clip(toNorm: 0)
    }
    #expect(result?.standardErrorSays("clip: norm 0.0, expected more than 0") == true)
  }
}
