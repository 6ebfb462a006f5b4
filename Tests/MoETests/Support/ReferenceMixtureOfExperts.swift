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
    case renormalized, softmaxOverSelected, scores
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
    let experts = groups.enumerated().map { self.experts($1, parameters, "expertGroups.\($0)") }
    let sharedExperts = shared.map { self.experts($0, parameters, "sharedExperts.groups.0") }
    let gate = self.gate(parameters)
    for (token, x) in tokens.enumerated() {
      let logits = gate(x)
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
        let output = experts[group](x, index)
        for column in y.indices { y[column] += weight * output[column] }
      }
      if let shared, let sharedExperts {
        for expert in 0..<shared.count {
          let output = sharedExperts(x, expert)
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

  private func gate(_ parameters: [String: [Double]]) -> ([Double]) -> [Double] {
    guard let (activation, hiddenSize) = gateNetwork else {
      let map = Reference.Map(parameters, "router.gate", outputSize: expertCount)
      return { Reference.linear($0, map) }
    }
    let up = Reference.Map(parameters, "router.gate.up", outputSize: hiddenSize)
    let down = Reference.Map(parameters, "router.gate.down", outputSize: expertCount)
    return { Reference.feedForward($0, up: up, down: down, activation) }
  }

  /// A group's function of a token and an expert.
  private func experts(
    _ group: Group, _ parameters: [String: [Double]], _ name: String
  ) -> ([Double], Int) -> [Double] {
    let up = Reference.Map(parameters, "\(name).up", outputSize: group.hiddenSize)
    let down = Reference.Map(parameters, "\(name).down", outputSize: outputSize)
    guard group.isGated else {
      return { Reference.feedForward($0, up: up, down: down, group.activation, expert: $1) }
    }
    let gate = Reference.Map(parameters, "\(name).gate", outputSize: group.hiddenSize)
    return {
      Reference.gatedFeedForward(
        $0, gate: gate, up: up, down: down, .gated(group.activation), expert: $1)
    }
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
    case .scores: return chosen.map { scores[$0] }
    case .softmaxOverSelected: return Reference.softmax(chosen.map { logits[$0] })
    case .renormalized:
      let sum = chosen.reduce(0) { $0 + scores[$1] }
      return chosen.map { scores[$0] / sum }
    }
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
