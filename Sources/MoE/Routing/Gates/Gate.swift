/// What gives each token a logit for every expert: the part of a router that has parameters.
///
/// To add a kind of gate, write a type that conforms, and a static factory on ``GateSpecification``.
public protocol Gate: Parameterized {
  /// The size of a token.
  var inputSize: Int { get }

  /// The number of experts.
  var expertCount: Int { get }

  /// The logits of each token.
  ///
  /// - Parameters:
  ///   - tokens: A matrix of ``inputSize`` columns.
  ///   - context: What the pass is for, and what else logits may depend on.
  /// - Returns: A matrix of ``expertCount`` columns, and what the backward pass needs.
  /// - Throws: ``MoEError`` where the context lacks something that the gate needs.
  func forward(_ tokens: Tensor, context: RoutingContext) throws -> GatePass

  /// The gradients of a loss, from that with respect to the logits.
  ///
  /// - Parameters:
  ///   - gradient: With respect to the logits, and to the noise where the gate adds some.
  ///   - tokens: What the forward pass was handed.
  ///   - pass: The forward pass, in training mode.
  /// - Returns: The gradients with respect to the tokens and the parameters.
  func backward(_ gradient: LogitGradient, tokens: Tensor, pass: GatePass) -> GateGradient
}

/// What a gate's forward pass returns.
public struct GatePass: Sendable {
  /// The logits, of shape [tokens, experts], noise included.
  public var logits: Tensor
  /// What the backward pass needs, in an order that the gate itself defines; nothing in inference.
  public var saved: [Tensor]
  /// The noise that the gate added, where it did.
  public var noise: GateNoise?
  /// The pass of the gate that this one is made around, where it is.
  var base: [GatePass] = []

  /// A pass of the given parts.
  ///
  /// - Parameters:
  ///   - logits: Of shape [tokens, experts].
  ///   - saved: What the backward pass needs.
  ///   - noise: The noise that the gate added.
  public init(logits: Tensor, saved: [Tensor] = [], noise: GateNoise? = nil) {
    self.logits = logits
    self.saved = saved
    self.noise = noise
  }

  /// A pass of a gate that is made around another.
  ///
  /// - Parameters:
  ///   - logits: Of shape [tokens, experts].
  ///   - saved: What the backward pass needs.
  ///   - noise: The noise that the gate added.
  ///   - base: The pass of the other gate.
  public init(logits: Tensor, saved: [Tensor] = [], noise: GateNoise? = nil, around base: GatePass)
  {
    self.init(logits: logits, saved: saved, noise: noise)
    self.base = [base]
  }

  /// The pass of the gate that this one is made around; one of a gate that stands alone traps.
  public var inner: GatePass {
    require(!base.isEmpty, "GatePass: a gate that is made around no other")
    return base[0]
  }
}

/// The noise that a gate added: l = clean + ε·scale, with ε standard normal.
public struct GateNoise: Sendable {
  /// The logits without noise, of shape [tokens, experts].
  public var clean: Tensor
  /// The standard deviation of each logit's noise, of the same shape.
  public var scale: Tensor
  /// The standard normal numbers ε, of the same shape.
  public var sample: Tensor

  /// Noise of the given parts.
  ///
  /// - Parameters:
  ///   - clean: The logits without noise.
  ///   - scale: The standard deviation of each.
  ///   - sample: The standard normal numbers.
  public init(clean: Tensor, scale: Tensor, sample: Tensor) {
    self.clean = clean
    self.scale = scale
    self.sample = sample
  }
}

/// The gradient of a loss with respect to what a gate gives.
public struct LogitGradient: Sendable {
  /// With respect to the logits, noise included, of shape [tokens, experts].
  public var logits: Tensor
  /// With respect to the logits without noise, beside the above; from losses that read ``GateNoise``.
  public var clean: Tensor?
  /// With respect to the standard deviation of the noise.
  public var noiseScale: Tensor?

  /// A gradient of the given parts.
  ///
  /// - Parameters:
  ///   - logits: With respect to the logits, of shape [tokens, experts].
  ///   - clean: With respect to the logits without noise.
  ///   - noiseScale: With respect to the standard deviation of the noise.
  public init(_ logits: Tensor, clean: Tensor? = nil, noiseScale: Tensor? = nil) {
    self.logits = logits
    self.clean = clean
    self.noiseScale = noiseScale
  }
}

/// What a gate's backward pass returns.
public struct GateGradient: Sendable {
  /// The gradient with respect to the tokens.
  public var tokens: Tensor
  /// The gradients with respect to the parameters, in a value of the gate's own type.
  public var parameters: any Gate
  /// The gradient with respect to the logits of the layer before, where the gate reads them.
  public var previousLogits: Tensor?

  /// A gradient of the given parts.
  ///
  /// - Parameters:
  ///   - tokens: Of the shape of the tokens.
  ///   - parameters: A value of the gate's own type.
  ///   - previousLogits: Of the shape of the logits of the layer before.
  public init(tokens: Tensor, parameters: any Gate, previousLogits: Tensor? = nil) {
    self.tokens = tokens
    self.parameters = parameters
    self.previousLogits = previousLogits
  }
}

/// What a gate is to be, before the layer that it belongs to gives it sizes.
public struct GateSpecification: Sendable {
  /// Whether there is no noise in the gate's logits; true unless set.
  public var isDeterministic = true
  private let make: @Sendable (Int, Int, inout ErasedGenerator) throws -> any Gate

  /// A specification of a gate that may be your own.
  ///
  /// - Parameter make: Makes the gate from the size of a token, the number of experts and a source of
  ///   randomness.
  public init(
    make:
      @escaping @Sendable (
        _ inputSize: Int, _ expertCount: Int, _ generator: inout ErasedGenerator
      ) throws -> any Gate
  ) { self.make = make }

  /// Makes the gate.
  ///
  /// - Parameters:
  ///   - inputSize: The size of a token.
  ///   - expertCount: The number of experts.
  ///   - generator: The source of randomness.
  /// - Returns: A gate of those sizes.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where what `make` returns does not fit.
  public func gate(
    inputSize: Int, expertCount: Int, using generator: inout some RandomNumberGenerator
  ) throws -> any Gate {
    return try withErased(&generator) { generator in
      let gate = try make(inputSize, expertCount, &generator)
      guard gate.inputSize == inputSize, gate.expertCount == expertCount else {
        throw MoEError.configuration(
          "gate", value: "from \(gate.inputSize) to \(gate.expertCount) experts",
          expected: "from \(inputSize) to \(expertCount) experts")
      }
      return gate
    }
  }
}
