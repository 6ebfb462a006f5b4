import Foundation
import MoE

extension PropertyPlan {
  /// Whether something saved or recorded is damaged, so that only typed errors are promised.
  var isDamaged: Bool {
    overrides.replayLacking != nil || overrides.replayDamage != nil || bufferDamage != nil
  }
}

/// What comes from a file may hold anything, and must not trap.
extension PropertySubject {
  /// Restores damaged buffers, and replays a damaged recording, where the plan has such.
  mutating func damage() throws {
    if let seed = plan.bufferDamage {
      var generator = SeededGenerator(seed: seed)
      try restoreDamaged(using: &generator)
    }
    if plan.overrides.replayLacking != nil || plan.overrides.replayDamage != nil {
      overrides.replay = .learning(try recording())
    }
  }

  /// Buffers of which one has another shape or other numbers.
  private mutating func restoreDamaged(using generator: inout SeededGenerator) throws {
    let pass = try layer.forward(tokens, context: context, overrides: overrides)
    let quality = [(0..<tokens.rowCount).map { 1 / Float($0 % 3 + 1) }]
    try layer.finishStep([pass], tokenQuality: quality)
    var buffers = layer.namedBuffers.map { ($0.name, $0.tensor) }
    guard !buffers.isEmpty else { return }
    let index = Int.random(in: 0..<buffers.count, using: &generator)
    var tensor = buffers[index].1
    switch Int.random(in: 0...3, using: &generator) {
    case 0: tensor = Tensor(zeros: [])
    case 1: tensor = Tensor(zeros: tensor.shape + [2])
    case 2:
      tensor = Tensor(
        repeating: 1, shape: tensor.shape.map { $0 + Int.random(in: 0...1, using: &generator) })
    default:
      let values: [Float] = [.nan, -1, 0, 0.5, 3, .infinity, 0x1p20, 0x1p21 - 1]
      var scalars = tensor.mutableScalars
      for scalar in 0..<scalars.count where Bool.random(using: &generator) {
        scalars[scalar] = values[Int.random(in: 0..<values.count, using: &generator)]
      }
    }
    buffers[index].1 = tensor
    try layer.restoreBuffers(Dictionary(uniqueKeysWithValues: buffers))
    // What was taken over must serve.
    try layer.finishStep([pass], tokenQuality: quality)
    _ = layer.namedBuffers
  }

  /// A recording of the layer, of another number of tokens or with a number changed.
  private func recording() throws -> RoutingTrace.Pass {
    var recorded = self
    let count = max(0, tokens.rowCount - (plan.overrides.replayLacking ?? 0))
    if plan.overrides.replayLacking != nil {
      recorded.tokens = .init(zeros: [count, plan.inputSize])
      recorded.context.batch = Batch(tokenIDs: Array(repeating: 0, count: count))
      recorded.overrides = RoutingOverrides(load: overrides.load)
    }
    let pass = try layer.forward(
      recorded.tokens, context: recorded.context, overrides: recorded.overrides)
    var trace = RoutingTrace()
    trace.record(pass.routing)
    guard let seed = plan.overrides.replayDamage else { return trace.passes[0] }
    var generator = SeededGenerator(seed: seed)
    return try trace.passes[0].damaged(using: &generator)
  }
}

extension RoutingTrace.Pass {
  /// The same with a number or a list changed, as from a file.
  fileprivate func damaged(using generator: inout SeededGenerator) throws -> RoutingTrace.Pass {
    let data = try JSONEncoder().encode(self)
    guard var fields = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
      return self
    }
    let name = fields.keys.sorted()[Int.random(in: 0..<fields.count, using: &generator)]
    let wrong = [-2, -1, 0, 1, 2, 3, 4, 7, 1000][Int.random(in: 0...8, using: &generator)]
    if var list = fields[name] as? [Int] {
      if list.isEmpty || Bool.random(using: &generator) {
        if Bool.random(using: &generator) { list.append(0) } else { list = Array(list.dropLast()) }
      } else {
        list[Int.random(in: 0..<list.count, using: &generator)] = wrong
      }
      fields[name] = list
    } else {
      fields[name] = wrong
    }
    let damaged = try JSONSerialization.data(withJSONObject: fields)
    // A number of no outcome is refused by the decoder.
    return (try? JSONDecoder().decode(RoutingTrace.Pass.self, from: damaged)) ?? self
  }
}
