import MoE

/// A mixture of feed-forward experts with shared experts, norms or a latent space, as its formula
/// says it for given routes, in `Double`.
///
/// Routes are those of a routing; weights are softmax probabilities of the chosen experts over
/// their sum. All experts are of two maps with tanh between them.
struct ReferenceCombination {
  var routing: Routing
  var hiddenSize = 3
  var outputSize = 4
  var latentSize: Int?
  /// The norm after the map to the latent space.
  var latentNorm: NormSpecification?
  /// The norms of each expert; there are none where both are nothing.
  var before: NormSpecification?
  var after: NormSpecification?
  /// The number of experts of each shared group and their hidden size, 0 where it copies tokens.
  var shared: [(count: Int, hiddenSize: Int)] = []
  var gate: SharedExpertSpecification.Gate?
  var combination = SharedExperts.Combination.sum
  /// What becomes of the sums.
  var output: OutputSpecification?

  func callAsFunction(_ tokens: [[Double]], _ parameters: [String: [Double]]) -> [[Double]] {
    tokens.indices.map { token in
      var routed = routed(latent(tokens[token], parameters), token, tokens[token], parameters)
      if latentSize != nil {
        routed = Reference.linear(
          routed, Reference.Map(parameters, "latent.up", outputSize: outputSize))
      }
      routed = Reference.norm(
        routed, output?.routedNorm, parameters, "outputStage.routedNorm")
      let sum = shared.isEmpty ? routed : combined(routed, tokens[token], parameters)
      let y = Reference.norm(sum, output?.norm, parameters, "outputStage.norm")
      return parameters["outputStage.bias"].map { zip(y, $0).map { $0 + $1 } } ?? y
    }
  }

  private func latent(_ x: [Double], _ parameters: [String: [Double]]) -> [Double] {
    guard let latentSize else { return x }
    let z = Reference.linear(
      x, Reference.Map(parameters, "latent.down", outputSize: latentSize))
    return Reference.norm(z, latentNorm, parameters, "latent.norm")
  }

  /// Σ wⱼ·E(z) over the routes of a token.
  private func routed(
    _ z: [Double], _ token: Int, _ x: [Double], _ parameters: [String: [Double]]
  ) -> [Double] {
    let size = latentSize ?? outputSize
    let isNormalized = before != nil || after != nil
    let group = isNormalized ? "expertGroups.0.experts" : "expertGroups.0"
    let up = Reference.Map(parameters, "\(group).up", outputSize: hiddenSize)
    let down = Reference.Map(parameters, "\(group).down", outputSize: size)
    var logits = Reference.linear(
      x, Reference.Map(parameters, "router.gate", outputSize: routing.expertCount))
    for expert in routing.disabledExperts { logits[expert] = -.infinity }
    let scores = Reference.softmax(logits)
    let chosen = (0..<routing.slotCount).map {
      Int(routing.experts[token * routing.slotCount + $0])
    }
    let sum = chosen.reduce(0) { $1 < 0 ? $0 : $0 + scores[$1] }
    var y = [Double](repeating: 0, count: size)
    for (slot, expert) in chosen.enumerated()
    where expert >= 0 && routing.outcomes[token * routing.slotCount + slot].isTaken {
      let taken = Reference.norm(z, before, parameters, "expertGroups.0.before")
      let given = Reference.feedForward(taken, up: up, down: down, .tanh, expert: expert)
      let own = Reference.norm(given, after, parameters, "expertGroups.0.after")
      let scale = parameters["router.weightScale"].map { $0.count == 1 ? $0[0] : $0[expert] } ?? 1
      for column in y.indices { y[column] += scale * scores[expert] / sum * own[column] }
    }
    return y
  }

  private func combined(
    _ routed: [Double], _ x: [Double], _ parameters: [String: [Double]]
  ) -> [Double] {
    let count = shared.reduce(0) { $0 + $1.count }
    let gates = gate.map { gate in
      Reference.linear(
        x,
        Reference.Map(
          parameters, "sharedExperts.gate", outputSize: gate == .common ? 1 : count)
      ).map(Reference.sigmoid)
    }
    var sum = [Double](repeating: 0, count: outputSize)
    var expert = 0
    for (index, group) in shared.enumerated() {
      let name = "sharedExperts.groups.\(index)"
      let up = Reference.Map(parameters, "\(name).up", outputSize: group.hiddenSize)
      let down = Reference.Map(parameters, "\(name).down", outputSize: outputSize)
      for own in 0..<group.count {
        let output =
          group.hiddenSize == 0
          ? x : Reference.feedForward(x, up: up, down: down, .tanh, expert: own)
        let factor = gates.map { $0.count == 1 ? $0[0] : $0[expert] } ?? 1
        for column in sum.indices { sum[column] += factor * output[column] }
        expert += 1
      }
    }
    let factors: [Double]
    let slots = Double(routing.slotCount)
    switch combination {
    case .sum: factors = [1, 1]
    case .average: factors = [0.5, 0.5]
    case .averageOverRoutes: factors = [slots / (slots + 1), 1 / (slots + 1)]
    case .scaled(let routed, let shared): factors = [Double(routed), Double(shared)]
    case .mixed:
      factors = Reference.softmax(
        Reference.linear(
          x, Reference.Map(parameters, "sharedExperts.coefficient", outputSize: 2)))
    }
    return routed.indices.map { factors[0] * routed[$0] + factors[1] * sum[$0] }
  }
}

extension Reference {
  /// A norm of a row, whose parameters stand under a name; the row itself where there is none.
  static func norm(
    _ x: [Double], _ norm: NormSpecification?, _ parameters: [String: [Double]], _ name: String
  ) -> [Double] {
    guard let norm, let weight = parameters["\(name).weight"] else { return x }
    let count = Double(x.count)
    func root(_ x: [Double], _ epsilon: Float) -> Double {
      (x.reduce(0) { $0 + $1 * $1 } / count + Double(epsilon)).squareRoot()
    }
    switch norm {
    case .rms(let epsilon, let addsOne):
      let size = root(x, epsilon)
      return x.indices.map { x[$0] / size * (weight[$0] + (addsOne ? 1 : 0)) }
    case .prescaledRMS(let epsilon, let addsOne):
      let scaled = x.indices.map { x[$0] * (weight[$0] + (addsOne ? 1 : 0)) }
      let size = root(scaled, epsilon)
      return scaled.map { $0 / size }
    case .layer(let epsilon, _):
      let mean = x.reduce(0, +) / count
      let centered = x.map { $0 - mean }
      let size = root(centered, epsilon)
      let bias = parameters["\(name).bias"] ?? [Double](repeating: 0, count: x.count)
      return x.indices.map { centered[$0] / size * weight[$0] + bias[$0] }
    }
  }
}
