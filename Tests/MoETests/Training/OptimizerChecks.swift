import MoE
import Testing

/// What every optimiser is held to, beside its own formula.
enum OptimizerChecks {
  /// A layer of a gate, two kinds of experts with biases, and a buffer that moves.
  static func layer(seed: UInt64 = 131) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: seed)
    return try MixtureOfExperts(
      inputSize: 4,
      experts: [
        .gatedFeedForward(count: 2, hiddenSize: 5),
        .feedForward(count: 2, hiddenSize: 3, activation: .gelu),
      ],
      routing: RoutingStrategy(
        gate: .linear(), selector: .topK(2), weighting: .renormalized, hasSelectionBias: true),
      balancingLosses: [.loadBalancing(coefficient: 0.1)],
      stepUpdates: [SelectionBiasUpdate(.sign, rate: 0.1)], using: &generator)
  }

  static func train(
    _ layer: inout MixtureOfExperts, _ optimizer: inout some Optimizer, steps: Range<Int>
  ) throws {
    let schedule = LearningRateSchedule.cosine(peak: 0.02, warmup: 2, total: 12)
    for step in steps {
      let tokens = Tensor(scattered: [9, 4], seed: UInt64(step))
      let targets = Tensor(scattered: [9, 4], seed: UInt64(100 + step))
      let pass = try layer.forward(tokens, context: .training(step: step))
      let loss = try MeanSquaredError()(pass.output, targets)
      let gradient = try layer.backward(loss.gradient, pass: pass)
      optimizer.learningRate = schedule(step)
      optimizer.update(&layer, along: gradient)
      try layer.finishStep([pass])
    }
  }

  static func bits(_ model: some Parameterized) -> [String: [UInt32]] {
    var bits: [String: [UInt32]] = [:]
    for (name, parameter) in model.namedParameters { bits[name] = parameter.bits }
    return bits
  }

  static func bits(buffersOf value: some Buffered) -> [String: [UInt32]] {
    var bits: [String: [UInt32]] = [:]
    for (name, tensor) in value.namedBuffers { bits[name] = tensor.bits }
    return bits
  }

  /// Expects a training with a stop to have the bits of one without.
  static func expectResumable<Tested: Optimizer>(
    _ make: () -> Tested, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var (whole, optimizer) = (try layer(), make())
    try train(&whole, &optimizer, steps: 0..<6)
    for stop in [0, 1, 3, 6] {
      var (first, firstOptimizer) = (try layer(), make())
      try train(&first, &firstOptimizer, steps: 0..<stop)
      var (second, secondOptimizer) = (first, make())
      let saved = Dictionary(uniqueKeysWithValues: firstOptimizer.namedBuffers)
      try secondOptimizer.restoreBuffers(saved)
      try secondOptimizer.check(second)
      #expect(
        bits(buffersOf: secondOptimizer) == bits(buffersOf: firstOptimizer),
        sourceLocation: sourceLocation)
      try train(&second, &secondOptimizer, steps: stop..<6)
      #expect(
        bits(second) == bits(whole), "after a stop at \(stop)", sourceLocation: sourceLocation)
    }
    // State of another model is refused.
    let saved = Dictionary(uniqueKeysWithValues: optimizer.namedBuffers)
    var fresh = make()
    try fresh.restoreBuffers(saved)
    #expect(throws: MoEError.self, sourceLocation: sourceLocation) {
      try fresh.check(Linear(weight: [[1, 2]], bias: [1]))
    }
    var broken = saved
    broken["nothing.of.it"] = [1]
    #expect(throws: MoEError.self, sourceLocation: sourceLocation) {
      try fresh.restoreBuffers(broken)
    }
    #expect(
      bits(buffersOf: fresh) == bits(buffersOf: optimizer), sourceLocation: sourceLocation)
    for (name, tensor) in saved where tensor.count > 0 && !name.hasSuffix("step") {
      var nan = saved
      nan[name] = tensor * .nan
      #expect(throws: MoEError.self, "\(name)", sourceLocation: sourceLocation) {
        try fresh.restoreBuffers(nan)
      }
    }
  }

  /// Expects the same bits of one thread and of three that share all work.
  static func expectSameBitsForAnyThreadCount<Tested: Optimizer>(
    _ make: () -> Tested, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    func run(_ threads: Int) throws -> [String: [UInt32]] {
      try Compute.sharingAllWork(among: threads) {
        var (layer, optimizer) = (try layer(), make())
        try train(&layer, &optimizer, steps: 0..<3)
        return bits(layer).merging(bits(buffersOf: optimizer)) { first, _ in first }
      }
    }
    #expect(try run(1) == run(3), sourceLocation: sourceLocation)
  }

  /// Expects frozen experts to keep their bits while the others move.
  static func expectRespectsFrozenExperts(
    _ optimizer: some Optimizer, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var (layer, optimizer) = (try layer(), optimizer)
    try layer.freezeExperts([1, 3], includingGateRows: true)
    let before = layer
    try train(&layer, &optimizer, steps: 0..<3)
    for (own, old) in zip(layer.namedParameters, before.namedParameters) {
      let isGate = own.name.hasPrefix("router")
      let entries = isGate ? [1, 3] : [1]
      for entry in 0..<own.parameter.shape[0] {
        let isSame =
          own.parameter[entries: entry..<entry + 1].bits
          == old.parameter[entries: entry..<entry + 1].bits
        #expect(
          isSame == entries.contains(entry), "\(own.name), \(entry)",
          sourceLocation: sourceLocation)
      }
    }
  }

  /// Expects what was gathered to follow experts that are moved, removed, copied and added, and the
  /// training to go on.
  static func expectFollowsEdits(
    _ optimizer: some Optimizer, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var (layer, optimizer) = (try layer(), optimizer)
    try train(&layer, &optimizer, steps: 0..<3)
    try expectMovesWithExperts(layer, optimizer, sourceLocation: sourceLocation)
    try optimizer.edit(&layer) {
      var generator = SeededGenerator(seed: 3)
      try $0.duplicateExperts([0], times: 2, noise: 0.01, using: &generator)
      try $0.removeExperts([2])
    }
    try optimizer.check(layer)
    try optimizer.checkBuffers()
    let before = bits(layer)
    try train(&layer, &optimizer, steps: 3..<5)
    for (name, parameter) in layer.namedParameters {
      #expect(
        parameter.isFinite && parameter.bits != before[name], "\(name)",
        sourceLocation: sourceLocation)
    }
  }

  /// Expects a training whose experts change places to go on as if they had not, but for roundings.
  ///
  /// These differ since gates, and sums over experts, are in another order. What is gathered and
  /// left behind moves a parameter by another step than its own, and so by 2¹⁰ times what roundings
  /// do: a step has some ten good bits more than these leave.
  private static func expectMovesWithExperts<Tested: Optimizer>(
    _ layer: MixtureOfExperts, _ optimizer: Tested, sourceLocation: SourceLocation
  ) throws {
    let order = [1, 0, 3, 2]
    func trained(
      _ move: (inout MixtureOfExperts, inout Tested) throws -> Void
    ) throws -> MixtureOfExperts {
      var (layer, optimizer) = (layer, optimizer)
      try move(&layer, &optimizer)
      try train(&layer, &optimizer, steps: 3..<6)
      return layer
    }
    var expected = try trained { _, _ in }
    try expected.keepExperts(order)
    func distance(_ found: MixtureOfExperts) -> Double {
      zip(found.namedParameters, expected.namedParameters).map {
        GradientTolerance.largest($0.parameter - $1.parameter)
      }.max() ?? 0
    }
    let followed = distance(
      try trained { layer, optimizer in try optimizer.edit(&layer) { try $0.keepExperts(order) } })
    let left = distance(try trained { layer, _ in try layer.keepExperts(order) })
    #expect(
      followed * 0x1p10 <= left, "\(followed) against \(left)", sourceLocation: sourceLocation)
  }

  /// Expects parameters to be changed where they stand, once nothing else holds them.
  static func expectInPlace(
    _ optimizer: some Optimizer, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var (layer, optimizer) = (try layer(), optimizer)
    try train(&layer, &optimizer, steps: 0..<1)
    let gradient = layer
    layer.visitParameters { $1 += 0 }
    let before = layer.namedParameters.map(\.parameter.address)
    optimizer.update(&layer, along: gradient)
    #expect(
      layer.namedParameters.map(\.parameter.address) == before, sourceLocation: sourceLocation)
  }
}

