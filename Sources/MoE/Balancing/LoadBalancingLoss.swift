/// The load-balancing loss of the field: α·c·Σₑ fₑ·Pₑ, smallest where both factors are even.
///
/// fₑ is the share of routes that go to expert e, before any is dropped, and Pₑ the mean over tokens of the softmax of
/// the logits. Counts carry no gradient; with p the softmax, that with respect to logit e of token t is
/// α·c/T · p_te·(fₑ − Σᵢ fᵢ·p_ti). Padding counts nowhere.
///
/// Libraries scale it differently, so that one coefficient means different strengths: ``normalization-swift.property``
/// names whose convention is meant. What is counted together is the ``scope-swift.property``, and experts can be
/// counted in groups, such as those of one device: ``experts-swift.property``.
///
/// Where every token goes to every expert the shares are even whatever the gate says: the loss is then
/// constant and has no gradient.
///
/// Source: Fedus, Zoph and Shazeer, arXiv 2101.03961, equations 4 to 6; GShard, arXiv 2006.16668; groups and
/// sequences: DeepSeek-V2, arXiv 2405.04434, and DeepSeek-V3, arXiv 2412.19437.
public struct LoadBalancingLoss: BalancingLoss {
  /// Whose scale the loss has. With E experts, K routes a token, T tokens and nₑ routes to expert e:
  public enum Normalization: Sendable, Hashable {
    /// fₑ = nₑ/(T·K) and c = E: the loss is α at perfect balance, whatever K is.
    case balancedIsOne
    /// fₑ = nₑ/T and c = E: the loss is α·K at perfect balance.
    case perToken
    /// As ``balancedIsOne``, of first choices alone: Switch Transformers has no others.
    case switchTransformers
    /// fₑ = nₑ/T of first choices and c = 1/E: the loss is α/E² at perfect balance.
    case gShard
    /// Up to two routes a token as ``switchTransformers``, else as ``balancedIsOne``.
    case deepSpeed
    /// As ``balancedIsOne``.
    case megatron
    /// As ``balancedIsOne``, divided by the number of layers, so that the sum over them is α at perfect balance.
    case megaBlocks(layerCount: Int)
    /// As ``perToken``: the loss of one layer; Transformers concatenates all layers before the product.
    case transformers
    /// As ``perToken``.
    case flaxformer

    /// Whether first choices alone are counted.
    func countsFirstChoices(slotCount: Int) -> Bool {
      switch self {
      case .switchTransformers, .gShard: true
      case .deepSpeed: slotCount <= 2
      default: false
      }
    }

    /// What Σ fₑ·Pₑ is multiplied by, with fₑ a share of the routes that are counted.
    func factor(expertCount: Int, routesPerToken: Float) -> Float {
      switch self {
      case .balancedIsOne, .switchTransformers, .deepSpeed, .megatron: Float(expertCount)
      case .perToken, .transformers, .flaxformer: Float(expertCount) * routesPerToken
      case .gShard: 1 / Float(expertCount)
      case .megaBlocks(let layers): Float(expertCount) / Float(max(layers, 1))
      }
    }
  }

  /// Which tokens are counted together.
  public enum Scope: Sendable, Hashable {
    /// Those of the batch.
    case batch
    /// Those of each sequence of so many tokens, apart; the loss is the mean over the sequences.
    case sequences(length: Int)
  }

  /// Which experts are counted together.
  public enum Experts: Sendable, Hashable {
    /// Each by itself.
    case single
    /// In groups of so many neighbours: fᵢ is the mean and Pᵢ the sum over group i, as of one device.
    case devices(groupSize: Int)
    /// In groups of so many neighbours: fᵢ = D/(M·T) times the number of tokens that have an expert in group i, with D
    /// groups and at most M for a token.
    case communication(groupSize: Int, groupsPerToken: Int)

    var groupSize: Int {
      switch self {
      case .single: 1
      case .devices(let size), .communication(let size, _): max(size, 1)
      }
    }
  }

  /// What Pₑ is the mean of.
  public enum Probabilities: Sendable, Hashable {
    /// The softmax of the logits.
    case softmax
    /// The scores of a token divided by their sum, as for sigmoid scores.
    case normalizedScores
  }

  /// The factor α.
  public let coefficient: Float
  /// Whose scale the loss has.
  public let normalization: Normalization
  /// Which tokens are counted together.
  public let scope: Scope
  /// Which experts are counted together.
  public let experts: Experts
  /// What Pₑ is the mean of.
  public let probabilities: Probabilities
  /// Routes of earlier micro-batches that are counted with those of this one.
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

