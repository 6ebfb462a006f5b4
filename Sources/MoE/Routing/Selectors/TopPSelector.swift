/// As many of the experts with the highest priorities as it takes for their scores to add up to more than p.
///
/// Experts are taken in descending order of priority, of equal ones the first, until the sum of their scores
/// exceeds p, the one that makes it exceed included. So there is at least one, and the more certain a token's
/// scores, the fewer. Meant for scores that add up to one, as softmax.
///
/// Source: Huang and others, "Harder tasks need more experts", arXiv 2403.07652.
public struct TopPSelector: ExpertSelector {
  /// What the sum of the scores must exceed.
  public let probability: Float
  /// How many experts a token goes to at most; all of them where nothing is given.
  public let limit: Int?

  /// A selector of the given sum.
  ///
  /// - Parameters:
  ///   - probability: What the sum of the scores must exceed.
  ///   - limit: How many experts a token goes to at most.
  public init(probability: Float, atMost limit: Int? = nil) {
    self.probability = probability
    self.limit = limit
  }

  /// Always: a token's experts depend on its own scores.
  public var isTokenLocal: Bool { true }

  /// The limit or the number of experts, or an error where the sum is not from 0 to 1 or the limit is no
  /// number of experts.
  public func slotCount(expertCount: Int) throws -> Int {
    guard probability >= 0, probability <= 1 else {
      throw MoEError.configuration(
        "probability of the experts of a token (top-p)", value: "\(probability)", expected: "0 to 1"
      )
    }
    guard let limit else { return expertCount }
    guard limit >= 1, limit <= expertCount else {
      throw MoEError.configuration(
        "experts a token at most (top-p)", value: "\(limit)",
        expected: "1 to \(expertCount), the experts there are")
    }
    return limit
  }

  /// The experts of each token, in descending order of priority.
  ///
  /// There are as many slots as the token with the most experts needs.
  ///
  /// - Complexity: O(tokens · experts), times the experts of a token.
  public func select(_ input: SelectionInput) -> SelectedExperts {
    let experts = input.expertCount
    let (scores, priorities) = (input.scores.scalars, input.priorities.scalars)
    let most = min(limit ?? experts, experts)
    var lists: [[Int32]] = []
    lists.reserveCapacity(input.tokenCount)
    for token in 0..<input.tokenCount {
      let start = token * experts
      var list: [Int32] = []
      var sum: Float = 0
      while list.count < most && (list.isEmpty || sum <= probability) {
        // The highest of those that come after the last one taken.
        var next: Int?
        for expert in 0..<experts {
          let priority = priorities[start + expert]
          guard priority > next.map({ priorities[start + $0] }) ?? -.infinity else { continue }
          if let last = list.last.map(Int.init) {
            let ceiling = priorities[start + last]
            guard priority < ceiling || (priority == ceiling && expert > last) else { continue }
          }
          next = expert
        }
        guard let next else { break }
        list.append(Int32(next))
        sum += scores[start + next]
      }
      lists.append(list)
    }
    return SelectedExperts(lists: lists)
  }
}

extension ExpertSelector where Self == TopPSelector {
  /// As many of the experts with the highest scores as it takes for these to add up to more than a probability.
  ///
  /// - Parameters:
  ///   - probability: What the sum of the scores must exceed.
  ///   - limit: How many experts a token goes to at most; all of them where nothing is given.
  /// - Returns: A selector, which throws where the probability is not from 0 to 1.
  public static func topP(_ probability: Float, atMost limit: Int? = nil) -> TopPSelector {
    TopPSelector(probability: probability, atMost: limit)
  }
}
