/// A plan for a dense feed-forward network, before the stack that it belongs to gives it sizes.
///
/// To add a kind, write a ``Layer``, and a static factory here.
public struct DenseSpecification: Sendable {
  private let make: @Sendable (Int, inout ErasedGenerator) throws -> any Layer
  /// What it was made of; nothing of a layer of your own.
  var plan: DensePlan?

  /// A specification of a layer that may be your own.
  ///
  /// - Parameter make: Makes the layer from the size of a token, which is that of an output row
  ///   too, and a source of randomness.
  public init(
    make: @escaping @Sendable (_ size: Int, _ generator: inout ErasedGenerator) throws -> any Layer
  ) {
    self.make = make
  }

  /// Makes the layer.
  ///
  /// - Parameters:
  ///   - size: The size of a token and of an output row.
  ///   - generator: The source of randomness.
  /// - Returns: A layer of these sizes.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where what `make` returns does not
  ///   fit.
  public func layer(
    size: Int, using generator: inout some RandomNumberGenerator
  ) throws -> any Layer {
    try withErased(&generator) { generator in
      let layer = try make(size, &generator)
      guard layer.inputSize == size, layer.outputSize == size else {
        throw MoEError.configuration(
          "dense layer", value: "from \(layer.inputSize) to \(layer.outputSize)",
          expected: "from \(size) to \(size)")
      }
      return layer
    }
  }

  /// Two maps with an activation between them.
  ///
  /// - Parameters:
  ///   - hiddenSize: The size between the maps; at least 1, else the stack's initialiser throws.
  ///   - activation: The function between the maps.
  ///   - bias: Whether the maps have biases.
  /// - Returns: A specification of ``FeedForward``.
  public static func feedForward(
    hiddenSize: Int, activation: Activation = .relu, bias: Bool = true
  ) -> DenseSpecification {
    DenseSpecification { size, generator in
      try checkHiddenSize(hiddenSize)
      return FeedForward(
        inputSize: size, hiddenSize: hiddenSize, activation: activation, bias: bias,
        using: &generator)
    }.planned(.feedForward(hiddenSize: hiddenSize, activation: activation, bias: bias))
  }

  /// A gated network: SwiGLU unless another activation is named.
  ///
  /// - Parameters:
  ///   - hiddenSize: The size of the gate; at least 1, else the stack's initialiser throws.
  ///   - activation: The function of gate and up value; its limits as ``GatedActivation/check()``
  ///     has them, else the stack's initialiser throws.
  ///   - bias: Whether the maps have biases.
  /// - Returns: A specification of ``GatedFeedForward``.
  public static func gatedFeedForward(
    hiddenSize: Int, activation: GatedActivation = .silu, bias: Bool = false
  ) -> DenseSpecification {
    DenseSpecification { size, generator in
      try checkHiddenSize(hiddenSize)
      try activation.check()
      return GatedFeedForward(
        inputSize: size, hiddenSize: hiddenSize, activation: activation, bias: bias,
        using: &generator)
    }.planned(.gatedFeedForward(hiddenSize: hiddenSize, activation: activation, bias: bias))
  }

  private func planned(_ plan: DensePlan) -> DenseSpecification {
    var specification = self
    specification.plan = plan
    return specification
  }

  private static func checkHiddenSize(_ size: Int) throws {
    guard size > 0 else {
      throw MoEError.configuration(
        "hidden size of a dense layer", value: "\(size)", expected: "at least 1")
    }
  }
}

/// What a specification of a dense network of this library's own kinds was made of: what can be
/// written and read again.
enum DensePlan: Sendable, Hashable, Codable {
  case feedForward(hiddenSize: Int, activation: Activation, bias: Bool)
  case gatedFeedForward(hiddenSize: Int, activation: GatedActivation, bias: Bool)
}

extension DenseSpecification: CustomStringConvertible {
  /// What the network is made of.
  public var description: String { plan.map { planText($0) } ?? "a network of your own" }
}
