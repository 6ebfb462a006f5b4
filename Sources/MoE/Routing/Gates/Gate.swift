/// The part of a router that has parameters: a function that gives each token a logit for every
/// expert.
///
/// To add a kind of gate, write a type that conforms, and a static factory on
/// ``GateSpecification``. To change what another gate sees or gives, write a ``GateModifier``
/// instead.
public protocol Gate: ExpertParameterized {
  /// All that a forward pass returns, and all that a backward pass reads.
  associatedtype Pass: GatePass

  /// The size of a token.
  var inputSize: Int { get }

  /// The number of experts.
  var expertCount: Int { get }

  /// The promises of the gate; none unless given.
  var promises: RoutingPromises { get }

  /// Whether logits depend on ``RoutingOverrides/previousLogits``; false unless given.
  ///
  /// A stack of layers hands those of the layer before to a gate that reads them, and to no other.
  var readsPreviousLogits: Bool { get }

  /// How many logits of the layer before a token has where they are given: ``expertCount`` unless
  /// given.
  var previousLogitCount: Int { get }

  /// How many numbers a token has in ``RoutingOverrides/previousState``, which the gate reads and in
  /// ``GatePass/state`` gives; nothing where it does neither, and unless given.
  ///
  /// A stack of layers hands the state of one to the next.
  var stateSize: Int? { get }

  /// A specification that makes a gate of this kind and sizes; nothing where there is none, and unless
  /// given.
  var specification: GateSpecification? { get }

  /// The logits of each token.
  ///
  /// - Parameters:
  ///   - tokens: A matrix of ``inputSize`` columns, without padding.
  ///   - context: What the pass is for, and what else logits may depend on.
  /// - Returns: A matrix of ``expertCount`` columns, and what the backward pass needs.
  /// - Throws: ``MoEError`` where the context lacks something that the gate needs.
  func forward(_ tokens: Tensor, context: RoutingContext) throws -> Pass

  /// The gradients of a loss, from that with respect to the logits.
  ///
  /// - Parameters:
  ///   - gradient: With respect to the logits, and to the noise where the gate adds some.
  ///   - pass: A forward pass of this gate in training mode; one in inference mode may trap.
  /// - Returns: The gradients with respect to the tokens and the parameters.
  /// - Throws: What a part of the user's own throws; nothing in this library's own gates.
  func backward(_ gradient: LogitGradient, pass: Pass) throws -> GateGradient<Self>

  /// This gate where experts changed in the layer before.
  ///
  /// - Parameter edit: What became of the experts of that layer.
  /// - Returns: A gate that reads as many logits as there are afterwards.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the gate reads such logits and
  ///   cannot follow; nothing unless given where it reads none.
  func editingPreviousExperts(_ edit: ExpertEdit) throws -> Self
}

extension Gate {
  /// Nothing.
  public var promises: RoutingPromises { [] }

  /// False.
  public var readsPreviousLogits: Bool { false }

  /// As many as the gate gives itself.
  public var previousLogitCount: Int { expertCount }

  /// Nothing.
  public var stateSize: Int? { nil }

  /// Nothing.
  public var specification: GateSpecification? { nil }
}

/// The result of a gate's forward pass.
public protocol GatePass: Sendable {
  /// The logits, of shape [tokens, experts], noise included.
  var logits: Tensor { get }

  /// The noise that the gate added, where it did; nothing unless given.
  var noise: GateNoise? { get }

  /// What the gate of the next layer may read of this one, of shape [tokens, ``Gate/stateSize``];
  /// nothing unless given.
  var state: Tensor? { get }
}

extension GatePass {
  /// Nothing.
  public var noise: GateNoise? { nil }

  /// Nothing.
  public var state: Tensor? { nil }
}

/// The gradient of a loss with respect to what a gate gives.
public struct LogitGradient: Sendable {
  /// With respect to the logits, noise included, of shape [tokens, experts].
  public var logits: Tensor
  /// With respect to the logits without noise, beside the above; from losses that read
  /// ``GateNoise``.
  public var clean: Tensor?
  /// With respect to the standard deviation of the noise.
  public var noiseScale: Tensor?
  /// With respect to ``GatePass/state``, where the next layer read it.
  public var state: Tensor?

  /// A gradient of the given parts.
  ///
  /// - Parameters:
  ///   - logits: With respect to the logits, of shape [tokens, experts].
  ///   - clean: With respect to the logits without noise.
  ///   - noiseScale: With respect to the standard deviation of the noise.
  ///   - state: With respect to the state.
  public init(
    _ logits: Tensor, clean: Tensor? = nil, noiseScale: Tensor? = nil, state: Tensor? = nil
  ) {
    self.logits = logits
    self.clean = clean
    self.noiseScale = noiseScale
    self.state = state
  }
}

/// The result of a gate's backward pass.
public struct GateGradient<Parameters: Gate>: Sendable {
  /// The gradient with respect to the tokens.
  public var input: Tensor
  /// The gradients with respect to the parameters: a value of the gate's own type.
  public var parameters: Parameters
  /// The gradient with respect to the logits of the layer before, where the gate reads them.
  public var previousLogits: Tensor?
  /// The gradient with respect to the state of the layer before, where the gate reads it.
  public var previousState: Tensor?

  /// A gradient of the given parts.
  ///
  /// - Parameters:
  ///   - input: With respect to the tokens, of their shape.
  ///   - parameters: A value of the gate's own type.
  ///   - previousLogits: Of the shape of the logits of the layer before.
  ///   - previousState: Of the shape of the state of the layer before.
  public init(
    input: Tensor, parameters: Parameters, previousLogits: Tensor? = nil,
    previousState: Tensor? = nil
  ) {
    self.input = input
    self.parameters = parameters
    self.previousLogits = previousLogits
    self.previousState = previousState
  }
}

extension Gate {
  /// The backward pass of a gate whose type is not known, from a pass of that gate; another traps.
  package func anyBackward(_ gradient: LogitGradient, pass: any GatePass) throws -> (
    input: GateInputGradient, parameters: any Gate
  ) {
    guard let own = pass as? Pass else {
      fatalError("\(Self.self).backward: a pass of type \(type(of: pass)), expected \(Pass.self)")
    }
    let back = try backward(gradient, pass: own)
    return (
      GateInputGradient(
        tokens: back.input, previousLogits: back.previousLogits,
        previousState: back.previousState), back.parameters
    )
  }
}
