import MoE

/// What another run of the same must give.
extension PropertyCheck {
  /// Without noise, seed and step do not matter.
  static func noiseDoesNotMatter(_ subject: PropertySubject, _ run: PropertyRun) throws -> Bool {
    guard subject.layer.router.strategy.isDeterministic, !subject.plan.dropsInside else {
      return false
    }
    var other = subject
    other.layer.router.seed ^= 0xABCD
    try other.run().expectSame(run, "another seed")
    if case .training(let step) = subject.context.mode, step == 0 || step == 1 {
      other.context.purpose.mode = .training(step: 1 - step)
      try other.run().expectSame(run, "another step")
    }
    return true
  }

  /// A recording that is replayed gives what was recorded.
  static func replayIsTheSame(_ subject: PropertySubject, _ run: PropertyRun) throws -> Bool {
    var trace = RoutingTrace()
    trace.record(run.pass.routing)
    var other = subject
    other.overrides.replay = .learning(trace.passes[0])
    try other.run().expectSame(run, "replay")
    other.overrides.replay = .recomputation(trace.passes[0])
    let again = try other.run()
    try again.expectSame(run, "recomputation")
    try expect(!again.pass.routing.isCounted, "recomputation", "a pass that counts")
    return true
  }

  /// A layer of saved parameters and buffers, and a packed one, give the same.
  static func restoredLayerIsTheSame(_ subject: PropertySubject, _ run: PropertyRun) throws -> Bool
  {
    var other = subject
    other.layer = try subject.plan.layer(seed: subject.plan.seed &+ 1)
    try other.restore(subject.layer)
    try other.run().expectSame(run, "saved parameters and buffers")
    other.layer.packWeights()
    try other.run().expectSame(run, "packed weights")
    return true
  }

  /// What happens after a step leaves sound buffers, which can be saved, and padding does not
  /// matter to it.
  static func stepsEndWell(_ subject: PropertySubject, _ run: PropertyRun) throws -> Bool {
    guard subject.context.mode.isTraining else { return false }
    var layer = subject.layer
    let quality = [(0..<subject.tokens.rowCount).map { 1 / Float($0 % 3 + 1) }]
    try layer.finishStep([run.pass], tokenQuality: quality)
    try layer.checkBuffers()
    for buffer in layer.namedBuffers where buffer.name != "finishedStep" {
      try expect(
        buffer.tensor.isFiniteThroughout, "finite buffers", "\(buffer.name) \(buffer.tensor)")
    }
    var other = subject
    other.layer = try subject.plan.layer(seed: subject.plan.seed &+ 1)
    try other.restore(layer)
    try expectSameBuffers(other.layer, layer, "saved buffers")
    other.context.purpose.mode = .training(step: subject.context.mode.step &+ 1)
    _ = try other.run()

    var trace = RoutingTrace()
    trace.record(run.pass.routing)
    var replayed = subject
    replayed.overrides.replay = .recomputation(trace.passes[0])
    var still = subject.layer
    try still.finishStep([try replayed.run().pass], tokenQuality: quality)
    let kept = still.namedBuffers.filter { $0.name != "finishedStep" }
    // A tracker writes the offset of the quality that it has, be it the first.
    let before = subject.layer.namedBuffers
    for (name, tensor) in before {
      guard let after = kept.first(where: { $0.name == name }) else { continue }
      let isOffset = name == "router.logitOffset"
      try expect(
        isOffset || after.tensor.hasBits(of: tensor), "recomputation counts for nothing", name)
    }
    return true
  }

  /// Threads do not matter.
  static func threadsDoNotMatter(_ subject: PropertySubject, _ run: PropertyRun) throws -> Bool {
    for count in 1...3 {
      try Compute.sharingAllWork(among: count) {
        try subject.run().expectSame(run, "\(count) threads")
      }
    }
    return true
  }

  /// Kernels of one arithmetic do not matter.
  static func kernelsDoNotMatter(_ subject: PropertySubject, _ run: PropertyRun) throws -> Bool {
    guard KernelSet.avx2.isAvailable, KernelSet.avx512.isAvailable else { return false }
    let narrow = try KernelSet.withCurrent(.avx2) { try subject.run() }
    let wide = try KernelSet.withCurrent(.avx512) { try subject.run() }
    try narrow.expectSame(wide, "AVX2 and AVX-512")
    return true
  }

  static func expectSameBuffers(
    _ layer: MixtureOfExperts, _ other: MixtureOfExperts, _ promise: String
  ) throws {
    let (mine, theirs) = (layer.namedBuffers, other.namedBuffers)
    try expect(mine.map(\.name) == theirs.map(\.name), promise, "others")
    for (mine, theirs) in zip(mine, theirs) {
      try expect(mine.tensor.hasBits(of: theirs.tensor), promise, "another \(mine.name)")
    }
  }
}

extension PropertySubject {
  /// Takes over the parameters and buffers of another layer.
  fileprivate mutating func restore(_ saved: MixtureOfExperts) throws {
    layer.visitParameters(with: saved) { $1 = $2 }
    let buffers = saved.namedBuffers.map { ($0.name, $0.tensor) }
    try layer.restoreBuffers(Dictionary(uniqueKeysWithValues: buffers))
  }
}
