/// A layer of experts, of which a router picks some for every token:
/// y = Σⱼ wⱼ·E_eⱼ(x) [+ shared(x)], or U·Σⱼ wⱼ·E_eⱼ(D·x) of a latent mixture.
///
///     var generator = SeededGenerator(seed: 42)
///     let moe = try MixtureOfExperts(
///       inputSize: 32, experts: [.gatedFeedForward(count: 8, hiddenSize: 64)],
///       routing: .topK(2), using: &generator)
///     let output = try moe(tokens)  // [tokens, 32]
///
/// **Shapes**: tokens [T, inputSize], output [T, outputSize]. Experts are numbered through all
/// groups.
///
/// **Initial values**: those of the gate and of the experts, drawn in that order, then the shared
/// experts, the maps of a latent mixture last.
///
/// **Numerics**: outputs and gradients have the same bits for any number of threads; with a
/// token-local strategy, which ``RoutingStrategy/isTokenLocal`` tells, the output of a token has
/// the same bits whatever stands beside it in the batch. A selector that is token-local does not
/// make a strategy so: a capacity takes it away.
///
/// **Corners**: no tokens give an output of no rows and zero gradients; an expert without tokens
/// has a gradient of zeros.
public struct MixtureOfExperts: Layer {
  /// The router that sends tokens to experts.
  public var router: Router { didSet { tellRouter() } }
  /// The experts, in groups of one kind and size.
  public var expertGroups: [any ExpertGroup] { didSet { tellRouter() } }
  /// Experts that every token goes to, beside those that it is routed to.
  public var sharedExperts: SharedExperts?
  /// The maps of a latent mixture, whose routed experts work in a smaller space.
  public var latent: LatentProjection?
  /// What becomes of the sums of the experts; they are the output where there is none.
  public var outputStage: OutputStage?
  /// The auxiliary losses of a training pass.
  public var balancingLosses: [any BalancingLoss]
  /// The updates after a step of training, when ``finishStep(_:tokenQuality:)`` tells of its end.
  public var stepUpdates: [any StepUpdate]
  /// The last step of training whose end was told; nothing before the first.
  public internal(set) var finishedStep: Int?
  /// Experts whose parameters training leaves as they are.
  public internal(set) var frozenExperts: Set<Int> = []
  /// Experts whose own parameters of the gate training leaves as they are.
  public internal(set) var frozenGateRows: Set<Int> = []

  /// A layer with random parameters.
  ///
  /// - Parameters:
  ///   - inputSize: The size of a token.
  ///   - outputSize: The size of an output row; that of a token unless given.
  ///   - experts: The groups of experts, at least one.
  ///   - sharedExperts: Experts that every token goes to.
  ///   - latent: The smaller space that the routed experts work in; that of tokens unless given.
  ///   - output: What becomes of the sums of the experts.
  ///   - routing: The way to send tokens to experts.
  ///   - balancingLosses: The auxiliary losses of a training pass.
  ///   - stepUpdates: What happens after a step of training.
  ///   - seed: The seed of all noise in routing.
  ///   - layer: The number of the layer, below 2²⁴, so that layers of one seed have noise of their
  ///     own.
  ///   - isCausal: Whether no token's output may depend on a later token, as in a decoder.
  ///   - generator: The source of randomness.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where a size, a count or a loss cannot
  ///   work, or the routing not in a causal layer.
  public init(
    inputSize: Int, outputSize: Int? = nil, experts: [ExpertSpecification],
    sharedExperts: SharedExpertSpecification? = nil, latent: LatentSpecification? = nil,
    output: OutputSpecification? = nil, routing: RoutingStrategy,
    balancingLosses: [any BalancingLoss] = [], stepUpdates: [any StepUpdate] = [],
    seed: UInt64 = 0, layer: Int = 0, isCausal: Bool = false,
    using generator: inout some RandomNumberGenerator
  ) throws {
    let outputSize = outputSize ?? inputSize
    try MixtureOfExperts.check("input size", inputSize)
    try MixtureOfExperts.check("output size", outputSize)
    try MixtureOfExperts.check("number of expert groups", experts.count)
    // The counts first: a wrong one should not cost the time of drawing all parameters.
    for group in experts { try MixtureOfExperts.check("expert count", group.count) }
    for group in sharedExperts?.experts ?? [] {
      try MixtureOfExperts.check("expert count", group.count)
    }
    try latent?.check()
    let (expertInput, expertOutput) = (latent?.size ?? inputSize, latent?.size ?? outputSize)
    try balancingLosses.check(expertCount: experts.reduce(0) { $0 + $1.count })
    // Drawn from a copy, so that a failure half-way leaves the generator as it was.
    var drawn = generator
    router = try Router(
      inputSize: inputSize, expertCount: experts.reduce(0) { $0 + $1.count }, strategy: routing,
      seed: seed, layer: layer, isCausal: isCausal, using: &drawn)
    try MixtureOfExperts.checkPassThrough(
      routing, inputSize: expertInput, outputSize: expertOutput)
    var groups: [any ExpertGroup] = []
    for group in experts {
      groups.append(
        try group.group(inputSize: expertInput, outputSize: expertOutput, using: &drawn))
    }
    expertGroups = groups
    self.sharedExperts = try sharedExperts.map {
      try $0.sharedExperts(inputSize: inputSize, outputSize: outputSize, using: &drawn)
    }
    self.latent = try latent.map {
      try $0.projection(inputSize: inputSize, outputSize: outputSize, using: &drawn)
    }
    outputStage = try output?.stage(outputSize: outputSize)
    try MixtureOfExperts.check(self.sharedExperts, router: router)
    self.balancingLosses = balancingLosses
    self.stepUpdates = stepUpdates
    for group in groups { try MixtureOfExperts.check(group.traits, of: group) }
    tellRouter()
    try checkUpdates()
    generator = drawn
  }

