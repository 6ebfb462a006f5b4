/// Balanced top-k: in training the largest entries of a transport plan that spreads tokens evenly
/// over experts.
///
/// With M = e^l, the plan is d₀ ⊙ M ⊙ d₁ with d₀ = 1 / (T·(M·d₁ + ε)) and d₁ = 1 / (E·(Mᵀ·d₀ + ε)),
/// iterated until the mean of |Δd₁| is below the ``tolerance``: its rows then add up to 1/T and its
/// columns to 1/E. A token's experts are those of the largest entries of its row. Tokens with
/// forced experts and experts that are switched off stay out of the plan. In inference the
/// experts are those of the largest logits, so that no token depends on another.
///
/// The selection bias is left out of account.
///
/// **Numerics**: each row's largest logit is subtracted before the exponential, which d₀ makes up
/// for, and a row's order is taken from l + ln d₁, so that neither large nor small logits are lost.
/// ε is 10⁻⁸ of a row's largest entry.
///
/// Source: Megatron-LM, `sinkhorn`; Clark and others, "Unified scaling laws for routed language
/// models", arXiv 2202.01169.
public struct SinkhornSelector: ExpertSelector, ExpertAgnostic, Hashable, Codable {
  /// How many experts each token goes to.
  public let count: Int
  /// The change of d₁ below which the iteration ends.
  public let tolerance: Float
  /// After how many iterations it ends in any case.
  public let iterationLimit: Int

  /// A selector of the given number of experts.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to.
  ///   - tolerance: The mean change of d₁ below which the iteration ends; Megatron has 10⁻⁴.
  ///   - iterationLimit: After how many iterations it ends in any case.
  public init(count: Int, tolerance: Float = 1e-4, iterationLimit: Int = 1000) {
    self.count = count
    self.tolerance = tolerance
    self.iterationLimit = iterationLimit
  }

  /// In training tokens compete with each other; the choice is by logits.
  public var promises: RoutingPromises {
    [.deterministic, .readsScores, .fixedCount, .ordersChoices, .allowsRedirection]
  }

  /// ``count``, or an error where it is not from 1 to the number of experts, or the iteration could
  /// not end.
  public func slotCount(expertCount: Int) throws -> Int {
    guard tolerance >= 0, tolerance.isFinite else {
      throw MoEError.configuration(
        "Sinkhorn tolerance", value: "\(tolerance)", expected: "a finite number, at least 0")
    }
    guard iterationLimit >= 1 else {
      throw MoEError.configuration(
        "Sinkhorn iteration limit", value: "\(iterationLimit)", expected: "at least 1")
    }
    return try ExpertCount.check(count, expertCount: expertCount)
  }

  /// In training the largest entries of the plan, in inference the largest logits, in descending
  /// order.
  ///
  /// - Complexity: O(tokens · experts) an iteration.
  public func select(_ input: SelectionInput) -> SelectedExperts {
    let experts = input.availableExperts
    var logits = input.logits
    let isOn = Set(experts)
    var scalars = logits.mutableScalars
    for expert in 0..<input.expertCount where !isOn.contains(expert) {
      for token in 0..<input.tokenCount { scalars[token * input.expertCount + expert] = -.infinity }
    }
    guard input.context.mode.isTraining, !experts.isEmpty else {
      return SelectedExperts(topK: count, of: logits)
    }
    let tokens = input.freeTokens
    guard !tokens.isEmpty else { return SelectedExperts(topK: count, of: logits) }
    let scales = columnScales(logits.gatheringEntries(tokens), experts: experts)
    return SelectedExperts(topK: count, of: logits.addingToEachRow(scales.log()))
  }

  /// d₁, with 1 for the experts that are switched off.
  ///
  /// - Parameters:
  ///   - logits: Of the tokens that are in the plan; −∞ for the other experts.
  ///   - experts: Those that are switched on.
  /// - Returns: Of shape [experts].
  func columnScales(_ logits: Tensor, experts: [Int]) -> Tensor {
    let (tokenCount, expertCount) = (logits.rowCount, logits.columnCount)
    let maxima = logits.rowMaxima()
    var shifted = logits
    var scalars = shifted.mutableScalars
    for token in 0..<tokenCount {
      for expert in 0..<expertCount {
        scalars[token * expertCount + expert] -= maxima.scalars[token]
      }
    }
    let matrix = shifted.exp()
    var columns = Tensor(repeating: 1, shape: [expertCount, 1])
    for _ in 0..<iterationLimit {
      let rows = 1 / (Float(tokenCount) * (matrix.matmul(columns) + 1e-8))
      let next =
        1 / (Float(experts.count) * (matrix.matmul(rows, transposingLeft: true) + 1e-8))
      var change: Float = 0
      for expert in experts {
        change += (next.scalars[expert] - columns.scalars[expert]).magnitude
        columns[expert, 0] = next.scalars[expert]
      }
      if change / Float(experts.count) < tolerance { break }
    }
    return columns.reshaped(to: [expertCount])
  }
}

extension ExpertSelector where Self == SinkhornSelector {
  /// In training the largest entries of a transport plan that spreads tokens evenly over experts.
  ///
  /// - Parameter count: How many experts each token goes to.
  /// - Returns: A selector, which throws where there are fewer experts.
  public static func sinkhorn(_ count: Int) -> SinkhornSelector { SinkhornSelector(count: count) }
}
