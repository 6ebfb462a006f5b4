/// The load-balancing loss of the field: α·c·Σₑ fₑ·Pₑ, smallest where both factors are even.
///
/// fₑ is the share of routes that go to expert e, before any is dropped, and Pₑ the mean over
/// tokens of the softmax of the logits. Counts carry no gradient; with p the softmax, that with
/// respect to logit e of token t is α·c/T · p_te·(fₑ − Σᵢ fᵢ·p_ti). Padding counts nowhere.
///
/// Experts that are switched off count nowhere: at an even load over the others the loss is what it
/// is for as many in all.
///
/// Libraries scale it differently, so that one coefficient means different strengths:
/// ``normalization-swift.property`` names whose convention is meant. What is counted together is
/// the ``scope-swift.property``, and experts can be counted in groups, such as those of one device:
/// ``experts-swift.property``.
///
/// Where every token goes to every expert the shares are even whatever the gate says: the loss is
/// then constant and has no gradient.
///
/// Source: Fedus, Zoph and Shazeer, arXiv 2101.03961, equations 4 to 6; GShard, arXiv 2006.16668;
/// groups and sequences: DeepSeek-V2, arXiv 2405.04434, and DeepSeek-V3, arXiv 2412.19437.
public struct LoadBalancingLoss: BalancingLoss, Hashable, Codable {
  /// The factor α.
  public let coefficient: Float
  /// Whose scale the loss has.
  public let normalization: Normalization
  /// Which tokens are counted together.
  public let scope: Scope
  /// Which experts are counted together.
  public let experts: Experts
  /// The distribution that Pₑ is the mean of.
  public let probabilities: Probabilities
  /// Routes of earlier micro-batches that are counted with those of this one.
  ///
  /// Counts of another number of experts trap, and so do any for sequences or groups of
  /// communication.
  public var earlier: LoadCounts?

  /// A loss with the given factor.
  ///
  /// - Parameters:
  ///   - coefficient: The factor α; Switch Transformers took 0.01.
  ///   - normalization: Whose scale the loss has.
  ///   - scope: Which tokens are counted together.
  ///   - experts: Which experts are counted together.
  ///   - probabilities: What Pₑ is the mean of.
  ///   - earlier: Routes of earlier micro-batches that are counted with those of this one.
  public init(
    coefficient: Float, normalization: Normalization = .balancedIsOne, scope: Scope = .batch,
    experts: Experts = .single, probabilities: Probabilities = .softmax,
    earlier: LoadCounts? = nil
  ) {
    self.coefficient = coefficient
    self.normalization = normalization
    self.scope = scope
    self.experts = experts
    self.probabilities = probabilities
    self.earlier = earlier
  }

  /// The name that the value is listed under: `load balancing`, with scope and groups where there
  /// are some.
  public var name: String {
    var name = "load balancing"
    if scope != .batch { name += " of sequences" }
    switch experts {
    case .single: break
    case .devices: name += " of devices"
    case .communication: name += " of communication"
    }
    return name
  }

  /// The loss of a routing; zero for one of no tokens.
  public func value(of routing: Routing) -> BalancingLossValue {
    let (tokenCount, expertCount) = (routing.tokenCount, routing.expertCount)
    if let earlier {
      require(
        countsEarlier && earlier.routes.count == expertCount,
        "LoadBalancingLoss: earlier counts of \(earlier.routes.count) experts against "
          + "\(expertCount), or for sequences or communication")
    }
    let shares = distribution(routing)
    let blocks = blocks(routing)
    guard !blocks.isEmpty else { return .zero }
    var gradient = Tensor(zeros: [tokenCount, expertCount])
    var total = 0.0
    for tokens in blocks {
      let factors = factors(routing, tokens: tokens)
      let scale = coefficient / Float(tokens.count * blocks.count)
      let scalars = shares.scalars
      var result = gradient.mutableScalars
      for token in tokens {
        for expert in 0..<expertCount {
          let index = token * expertCount + expert
          total += Double(scale * factors[expert]) * Double(scalars[index])
          result[index] = scale * factors[expert]
        }
      }
    }
    let back = Tensor.softmaxGradient(gradient, softmax: shares)
    switch probabilities {
    case .softmax: return BalancingLossValue(value: Float(total), logitGradient: back)
    case .normalizedScores:
      return BalancingLossValue(value: Float(total), gradient: RoutingGradient(logScores: back))
    }
  }

