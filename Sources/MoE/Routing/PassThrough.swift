/// Tokens that pass a layer by themselves, each with a weight: yₜ += wₜ·xₜ.
///
/// It is the one way for all that passes tokens through: routes that the token stands in for as
/// their expert has no room, the remainder of weights, and experts whose output is the token
/// itself.
///
/// **Gradient**: dwₜ = ⟨dyₜ, xₜ⟩ and dxₜ += wₜ·dyₜ.
package struct PassThrough: Sendable {
  /// The weight of each token, of shape [tokens]; nothing where no token passes through.
  package var weights: Tensor?
  /// The experts whose output is the token itself.
  private let experts: [Range<Int>]
  /// The factor of what these take.
  private let scale: Float

  /// The passing tokens of a routing.
  ///
  /// - Parameters:
  ///   - routing: Where tokens go, with the weights that the router gives the tokens themselves.
  ///   - experts: The experts whose output is the token itself.
  ///   - scale: The factor of what these take.
  package init(_ routing: Routing, copying experts: [Range<Int>], scale: Float = 1) {
    weights = routing.passThroughWeights
    self.experts = experts
    self.scale = scale
    guard !experts.isEmpty else { return }
    var sums = weights ?? Tensor(zeros: [routing.tokenCount])
    let source = routing.weights.scalars
    var scalars = sums.mutableScalars
    for route in routing.experts.indices where isCopied(route, routing) {
      scalars[route / routing.slotCount] += scale * source[route]
    }
    weights = sums
  }

  /// Adds tokens times their weights to an output.
  static func add(_ tokens: Tensor, times weights: Tensor, to output: inout Tensor) {
    var own = tokens
    own.scaleRows(by: weights)
    output += own
  }

  /// The gradients of what passes through.
  ///
  /// - Parameters:
  ///   - outputGradient: With respect to the layer's output.
  ///   - tokens: What passes through.
  ///   - routing: Where the tokens went.
  ///   - tokenGradient: What the gradient with respect to the tokens is added to.
  ///   - gradient: What that with respect to weights is added to.
  package func backward(
    _ outputGradient: Tensor, tokens: Tensor, routing: Routing, tokenGradient: inout Tensor,
    gradient: inout RoutingGradient
  ) {
    guard let weights else { return }
    let dots = outputGradient.rowDots(tokens)
    if routing.passThroughWeights != nil { gradient.passThroughWeights = dots }
    PassThrough.add(outputGradient, times: weights, to: &tokenGradient)
    guard !experts.isEmpty else { return }
    var ofRoutes = gradient.weights ?? Tensor(zeros: routing.weights.shape)
    var scalars = ofRoutes.mutableScalars
    for route in routing.experts.indices where isCopied(route, routing) {
      scalars[route] = scale * dots.scalars[route / routing.slotCount]
    }
    gradient.weights = ofRoutes
  }

  private func isCopied(_ route: Int, _ routing: Routing) -> Bool {
    routing.outcomes[route].isTaken
      && experts.contains { $0.contains(Int(routing.experts[route])) }
  }

  /// The weight that a router gives each token itself: for routes that it stands in for, and for
  /// what its weights lack of one; nothing where there is none of both.
  static func weights(
    _ weights: Tensor, _ outcomes: [RouteOutcome], keepsRemainder: Bool
  ) -> Tensor? {
    guard keepsRemainder || outcomes.contains(.passThrough) else { return nil }
    let slotCount = weights.columnCount
    let source = weights.scalars
    return Tensor(
      (0..<weights.rowCount).map { token in
        var (sum, stood, hasRoute): (Float, Float, Bool) = (0, 0, false)
        for route in token * slotCount..<(token + 1) * slotCount where outcomes[route] != .empty {
          hasRoute = true
          sum += source[route]
          if outcomes[route] == .passThrough { stood += source[route] }
        }
        return stood + (keepsRemainder && hasRoute ? 1 - sum : 0)
      })
  }
}