  /// The name that the value is listed under: `load balancing`, with scope and groups where there are some.
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
  public func callAsFunction(_ routing: Routing) -> BalancingLossValue {
    let (tokenCount, expertCount) = (routing.tokenCount, routing.expertCount)
    var shares = distribution(routing)
    let sums = routing.scores.rowSums()
    let blocks = blocks(tokenCount).filter { block in block.contains { !routing.isPadding($0) } }
    guard !blocks.isEmpty else { return .zero }
    var gradient = Tensor(zeros: [tokenCount, expertCount])
    var total = 0.0
    for block in blocks {
      let valid = block.filter { !routing.isPadding($0) }
      let factors = factors(routing, tokens: valid)
      let scale = coefficient / Float(valid.count * blocks.count)
      let scalars = shares.scalars
      var result = gradient.mutableScalars
      for token in valid {
        for expert in 0..<expertCount {
          let index = token * expertCount + expert
          total += Double(scale * factors[expert]) * Double(scalars[index])
          result[index] = scale * factors[expert]
        }
      }
    }
    switch probabilities {
    case .softmax:
      return BalancingLossValue(
        value: Float(total), logitGradient: Tensor.softmaxGradient(gradient, softmax: shares))
    case .normalizedScores:
      // With q = s/Σs: ds = (g − Σ g·q)/Σs.
      let means = gradient.rowDots(shares).scalars
      var result = shares.mutableScalars
      for token in 0..<tokenCount {
        for index in token * expertCount..<(token + 1) * expertCount {
          let sum = sums.scalars[token]
          result[index] = sum > 0 ? (gradient.scalars[index] - means[token]) / sum : 0
        }
      }
      return BalancingLossValue(value: Float(total), gradient: RoutingGradient(scores: shares))
    }
  }

  /// What is averaged to Pₑ.
  private func distribution(_ routing: Routing) -> Tensor {
    switch probabilities {
    case .softmax: return routing.logits.softmax()
    case .normalizedScores:
      var shares = routing.scores
      var inverses = 1 / shares.rowSums()
      var scalars = inverses.mutableScalars
      for token in 0..<scalars.count where !scalars[token].isFinite { scalars[token] = 0 }
      shares.scaleRows(by: inverses)
      return shares
    }
  }

  /// The tokens that are counted together.
  private func blocks(_ tokenCount: Int) -> [Range<Int>] {
    guard case .sequences(let length) = scope, length > 0 else { return [0..<tokenCount] }
    return stride(from: 0, to: tokenCount, by: length).map { $0..<min($0 + length, tokenCount) }
  }

  /// What the probability of each expert is multiplied by: the constant factors of the loss, f among them.
  private func factors(_ routing: Routing, tokens: [Int]) -> [Float] {
    let (expertCount, slotCount) = (routing.expertCount, routing.slotCount)
    let size = experts.groupSize
    let groupCount = (expertCount + size - 1) / size
    if case .communication(_, let groupsPerToken) = experts {
      var reached = [Int](repeating: 0, count: groupCount)
      for token in tokens {
        let slots = routing.chosenExperts[token * slotCount..<(token + 1) * slotCount]
        for group in Set(slots.filter { $0 >= 0 }.map { Int($0) / size }) { reached[group] += 1 }
      }
      let scale = Float(groupCount) / Float(max(groupsPerToken, 1) * tokens.count)
      return (0..<expertCount).map { scale * Float(reached[$0 / size]) }
    }
    let first = normalization.countsFirstChoices(slotCount: slotCount)
    var counts = [Int](repeating: 0, count: expertCount)
    for token in tokens {
      for slot in 0..<(first ? min(1, slotCount) : slotCount) {
        let expert = Int(routing.chosenExperts[token * slotCount + slot])
        if expert >= 0 { counts[expert] += 1 }
      }
    }
    var tokenCount = tokens.count
    if let earlier, earlier.routes.count == expertCount {
      for expert in 0..<expertCount {
        counts[expert] += first ? earlier.firstChoices[expert] : earlier.routes[expert]
      }
      tokenCount += earlier.tokenCount
    }
    let routes = counts.reduce(0, +)
    let scale =
      normalization.factor(
        expertCount: expertCount, routesPerToken: Float(routes) / Float(tokenCount))
      / Float(max(routes, 1))
    guard size > 1 else { return counts.map { scale * Float($0) } }
    return (0..<expertCount).map { expert in
      let members = expert / size * size..<min((expert / size + 1) * size, expertCount)
      return scale * Float(counts[members].reduce(0, +)) / Float(members.count)
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
