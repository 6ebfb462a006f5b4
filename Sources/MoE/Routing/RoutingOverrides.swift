/// What routing depends on in one pass beside the tokens and the strategy: live loads, experts that
/// are forced on tokens, a recording that is replayed, another input of the router, and the logits
/// and the state of the layer before.
public struct RoutingOverrides: Sendable, Equatable {
  /// The logits of the layer before, for a gate with a residual; zero where there are none.
  ///
  /// They have the shape of the gate's own: those of a soft mixture's slots are
  /// ``SoftRouting/logits``.
  public var previousLogits: Tensor? {
    get { parts?.previousLogits }
    set { change { $0.previousLogits = newValue } }
  }
  /// The state of the layer before, ``Routing/gateState``, for a gate that reads it; none in the
  /// first layer.
  public var previousState: Tensor? {
    get { parts?.previousState }
    set { change { $0.previousState = newValue } }
  }
  /// What the router reads in place of the tokens, of their shape, as where it reads a residual
  /// stream and experts read a norm of it; the tokens where there is none.
  ///
  /// Source: Gemma 4, SmallThinker.
  public var routerInput: Tensor? {
    get { parts?.routerInput }
    set { change { $0.routerInput = newValue } }
  }
  /// The routes that each expert is busy with already, for the selectors by live load.
  public var load: [Float]? {
    get { parts?.load }
    set { change { $0.load = newValue } }
  }
  /// Experts that a token goes to whatever its scores, by the token's index.
  public var forcedExperts: [Int: [Int]] {
    get { parts?.forcedExperts ?? [:] }
    set { change { $0.forcedExperts = newValue } }
  }
  /// A recorded routing, whose choices are taken over in place of new ones.
  public var replay: Replay? {
    get { parts?.replay }
    set { change { $0.replay = newValue } }
  }

  /// All that is overridden, in one place: overrides are copied many times on their way through a
  /// router, and mostly there are none.
  private var given: Boxed<Parts>?

  private struct Parts: Sendable, Equatable {
    var previousLogits: Tensor?
    var previousState: Tensor?
    var routerInput: Tensor?
    var load: [Float]?
    var forcedExperts: [Int: [Int]] = [:]
    var replay: Replay?

    var isEmpty: Bool {
      previousLogits == nil && previousState == nil && routerInput == nil && load == nil
        && forcedExperts.isEmpty && replay == nil
    }
  }

  private var parts: Parts? { given?.value }

  private mutating func change(_ change: (inout Parts) -> Void) {
    var parts = parts ?? Parts()
    change(&parts)
    given = parts.isEmpty ? nil : Boxed(parts)
  }

  /// Whether nothing is overridden.
  var isEmpty: Bool { given == nil }

  /// Overrides of the given kinds; nothing is overridden unless given.
  ///
  /// - Parameters:
  ///   - previousLogits: The logits of the layer before, as many a token as the gate reads.
  ///   - previousState: The state of the layer before.
  ///   - routerInput: What the router reads in place of the tokens.
  ///   - load: The routes that each expert is busy with already.
  ///   - forcedExperts: Experts that a token goes to whatever its scores.
  ///   - replay: A recorded routing.
  public init(
    previousLogits: Tensor? = nil, previousState: Tensor? = nil, routerInput: Tensor? = nil,
    load: [Float]? = nil, forcedExperts: [Int: [Int]] = [:], replay: Replay? = nil
  ) {
    let parts = Parts(
      previousLogits: previousLogits, previousState: previousState, routerInput: routerInput,
      load: load, forcedExperts: forcedExperts, replay: replay)
    given = parts.isEmpty ? nil : Boxed(parts)
  }

  /// The same of some tokens alone, in their order.
  func picking(_ tokens: [Int]) -> RoutingOverrides {
    guard !isEmpty else { return self }
    var picked = self
    picked.previousLogits = previousLogits?.gatheringEntries(tokens)
    picked.previousState = previousState?.gatheringEntries(tokens)
    picked.routerInput = routerInput?.gatheringEntries(tokens)
    picked.forcedExperts = [:]
    for (index, token) in tokens.enumerated() {
      if let experts = forcedExperts[token] { picked.forcedExperts[index] = experts }
    }
    picked.replay = replay?.picking(tokens)
    return picked
  }

  /// How many numbers a token has in what a gate reads; nothing where it reads none.
  struct Columns: Sendable {
    var previousLogits: Int
    var previousState: Int?
    var routerInput: Int
  }

  /// Throws where something was given for another number of tokens, of experts or of logits.
  func check(tokenCount: Int, expertCount: Int, columns: @autoclosure () -> Columns) throws {
    guard !isEmpty else { return }
    let columns = columns()
    if let load {
      guard load.count == expertCount else {
        throw MoEError.configuration(
          "number of loads", value: "\(load.count)", expected: "\(expertCount), one an expert")
      }
      for (expert, value) in load.enumerated() where !(value >= 0 && value.isFinite) {
        throw MoEError.configuration(
          "load of expert \(expert)", value: "\(value)", expected: "a finite number, at least 0")
      }
    }
    for (name, tensor, columns) in [
      ("previous logits", previousLogits, columns.previousLogits),
      ("previous state", previousState, columns.previousState),
      ("router input", routerInput, columns.routerInput),
    ] as [(String, Tensor?, Int?)] {
      guard let tensor else { continue }
      guard let columns else {
        throw MoEError.shape(
          name, found: tensor.shape, expected: "none, as the gate reads none")
      }
      guard tensor.sizes == TensorShape(tokenCount, columns) else {
        throw MoEError.shape(
          name, found: tensor.shape, expected: "[\(tokenCount), \(columns)]")
      }
    }
    for (token, experts) in forcedExperts.sorted(by: { $0.key < $1.key }) {
      guard token >= 0, token < tokenCount else {
        throw MoEError.configuration(
          "token with forced experts", value: "\(token)", expected: "0 to \(tokenCount - 1)")
      }
      guard experts.allSatisfy({ $0 >= 0 && $0 < expertCount }),
        Set(experts).count == experts.count
      else {
        throw MoEError.configuration(
          "forced experts of token \(token)", value: "\(experts)",
          expected: "different experts from 0 to \(expertCount - 1)")
      }
    }
  }
}

/// A recorded routing that is taken over, and whether its routes count once more.
public enum Replay: Sendable, Hashable {
  /// To learn from choices that were recorded elsewhere, as in reinforcement learning: they count
  /// in what balances.
  case learning(RoutingTrace.Pass)
  /// To make up anew what a pass of this very step did not keep: its routes have been counted
  /// already.
  case recomputation(RoutingTrace.Pass)

  /// The recording.
  public var recording: RoutingTrace.Pass {
    switch self {
    case .learning(let recording), .recomputation(let recording): recording
    }
  }

  /// Whether its routes count in what balances.
  public var isCounted: Bool {
    switch self {
    case .learning: true
    case .recomputation: false
    }
  }

  /// The same of some tokens alone, in their order.
  func picking(_ tokens: [Int]) -> Replay {
    let recording = recording.picking(tokens)
    return isCounted ? .learning(recording) : .recomputation(recording)
  }
}
