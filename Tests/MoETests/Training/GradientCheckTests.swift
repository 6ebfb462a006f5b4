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

  // MARK: - What is right

  /// By how much a number is moved.
  private static let step = 0x1p-11

  /// The weights of the outputs that a check draws.
  private static func weights(_ shape: [Int]) -> Tensor {
    var generator = SeededGenerator(seed: 0)
    return Tensor.normal(shape: shape, using: &generator)
  }

  /// How far rounding may put the slope by differences from that of a right gradient, in parts of
  /// the norm of the gradient, by name.
  ///
  /// Where a loss is off by δ, q(h) is by δ/h and (4·q(h) − q(2h))/3 by 3/2·δ/h, as is the
  /// difference of q(h) and q(2h). The rest of the slope is of the order h⁴, and what the backward
  /// pass rounds is 2¹¹ times smaller than that over h.
  ///
  /// - Parameters:
  ///   - layer: What is checked, with the right gradient.
  ///   - roundings: The roundings of the longest chain from a number to the loss.
  ///   - routes: What is to stay as it is where numbers are perturbed.
  /// - Returns: The parts of the norm, by the names of parameters, and of `input`.
  /// - Throws: What the passes of the layer throw.
  private static func tolerances<Checked: Layer>(
    _ layer: Checked, roundings: Int, routes: (Checked.Pass) -> [Int32] = { _ in [] }
  ) throws -> [String: Double] {
    let pass = try layer.forward(tokens, context: .training(step: 0))
    let weights = weights(pass.output.shape)
    let (_, tolerances) = try GradientTolerance.tolerances(roundings: roundings) { perturb in
      let moved = try perturb(layer).forward(perturb(tokens), context: .training(step: 0))
      guard routes(moved) == routes(pass) else { return nil }
      let auxiliary = (moved as? any RoutedPass)?.losses.reduce(0) { $0 + $1.value } ?? 0
      return [Tensor([Float((weights * moved.output).sumInDouble()) + auxiliary])]
    }
    let gradient = try layer.backward(weights, pass: pass)
    let all =
      [("input", gradient.input)]
      + gradient.parameters.namedParameters.map { ($0.name, $0.parameter) }
    return Dictionary(
      uniqueKeysWithValues: all.map { ($0, 1.5 * tolerances[0] / step / Double($1.norm())) })
  }

  /// The roundings of the subject: a sum of five products and a bias, and of tanh three units of
  /// two each.
  private static let roundings = 6 + 6

  /// q(h) and q(2h) are h²/2·f‴ apart, where |f‴| ≤ Σ |w|·2·s³: 2 is the most that the third
  /// derivative of tanh is, and s the most that its argument moves along a direction of ±1.
  @Test func rightGradientsPass() throws {
    let subject = Self.subject(.none)
    let check = try GradientCheck(subject, on: Self.tokens)
    #expect(check.entries.map(\.name) == ["input", "weight", "bias"])
    let tolerances = try Self.tolerances(subject, roundings: Self.roundings)
    let pass = subject.forward(Self.tokens, context: .training(step: 0))
    let weights = Self.weights(pass.output.shape)
    let gradient = subject.backward(weights, pass: pass)
    let sum = weights.doubles.reduce(0) { $0 + $1.magnitude }
    func mostOfARow(_ matrix: Tensor) -> Double {
      (0..<matrix.rowCount).map { row in
        matrix[entries: row..<row + 1].doubles.reduce(0) { $0 + $1.magnitude }
      }.max() ?? 0
    }
    let rooms = [
      "input": (mostOfARow(subject.map.weight), gradient.input.norm()),
      "weight": (mostOfARow(Self.tokens), gradient.parameters.map.weight.norm()),
      "bias": (1, try #require(gradient.parameters.map.bias).norm()),
    ]
    for entry in check.entries {
      let tolerance = try #require(tolerances[entry.name])
      let (room, norm) = try #require(rooms[entry.name])
      #expect(entry.error <= tolerance, "\(check)")
      let bend = Self.step * Self.step * sum * room * room * room / Double(norm)
      #expect(entry.uncertainty <= tolerance + bend, "\(check)")
    }
  }

  /// A gradient with a slip is further off than rounding puts a right one; the others are not.
  @Test func wrongGradientsAreFound() throws {
    let tolerances = try Self.tolerances(Self.subject(.none), roundings: Self.roundings)
    for (slip, wrong) in [
      (Subject.Slip.sign, "weight"), (.bias, "bias"), (.input, "input"), (.scale, "weight"),
    ] {
      let check = try GradientCheck(Self.subject(slip), on: Self.tokens)
      for entry in check.entries {
        let tolerance = try #require(tolerances[entry.name])
        #expect(
          (entry.error > tolerance) == (entry.name == wrong), "\(slip), \(tolerance)\n\(check)")
      }
    }
  }

  // MARK: - What is checked

  @Test func theSameSeedGivesTheSame() throws {
    let first = try GradientCheck(Self.subject(.none), on: Self.tokens, seed: 4)
    #expect(try GradientCheck(Self.subject(.none), on: Self.tokens, seed: 4) == first)
    #expect(try GradientCheck(Self.subject(.none), on: Self.tokens, seed: 5) != first)
    let again = try JSONDecoder().decode(GradientCheck.self, from: JSONEncoder().encode(first))
    #expect(again.entries.map(\.name) == first.entries.map(\.name))
  }

  /// Layers of experts, whose choice is held fixed, with auxiliary losses.
  ///
  /// A sum of five products for the logits, some ten roundings of the softmax and two of a mean
  /// over tokens or experts; a sum of five for a gate and for what it multiplies, ten of the
  /// activation, a sum of six, and two to weigh and add.
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
      let tolerances = try Self.tolerances(layer, roundings: 5 + 12 + 6 + 12 + 6 + 2) {
        $0.routing.experts
      }
      for entry in check.entries {
        let tolerance = try #require(tolerances[entry.name])
        #expect(entry.error <= tolerance, "\(tolerance) of \(routing)\n\(check)")
        // Far from what a part that is forgotten, or has the wrong sign, would be off by.
        #expect(tolerance < 0.25, "\(entry.name) of \(routing)")
      }
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
    // Output and difference are rounded, the square so by twice as much, and the mean.
    let (outputs, targets) = (output.doubles, target.doubles)
    let parts = zip(outputs, targets).map { output, target in
      let distance = (output - target).magnitude
      return 2 * distance * (output.magnitude + distance) + distance * distance
    }
    let loss = GradientTolerance.unitRoundoff * parts.reduce(0, +) / Double(parts.count)
    let tolerance = 1.5 * loss / Self.step / Double(right.norm())
    #expect(try check(right).largestError <= tolerance)
    #expect(try check(-right).largestError > tolerance)
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
    // A forgotten gradient of zero, of a function whose differences are exact.
    let forgotten = GradientCheck(of: Tensor(zeros: [2]), at: Tensor([1, 2])) { Double($0[0]) }
    #expect(forgotten.largestError == 1)
  }

  @Test func wrongShapesTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = GradientCheck(of: Tensor(zeros: [2]), at: Tensor(zeros: [3])) { Double($0.sum()) }
    }
  }
}
