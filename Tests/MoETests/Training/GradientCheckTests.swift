import Foundation
import MoE
import Testing

/// What the check of gradients says of right and of wrong ones.
@Suite struct GradientCheckTests {
  /// y = tanh(W·x), whose backward pass may be wrong in one part.
  struct Subject: Layer {
    enum Slip: CaseIterable { case none, sign, bias, input, scale }

    var map: Linear
    var slip = Slip.none

    var inputSize: Int { map.inputSize }
    var outputSize: Int { map.outputSize }

    mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
      try map.visitParameters(visit)
    }

    struct Pass: LayerPass {
      let output: Tensor
      let inner: Linear.Pass
    }

    func forward(_ input: Tensor, context: LayerContext) -> Pass {
      let inner = map.forward(input, context: context)
      return Pass(output: Activation.tanh(inner.output), inner: inner)
    }

    func backward(_ outputGradient: Tensor, pass: Pass) -> LayerGradient<Subject> {
      let own = Activation.tanh.gradient(outputGradient, at: pass.inner.output)
      let back = map.backward(own, pass: pass.inner)
      var gradient = LayerGradient(input: back.input, parameters: Subject(map: back.parameters))
      switch slip {
      case .none: break
      case .sign: gradient.parameters.map.weight *= -1
      case .bias: gradient.parameters.map.bias = Tensor(zeros: [outputSize])
      case .input: gradient.input = outputGradient[columns: 0..<inputSize]
      case .scale: gradient.parameters.map.weight *= 1.05
      }
      return gradient
    }
  }

  private static func subject(_ slip: Subject.Slip) -> Subject {
    var generator = SeededGenerator(seed: 1)
    return Subject(
      map: Linear(inputSize: 5, outputSize: 6, bias: true, using: &generator), slip: slip)
  }

  private static let tokens = Tensor(scattered: [7, 5], seed: 2)

  /// A smooth function: the rest of the differences is of the order h⁴, and rounding moves a slope
  /// by some u/h = 2⁻¹³ of the loss, which is no more than a few times the norm of a gradient.
  @Test func rightGradientsPass() throws {
    let check = try GradientCheck(Self.subject(.none), on: Self.tokens)
    #expect(check.entries.map(\.name) == ["input", "weight", "bias"])
    #expect(check.largestError < 0x1p-9, "\(check)")
    #expect(check.entries.allSatisfy { $0.uncertainty < 0x1p-7 })
  }

  @Test func wrongGradientsAreFound() throws {
    func errors(_ slip: Subject.Slip) throws -> [String: Double] {
      let check = try GradientCheck(Self.subject(slip), on: Self.tokens)
      return Dictionary(uniqueKeysWithValues: check.entries.map { ($0.name, $0.error) })
    }
    for (slip, wrong) in [
      (Subject.Slip.sign, "weight"), (.bias, "bias"), (.input, "input"), (.scale, "weight"),
    ] {
      let errors = try errors(slip)
      // One part in twenty of a slope, which may be small along a direction by chance.
      let least = slip == .scale ? 0.005 : 0.2
      #expect(try #require(errors[wrong]) > least, "\(slip): \(errors)")
      for (name, error) in errors where name != wrong { #expect(error < 0x1p-9, "\(name)") }
    }
  }

  @Test func theSameSeedGivesTheSame() throws {
    let first = try GradientCheck(Self.subject(.none), on: Self.tokens, seed: 4)
    #expect(try GradientCheck(Self.subject(.none), on: Self.tokens, seed: 4) == first)
    #expect(try GradientCheck(Self.subject(.none), on: Self.tokens, seed: 5) != first)
    let again = try JSONDecoder().decode(GradientCheck.self, from: JSONEncoder().encode(first))
    #expect(again.entries.map(\.name) == first.entries.map(\.name))
  }

  /// Layers of experts, whose choice is held fixed, with auxiliary losses.
  @Test func layersOfExpertsPass() throws {
    for routing in [
      .topK(2), .topK(1, weighting: .scores), .dense(), .soft(), .noisyTopK(2),
    ] as [RoutingStrategy] {
      var generator = SeededGenerator(seed: 3)
      let isSoft = routing.slotsPerExpert != nil
      let layer = try MixtureOfExperts(
        inputSize: 5, experts: [.gatedFeedForward(count: 4, hiddenSize: 6)], routing: routing,
        balancingLosses: isSoft ? [] : [.importance(coefficient: 1), .routerZ(coefficient: 1)],
        using: &generator)
      let check = try GradientCheck(layer, on: Self.tokens)
      #expect(check.largestError < 0.01, "\(routing)\n\(check)")
    }
  }

  @Test func lossesPass() throws {
    let (output, target) = (
      Tensor(scattered: [4, 3], seed: 5), Tensor(scattered: [4, 3], seed: 6)
    )
    let right = try MeanSquaredError()(output, target).gradient
    func check(_ gradient: Tensor) throws -> GradientCheck {
      try GradientCheck(of: gradient, at: output) {
        Double(try MeanSquaredError()($0, target).value)
      }
    }
    // The loss is rounded to single precision, u/h = 2⁻¹³ of its value.
    #expect(try check(right).largestError < 0x1p-9)
    #expect(try check(-right).largestError > 0.2)
  }

  @Test func cornersAreDefined() throws {
    // No rows: no gradient and no difference.
    let none = try GradientCheck(Self.subject(.none), on: Tensor(zeros: [0, 5]))
    #expect(none.largestError == 0)
    // What is no number is an error of its own.
    let broken = GradientCheck(of: Tensor([.nan, 0], shape: [2]), at: Tensor([1, 2])) {
      Double($0.sum())
    }
    #expect(broken.largestError == .infinity && "\(broken)".contains("largest error inf"))
    // A forgotten gradient of zero.
    let forgotten = GradientCheck(of: Tensor(zeros: [2]), at: Tensor([1, 2])) { Double($0[0]) }
    #expect(abs(forgotten.largestError - 1) < 0x1p-12)
  }

  @Test func wrongShapesTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = GradientCheck(of: Tensor(zeros: [2]), at: Tensor(zeros: [3])) { Double($0.sum()) }
    }
  }
}
