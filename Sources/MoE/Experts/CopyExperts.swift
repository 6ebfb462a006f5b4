/// Experts that give the token itself: E(x) = x.
///
/// No row is copied: the layer adds the token to its output, times the weight of the route. They
/// are the identity experts of LongCat-Flash, too.
///
/// They have no parameters.
///
/// **Gradient**: w·dy for the token, and ⟨dy, x⟩ for the weight.
///
/// Source: MoE++, arXiv 2410.07348; LongCat-Flash, arXiv 2509.01322.
public struct CopyExperts: ExpertGroup {
  /// The number of experts.
  public let expertCount: Int
  /// The size of a token, and of an expert's output.
  public let size: Int

  /// Experts of the given size.
  ///
  /// - Parameters:
  ///   - count: The number of experts.
  ///   - size: The size of a token, and of an expert's output.
  public init(count: Int, size: Int) {
    expertCount = count
    self.size = size
  }

  /// The size of a token.
  public var inputSize: Int { size }

  /// The size of an expert's output.
  public var outputSize: Int { size }

  /// They cost nothing, and give the token.
  public var traits: ExpertTraits { ExpertTraits(relativeCost: 0, output: .tokens) }

  /// Visits nothing.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  /// The result of a forward pass.
  public struct Pass: ExpertPass {
    /// The tokens.
    public var output: ExpertOutput
  }

  /// The tokens.
  public func forward(_ input: GroupedTokens, context: LayerContext) -> Pass {
    Pass(output: .tokens)
  }

  /// No gradient of the group's own: the layer knows that of its tokens.
  public func backward(
    _ outputGradient: GroupedGradient, pass: Pass
  ) -> ExpertGradient<CopyExperts> { ExpertGradient(parameters: self) }
}

extension ExpertSpecification {
  /// Experts that give the token itself.
  ///
  /// - Parameter count: The number of experts.
  /// - Returns: A specification of ``CopyExperts``, which throws in a layer whose output has another
  ///   size than its input.
  public static func copy(count: Int) -> ExpertSpecification {
    ExpertSpecification(count: count) { inputSize, outputSize, _ in
      try checkEqualSizes(inputSize, outputSize, of: "copy experts")
      return CopyExperts(count: count, size: inputSize)
    }.planned(.copy(count: count))
  }

  /// Throws where tokens could not stand in an output.
  static func checkEqualSizes(_ inputSize: Int, _ outputSize: Int, of kind: String) throws {
    guard inputSize == outputSize else {
      throw MoEError.configuration(
        "output size of \(kind)", value: "\(outputSize)",
        expected: "\(inputSize), the size of a token")
    }
  }
}
