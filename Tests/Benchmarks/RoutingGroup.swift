import MoE

/// Measures what a layer does to find out where tokens go, apart from the product of its gate.
struct RoutingGroup {
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// The routing of a layer beside the layer as a whole, then that of layers too large to run.
  func run() throws {
    try measureLayer()
    try measureLarge()
  }

  /// The layer as a whole, then its routing, whose share of the layer the note says.
  ///
  /// A part of the filter that leaves out one of them leaves out both.
  private func measureLayer() throws {
    var item = LayerCase.many
    if session.options.isSmoke { item = LayerCase.small }
    let tokenCount = session.options.isSmoke ? 16 : 2048
    let shape = item.shape(tokenCount)
    guard session.wants(.routing, "layer routing", shape) else { return }
    let layer = try item.layer()
    let tokens = Tensor(scattering: -1...1, shape: [tokenCount, item.inputSize], seed: 3)
    let logits = try layer.router.gate.forward(tokens, context: RoutingContext()).logits
    let router = try Router(gate: KnownGate(logits: logits), strategy: .topK(item.slots))
    let reference = LayerReference(layer, tokens)

    try session.forEachConfiguration { set, threads in
      let effort = session.effort(threads: threads)
      var layerSeconds = 0.0
      var whole = Workload(
        group: .routing, name: "layer", shape: shape, amount: item.operations(tokenCount),
        residual: { reference.residual(of: try layer.forward(tokens, context: .inference)) },
        run: { blackHole(try layer.forward(tokens, context: .inference)) })
      whole.note = { seconds in
        layerSeconds = seconds
        return ""
      }
      try session.measure(
        whole, against: .arithmetic(set, threads: threads, effort: effort))

      let bytes = MemoryLayout<Float>.stride * logits.count
      var routing = Workload(
        group: .routing, name: "routing", shape: shape, amount: Double(bytes),
        largestResidual: 32,
        residual: {
          residual(of: try router.forward(tokens, context: .inference).routing) { scores in
            Array(
              scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(item.slots))
          }
        },
        run: { blackHole(try router.forward(tokens, context: .inference)) })
      routing.note = { seconds in
        let share = (1000 * seconds / layerSeconds).rounded() / 10
        let perToken = (1e9 * seconds / Double(tokenCount)).rounded()
        return "\(share)% of the layer, \(Int(perToken)) ns a token"
      }
      try session.measure(
        routing, against: .reading(bytes: bytes, threads: threads, effort: effort))
    }
  }

  /// The routing of layers of size 2048 and hidden size 1408: 6 of 64 experts, and 8 of 256 from
  /// half of the groups, as DeepSeek-V2-Lite and DeepSeek-V3.
  ///
  /// Their weights would take 2 and 9 GB: the layers are not run. The note says what share the
  /// routing has of the time that their multiply-adds take at best; of the time that they do take,
  /// it has less.
  private func measureLarge() throws {
    let isSmoke = session.options.isSmoke
    let small = LayerCase(inputSize: 16, hiddenSize: 24, experts: 16, slots: 4)
    var (fine, many) = (small, small)
    if !isSmoke {
      fine = LayerCase(inputSize: 2048, hiddenSize: 1408, experts: 64, slots: 6)
      many = LayerCase(inputSize: 2048, hiddenSize: 1408, experts: 256, slots: 8)
    }
    // Half of the tokens, to see that the time grows with their number.
    for tokenCount in isSmoke ? [16] : [1024, 2048] {
      try measure("best \(fine.slots)", fine, tokenCount, .topK(fine.slots)) { scores, _ in
        Array(
          scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(fine.slots))
      }
      let selector = GroupLimitedSelector(
        count: many.slots, groups: isSmoke ? 4 : 8, groupsPerToken: isSmoke ? 2 : 4,
        groupScore: .sumOfBestTwo)
      try measure(
        "\(selector.groupsPerToken) of \(selector.groups) groups", many, tokenCount,
        RoutingStrategy(selector: selector, hasSelectionBias: true), selector.sortedChoice)
    }
  }

