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
    /// The expert of each slot before any route was redirected; nothing where none was.
    public let chosenExperts: [Int32]?

    /// The recording of a routing.
    ///
    /// - Parameter routing: Where tokens went.
    public init(_ routing: Routing) {
      expertCount = routing.expertCount
      slotCount = routing.slotCount
      experts = routing.experts
      outcomes = routing.outcomes
      chosenExperts =
        routing.chosenExperts == routing.experts ? nil : routing.chosenExperts
    }

    private init(
      expertCount: Int, slotCount: Int, experts: [Int32], outcomes: [RouteOutcome],
      chosenExperts: [Int32]?
    ) {
      self.expertCount = expertCount
      self.slotCount = slotCount
      self.experts = experts
      self.outcomes = outcomes
      self.chosenExperts = chosenExperts
    }

    /// The same of some tokens alone, in their order.
    func picking(_ tokens: [Int]) -> Pass {
      func picked<Value>(_ values: [Value]) -> [Value] {
        tokens.flatMap { values[$0 * slotCount..<($0 + 1) * slotCount] }
      }
      return Pass(
        expertCount: expertCount, slotCount: slotCount, experts: picked(experts),
        outcomes: picked(outcomes), chosenExperts: chosenExperts.map(picked))
    }

    /// Throws where the recording is none of so many tokens and experts, or of another kind of layer.
    ///
    /// - Parameters:
    ///   - tokenCount: The number of tokens.
    ///   - batch: Which of them are padding.
    ///   - router: What the recording is replayed through.
    /// - Throws: ``MoEError/configuration(_:value:expected:)``.
    func check(tokenCount: Int, batch: Batch, router: Router) throws {
      try checkShape(tokenCount: tokenCount, expertCount: router.expertCount)
      for (route, expert) in experts.enumerated() where expert >= 0 {
        guard !router.disabledExperts.contains(Int(expert)) else {
          throw MoEError.configuration(
            "expert of a recorded route", value: "\(expert)", expected: "one that is switched on")
        }
        guard !batch.isPadding(route / slotCount) else {
          throw MoEError.configuration(
            "token of a recorded route", value: "\(route / slotCount)",
            expected: "one that is no padding")
        }
        // Only such a layer has made sure that tokens have the size of outputs.
        guard outcomes[route] != .passThrough || router.strategy.capacity.overflow == .passThrough
        else {
          throw MoEError.configuration(
            "recorded outcome", value: "\(outcomes[route])",
            expected: "one of a capacity that overflows to \(router.strategy.capacity.overflow)")
        }
      }
    }

    private func checkShape(tokenCount: Int, expertCount: Int) throws {
      // A recording may come from a file: its numbers need not be those of any routing.
      let routes = tokenCount.multipliedReportingOverflow(by: slotCount)
      guard self.expertCount == expertCount, slotCount >= 0, !routes.overflow,
        experts.count == routes.partialValue, outcomes.count == experts.count,
        zip(experts, outcomes).allSatisfy({
          $0 >= -1 && $0 < expertCount && ($0 < 0) == ($1 == .empty)
        }), isChosenByToken,
        chosenExperts.map({ chosen in
          chosen.count == experts.count
            && zip(chosen, experts).allSatisfy({ $0 < expertCount && ($0 < 0) == ($1 < 0) })
        }) ?? true
      else {
        throw MoEError.configuration(
          "recorded routing",
          value: "\(experts.count) slots of \(slotCount) over \(self.expertCount) experts",
          expected: "\(tokenCount) tokens of different experts over \(expertCount)")
      }
    }

    /// Whether no expert takes a token twice.
    private var isChosenByToken: Bool {
      guard slotCount > 0 else { return true }
      var last = [Int](repeating: -1, count: expertCount)
      for (route, expert) in experts.enumerated() where outcomes[route].isTaken {
        guard last[Int(expert)] != route / slotCount else { return false }
        last[Int(expert)] = route / slotCount
      }
      return true
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
