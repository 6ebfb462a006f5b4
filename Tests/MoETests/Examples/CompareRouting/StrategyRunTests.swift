import CompareRouting
import ExampleData
import MoE
import Testing

@Suite("Comparison: runs and their numbers")
struct StrategyRunTests {
  private static let settings: StrategyRun.Settings = {
    var settings = StrategyRun.Settings()
    settings.epochCount = 1
    settings.model.expertCount = 4
    settings.model.hiddenSize = 4
    return settings
  }()

  private static func strategy(_ name: String) throws -> Strategy {
    try #require(Strategy.all.first { $0.name == name })
  }

  private static func lines(_ count: Int) -> ComparedData {
    let lines = (0..<count).map { index in
      LabelledLine(
        label: index % 2 == 0 ? "even" : "odd",
        text: index % 2 == 0 ? "two four \(index)" : "three five \(index)")
    }
    return .texts("numbers", Dataset(splitting: lines), featureCount: 64)
  }

  @Test("The digits are those of the set")
  func digits() {
    let images = DigitImages.all
    #expect(images.count == 1797 && images.allSatisfy { $0.pixels.count == 64 })
    #expect(images.allSatisfy { $0.pixels.allSatisfy { $0 <= 16 } && (0...9).contains($0.digit) })
    // The documentation of the set counts them so.
    let counts = (0...9).map { digit in images.count { $0.digit == digit } }
    #expect(counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    #expect(images[0].pixels.prefix(8) == [0, 0, 5, 13, 9, 1, 0, 0] && images[1].digit == 1)
    let data = ComparedData.digits()
    #expect(data.training.count + data.test.count == 1797 && data.test.count == 355)
    #expect(data.inputSize == 64 && data.training.ids.allSatisfy { (0..<512).contains($0) })
  }

  /// Times are of the machine; all else is of the seed.
  @Test("A run depends on its seed alone", arguments: ["noisy-top-2", "sampled", "greedy-by-load"])
  func determinism(name: String) throws {
    let data = Self.lines(60)
    func run(_ seed: UInt64) throws -> ComparedModel {
      try StrategyRun(Self.strategy(name), on: data, settings: Self.settings, seed: seed).trained()
    }
    let models = [try run(1), try run(1), try run(2)]
    let parameters = models.map { $0.namedParameters.map(\.parameter) }
    #expect(parameters[0] == parameters[1] && parameters[0] != parameters[2])
  }

  @Test("What cannot be otherwise is so in the numbers")
  func numbers() throws {
    let data = Self.lines(80)
    func measure(_ name: String) throws -> Measurement.Numbers {
      try StrategyRun(Self.strategy(name), on: data, settings: Self.settings, seed: 1)
        .measurement().test
    }
    let dense = try measure("dense")
    #expect(dense.expertsPerToken == 4 && dense.variation < 1e-9 && dense.dropped == 0)
    #expect(abs(dense.balance - 1) < 1e-9 && dense.idle.isEmpty)
    let single = try measure("single")
    #expect(single.shares == [1] && single.entropy == 0 && single.balance == 1)
    let two = try measure("top-2")
    #expect(two.expertsPerToken == 2 && abs(two.shares.reduce(0, +) - 1) < 1e-9)
    #expect(two.microseconds > 0 && (0...1).contains(two.accuracy))
  }

  /// By central differences, in the direction of the gradient.
  @Test("The model's gradient is that of its loss")
  func gradient() throws {
    let data = Self.lines(40)
    let batch = data.training.batch(0..<16)
    var model = try ComparedModel(
      Self.strategy("dense"), settings: Self.settings.model, inputSize: data.inputSize,
      labelCount: 2, seed: 3)
    func loss(_ model: ComparedModel) throws -> Float {
      try CrossEntropy()(
        model.forward(batch, mode: .training(step: 0)).logits, labels: batch.labels
      ).value
    }
    let pass = try model.forward(batch, mode: .training(step: 0))
    let gradient = try model.backward(
      CrossEntropy()(pass.logits, labels: batch.labels).gradient, pass: pass)
    let squared = gradient.namedParameters.reduce(0) { $0 + $1.parameter.squaredNorm() }
    // Steps of a length of 0.02 in all: the third derivative is small, and so is rounding.
    let step = Float(0.01 / squared.squareRoot())
    func moved(_ sign: Float) -> ComparedModel {
      var copy = model
      copy.visitParameters(with: gradient) { $1 += sign * step * $2 }
      return copy
    }
    let slope = (try loss(moved(1)) - loss(moved(-1))) / (2 * step)
    #expect(abs(Double(slope) - squared) < 0.01 * squared)
    model.visitParameters { #expect(!$0.isEmpty && $1.count > 0) }
  }

  @Test("An expert that is switched off takes nothing, and queues grow before a slow one")
  func live() throws {
    let scenarios = try LiveScheduling(on: Self.lines(120), settings: Self.settings).scenarios()
    #expect(scenarios.count == 5)
    #expect(scenarios[0].phases[1].shares[scenarios[0].expert] == 0)
    #expect(scenarios[0].phases[0] == renamed(scenarios[0].phases[2], "before"))
    let queues = scenarios[1...2].map { $0.phases[1].longestQueue ?? -1 }
    #expect(queues[0] > queues[1] && queues[1] >= 0)
    #expect(scenarios[3].phases[1].shares == scenarios[3].phases[0].shares)
  }

  private func renamed(_ phase: LiveScheduling.Phase, _ name: String) -> LiveScheduling.Phase {
    LiveScheduling.Phase(
      name: name, accuracy: phase.accuracy, shares: phase.shares, longestQueue: phase.longestQueue)
  }
}