/// Numbers k/64 from −1 to 1, exact in single precision, as the programs have them that golden
/// values come from: s ← (1103515245·s + 12345) mod 2³¹, k = ⌊s/2¹⁶⌋ mod 129 − 64.
func goldenNumbers(_ shape: [Int], seed: Int) -> Tensor {
  var state = seed
  return Tensor(
    (0..<shape.reduce(1, *)).map { _ in
      state = (state * 1_103_515_245 + 12345) % (1 << 31)
      return Float((state >> 16) % 129 - 64) / 64
    }, shape: shape)
}

/// A matrix and a vector, or two matrices, of golden numbers, trained along others.
struct GoldenTraining: Parameterized {
  var first: Tensor
  var second: Tensor

  init(_ shapes: [[Int]], seed: Int) {
    first = goldenNumbers(shapes[0], seed: seed)
    second = goldenNumbers(shapes[1], seed: seed + 1)
  }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try visit("first", &first)
    try visit("second", &second)
  }

  /// The parameters after some steps.
  static func run(
    _ optimizer: some Optimizer, _ shapes: [[Int]], steps: Int = 3
  ) -> GoldenTraining {
    var (values, optimizer) = (GoldenTraining(shapes, seed: 1), optimizer)
    for step in 0..<steps {
      optimizer.update(&values, along: GoldenTraining(shapes, seed: 100 + 10 * step))
    }
    return values
  }
}
