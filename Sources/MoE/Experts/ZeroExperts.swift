/// Experts that give nothing: E(x) = 0.
///
/// A token that goes to one skips the layer, as far as that route is concerned, and its weight is
/// lost. No row is read or written.
///
/// They have no parameters.
///
/// Source: MoE++, arXiv 2410.07348.
public struct ZeroExperts: ExpertGroup {
  /// The number of experts.
  public let expertCount: Int
  /// The size of a token.
  public let inputSize: Int
  /// The size of an expert's output.
  public let outputSize: Int

  /// Experts of the given sizes.
  ///
  /// - Parameters:
  ///   - count: The number of experts.
  ///   - inputSize: The size of a token.
  ///   - outputSize: The size of an expert's output.
  public init(count: Int, inputSize: Int, outputSize: Int) {
    expertCount = count
    self.inputSize = inputSize
    self.outputSize = outputSize
  }

  /// They cost nothing, and give nothing.
  public var traits: ExpertTraits { ExpertTraits(relativeCost: 0, output: .zero) }

  /// Visits nothing.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  /// The result of a forward pass.
  public struct Pass: ExpertPass {
    /// Nothing.
    public var output: ExpertOutput
  }

  /// Nothing.
  public func forward(_ input: GroupedTokens, context: LayerContext) -> Pass { Pass(output: .zero) }

  /// No gradient but that there are no parameters.
  public func backward(
    _ outputGradient: GroupedGradient, pass: Pass
  ) -> ExpertGradient<ZeroExperts> { ExpertGradient(parameters: self) }
}

extension ExpertSpecification {
  /// Experts that give nothing.
  ///
  /// - Parameter count: The number of experts.
  /// - Returns: A specification of ``ZeroExperts``.
  public static func zero(count: Int) -> ExpertSpecification {
    ExpertSpecification(count: count) { inputSize, outputSize, _ in
      ZeroExperts(count: count, inputSize: inputSize, outputSize: outputSize)
    }.planned(.zero(count: count))
  }
}
