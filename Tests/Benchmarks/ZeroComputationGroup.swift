import MoE

/// Measures a layer of MoE++ beside the plain layer of as many feed-forward experts of the same
/// size: what experts save that compute nothing.
struct ZeroComputationGroup {
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// Forward passes with packed weights, of more tokens and of fewer.
  func run() throws {
    let isSmoke = session.options.isSmoke
    for tokenCount in isSmoke ? [16] : [512, 2048] {
      try measure(isSmoke ? LayerCase.small : LayerCase.few, tokenCount)
    }
  }

  private func measure(_ item: LayerCase, _ tokenCount: Int) throws {
    let shape = item.shape(tokenCount)
    guard session.wants(.moepp, "feed-forward MoE++", shape) else { return }
    var plain = try item.layer()
    var mixed = try item.layerWithoutComputation(beside: plain)
    plain.packWeights()
    mixed.packWeights()
    let tokens = Tensor(scattering: -1...1, shape: [tokenCount, item.inputSize], seed: 3)
    let share = try mixed.forward(tokens, context: .inference).routing.shareWithoutComputation
    try session.forEachConfiguration { set, threads in
      let ceiling = Ceiling.arithmetic(
        set, threads: threads, effort: session.effort(threads: threads))
      for (name, layer, part) in [("feed-forward", plain, 1), ("MoE++", mixed, 1 - share)] {
        let reference = LayerReference(layer, tokens)
        var work = Workload(
          group: .moepp, name: name, shape: shape, amount: part * item.operations(tokenCount),
          residual: { reference.residual(of: try layer.forward(tokens, context: .inference)) },
          run: { blackHole(try layer.forward(tokens, context: .inference)) })
        if part < 1 {
          let speed = try session.speed(
            of: { blackHole(try mixed.forward(tokens, context: .inference)) },
            over: { blackHole(try plain.forward(tokens, context: .inference)) },
            clock: Clock(threads: threads))
          let saved = 1 - 1 / speed
          work.note = { _ in
            "\(percent(1 - share))% of routes compute, \(percent(saved))% less time, "
              + "\(percent(saved / share))% of the share saved"
          }
        }
        try session.measure(work, against: ceiling)
      }
    }
  }

  private func percent(_ share: Double) -> Double { (1000 * share).rounded() / 10 }
}

extension LayerCase {
  /// A layer of MoE++ with the feed-forward experts of a plain one: a zero expert, a copy and two
  /// constants beside them, chosen as in the paper.
  fileprivate func layerWithoutComputation(
    beside plain: MixtureOfExperts
  ) throws -> MixtureOfExperts {
    let (count, bound) = (experts + 4, 4 / Float(inputSize).squareRoot())
    let gate = LinearGate(
      Linear(weight: Tensor(scattering: -bound...bound, shape: [count, inputSize], seed: 5)))
    let mix = Tensor(scattering: -bound...bound, shape: [2, 2, inputSize], seed: 9)
    return try MixtureOfExperts(
      router: Router(gate: gate, strategy: .moePlusPlus(slots, readsPreviousLogits: false)),
      expertGroups: plain.expertGroups + [
        ZeroExperts(count: 1, inputSize: inputSize, outputSize: inputSize),
        CopyExperts(count: 1, size: inputSize),
        ConstantExperts(
          mix: GroupedLinear(weight: mix),
          constant: Tensor(scattering: -1.7...1.7, shape: [2, inputSize], seed: 10)),
      ])
  }
}
