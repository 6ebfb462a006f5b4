/// A recording of routings, layer by layer, that can be stored and replayed.
///
/// Replaying takes the experts and what became of each route from the recording; weights are made up anew
/// from the logits. The same parameters, tokens and step so give the same bits, forward and backward, and other
/// parameters get gradients through the recorded choice: what reinforcement learning needs where
/// text is sampled by one program and learned from by another.
public struct RoutingTrace: Sendable, Hashable, Codable {
  /// The routing of one pass through one layer.
  public struct Pass: Sendable, Hashable, Codable {
    /// The number of experts.
    public let expertCount: Int
    /// How many slots each token has.
    public let slotCount: Int
    /// The expert of each slot, token by token; −1 where a slot is empty.
    public let experts: [Int32]
    /// What became of each route.
    public let outcomes: [RouteOutcome]

    /// The recording of a routing.
    ///
    /// - Parameter routing: Where tokens went.
    public init(_ routing: Routing) {
      expertCount = routing.expertCount
      slotCount = routing.slotCount
      experts = routing.selection.experts
      outcomes = routing.outcomes
    }

    /// Throws where the recording is none of so many tokens and experts.
    func check(tokenCount: Int, expertCount: Int) throws {
      guard self.expertCount == expertCount, experts.count == tokenCount * slotCount,
        outcomes.count == experts.count,
        zip(experts, outcomes).allSatisfy({
          $0 >= -1 && $0 < expertCount && ($0 < 0) == ($1 == .empty)
        })
      else {
        throw MoEError.configuration(
          "recorded routing",
          value: "\(experts.count) slots of \(slotCount) over \(self.expertCount) experts",
          expected: "\(tokenCount) tokens of \(slotCount) slots over \(expertCount) experts")
      }
    }
  }

  /// The passes in the order in which they were recorded.
  public private(set) var passes: [Pass] = []

  /// A trace of nothing yet.
  public init() {}

  /// Adds a routing.
  ///
  /// - Parameter routing: Where tokens went.
  public mutating func record(_ routing: Routing) { passes.append(Pass(routing)) }
}
