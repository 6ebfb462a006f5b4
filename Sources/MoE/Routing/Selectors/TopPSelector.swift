/// As many of the experts with the highest priorities as it takes for their scores to add up to
/// more than p.
///
/// Experts are taken in descending order of priority, of equal ones the first, until the sum of
/// their scores exceeds p, the one that makes it exceed included. So there is at least one, and the
/// more certain a token's scores, the fewer. Meant for scores that add up to one, as softmax.
///
/// Source: Huang and others, "Harder tasks need more experts", arXiv 2403.07652.
public struct TopPSelector: ExpertSelector, ExpertAgnostic, Hashable, Codable {
  /// The number that the sum of the scores must exceed.
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

  /// The number of experts differs from token to token.
  public var promises: RoutingPromises {
    [
      .tokenLocal, .deterministic, .readsScores, .readsSelectionBias, .ordersChoices,
      .allowsRedirection,
    ]
  }

  /// The limit or the number of experts, or an error where the sum is not above 0 and up to 1, or
  /// the limit is no number of experts.
  public func slotCount(expertCount: Int) throws -> Int {
    guard probability > 0, probability <= 1 else {
      throw MoEError.configuration(
        "probability of the experts of a token (top-p)", value: "\(probability)",
        expected: "above 0 and up to 1")
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
  /// - Complexity: O(tokens · experts) where tokens have few experts, and else O(tokens · experts ·
  ///   log experts).
  public func select(_ input: SelectionInput) -> SelectedExperts {
    let experts = input.expertCount
    let (scores, priorities) = (input.scores.scalars, input.priorities.scalars)
    let most = min(limit ?? experts, experts)
    var lists = [[Int32]](repeating: [], count: input.tokenCount)
    guard most > 0 else { return SelectedExperts(lists: lists) }
    var room = [UInt64](repeating: 0, count: min(most, TopPSelector.few))
    var largest = LargestColumns(room.mutableSpan)
    for token in 0..<input.tokenCount {
      let start = token * experts
      var sum: Float = 0
      /// Takes an expert, and says whether another one is needed.
      func take(_ expert: Int32) -> Bool {
        lists[token].append(expert)
        sum += scores[start + Int(expert)]
        return lists[token].count < most && sum <= probability
      }
      largest.removeAll()
      for expert in 0..<experts { largest.offer(priorities[start + expert], column: expert) }
      let found = largest.found
      var needsMore = true
      for slot in 0..<found where needsMore { needsMore = take(largest[slot]) }
      guard needsMore, found == TopPSelector.few else { continue }
      let order = (0..<experts).filter { priorities[start + $0] > -.infinity }.sorted {
        let (first, second) = (priorities[start + $0], priorities[start + $1])
        return first != second ? first > second : $0 < $1
      }
      for expert in order.dropFirst(found) where needsMore { needsMore = take(Int32(expert)) }
    }
    return SelectedExperts(lists: lists)
  }

  /// How many experts are found without sorting them all.
  private static let few = 16
}

extension ExpertSelector where Self == TopPSelector {
  /// As many of the experts with the highest scores as it takes for these to add up to more than a
  /// probability.
  ///
  /// - Parameters:
  ///   - probability: What the sum of the scores must exceed.
  ///   - limit: How many experts a token goes to at most; all of them where nothing is given.
  /// - Returns: A selector, which throws where the probability is not above 0 and up to 1.
  public static func topP(_ probability: Float, atMost limit: Int? = nil) -> TopPSelector {
    TopPSelector(probability: probability, atMost: limit)
  }
}
