/// A recording of routings, layer by layer, that can be stored and replayed.
///
/// Replaying takes the experts and what became of each route from the recording; weights are made
/// up anew from the logits. The same parameters, tokens and step so give the same bits, forward and
/// backward, and other parameters get gradients through the recorded choice: what reinforcement
/// learning needs where text is sampled by one program and learned from by another.
public struct RoutingTrace: Sendable, Hashable, Codable {
  /// The routing of one pass through one layer.
  public struct Pass: Sendable, Hashable, Codable {
    /// The number of experts.
    public let expertCount: Int
    /// How many slots each token has.
    public let slotCount: Int
    /// The expert of each slot, token by token; −1 where a slot is empty.
    public let experts: [Int32]
    /// The outcome of each route.
    public let outcomes: [RouteOutcome]
    /// The expert of each slot before any route was redirected; nothing where none was.
    public let chosenExperts: [Int32]?
    /// The experts that were left out for the step, in order; nothing where none was.
    public let droppedExperts: [Int]?
    /// The weight of each slot, token by token; nothing where they were not recorded.
    ///
    /// Only reports read them: a replay makes up its own.
    public let weights: [Float]?

    /// The recording of a routing.
    ///
    /// - Parameters:
    ///   - routing: Where tokens went.
    ///   - includesWeights: Whether the weights are recorded too, for reports.
    public init(_ routing: Routing, includesWeights: Bool = false) {
      expertCount = routing.expertCount
      slotCount = routing.slotCount
      experts = routing.experts
      outcomes = routing.outcomes
      chosenExperts =
        routing.chosenExperts == routing.experts ? nil : routing.chosenExperts
      droppedExperts = routing.droppedExperts.isEmpty ? nil : routing.droppedExperts.sorted()
      weights = includesWeights ? routing.weights.scalarArray : nil
    }

    private init(
      expertCount: Int, slotCount: Int, experts: [Int32], outcomes: [RouteOutcome],
      chosenExperts: [Int32]?, droppedExperts: [Int]?, weights: [Float]?
    ) {
      self.expertCount = expertCount
      self.slotCount = slotCount
      self.experts = experts
      self.outcomes = outcomes
      self.chosenExperts = chosenExperts
      self.droppedExperts = droppedExperts
      self.weights = weights
    }

    /// The same of some tokens alone, in their order.
    func picking(_ tokens: [Int]) -> Pass {
      func picked<Value>(_ values: [Value]) -> [Value] {
        SlotMapping.picked(values, tokens, slotCount)
      }
      return Pass(
        expertCount: expertCount, slotCount: slotCount, experts: picked(experts),
        outcomes: picked(outcomes), chosenExperts: chosenExperts.map(picked),
        droppedExperts: droppedExperts, weights: weights.map(picked))
    }
  }

  /// The passes in the order in which they were recorded.
  public private(set) var passes: [Pass] = []

  /// A trace of nothing yet.
  public init() {}

  /// Adds a routing.
  ///
  /// - Parameters:
  ///   - routing: Where tokens went.
  ///   - includesWeights: Whether the weights are recorded too, for reports.
  public mutating func record(_ routing: Routing, includesWeights: Bool = false) {
    passes.append(Pass(routing, includesWeights: includesWeights))
  }
}

extension RoutingTrace: CustomStringConvertible {
  /// How many passes were recorded, of how many routes.
  public var description: String {
    let slots = passes.reduce(0) { $0 + $1.experts.count }
    return "\(passes.count) recorded passes of \(slots) slots"
  }
}
