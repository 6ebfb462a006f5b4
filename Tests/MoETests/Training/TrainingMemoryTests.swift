import Foundation
import MoE
import Testing

/// What training takes of memory: a bound, and no more with every step.
@Suite struct TrainingMemoryTests {
  /// A layer of gated experts in training.
  struct Training {
    let experts = 8
    let slots = 2
    let tokenSize: Int
    let hiddenSize: Int
    var layer: MixtureOfExperts
    var optimizer = AdamW(learningRate: 1e-3)
    private var generator = SeededGenerator(seed: 1)

    /// Experts whose weights are of one number, as random ones would take long in a debug build.
    init(tokenSize: Int, hiddenSize: Int) throws {
      self.tokenSize = tokenSize
      self.hiddenSize = hiddenSize
      let experts = experts
      func bank(_ input: Int, _ output: Int) -> GroupedLinear {
        GroupedLinear(
          weight: Tensor(repeating: 1 / Float(input), shape: [experts, output, input]))
      }
      layer = try MixtureOfExperts(
        router: Router(
          gate: LinearGate(
            Linear(inputSize: tokenSize, outputSize: experts, bias: false, using: &generator)),
          strategy: .topK(slots)),
        expertGroups: [
          GatedFeedForwardExperts(
            gate: bank(tokenSize, hiddenSize), up: bank(tokenSize, hiddenSize),
            down: bank(hiddenSize, tokenSize))
        ])
    }

    /// Tokens of some size, none of them alike.
    mutating func tokens(_ count: Int) -> Tensor {
      .normal(shape: [count, tokenSize], using: &generator)
    }

    /// A forward pass, a loss, a backward pass, and the optimiser's step.
    mutating func step(_ index: Int, _ tokens: Tensor) throws {
      let pass = try layer.forward(tokens, context: .training(step: index))
      // As a training should: what is not needed any more is let go of.
      let loss = try MeanSquaredError()(pass.output, tokens).gradient
      var gradient = try layer.backward(loss, pass: consume pass).parameters
      gradient.clip(toNorm: 1)
      optimizer.update(&layer, along: gradient)
    }
  }

  /// Whether kernels are generated: the portable ones take minutes in a debug build.
  static let areProductsFast = KernelSet.current != .portable

  /// The bytes of the process that stand in memory, where the system says so.
  static var residentByteCount: Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
      return 0
    }
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  #if DEBUG
    static let stepCount = 2_000
  #else
    static let stepCount = 10_000
  #endif

  /// With other counts of tokens at every step, none among them: as many bytes of tensors after each
  /// step, and a process that does not grow.
  @Test func stepsLeaveNothingBehind() async {
    await #expect(processExitsWith: .success) {
      let meter = MemoryMeter()
      try meter.measure {
        var training = try Training(tokenSize: 4, hiddenSize: 6)
        let batches = (0..<13).map { training.tokens($0) }
        func run(_ steps: Range<Int>) throws {
          for step in steps { try training.step(step, batches[step * 5 % batches.count]) }
        }
        try run(0..<500)
        let (bytes, resident) = (
          meter.reading.byteCount, TrainingMemoryTests.residentByteCount
        )
        meter.restart()
        try run(500..<TrainingMemoryTests.stepCount)
        precondition(meter.reading.byteCount == bytes, "\(meter.reading) after \(bytes)")
        precondition(meter.reading.freshBlockCount == 0)
        // Less than 150 bytes a step in a release build: what the system's heap makes of it.
        let growth = TrainingMemoryTests.residentByteCount - resident
        precondition(growth < 1 << 20, "grown by \(growth) bytes")
      }
    }
  }

  /// With as many tokens at every step, no block is asked of the system once there are enough: the
  /// pool has one for every tensor.
  @Test func stepsTakeTheBlocksOfTheStepsBefore() async {
    await #expect(processExitsWith: .success) {
      let meter = MemoryMeter()
      try meter.measure {
        var training = try Training(tokenSize: 64, hiddenSize: 128)
        let tokens = training.tokens(32)
        for step in 0..<3 { try training.step(step, tokens) }
        precondition(meter.reading.freshBlockCount > 10)
        meter.restart()
        for step in 3..<6 { try training.step(step, tokens) }
        precondition(meter.reading.freshBlockCount == 0, "\(meter.reading)")
      }
    }
  }

  /// Weights, gradients, two moments, and then three times the hidden rows: those of gate and up,
  /// and a gradient of one of them; beside these thirteen times the tokens: themselves, the output, the
  /// gradients of both, rows of tokens and of gradients by expert, and what products pack.
  ///
  /// The sizes are a quarter of those that a large layer is measured at, with its shares.
  @Test(.enabled(if: areProductsFast)) func stepsStayBelowABound() throws {
    let meter = MemoryMeter()
    try meter.measure {
      let tokenCount = 512
      var training = try Training(tokenSize: 256, hiddenSize: 704)
      let tokens = training.tokens(tokenCount)
      try Compute.withThreadCount(2) {
        for step in 0..<2 { try training.step(step, tokens) }
      }
      let hidden = tokenCount * training.slots * training.hiddenSize
      let scalars = 4 * training.layer.parameterCount + 3 * hidden + 13 * tokens.count
      #expect(meter.reading.largestByteCount <= 4 * scalars)
    }
  }
}
