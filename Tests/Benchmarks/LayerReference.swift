import Foundation
import MoE

/// A layer in double precision, element by element, from the routing of a pass.
struct LayerReference {
  let tokens: Tensor
  private let experts: Maps
  private let groups: [any ExpertGroup]

  /// The maps of experts.
  private struct Maps {
    /// Nothing where the activation is that of `up` alone.
    var gate: GroupedLinear?
    var up: GroupedLinear
    var down: GroupedLinear

    var expertCount: Int { up.expertCount }
    var inputSize: Int { up.inputSize }
    var outputSize: Int { down.outputSize }
  }

  /// The reference of a layer whose first experts are gated with SiLU or plain with ReLU, both
  /// without biases, and whose others compute next to nothing.
  init(_ layer: MixtureOfExperts, _ tokens: Tensor) {
    switch layer.expertGroups[0] {
    case let group as GatedFeedForwardExperts:
      experts = Maps(gate: group.gate, up: group.up, down: group.down)
    case let group as FeedForwardExperts where group.activation == .relu:
      experts = Maps(up: group.up, down: group.down)
    default: preconditionFailure("LayerReference: experts \(type(of: layer.expertGroups[0]))")
    }
    groups = layer.expertGroups
    self.tokens = tokens
  }

  /// That of some outputs of some tokens; the larger the experts are, the fewer tokens.
  func residual(of pass: MixtureOfExperts.Pass) -> Double {
    var residual = Residual()
    let columns = Residual.samples(of: experts.outputSize, 8)
    let stepsPerToken = 2 * pass.routing.slotCount * experts.inputSize * experts.up.outputSize
    let tokenCount = min(32, max(2, (1 << 26) / stepsPerToken))
    for token in Residual.samples(of: tokens.rowCount, tokenCount) {
      var sums = [Sum](repeating: Sum(), count: columns.count)
      for (slot, expert) in pass.routing.experts(of: token).enumerated() {
        let weight = Double(pass.routing.weights[token, slot])
        guard expert < experts.expertCount else {
          for (index, column) in columns.enumerated() {
            let own = uncomputed(expert, token, column)
            sums[index].add(weight * own.value, weight * own.magnitude)
          }
          continue
        }
        for unit in 0..<experts.up.outputSize {
          let hidden = hidden(token, expert, unit)
          for (index, column) in columns.enumerated() {
            let down = Double(experts.down.weight[expert, column, unit])
            sums[index].add(weight * down * hidden.value, weight * down * hidden.magnitude)
          }
        }
      }
      for (column, sum) in zip(columns, sums) {
        residual.compare(
          pass.output[token, column], to: sum.value, magnitude: sum.magnitude,
          steps: experts.inputSize + experts.up.outputSize)
      }
    }
    return residual.worst
  }

  /// That of some elements of the gradient with respect to the gates' weights, which every product
  /// of the backward pass but those of the tokens' gradient goes into.
  func residual(
    of gradient: LayerGradient<MixtureOfExperts>, pass: MixtureOfExperts.Pass,
    outputGradient: Tensor
  ) -> Double {
    guard let gate = experts.gate,
      let result = gradient.parameters.expertGroups.first as? GatedFeedForwardExperts
    else { return .infinity }
    var residual = Residual()
    let rows = pass.routing.rows
    let weights = RouteDispatch(pass.routing, appliesWeightsToInput: false).weightsByPosition
    for expert in Residual.samples(of: experts.expertCount, 8) {
      for unit in Residual.samples(of: experts.up.outputSize, 2) {
        let columns = Residual.samples(of: experts.inputSize, 4)
        var sums = [Sum](repeating: Sum(), count: columns.count)
        for position in rows.positions(of: expert) {
          let token = Int(rows.indices[position])
          let slope = gateGradient(gate, token, expert, unit, outputGradient)
          let weight = Double(weights.scalars[position])
          for (index, column) in columns.enumerated() {
            let factor = weight * Double(tokens[token, column])
            sums[index].add(factor * slope.value, factor * slope.magnitude)
          }
        }
        for (column, sum) in zip(columns, sums) {
          residual.compare(
            result.gate.weight[expert, unit, column], to: sum.value, magnitude: sum.magnitude,
            steps: experts.inputSize + experts.outputSize + rows.positions(of: expert).count)
        }
      }
    }
    return residual.worst
  }

