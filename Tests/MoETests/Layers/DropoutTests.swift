import MoE
import Testing

/// Dropout: how many scalars are left out, which, and that nothing is stored.
@Suite struct DropoutTests {
  private static func training(_ step: Int, _ batch: Batch = Batch()) -> LayerContext {
    LayerContext(.training(step: step), batch: batch)
  }

  @Test func inferenceAndARateOfZeroAreTheIdentity() throws {
    let input = Tensor(scattered: [5, 7], seed: 1)
    for rate in [0, 0.5] {
      let layer = try Dropout(size: 7, rate: rate)
      #expect(try layer(input).bits == input.bits)
      #expect(layer.namedParameters.isEmpty)
    }
    let pass = try Dropout(size: 7, rate: 0).forward(input, context: Self.training(3))
    #expect(pass.output.bits == input.bits)
  }

  /// What is left is divided by the probability of it; the gradient has the same mask.
  @Test(arguments: [0.1, 0.5, 0.9])
  func scalarsAreLeftOutOrScaled(rate: Double) throws {
    let (rows, columns) = (60, 70)
    let layer = try Dropout(size: columns, rate: rate)
    let input = Tensor(repeating: 2, shape: [rows, columns])
    let pass = layer.forward(input, context: Self.training(1))
    let back = layer.backward(Tensor(repeating: -3, shape: [rows, columns]), pass: pass)
    let left = Float(1 / (1 - rate))
    var zeros = 0
    for (value, gradient) in zip(pass.output.scalarArray, back.input.scalarArray) {
      if value == 0 {
        zeros += 1
        #expect(gradient == 0)
      } else {
        #expect(value == 2 * left && gradient == -3 * left)
      }
    }
    // Five standard deviations of a binomial.
    let count = Double(rows * columns)
    let deviation = (count * rate * (1 - rate)).squareRoot()
    #expect((Double(zeros) - count * rate).magnitude < 5 * deviation, "\(zeros)")
  }

  /// The mask is a function of seed, step, layer, number, position and column.
  @Test func masksAreOfTheirNoise() throws {
    let input = Tensor(repeating: 1, shape: [4, 33])
    func output(
      seed: UInt64 = 0, step: Int = 0, layer: Int = 0, number: Int = 0, batch: Batch = Batch()
    ) throws -> [UInt32] {
      let noise = Noise(seed: seed, step: step, layer: layer)
      let context = LayerContext(
        batch: batch, purpose: PassPurpose(.training(step: step), noise: noise))
      return try Dropout(size: 33, rate: 0.5, number: number).forward(input, context: context)
        .output.bits
    }
    let plain = try output()
    #expect(try output() == plain)
    #expect(try output(batch: Batch(positions: [0, 1, 2, 3])) == plain)
    for other in [
      try output(seed: 1), try output(step: 1), try output(layer: 1), try output(number: 1),
      try output(batch: Batch(positions: [9, 1, 2, 3])),
    ] { #expect(other != plain) }
    // Another position changes its own row alone.
    let moved = try output(batch: Batch(positions: [9, 1, 2, 3]))
    #expect(moved.dropFirst(33) == plain.dropFirst(33))
  }

  /// A row has its bits alone, beside padding, and on any number of threads.
  @Test func rowsHaveTheirBits() throws {
    let layer = try Dropout(size: 600, rate: 0.3)
    let input = Tensor(scattered: [40, 600], seed: 2)
    let whole = layer.forward(input, context: Self.training(2))
    let alone = layer.forward(
      input[entries: 17..<18], context: Self.training(2, Batch(positions: [17])))
    #expect(alone.output.bits == whole.output[entries: 17..<18].bits)
    for threads in [1, 3] {
      let other = Compute.sharingAllWork(among: threads) {
        layer.forward(input, context: Self.training(2))
      }
      #expect(other.output.bits == whole.output.bits)
    }
    let padding = (0..<80).map { $0 % 2 == 0 }
    let padded = layer.forward(
      input.placingEntries(at: (0..<40).map { 2 * $0 + 1 }, count: 80),
      context: Self.training(2, Batch(padding: padding)))
    #expect(
      padded.output.gatheringEntries((0..<40).map { 2 * $0 + 1 }).bits == whole.output.bits)
    let none = layer.forward(Tensor(zeros: [0, 600]), context: Self.training(2))
    #expect(layer.backward(none.output, pass: none).input.shape == [0, 600])
  }

  /// Where a row holds NaN, what is left out is zero all the same.
  @Test func whatIsLeftOutIsZero() throws {
    let layer = try Dropout(size: 64, rate: 0.5)
    let broken = layer.forward(
      Tensor(repeating: .nan, shape: [1, 64]), context: Self.training(0)
    ).output
    let sound = layer.forward(Tensor(repeating: 1, shape: [1, 64]), context: Self.training(0))
      .output
    for (value, other) in zip(broken.scalarArray, sound.scalarArray) {
      #expect(other == 0 ? value == 0 : value.isNaN)
    }
  }

  @Test func whatCannotWorkThrows() {
    for rate in [1, -0.1, .nan, .infinity, 2] {
      expectConfigurationError(
        "rate of dropout is \(rate), expected at least 0 and below 1"
      ) { _ = try Dropout(size: 3, rate: rate) }
    }
    expectConfigurationError("size of dropout is 0, expected at least 1") {
      _ = try Dropout(size: 0, rate: 0.5)
    }
    // A rate that rounds to one leaves nearly nothing, and stays finite.
    #expect(DropoutMask(rate: 1.0.nextDown).factor.isFinite)
    #expect(DropoutMask(rate: 0).threshold == 0)
    #expect(DropoutMask(rate: 0.5).threshold == 1 << 31)
  }

  @Test func branchesOfNoiseAreTheirOwn() {
    let noise = Noise(seed: 5, step: 3, layer: 2)
    let branches = [-1, 0, 1, 2, 1 << 40].map(noise.branch)
    #expect(Set(branches.map(\.seed) + [5]).count == 6)
    #expect(branches.allSatisfy { $0.step == 3 && $0.layer == 2 })
    #expect(noise.branch(1).branch(0) != noise.branch(0).branch(1))
    #expect(noise.branch(0) == Noise(seed: 5, step: 3, layer: 2).branch(0))
  }
}
