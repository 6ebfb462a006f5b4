/// A gate that carries a state from layer to layer: h = D·x + b + e⊙h_previous, and
/// l = W₃·f(W₂·f(W₁·N(h) + b₁) + b₂), with f the GELU by the error function.
///
/// The state h of a layer is what the gate of the next one reads: an average over the depth of the
/// model, in which the vector e says how much of what was before is kept. The first layer has none
/// before it.
///
/// A ``MixtureStack`` hands the state on. By hand give each layer `pass.routing.gateState` of the one
/// before as ``RoutingOverrides/previousState``, and go back with
/// ``MixtureOfExperts/backward(_:routing:pass:)`` from the last layer to the first.
///
/// **Gradient**: with δ that with respect to h, from the logits and from the next layer together,
/// de = Σ δ⊙h_previous, and δ⊙e for the state before.
///
/// **Shapes**: `down.weight` [stateSize, inputSize], `stateScale` [stateSize], `norm.weight`
/// [stateSize], `first.weight` and `second.weight` [stateSize, stateSize], `last.weight` [experts,
/// stateSize].
///
/// **Initial values**: as ``Linear``; e is one.
///
/// Source: ZAYA1, whose skip class is one expert of ``ZeroExperts`` behind the others.
public struct StatefulGate: Gate {
  /// The map D of a token to its state, with the bias b.
  public var down: Linear
  /// The factors e of the state before; nothing where the gate reads none, as in a first layer.
  public var stateScale: Tensor?
  /// The norm of the state before the maps.
  public var norm: Norm
  /// The map W₁ with its bias.
  public var first: Linear
  /// The map W₂ with its bias.
  public var second: Linear
  /// The map W₃ to the logits.
  public var last: Linear

  /// A gate of the given parts.
  ///
  /// - Parameters:
  ///   - down: The map of a token to its state.
  ///   - stateScale: The factors of the state before, one a number of it; nothing where the gate
  ///     reads none.
  ///   - norm: The norm of the state.
  ///   - first: The first map behind it.
  ///   - second: The second.
  ///   - last: The map to the logits. Parts whose sizes differ trap.
  public init(
    down: Linear, stateScale: Tensor?, norm: Norm, first: Linear, second: Linear, last: Linear
  ) {
    let size = down.outputSize
    require(
      stateScale.map { $0.sizes == TensorShape(size) } ?? true && norm.inputSize == size
        && first.inputSize == size && second.inputSize == first.outputSize
        && last.inputSize == second.outputSize,
      "StatefulGate: a state of \(size) numbers, and parts of other sizes")
    self.down = down
    self.stateScale = stateScale
    self.norm = norm
    self.first = first
    self.second = second
    self.last = last
  }

  /// The size of a token.
  public var inputSize: Int { down.inputSize }

  /// The number of experts.
  public var expertCount: Int { last.outputSize }

  /// The numbers of a token's state.
  public var stateSize: Int? { down.outputSize }

  /// Each token has its own logits, without noise.
  public var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  /// Visits the parameters of each part, under its name.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try down.visitParameters(under: "down", visit)
    if var scale = stateScale.take() {
      defer { stateScale = scale }
      try visit("stateScale", &scale)
    }
    try norm.visitParameters(under: "norm", visit)
    try first.visitParameters(under: "first", visit)
    try second.visitParameters(under: "second", visit)
    try last.visitParameters(under: "last", visit)
  }

  /// Visits the weights of all maps.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try down.visitWeights(under: "down", visit)
    try first.visitWeights(under: "first", visit)
    try second.visitWeights(under: "second", visit)
    try last.visitWeights(under: "last", visit)
  }

  /// The rows of other experts in the last map; the others are those of all.
  public func editingExperts(_ edit: ExpertEdit) -> StatefulGate {
    var edited = self
    edited.last = last.editingOutputs(edit)
    return edited
  }

  /// Visits an expert's row of `last.weight`, and its number in `last.bias` where there is one.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows { try last.visitParameters(ofOutput: expert) { try visit("last.\($0)", &$1) } }
}

// MARK: - Passes

