/// Sends tokens to experts: a strategy with the parameters of its gate.
///
/// The router's arithmetic is in single precision throughout, and the strategies here are token-local: a
/// token's routing depends on that token alone.
public struct Router: Parameterized {
  /// What gives each token a logit for every expert.
  public var gate: any Gate
  /// What makes scores of logits.
  public let score: any Score
  /// What selects experts by their scores.
  public let selector: any ExpertSelector
  /// What weights the selected experts.
  public let weighting: any Weighting
  /// How many experts each token goes to.
  public let slotCount: Int

  /// A router with a random gate.
  ///
  /// - Parameters:
  ///   - inputSize: The size of a token.
  ///   - expertCount: The number of experts.
  ///   - strategy: The way to send tokens to them.
  ///   - generator: The source of randomness.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the strategy does not work with so many
  ///   experts.
  public init(
    inputSize: Int, expertCount: Int, strategy: RoutingStrategy,
    using generator: inout some RandomNumberGenerator
  ) throws {
    slotCount = try strategy.selector.slotCount(expertCount: expertCount)
    gate = try strategy.gate.gate(
      inputSize: inputSize, expertCount: expertCount, using: &generator)
    score = strategy.score
    selector = strategy.selector
    weighting = strategy.weighting
  }

  /// A router with the given gate.
  ///
  /// - Parameters:
  ///   - gate: What gives each token a logit for every expert.
  ///   - strategy: The way to send tokens to them; its own gate is left out of account.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the strategy does not work with so many
  ///   experts.
  public init(gate: any Gate, strategy: RoutingStrategy) throws {
    slotCount = try strategy.selector.slotCount(expertCount: gate.expertCount)
    self.gate = gate
    score = strategy.score
    selector = strategy.selector
    weighting = strategy.weighting
  }

  private init(_ router: Router, gate: any Gate) {
    self = router
    self.gate = gate
  }

  /// The number of experts.
  public var expertCount: Int { gate.expertCount }

  /// The size of a token.
  public var inputSize: Int { gate.inputSize }

  /// Visits the parameters of the gate, under `gate`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try gate.visitParameters(under: "gate", visit)
  }

  /// What a forward pass returns.
  public struct Pass: Sendable {
    /// Where each token goes.
    public let routing: Routing
    let gate: GatePass
  }

  /// Routes tokens.
  ///
  /// - Parameters:
  ///   - tokens: A matrix of ``inputSize`` columns.
  ///   - mode: What the pass is for.
  /// - Returns: Where each token goes, and what the backward pass needs.
  /// - Throws: ``MoEError/nonFiniteLogit(token:expert:value:)``; ``MoEError/untrainableGate(weighting:slotCount:)``
  ///   in training mode, where there is more than one expert.
  /// - Complexity: The gate's product, and O(tokens · experts).
  public func forward(_ tokens: Tensor, mode: PassMode) throws -> Pass {
    if mode.isTraining, expertCount > 1, weighting.isConstant(slotCount: slotCount) {
      throw MoEError.untrainableGate(weighting: "\(type(of: weighting))", slotCount: slotCount)
    }
    let pass = gate.forward(tokens, mode: mode)
    require(
      pass.logits.shape == [tokens.rowCount, expertCount],
      "\(type(of: gate)): logits of shape \(pass.logits.shape), expected "
        + "[\(tokens.rowCount), \(expertCount)]")
    try Router.checkFinite(pass.logits)
    let scores = score.scores(pass.logits)
    let selection = Selection(
      logits: pass.logits, scores: scores, experts: selector.select(scores), slotCount: slotCount)
    let routing = Routing(selection: selection, weights: weighting.weights(selection))
    return Pass(routing: routing, gate: pass)
  }

  /// The gradients of a loss, from those with respect to the weights and, where there are any, the logits.
  ///
  /// - Parameters:
  ///   - weightGradient: With respect to the weights, of shape [tokens, slots].
  ///   - logitGradient: What is added to the gradient with respect to the logits, as that of a balancing loss.
  ///   - tokens: What the forward pass was handed.
  ///   - pass: The forward pass.
  /// - Returns: The gradients with respect to the tokens and the parameters.
  public func backward(
    _ weightGradient: Tensor, logitGradient: Tensor? = nil, tokens: Tensor, pass: Pass
  ) -> LayerGradient<Router> {
    let (routing, selection) = (pass.routing, pass.routing.selection)
    var gradient: Tensor
    switch weighting.gradient(weightGradient, weights: routing.weights, selection: selection) {
    case .logits(let logits): gradient = logits
    case .scores(let scores):
      gradient = score.gradient(scores, scores: selection.scores, logits: selection.logits)
    }
    if let logitGradient { gradient += logitGradient }
    let gateGradient = gate.backward(gradient, tokens: tokens, pass: pass.gate)
    return LayerGradient(
      input: gateGradient.tokens, parameters: Router(self, gate: gateGradient.parameters))
  }

  private static func checkFinite(_ logits: Tensor) throws {
    // x·0 is zero for a finite x and NaN for any other.
    guard (logits * 0).sum() != 0 else { return }
    let scalars = logits.scalars
    for index in 0..<scalars.count where !scalars[index].isFinite {
      throw MoEError.nonFiniteLogit(
        token: index / logits.columnCount, expert: index % logits.columnCount, value: scalars[index]
      )
    }
  }
}