  private func measure(
    _ name: String, _ item: LayerCase, _ tokenCount: Int, _ strategy: RoutingStrategy,
    _ choice: @escaping ([Float], [Float]) -> [Int]
  ) throws {
    let shape = item.shape(tokenCount)
    guard session.wants(.routing, name, shape) else { return }
    // Four in size, as the gate of a layer that has learned.
    let logits = Tensor(scattering: -4...4, shape: [tokenCount, item.experts], seed: 9)
    var router = try Router(gate: KnownGate(logits: logits), strategy: strategy)
    let bias = Tensor(scattering: -1e-3...1e-3, shape: [item.experts], seed: 10)
    if strategy.hasSelectionBias { router.selectionBias = bias }
    let tokens = Tensor(zeros: [tokenCount, 1])

    try session.forEachConfiguration { set, threads in
      let effort = session.effort(threads: threads)
      let bytes = MemoryLayout<Float>.stride * logits.count
      var work = Workload(
        group: .routing, name: name, shape: shape, amount: Double(bytes), largestResidual: 32,
        residual: {
          residual(of: try router.forward(tokens, context: .inference).routing) {
            choice($0, bias.scalarArray)
          }
        },
        run: { blackHole(try router.forward(tokens, context: .inference)) })
      work.note = { seconds in
        let peak = Ceiling.arithmetic(set, threads: threads, effort: effort).rate().rate
        let best = item.operations(tokenCount) / (peak * 1e9)
        let share = (10_000 * seconds / best).rounded() / 100
        let perToken = Int((1e9 * seconds / Double(tokenCount)).rounded())
        return "at most \(share)% of the layer, \(perToken) ns a token"
      }
      try session.measure(
        work, against: .reading(bytes: bytes, threads: threads, effort: effort))
    }
  }

  /// That of the weights; infinite where other experts were selected than the given function of a
  /// token's scores says.
  private func residual(of routing: Routing, choice: ([Float]) -> [Int]) -> Double {
    var residual = Residual()
    for token in Residual.samples(of: routing.tokenCount, 64) {
      let scores = (0..<routing.expertCount).map { routing.scores[token, $0] }
      let expected = choice(scores)
      guard routing.experts(of: token) == expected else { return .infinity }
      let sum = expected.reduce(0) { $0 + Double(scores[$1]) }
      for (slot, expert) in expected.enumerated() {
        let weight = Double(scores[expert]) / sum
        residual.compare(routing.weights[token, slot], to: weight, magnitude: weight)
      }
    }
    return residual.worst
  }
}

extension GroupLimitedSelector {
  /// The experts of a token with the given scores, by sorting.
  fileprivate func sortedChoice(_ scores: [Float], bias: [Float]) -> [Int] {
    let priorities = zip(scores, bias).map { $0 + $1 }
    let size = scores.count / groups
    let sums = (0..<groups).map { group in
      priorities[group * size..<(group + 1) * size].sorted(by: >).prefix(groupScore.count)
        .reduce(0, +)
    }
    let best = sums.indices.sorted { (sums[$1], $0) < (sums[$0], $1) }.prefix(groupsPerToken)
    let experts = priorities.indices.filter { best.contains($0 / size) }
    return Array(
      experts.sorted { (priorities[$1], $0) < (priorities[$0], $1) }.prefix(count))
  }
}

/// A gate that has its logits at hand.
private struct KnownGate: Gate {
  let logits: Tensor
  var inputSize: Int { 1 }
  var expertCount: Int { logits.columnCount }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  struct Pass: GatePass {
    let logits: Tensor
  }

  func forward(_ tokens: Tensor, context: RoutingContext) -> Pass { Pass(logits: logits) }

  func backward(_ gradient: LogitGradient, pass: Pass) -> GateGradient<KnownGate> {
    GateGradient(input: Tensor(zeros: [logits.rowCount, 1]), parameters: self)
  }
}
