/// How many numbers a configuration asks for at least: what a file must have, so that one that is
/// broken or hostile is refused before memory is taken.
extension LayerConfiguration {
  /// A bound from below on the number of parameters, in double precision as it may be beyond any
  /// whole number; negative sizes, which a layer refuses, count as zero.
  var leastScalarCount: Double {
    switch self {
    case .linear(let map): map.leastScalarCount
    case .feedForward(let up, let down, _): up.leastScalarCount + down.leastScalarCount
    case .gatedFeedForward(let gate, let up, let down, _):
      gate.leastScalarCount + up.leastScalarCount + down.leastScalarCount
    case .norm(let size, _), .plainNorm(let size, _): Double(max(0, size))
    case .dropout: 0
    case .attention(let parts): parts.leastScalarCount
    case .mixture(let parts): parts.leastScalarCount
    case .block(let parts): parts.leastScalarCount
    case .stack(let blocks, _): blocks.reduce(0) { $0 + $1.leastScalarCount }
    }
  }
}

extension LinearConfiguration {
  /// The numbers of the weight.
  var leastScalarCount: Double { Double(max(0, inputSize)) * Double(max(0, outputSize)) }
}

extension BlockConfiguration {
  fileprivate var leastScalarCount: Double {
    (attention?.leastScalarCount ?? 0) + feedForward.leastScalarCount
  }
}

extension AttentionConfiguration {
  fileprivate var leastScalarCount: Double {
    let experts = Double(max(0, mixture?.expertCount ?? 1))
    return key.leastScalarCount + value.leastScalarCount
      + experts * (query.leastScalarCount + output.leastScalarCount)
  }
}

extension MixtureConfiguration {
  fileprivate var leastScalarCount: Double {
    let sizes = (input: Double(max(0, inputSize)), output: Double(max(0, outputSize)))
    let latent = mixture.latent.map { Double(max(0, $0.size)) }
    func count(_ groups: [ExpertSpecification], _ input: Double, _ output: Double) -> Double {
      groups.reduce(0) {
        $0 + ($1.plan?.leastScalarCount(input, output) ?? Double(max(0, $1.count)))
      }
    }
    let maps = latent.map { $0 * (sizes.input + sizes.output) } ?? 0
    let routed = count(mixture.experts, latent ?? sizes.input, latent ?? sizes.output)
    return maps + routed + count(mixture.sharedExperts?.experts ?? [], sizes.input, sizes.output)
  }
}

extension ExpertPlan {
  /// A bound from below for experts between two sizes.
  fileprivate func leastScalarCount(_ input: Double, _ output: Double) -> Double {
    func product(_ numbers: Int...) -> Double { numbers.reduce(1) { $0 * Double(max(0, $1)) } }
    return switch self {
    case .feedForward(let count, let hidden, _, _, _): product(count, hidden) * (input + output)
    case .gatedFeedForward(let count, let hidden, _, _, _):
      product(count, hidden) * (2 * input + output)
    case .lowRank(let count, let rank, let hidden, _, _, _):
      product(hidden) * (2 * input + output) + product(count, rank) * (input + output)
    // Each has at least a place in the router.
    case .zero(let count), .copy(let count): product(count)
    case .constant(let count): product(count) * input
    case .transformer(let count, _, let hidden, _, _, _):
      product(count, hidden) * (input + output)
    case .normalized(let plan, _, _): plan.leastScalarCount(input, output)
    }
  }
}
