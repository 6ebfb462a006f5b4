import MoE

/// Measures forward passes of the whole layer, at the sizes that other libraries are measured at,
/// with packed weights and with plain ones.
struct LayerGroup {
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// A few tokens, many, few experts and many, uneven loads, and one token of a very small layer.
  func run() throws {
    for item in session.options.isSmoke ? LayerCase.smoke : LayerCase.all { try measure(item) }
    try OneTokenLine(session).run()
  }

  private func measure(_ item: LayerCase) throws {
    let shape = item.shape(item.tokens)
    let ways = [("\(item.name), packed", true), (item.name, false)].filter {
      session.wants(.layer, $0.0, shape)
    }
    guard !ways.isEmpty else { return }
    let layer = try item.layer()
    let references = item.batches().map { LayerReference(layer, $0) }
    for (name, isPacked) in ways {
      try session.forEachConfiguration { set, threads in
        var layer = layer
        if isPacked { layer.packWeights() }
        try measure(item, name, layer, references, set, threads)
      }
    }
  }

  private func measure(
    _ item: LayerCase, _ name: String, _ layer: MixtureOfExperts, _ references: [LayerReference],
    _ set: KernelSet, _ threads: Int
  ) throws {
    func forward(_ index: Int) throws -> MixtureOfExperts.Pass {
      try layer.forward(references[index].tokens, context: .inference)
    }
    let operations = item.operations(item.tokens)
    let expertsUsed = try references.indices.map { index in
      try forward(index).routing.load.count { $0 > 0 }
    }
    let bytes = item.bytesPerExpert * expertsUsed.reduce(0, +)
    let effort = session.effort(threads: threads)
    let isBoundByMemory = item.isBoundByMemory
    var work = Workload(
      group: .layer, name: name, shape: item.shape(item.tokens),
      amount: isBoundByMemory ? Double(bytes) : operations,
      residual: { try references[0].residual(of: forward(0)) },
      run: { for index in references.indices { blackHole(try forward(index)) } })
    work.turns = references.count
    if !isBoundByMemory { work.kernelCeiling = .microkernel(set, threads: threads, effort: effort) }
    work.note = { seconds in
      let rate = "\(Int((Double(item.tokens) / seconds).rounded())) tokens/s"
      guard isBoundByMemory else { return rate }
      return "\(rate), \((operations / seconds / 1e8).rounded() / 10) GFLOP/s"
    }
    // All experts' bytes, so that no cache holds what the passes read from memory.
    let ceiling =
      isBoundByMemory
      ? Ceiling.reading(
        bytes: item.bytesPerExpert * item.experts, threads: threads, effort: effort)
      : Ceiling.arithmetic(set, threads: threads, effort: effort)
    try session.measure(work, against: ceiling)
  }
}

/// Measures one token of a very small layer: what the layer adds to its products.
private struct OneTokenLine {
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// Passes a second, beside those of a gated feed-forward of the same arithmetic: one that is as
  /// wide as a token's experts together.
  func run() throws {
    let item = LayerCase(tokens: 1, inputSize: 16, hiddenSize: 32, experts: 4, slots: 2)
    let (name, shape) = ("one token", item.shape(1))
    guard session.wants(.layer, name, shape) else { return }
    let layer = try item.layer()
    let reference = LayerReference(layer, item.batches()[0])
    let tokens = reference.tokens
    let width = item.slots * item.hiddenSize
    func map(_ input: Int, _ output: Int, seed: UInt32) -> Linear {
      Linear(weight: Tensor(scattering: -0.25...0.25, shape: [output, input], seed: seed))
    }
    let dense = GatedFeedForward(
      gate: map(16, width, seed: 6), up: map(16, width, seed: 7), down: map(width, 16, seed: 8))
    func pass() throws { blackHole(try layer.forward(tokens, context: .inference)) }
    try session.forEachConfiguration { set, threads in
      let ceiling = Ceiling(
        .passes, threads: threads, busyThreads: 1, effort: session.effort(threads: threads),
        amount: Unit.amountOfPass
      ) { repeats in
        for _ in 0..<repeats { blackHole(dense(tokens)) }
      }
      var work = Workload(
        group: .layer, name: name, shape: shape, amount: Unit.amountOfPass,
        residual: { reference.residual(of: try layer.forward(tokens, context: .inference)) },
        run: pass)
      work.note = { _ in
        let times = (0..<(session.options.isSmoke ? 100 : 20_000)).map { _ in
          Clock.wall.time { try? pass() }
        }.sorted()
        func microseconds(_ share: Double) -> String {
          let time = 1e6 * times[Int(share * Double(times.count))]
          return "\((100 * time).rounded() / 100)"
        }
        return "median \(microseconds(0.5)) µs, p99 \(microseconds(0.99)) µs"
      }
      try session.measure(work, against: ceiling)
    }
  }
}