  // MARK: Parts

  /// A sum, and the sum of the magnitudes that its rounding errors are bounded by.
  private struct Sum {
    var value = 0.0
    var magnitude = 0.0

    mutating func add(_ term: Double, _ bound: Double) {
      value += term
      magnitude += bound.magnitude
    }
  }

  private func dot(_ bank: GroupedLinear, _ expert: Int, _ unit: Int, _ token: Int) -> Sum {
    let size = bank.inputSize
    let (row, start) = ((expert * bank.outputSize + unit) * size, token * size)
    let (weights, inputs) = (bank.weight.scalars, tokens.scalars)
    var sum = Sum()
    for index in 0..<size {
      let term = Double(weights[row + index]) * Double(inputs[start + index])
      sum.add(term, term)
    }
    return sum
  }

  /// What an expert gives that computes next to nothing.
  private func uncomputed(_ expert: Int, _ token: Int, _ column: Int) -> Sum {
    var index = expert
    let x = Double(tokens[token, column])
    for group in groups {
      guard index >= group.expertCount else {
        switch group {
        case is CopyExperts: return Sum(value: x, magnitude: x.magnitude)
        case let group as ConstantExperts:
          let (first, second) = (dot(group.mix, index, 0, token), dot(group.mix, index, 1, token))
          let share = 1 / (1 + exp(second.value - first.value))
          let constant = Double(group.constant[index, column])
          // Errors of the logits move the shares by at most a quarter of them.
          let moved = (first.magnitude + second.magnitude) / 4 * (x - constant).magnitude
          return Sum(
            value: share * x + (1 - share) * constant,
            magnitude: share * x.magnitude + (1 - share) * constant.magnitude + moved)
        default: return Sum()
        }
      }
      index -= group.expertCount
    }
    return Sum()
  }

  /// SiLU and its first derivative; the magnitudes of both derivatives are at most 1.1 and 0.5.
  private func silu(_ x: Double) -> (value: Double, slope: Double) {
    let share = 1 / (1 + exp(-x))
    return (x * share, share * (1 + x * (1 - share)))
  }

  /// silu(g)·u or max(u, 0), and what its error is bounded by: errors of g and u as large as their
  /// magnitudes.
  private func hidden(_ token: Int, _ expert: Int, _ unit: Int) -> Sum {
    let u = dot(experts.up, expert, unit, token)
    guard let gate = experts.gate else {
      return Sum(value: max(u.value, 0), magnitude: u.magnitude)
    }
    let g = dot(gate, expert, unit, token)
    let activated = silu(g.value).value
    return Sum(
      value: activated * u.value,
      magnitude: 1.1 * g.magnitude * u.value.magnitude
        + activated.magnitude * (u.magnitude + u.value.magnitude))
  }

  /// The gradient with respect to g, of a route of weight one: ⟨output gradient, down⟩·u·silu′(g).
  private func gateGradient(
    _ gate: GroupedLinear, _ token: Int, _ expert: Int, _ unit: Int, _ outputGradient: Tensor
  ) -> Sum {
    let g = dot(gate, expert, unit, token)
    let u = dot(experts.up, expert, unit, token)
    var back = Sum()
    for column in 0..<experts.outputSize {
      let term =
        Double(outputGradient[token, column]) * Double(experts.down.weight[expert, column, unit])
      back.add(term, term)
    }
    let slope = silu(g.value).slope
    return Sum(
      value: back.value * u.value * slope,
      magnitude: back.magnitude * (u.value * slope).magnitude
        + back.value.magnitude
        * (u.magnitude * slope.magnitude + u.value.magnitude * (0.5 * g.magnitude + 1)))
  }
}
