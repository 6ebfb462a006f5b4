import MoE

/// Routings of known logits: the tokens are the logits themselves, through a gate that is the
/// identity.
enum KnownRouting {
  /// A pass in training mode.
  static func pass(
    _ logits: Tensor, _ strategy: RoutingStrategy, padding: [Bool]? = nil
  ) throws -> (router: Router, pass: Router.Pass) {
    let router = try Selecting.router(strategy, experts: logits.columnCount)
    let context = RoutingContext(.training(step: 0), batch: Batch(padding: padding))
    return (router, try router.forward(logits, context: context))
  }

  /// The gradient of a loss with respect to the logits, through scores and weights where it has any
  /// of them.
  static func gradient(
    _ loss: some BalancingLoss, _ logits: Tensor, _ strategy: RoutingStrategy,
    padding: [Bool]? = nil
  ) throws -> Tensor {
    let (router, pass) = try pass(logits, strategy, padding: padding)
    return try router.backward(loss(pass.routing).gradient, pass: pass).input
  }

  /// The experts of each token, before any is dropped.
  static func selected(_ routing: Routing) -> [[Int]] {
    (0..<routing.tokenCount).map { token in
      routing.experts[token * routing.slotCount..<(token + 1) * routing.slotCount]
        .filter { $0 >= 0 }.map(Int.init)
    }
  }
}