  /// A layer of the given parts.
  ///
  /// - Parameters:
  ///   - router: What sends tokens to experts.
  ///   - expertGroups: The groups of experts, at least one.
  ///   - sharedExperts: Experts that every token goes to.
  ///   - latent: The maps of a latent mixture, whose routed experts work in a smaller space.
  ///   - outputStage: What becomes of the sums of the experts.
  ///   - balancingLosses: The auxiliary losses of a training pass.
  ///   - stepUpdates: What happens after a step of training.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the parts' sizes differ, or a
  ///   loss cannot work.
  public init(
    router: Router, expertGroups: [any ExpertGroup], sharedExperts: SharedExperts? = nil,
    latent: LatentProjection? = nil, outputStage: OutputStage? = nil,
    balancingLosses: [any BalancingLoss] = [],
    stepUpdates: [any StepUpdate] = []
  ) throws {
    try MixtureOfExperts.check("number of expert groups", expertGroups.count)
    for group in expertGroups {
      try MixtureOfExperts.check("expert count", group.expertCount)
    }
    let count = expertGroups.reduce(0) { $0 + $1.expertCount }
    guard count == router.expertCount else {
      throw MoEError.configuration(
        "number of experts", value: "\(count)", expected: "\(router.expertCount), as the router has"
      )
    }
    let outputSize = latent?.outputSize ?? expertGroups[0].outputSize
    if let latent, latent.inputSize != router.inputSize {
      throw MoEError.configuration(
        "map to the latent space", value: "from \(latent.inputSize)",
        expected: "from \(router.inputSize), the size of a token")
    }
    for group in expertGroups {
      try MixtureOfExperts.check(
        group, from: latent?.down.outputSize ?? router.inputSize,
        to: latent?.up.inputSize ?? outputSize)
    }
    for group in sharedExperts?.groups ?? [] {
      try MixtureOfExperts.check(group, from: router.inputSize, to: outputSize)
    }
    try balancingLosses.check(expertCount: count)
    try MixtureOfExperts.checkPassThrough(
      router.strategy, inputSize: expertGroups[0].inputSize,
      outputSize: expertGroups[0].outputSize)
    try sharedExperts?.check()
    try outputStage?.check(outputSize: outputSize)
    try MixtureOfExperts.check(sharedExperts, router: router)
    self.router = router
    self.expertGroups = expertGroups
    self.sharedExperts = sharedExperts
    self.latent = latent
    self.outputStage = outputStage
    self.balancingLosses = balancingLosses
    self.stepUpdates = stepUpdates
    for group in expertGroups { try MixtureOfExperts.check(group.traits, of: group) }
    tellRouter()
    try checkUpdates()
  }

  /// A layer of the same configuration with other parameters: a gradient.
  init(
    _ layer: MixtureOfExperts, router: Router, expertGroups: [any ExpertGroup],
    latent: LatentProjection?, sharedExperts: SharedExperts?, outputStage: OutputStage?
  ) {
    self = layer
    self.router = router
    self.expertGroups = expertGroups
    self.latent = latent
    self.sharedExperts = sharedExperts
    self.outputStage = outputStage
  }

  /// The size of a token.
  public var inputSize: Int { router.inputSize }

  /// The size of an output row.
  public var outputSize: Int { latent?.outputSize ?? expertGroups[0].outputSize }

  /// The number of experts that tokens are routed to, in all groups.
  public var expertCount: Int { router.expertCount }

  /// Visits the parameters of the router, of each group of experts under `expertGroups.` and its
  /// index, of the shared experts under `sharedExperts`, of the maps of a latent mixture under
  /// `latent` and of what becomes of the sums under `outputStage`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    let kept = parametersToKeep
    defer { putBack(kept) }
    try router.visitParameters(under: "router", visit)
    for index in expertGroups.indices {
      try expertGroups[index].visitParameters(under: "expertGroups.\(index)", visit)
    }
    try sharedExperts?.visitParameters(under: "sharedExperts", visit)
    try latent?.visitParameters(under: "latent", visit)
    try outputStage?.visitParameters(under: "outputStage", visit)
  }

  /// Visits the buffers of the router, the groups of experts, the shared experts, the balancing
  /// losses and the updates after a step, under the names of these, and `finishedStep`,
  /// `frozenExperts` and `frozenGateRows`.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    try router.visitBuffers(under: "router", visit)
    for index in expertGroups.indices {
      try expertGroups[index].visitBuffers(under: "expertGroups.\(index)", visit)
    }
    try sharedExperts?.visitBuffers(under: "sharedExperts", visit)
    try visitBalancing(visit)
    try visitFrozenBuffers(visit)
  }

  /// Throws what a part throws, and where one does not fit the router, or `finishedStep` is no
  /// whole number.
  public func checkBuffers() throws {
    try router.checkBuffers()
    for group in expertGroups { try group.checkBuffers() }
    try sharedExperts?.checkBuffers()
    try checkFrozen()
    try checkBalancingBuffers()
  }

  /// Visits the weights of the gate, of every group of experts, of the shared experts and of the
  /// maps of a latent mixture.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try router.visitWeights(under: "router", visit)
    for index in expertGroups.indices {
      try expertGroups[index].visitWeights(under: "expertGroups.\(index)", visit)
    }
    try sharedExperts?.visitWeights(under: "sharedExperts", visit)
    try latent?.visitWeights(under: "latent", visit)
  }
}
