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
  ///   - mode: What the pass is for.
  /// - Returns: A matrix of ``expertCount`` columns, and what the backward pass needs.
  func forward(_ tokens: Tensor, mode: PassMode) -> GatePass

  /// The gradients of a loss, from that with respect to the logits.
  ///
  /// - Parameters:
  ///   - logitGradient: Of the shape of the logits.
  ///   - tokens: What the forward pass was handed.
  ///   - pass: The forward pass, in training mode.
  /// - Returns: The gradients with respect to the tokens and the parameters.
  func backward(_ logitGradient: Tensor, tokens: Tensor, pass: GatePass) -> GateGradient
}

/// What a gate's forward pass returns.
public struct GatePass: Sendable {
  /// The logits, of shape [tokens, experts].
  public var logits: Tensor
  /// What the backward pass needs, in an order that the gate itself defines; nothing in inference.
  public var saved: [Tensor]

  /// A pass of the given parts.
  ///
  /// - Parameters:
  ///   - logits: Of shape [tokens, experts].
  ///   - saved: What the backward pass needs.
  public init(logits: Tensor, saved: [Tensor] = []) {
    self.logits = logits
    self.saved = saved
  }
}

/// What a gate's backward pass returns.
public struct GateGradient: Sendable {
  /// The gradient with respect to the tokens.
  public var tokens: Tensor
  /// The gradients with respect to the parameters, in a value of the gate's own type.
  public var parameters: any Gate

  /// A gradient of the given parts.
  ///
  /// - Parameters:
  ///   - tokens: Of the shape of the tokens.
  ///   - parameters: A value of the gate's own type.
  public init(tokens: Tensor, parameters: any Gate) {
    self.tokens = tokens
    self.parameters = parameters
  }
}

/// What a gate is to be, before the layer that it belongs to gives it sizes.
public struct GateSpecification: Sendable {
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