extension StatefulGate {
  /// The result of a forward pass.
  public struct Pass: GatePass {
    /// The logits, of shape [tokens, experts].
    public var logits: Tensor { last.output }
    /// The state h, of shape [tokens, stateSize].
    public let state: Tensor?
    let previous: Tensor?
    let down: Linear.Pass
    let norm: Norm.Pass
    let first: Linear.Pass
    let second: Linear.Pass
    let last: Linear.Pass
  }

  /// The function between the maps.
  private static let activation = Activation.gelu

  /// The logits and the state.
  public func forward(_ tokens: Tensor, context: RoutingContext) -> Pass {
    let context = (
      layer: LayerContext(batch: context.batch, purpose: context.purpose),
      previous: context.overrides.previousState
    )
    let down = down.forward(tokens, context: context.layer)
    var state = down.output
    let previous = stateScale == nil ? nil : context.previous
    if let stateScale, var kept = previous {
      kept.multiplyEachRow(by: stateScale)
      state += kept
    }
    let norm = norm.forward(state, context: context.layer)
    let first = first.forward(norm.output, context: context.layer)
    let second = second.forward(
      StatefulGate.activation(first.output), context: context.layer)
    let last = last.forward(StatefulGate.activation(second.output), context: context.layer)
    return Pass(
      state: state, previous: previous, down: down, norm: norm, first: first, second: second,
      last: last)
  }

  /// The gradients with respect to the tokens, the parameters and the state before.
  public func backward(_ gradient: LogitGradient, pass: Pass) -> GateGradient<StatefulGate> {
    let last = last.backward(gradient.logits, pass: pass.last)
    let second = second.backward(
      StatefulGate.activation.gradient(last.input, at: pass.second.output), pass: pass.second)
    let first = first.backward(
      StatefulGate.activation.gradient(second.input, at: pass.first.output), pass: pass.first)
    let norm = norm.backward(first.input, pass: pass.norm)
    let ofState = gradient.state.map { norm.input + $0 } ?? norm.input
    var (ofScale, ofPrevious): (Tensor?, Tensor?)
    if let stateScale {
      ofScale =
        pass.previous.map { (ofState * $0).columnSums() } ?? Tensor(zeros: stateScale.shape)
      if pass.previous != nil {
        var gradient = ofState
        gradient.multiplyEachRow(by: stateScale)
        ofPrevious = gradient
      }
    }
    let down = down.backward(ofState, pass: pass.down)
    return GateGradient(
      input: down.input,
      parameters: StatefulGate(
        down: down.parameters, stateScale: ofScale, norm: norm.parameters,
        first: first.parameters, second: second.parameters, last: last.parameters),
      previousState: ofPrevious)
  }
}

extension GateSpecification {
  /// A gate that carries a state from layer to layer.
  ///
  /// - Parameters:
  ///   - stateSize: The numbers of a token's state; at least 1, else the layer's initialiser throws.
  ///   - norm: The norm of the state.
  ///   - readsState: Whether the gate reads the state before; one of a first layer need not.
  /// - Returns: A specification of ``StatefulGate``.
  public static func stateful(
    stateSize: Int, norm: NormSpecification = .rms(), readsState: Bool = true
  ) -> GateSpecification {
    GateSpecification(promises: [.tokenLocal, .deterministic]) {
      inputSize, expertCount, generator in
      guard stateSize > 0 else {
        throw MoEError.configuration(
          "size of a gate's state", value: "\(stateSize)", expected: "at least 1")
      }
      func map(_ inputs: Int, _ outputs: Int, bias: Bool = true) -> Linear {
        Linear(inputSize: inputs, outputSize: outputs, bias: bias, using: &generator)
      }
      let norm = try norm.norm(size: stateSize)
      let down = map(inputSize, stateSize)
      let (first, second) = (map(stateSize, stateSize), map(stateSize, stateSize))
      return StatefulGate(
        down: down, stateScale: readsState ? Tensor(repeating: 1, shape: [stateSize]) : nil,
        norm: norm, first: first, second: second, last: map(stateSize, expertCount, bias: false))
    }.planned(
      .stateful(stateSize: stateSize, norm: norm, readsState: readsState))
  }
}
