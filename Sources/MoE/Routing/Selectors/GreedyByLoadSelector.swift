/// The experts with the highest logits after those of busy experts have been lowered.
///
/// Tokens go one after another, in order. Chosen are the k largest of lₑ − λ·nₑ/n̄, of equal ones
/// the first; n is ``RoutingOverrides/load`` plus the routes that were handed out to earlier tokens
/// of the batch, and n̄ its mean over the experts that are switched on. While nothing has any load,
/// nothing is lowered. As the choice is by logits, a selection bias has no say in it.
public struct GreedyByLoadSelector: ExpertSelector, ExpertAgnostic, Hashable, Codable {
  /// How many experts each token goes to.
  public let count: Int
  /// How much an expert's logit is lowered where it has the mean load: λ.
  public let strength: Float

  /// A selector of the given number of experts and strength.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to.
  ///   - strength: How much an expert's logit is lowered where it has the mean load.
  public init(count: Int, strength: Float) {
    self.count = count
    self.strength = strength
  }

  /// A token's experts depend on those of the tokens before it, and not on priorities.
  public var promises: RoutingPromises {
    [
      .causal, .deterministic, .readsScores, .fixedCount, .ordersChoices, .allowsRedirection,
    ]
  }

  /// ``count``, or an error where it is not from 1 to the number of experts, or the strength is
  /// below zero.
  public func slotCount(expertCount: Int) throws -> Int {
    guard strength >= 0, strength.isFinite else {
      throw MoEError.configuration(
        "strength of the load", value: "\(strength)", expected: "a finite number, at least 0")
    }
    return try ExpertCount.check(count, expertCount: expertCount)
  }

  /// The highest of each token's lowered logits, in descending order.
  ///
  /// - Complexity: O(tokens · experts), times up to ``count`` where logits rise from expert to
  ///   expert.
  public func select(_ input: SelectionInput) -> SelectedExperts {
    let experts = input.expertCount
    var load = LiveLoad(input)
    var room = [UInt64](repeating: 0, count: count)
    return load.assign(input, slotCount: count) { token, routes, slots in
      let (logits, priorities) = (input.logits.scalars, input.priorities.scalars)
      let start = token * experts
      var (sum, switchedOn) = (0.0, 0)
      for expert in 0..<experts where priorities[start + expert] > -.infinity {
        sum += routes[expert]
        switchedOn += 1
      }
      let slope = sum > 0 ? Double(strength) * Double(switchedOn) / sum : 0
      var largest = LargestColumns(room.mutableSpan)
      for expert in 0..<experts where priorities[start + expert] > -.infinity {
        largest.offer(logits[start + expert] - Float(slope * routes[expert]), column: expert)
      }
      for slot in 0..<largest.found { slots[slot] = largest[slot] }
    }
  }
}

extension ExpertSelector where Self == GreedyByLoadSelector {
  /// The experts with the highest logits after those of busy experts have been lowered.
  ///
  /// - Parameters:
  ///   - count: How many experts each token goes to.
  ///   - strength: How much an expert's logit is lowered where it has the mean load.
  /// - Returns: A selector, which throws where there are fewer experts or the strength is below
  ///   zero.
  public static func greedyByLoad(_ count: Int, strength: Float) -> GreedyByLoadSelector {
    GreedyByLoadSelector(count: count, strength: strength)
  }
}
