extension MixtureOfExperts {
  /// What a forward pass returns.
  public struct Pass: LayerPass {
    /// The output, of shape [tokens, outputSize].
    public let output: Tensor
    /// Where each token went.
    public let routing: Routing
    /// The values of the auxiliary losses, one by one; none in inference.
    public let losses: [NamedLoss]
    let saved: Saved?

    /// The sum of the auxiliary losses.
    public var auxiliaryLoss: Float { losses.reduce(0) { $0 + $1.value } }
  }

  /// What the backward pass needs.
  struct Saved: Sendable {
    var tokens: Tensor
    var router: Router.Pass
    var experts: ExpertRun
    var shared: ExpertGroupPass?
    var lossGradients: [RoutingGradient]
  }

  /// Routes the tokens, runs the experts and combines their outputs.
  ///
  /// - Parameters:
  ///   - tokens: A matrix of ``inputSize`` columns.
  ///   - mode: What the pass is for. In inference nothing is kept, and no auxiliary loss is computed.
  /// - Returns: The output, the routing and, in training, the auxiliary losses.
  /// - Throws: ``MoEError/shape(_:found:expected:)``, and what the router throws.
  /// - Complexity: The products of the gate and of each route's expert; memory for the routes' hidden rows.
  public func forward(_ tokens: Tensor, mode: PassMode) throws -> Pass {
    try forward(tokens, context: RoutingContext(mode: mode))
  }

  /// Routes the tokens under live conditions, runs the experts and combines their outputs.
  ///
  /// - Parameters:
  ///   - tokens: A matrix of ``inputSize`` columns.
  ///   - context: What the pass is for, and what routing may depend on beside the tokens.
  /// - Returns: The output, the routing and, in training, the auxiliary losses.
  /// - Throws: ``MoEError/shape(_:found:expected:)``, what the router throws, and in training what the balancing losses
  ///   throw where they do not fit the layer.
  /// - Complexity: As ``forward(_:mode:)``.
  public func forward(_ tokens: Tensor, context: RoutingContext) throws -> Pass {
    guard tokens.rank == 2, tokens.shape[1] == inputSize else {
      throw MoEError.shape("tokens", found: tokens.shape, expected: "[tokens, \(inputSize)]")
    }
    let mode = context.mode
    if mode.isTraining { try balancingLosses.check(expertCount: router.expertCount) }
    let routerPass = try router.forward(tokens, context: context)
    let routing = routerPass.routing
    let input = expertInput(tokens, routing)
    let run = runExperts(input.tokens, rows: input.rows, mode: mode)
    var output = combined(run.output, routing)
    if let identity = routing.passThroughWeights {
      var own = tokens
      own.scaleRows(by: identity)
      output += own
    }
    let shared = sharedExperts.map { group in
      let rows = sharedRows(of: group, tokenCount: tokens.rowCount)
      let pass = group.forward(tokens, rows: rows, mode: mode)
      checkShape(of: pass.output, is: [rows.count, outputSize], "output", type(of: group))
      for expert in 0..<group.expertCount {
        output += pass.output[entries: rows.positions(of: expert)]
      }
      return pass
    }
    guard mode.isTraining else {
      return Pass(output: output, routing: routing, losses: [], saved: nil)
    }
    let losses = balancingLosses.map { loss in
      let value = loss(routing)
      value.gradient.check(against: routing, type(of: loss))
      return (loss.name, value)
    }
    return Pass(
      output: output, routing: routing,
      losses: losses.map { NamedLoss(name: $0, value: $1.value) },
      saved: Saved(
        tokens: tokens, router: routerPass, experts: run, shared: shared,
        lossGradients: losses.map(\.1.gradient)))
  }

  /// The experts of each group, numbered through all groups.
  var expertRanges: [Range<Int>] {
    var start = 0
    return expertGroups.map { group in
      defer { start += group.expertCount }
      return start..<start + group.expertCount
    }
  }

  /// All tokens for each shared expert.
  func sharedRows(of group: any ExpertGroup, tokenCount: Int) -> GroupedRows {
    let all = (0..<Int32(tokenCount)).map { $0 }
    return GroupedRows(
      offsets: (0...group.expertCount).map { $0 * tokenCount },
      indices: Array(repeatElement(all, count: group.expertCount).joined()))
  }
}

/// Traps where a part that may be the user's own gives a tensor of another shape than it has to.
///
/// Its rows would else be taken for those of another part.
func checkShape(
  of tensor: Tensor, is expected: [Int], _ name: StaticString, _ part: @autoclosure () -> Any.Type
) {
  require(
    tensor.shape == expected,
    "\(part()): \(name) of shape \(tensor.shape), expected \(expected)")
}
