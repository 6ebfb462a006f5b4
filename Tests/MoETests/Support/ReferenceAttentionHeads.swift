import MoE

/// A mixture of attention heads as its formula says it for given routes, in `Double`, route by
/// route.
struct ReferenceAttentionHeads {
  enum Weights { case renormalized, scores, logistic }

  var attention: ReferenceAttention
  var expertCount: Int
  var weights: Weights
  var appliesWeightsToInput: Bool
  /// α of the loss α·E·Σₑ fₑ·Pₑ; nothing where there is none.
  var lossCoefficient: Double?
  /// The experts of each token, slot by slot, −1 where none takes it.
  var experts: [[Int]]

  init(
    _ mixture: MixtureOfAttentionHeads, _ routing: Routing, lengths: [Int], weights: Weights,
    lossCoefficient: Double? = nil
  ) {
    attention = ReferenceAttention(mixture, lengths: lengths)
    expertCount = mixture.expertCount
    self.weights = weights
    self.lossCoefficient = lossCoefficient
    appliesWeightsToInput = mixture.router.strategy.appliesWeightsToInput
    let slots = routing.slotCount
    experts = (0..<routing.tokenCount).map { token in
      (token * slots..<(token + 1) * slots).map {
        routing.outcomes[$0].isTaken ? Int(routing.experts[$0]) : -1
      }
    }
  }

  /// The outputs of all tokens, and the loss.
  func callAsFunction(
    _ tokens: [[Double]], _ parameters: [String: [Double]]
  ) -> (output: [[Double]], loss: Double) {
    let size = tokens.first?.count ?? 0
    let rowSize = attention.headCount * attention.headSize
    let query = Reference.Map(parameters, "query", outputSize: rowSize)
    let output = Reference.Map(parameters, "output", outputSize: size)
    let sharedSize = attention.keyValueHeadCount * attention.headSize
    let key = Reference.Map(parameters, "key", outputSize: sharedSize)
    let value = Reference.Map(parameters, "value", outputSize: sharedSize)
    let gate = Reference.Map(parameters, "router.gate", outputSize: expertCount)
    var result: [[Double]] = []
    var start = 0
    for length in attention.lengths {
      let own = Array(tokens[start..<start + length])
      let keys = own.enumerated().map {
        attention.rotated(Reference.linear($1, key), place: $0)
      }
      let values = own.map { Reference.linear($0, value) }
      for (place, x) in own.enumerated() {
        let routes = experts[start + place].filter { $0 >= 0 }
        let weights = weights(Reference.linear(x, gate), routes)
        var y = [Double](repeating: 0, count: size)
        for (expert, weight) in zip(routes, weights) {
          let taken = appliesWeightsToInput ? x.map { $0 * weight } : x
          let rotated = attention.rotated(
            Reference.linear(taken, query, expert: expert), place: place)
          let heads = (0..<attention.headCount).flatMap {
            attention.head($0, place: place, rotated, keys, values)
          }
          let part = Reference.linear(heads, output, expert: expert)
          for column in y.indices {
            y[column] += appliesWeightsToInput ? part[column] : weight * part[column]
          }
        }
        result.append(y)
      }
      start += length
    }
    return (result, loss(tokens.map { Reference.softmax(Reference.linear($0, gate)) }))
  }

  private func weights(_ logits: [Double], _ routes: [Int]) -> [Double] {
    guard weights != .logistic else { return routes.map { Reference.sigmoid(logits[$0]) } }
    let scores = Reference.softmax(logits)
    let sum = weights == .scores ? 1 : routes.reduce(0) { $0 + scores[$1] }
    return routes.map { scores[$0] / sum }
  }

  private func loss(_ probabilities: [[Double]]) -> Double {
    guard let lossCoefficient else { return 0 }
    let routes = experts.flatMap { $0 }
    var sum = 0.0
    for expert in 0..<expertCount {
      let share = Double(routes.count { $0 == expert }) / Double(routes.count)
      sum += share * probabilities.reduce(0) { $0 + $1[expert] } / Double(probabilities.count)
    }
    return lossCoefficient * Double(expertCount) * sum
  }
}
