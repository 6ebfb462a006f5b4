/// Which experts each token goes to: the only discrete step of routing, which carries no gradient.
///
/// To add one, write a type that conforms, and a static factory such as ``ExpertSelector/topK(_:)``.
public protocol ExpertSelector: Sendable {
  /// How many experts each token goes to.
  ///
  /// - Parameter expertCount: The number of experts there are.
  /// - Returns: The number of slots of a token.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the selector cannot work with so many.
  func slotCount(expertCount: Int) throws -> Int

  /// The experts of each token.
  ///
  /// - Parameter scores: Of shape [tokens, experts], all finite.
  /// - Returns: For each token its experts, as many as it has slots, all different.
  func select(_ scores: Tensor) -> [Int32]

  /// Whether a token's experts depend on that token alone, whatever stands beside it in the batch.
  var isTokenLocal: Bool { get }
}

/// The experts with the highest scores, in descending order; of equal ones the first.
public struct TopKSelector: ExpertSelector {
  /// How many experts each token goes to.
  public let count: Int

  /// A selector of the given number of experts.
  ///
  /// - Parameter count: How many experts each token goes to.
  public init(count: Int) { self.count = count }

  /// ``count``, or an error where it is not from 1 to the number of experts.
  public func slotCount(expertCount: Int) throws -> Int {
    guard count >= 1, count <= expertCount else {
      throw MoEError.configuration(
        "experts a token (top-k)", value: "\(count)",
        expected: "1 to \(expertCount), the experts there are")
    }
    return count
  }

  /// The highest scores of each token, in descending order.
  ///
  /// - Complexity: O(tokens · experts), times up to ``count`` where scores rise from expert to expert.
  public func select(_ scores: Tensor) -> [Int32] {
    let (tokens, experts) = (scores.rowCount, scores.columnCount)
    let scalars = scores.scalars
    var selected = [Int32](repeating: 0, count: tokens * count)
    for token in 0..<tokens {
      let (row, slots) = (token * experts, token * count)
      for expert in 0..<experts {
        let score = scalars[row + expert]
        // Insert from the back. A score that only equals another stays behind it, so the first wins.
        var slot = min(expert, count)
        while slot > 0, scalars[row + Int(selected[slots + slot - 1])] < score {
          if slot < count { selected[slots + slot] = selected[slots + slot - 1] }
          slot -= 1
        }
        if slot < count { selected[slots + slot] = Int32(expert) }
      }
    }
    return selected
  }

  /// Always: a token's experts depend on its own scores.
  public var isTokenLocal: Bool { true }
}

/// Every expert, in order: the classic dense mixture.
///
/// Source: Jacobs, Jordan, Nowlan and Hinton, "Adaptive mixtures of local experts", 1991.
public struct AllSelector: ExpertSelector {
  /// A selector.
  public init() {}

  /// The number of experts.
  public func slotCount(expertCount: Int) throws -> Int { expertCount }

  /// Every expert, in order, for each token.
  public func select(_ scores: Tensor) -> [Int32] {
    let experts = (0..<Int32(scores.columnCount)).map { $0 }
    return Array(repeatElement(experts, count: scores.rowCount).joined())
  }

  /// Always: every token has every expert.
  public var isTokenLocal: Bool { true }
}

extension ExpertSelector where Self == TopKSelector {
  /// The experts with the highest scores, in descending order; of equal ones the first.
  ///
  /// - Parameter count: How many experts each token goes to.
  /// - Returns: A selector, which throws where there are fewer experts.
  public static func topK(_ count: Int) -> TopKSelector { TopKSelector(count: count) }
}

extension ExpertSelector where Self == AllSelector {
  /// Every expert, in order.
  public static var all: AllSelector { AllSelector() }
}
