/// A change of what another gate sees or gives, with parameters of its own where it has some.
///
/// ``ModifiedGate`` is the gate that it makes of another. A modifier runs the other gate in the
/// middle of its own passes: it may change the tokens before and the logits after, and backward the
/// same in reverse.
public protocol GateModifier: ExpertParameterized {
  /// All that the modifier's own backward pass reads.
  associatedtype Saved: Sendable

  /// The promises of the modified gate where the other gate gives them; none unless given.
  var promises: RoutingPromises { get }

  /// Whether logits depend on ``RoutingOverrides/previousLogits``; false unless given.
  var readsPreviousLogits: Bool { get }

  /// How many logits of the layer before a token has where they are given: nothing, which is as
  /// many as the other gate says, unless given.
  var previousLogitCount: Int? { get }

  /// A specification that makes this change of a gate of another; nothing where there is none, and
  /// unless given.
  ///
  /// - Parameter base: The specification of the other gate.
  /// - Returns: One of the changed gate.
  func specification(of base: GateSpecification) -> GateSpecification?

  /// The logits of each token.
  ///
  /// - Parameters:
  ///   - tokens: A matrix of one row a token.
  ///   - context: What the pass is for, and what else logits may depend on.
  ///   - base: Runs the other gate, once: from tokens to logits.
  /// - Returns: The changed logits, and what is kept for the backward pass.
  /// - Throws: ``MoEError`` where the context lacks something, and what `base` throws.
  func forward(
    _ tokens: Tensor, context: RoutingContext, base: (Tensor) throws -> GateOutput
  ) throws -> (output: GateOutput, saved: Saved)

  /// The gradients of a loss, from that with respect to the changed logits.
  ///
  /// - Parameters:
  ///   - gradient: With respect to what the forward pass gave.
  ///   - saved: What it kept.
  ///   - base: The other gate's backward pass, once: from its logits to its tokens.
  /// - Returns: The gradients with respect to the tokens and to the parameters of the modifier.
  /// - Throws: What `base` throws.
  func backward(
    _ gradient: LogitGradient, saved: Saved, base: (LogitGradient) throws -> GateInputGradient
  ) throws -> (input: GateInputGradient, parameters: Self)

  /// This modifier where experts changed in the layer before.
  ///
  /// - Parameter edit: What became of the experts of that layer.
  /// - Returns: A modifier that reads as many logits as there are afterwards.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the modifier reads such logits
  ///   and cannot follow; nothing unless given where it reads none.
  func editingPreviousExperts(_ edit: ExpertEdit) throws -> Self
}

extension GateModifier {
  /// Nothing.
  public var promises: RoutingPromises { [] }

  /// False.
  public var readsPreviousLogits: Bool { false }

  /// Nothing.
  public var previousLogitCount: Int? { nil }

  /// Nothing.
  public func specification(of base: GateSpecification) -> GateSpecification? { nil }
}

/// The output of a gate: logits, and the noise in them where there is some.
public struct GateOutput: Sendable {
  /// The logits, of shape [tokens, experts], noise included.
  public var logits: Tensor
  /// The noise that was added, where it was.
  public var noise: GateNoise?

  /// An output of the given parts.
  ///
  /// - Parameters:
  ///   - logits: Of shape [tokens, experts].
  ///   - noise: The noise that was added.
  public init(logits: Tensor, noise: GateNoise? = nil) {
    self.logits = logits
    self.noise = noise
  }
}

/// The gradient of a loss with respect to what a gate reads.
public struct GateInputGradient: Sendable {
  /// With respect to the tokens.
  public var tokens: Tensor
  /// With respect to the logits of the layer before, where they are read.
  public var previousLogits: Tensor?
  /// With respect to the state of the layer before, where it is read.
  public var previousState: Tensor?

  /// A gradient of the given parts.
  ///
  /// - Parameters:
  ///   - tokens: Of the shape of the tokens.
  ///   - previousLogits: Of the shape of the logits of the layer before.
  ///   - previousState: Of the shape of the state of the layer before.
  public init(tokens: Tensor, previousLogits: Tensor? = nil, previousState: Tensor? = nil) {
    self.tokens = tokens
    self.previousLogits = previousLogits
    self.previousState = previousState
  }
}