  /// The distribution of each token that is averaged to Pₑ.
  ///
  /// Scores divided by their sum are the softmax of their logarithms, which knows no score too
  /// small.
  private func distribution(_ routing: Routing) -> Tensor {
    guard probabilities == .normalizedScores else { return routing.logits.softmax() }
    // A token whose scores are all zero, as of a rectified score, has no distribution.
    return routing.logScores.softmaxOrZero()
  }

  /// The tokens that are counted together; blocks of none are left out.
  private func blocks(_ routing: Routing) -> [[Int]] {
    let tokens = Array(0..<routing.tokenCount)
    var blocks: [[Int]]
    switch scope {
    case .batch: blocks = [tokens]
    case .sequences(let length):
      // By where tokens stood before padding was taken out.
      let groups = Dictionary(grouping: tokens) { routing.batch.place(of: $0) / max(length, 1) }
      blocks = groups.sorted { $0.key < $1.key }.map(\.value)
    case .sequencesOfBatch:
      var start = 0
      blocks = (routing.batch.sequenceLengths ?? [tokens.count]).map { length in
        defer { start += length }
        return Array(start..<start + length)
      }
    }
    blocks.removeAll(where: \.isEmpty)
    return blocks
  }

  /// The factor of each expert's probability: the constants of the loss, f among them.
  private func factors(_ routing: Routing, tokens: [Int]) -> [Float] {
    let (expertCount, slotCount) = (routing.expertCount, routing.slotCount)
    let (size, available) = (experts.groupSize, routing.availableExperts)
    if case .communication(_, let groupsPerToken) = experts {
      let groupCount = Set(available.map { $0 / size }).count
      var reached = [Int](repeating: 0, count: (expertCount + size - 1) / size)
      for token in tokens {
        let slots = routing.chosenExperts[token * slotCount..<(token + 1) * slotCount]
        for group in Set(slots.filter { $0 >= 0 }.map { Int($0) / size }) { reached[group] += 1 }
      }
      let most = max(min(groupsPerToken, groupCount), 1)
      let scale = Float(groupCount) / Float(most * tokens.count)
      return (0..<expertCount).map { scale * Float(reached[$0 / size]) }
    }
    let first = normalization.countsFirstChoices(routing)
    var counts = [Int](repeating: 0, count: expertCount)
    for token in tokens {
      for slot in 0..<(first ? min(1, slotCount) : slotCount) {
        let expert = Int(routing.chosenExperts[token * slotCount + slot])
        if expert >= 0 { counts[expert] += 1 }
      }
    }
    var tokenCount = tokens.count
    if let earlier {
      for expert in 0..<expertCount {
        counts[expert] += first ? earlier.firstChoices[expert] : earlier.routes[expert]
      }
      tokenCount += earlier.tokenCount
    }
    let routes = counts.reduce(0, +)
    let scale =
      normalization.factor(
        expertCount: available.count, routesPerToken: Float(routes) / Float(tokenCount))
      / Float(max(routes, 1))
    guard size > 1 else { return counts.map { scale * Float($0) } }
    var sizes = [Int](repeating: 0, count: (expertCount + size - 1) / size)
    for expert in available { sizes[expert / size] += 1 }
    return (0..<expertCount).map { expert in
      let members = expert / size * size..<min((expert / size + 1) * size, expertCount)
      return scale * Float(counts[members].reduce(0, +)) / Float(max(sizes[expert / size], 1))
    }
  }
}

extension BalancingLoss where Self == LoadBalancingLoss {
  /// The load-balancing loss of Switch Transformers and most models since.
  ///
  /// - Parameters:
  ///   - coefficient: The factor α.
  ///   - normalization: Whose scale the loss has.
  ///   - scope: Which tokens are counted together.
  ///   - experts: Which experts are counted together.
  ///   - probabilities: What Pₑ is the mean of.
  /// - Returns: A loss that is `coefficient` at perfect balance, with the default normalisation.
  public static func loadBalancing(
    coefficient: Float = 0.01, normalization: LoadBalancingLoss.Normalization = .balancedIsOne,
    scope: LoadBalancingLoss.Scope = .batch, experts: LoadBalancingLoss.Experts = .single,
    probabilities: LoadBalancingLoss.Probabilities = .softmax
  ) -> LoadBalancingLoss {
    LoadBalancingLoss(
      coefficient: coefficient, normalization: normalization, scope: scope, experts: experts,
      probabilities: probabilities)
  }
}
