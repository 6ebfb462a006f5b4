import MoE

/// A mixture of experts as its formula says it, in `Double`, token by token.
///
/// Parameters are given by the names that the library gives them.
struct ReferenceMixtureOfExperts {
  struct Group {
    var count: Int
    var hiddenSize: Int
    var activation: Activation
    var isGated = false
  }

  /// The forms A, B and C of weights.
  enum Weights: String, CaseIterable {
    case renormalized, softmaxOverSelected, probabilities
  }

  struct Loss {
    var coefficient: Double
    var isPerToken: Bool
  }

  var outputSize: Int
  var groups: [Group]
  var shared: Group?
  /// The activation and hidden size of a gate of two maps; one map without.
  var gateNetwork: (activation: Activation, hiddenSize: Int)?
  var slotCount: Int
  /// Whether slots are the experts in order, all of them, rather than those of the largest scores.
  var isDense = false
  var weights: Weights
  var losses: [Loss] = []

  struct Result {
    var output: [[Double]] = []
    var logits: [[Double]] = []
    var probabilities: [[Double]] = []
    var selected: [[Int]] = []
    var weights: [[Double]] = []
    var losses: [Double] = []
  }

  var expertCount: Int { groups.reduce(0) { $0 + $1.count } }

  /// Runs the layer; with a selection given, that one is taken instead of the largest scores.
  func callAsFunction(
    _ tokens: [[Double]], _ parameters: [String: [Double]], selected: [[Int]]? = nil
  ) -> Result {
    var result = Result()
    // Cut once, as the names are put together once.
    let parts = groups.indices.map { part(parameters, under: "experts.\($0).") }
    let gate = part(parameters, under: "router.gate.")
    let sharedPart = part(parameters, under: "shared.")
    for (token, x) in tokens.enumerated() {
      let logits = logits(x, gate)
      let probabilities = Reference.softmax(logits)
      let chosen = selected?[token] ?? select(probabilities)
      let weights = weigh(chosen, logits, probabilities)
      var y = [Double](repeating: 0, count: outputSize)
      for (expert, weight) in zip(chosen, weights) {
        var (group, index) = (0, expert)
        while index >= groups[group].count {
          index -= groups[group].count
          group += 1
        }
        let output = run(groups[group], index, x, parts[group])
        for column in y.indices { y[column] += weight * output[column] }
      }
      if let shared {
        for expert in 0..<shared.count {
          let output = run(shared, expert, x, sharedPart)
          for column in y.indices { y[column] += output[column] }
        }
      }
      result.output.append(y)
      result.logits.append(logits)
      result.probabilities.append(probabilities)
      result.selected.append(chosen)
      result.weights.append(weights)
    }
    result.losses = losses.map { loss($0, result) }
    return result
  }

  private func part(_ parameters: [String: [Double]], under prefix: String) -> [String: [Double]] {
    var part: [String: [Double]] = [:]
    for (name, values) in parameters where name.hasPrefix(prefix) {
      part[String(name.dropFirst(prefix.count))] = values
    }
    return part
  }

  private func logits(_ x: [Double], _ gate: [String: [Double]]) -> [Double] {
    if let (activation, hiddenSize) = gateNetwork {
      return Reference.feedForward(
        x, gate, activation: activation, hiddenSize: hiddenSize, outputSize: expertCount)
    }
    return Reference.linear(x, gate["weight"]!, gate["bias"], outputSize: expertCount)
  }

  /// The largest first; of equal ones, the first.
  private func select(_ scores: [Double]) -> [Int] {
    if isDense { return Array(scores.indices) }
    var left = Array(scores.indices)
    return (0..<slotCount).map { _ in
      var best = 0
      for index in left.indices where scores[left[index]] > scores[left[best]] { best = index }
      return left.remove(at: best)
    }
  }

  private func weigh(_ chosen: [Int], _ logits: [Double], _ scores: [Double]) -> [Double] {
    switch weights {
    case .probabilities: return chosen.map { scores[$0] }
    case .softmaxOverSelected: return Reference.softmax(chosen.map { logits[$0] })
    case .renormalized:
      let sum = chosen.reduce(0) { $0 + scores[$1] }
      return chosen.map { scores[$0] / sum }
    }
  }

  private func run(
    _ group: Group, _ expert: Int, _ x: [Double], _ parameters: [String: [Double]]
  ) -> [Double] {
    group.isGated
      ? Reference.gatedFeedForward(
        x, parameters, activation: group.activation, hiddenSize: group.hiddenSize,
        outputSize: outputSize, expert: expert)
      : Reference.feedForward(
        x, parameters, activation: group.activation, hiddenSize: group.hiddenSize,
        outputSize: outputSize, expert: expert)
  }

  /// α·E·Σₑ fₑ·Pₑ.
  private func loss(_ loss: Loss, _ result: Result) -> Double {
    let tokenCount = Double(result.logits.count)
    var sum = 0.0
    for expert in 0..<expertCount {
      let routes = result.selected.reduce(0) { $0 + $1.count { $0 == expert } }
      let divisor = loss.isPerToken ? tokenCount : tokenCount * Double(result.selected[0].count)
      let probability = result.probabilities.reduce(0) { $0 + $1[expert] } / tokenCount
      sum += Double(routes) / divisor * probability
    }
    return loss.coefficient * Double(expertCount) * sum
  }
}
