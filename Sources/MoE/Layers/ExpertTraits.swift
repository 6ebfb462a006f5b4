/// What routing and balancing may know of an expert without knowing its kind: what it costs, and
/// whether it gives nothing or the token itself.
///
/// A group of experts tells it, a layer hands it to its router, and a ``Routing`` carries it. So
/// losses, capacities, weightings and statistics of layers whose experts differ learn the kinds
/// from the layer.
public struct ExpertTraits: Sendable, Hashable, Codable {
  /// What an expert gives for a token.
  public enum Output: String, Sendable, Hashable, Codable {
    /// A row that it makes.
    case rows
    /// Nothing, which is zero.
    case zero
    /// The token itself.
    case tokens
  }

  /// How much an expert costs a token, in relation to others of the layer: 1 as a rule, 0 for one
  /// that computes nothing, or next to nothing.
  public var relativeCost: Double
  /// What an expert gives.
  public var output: Output

  /// Traits of an expert.
  ///
  /// - Parameters:
  ///   - relativeCost: How much it costs a token; what is negative or not finite throws in a layer.
  ///   - output: What it gives.
  public init(relativeCost: Double = 1, output: Output = .rows) {
    self.relativeCost = relativeCost
    self.output = output
  }

  /// An expert that computes, at the cost of most.
  public static var computing: ExpertTraits { ExpertTraits() }

  /// Whether the expert computes: whether it costs anything.
  public var isComputing: Bool { relativeCost > 0 }

  /// Whether the expert gives nothing, whatever it takes.
  public var givesZero: Bool { output == .zero }

  /// Whether the expert gives the token itself.
  public var givesTokens: Bool { output == .tokens }

  /// The cost η = τ + (1 − τ)·c of an expert in a balance of unequal costs, with c its relative
  /// cost: 1 for one that computes, and τ for one that does not.
  ///
  /// Source: MoE++, arXiv 2410.07348, equation 7, which has these two; the line between and beyond
  /// them is this library's.
  ///
  /// - Parameter tau: The cost τ of an expert that does not compute.
  /// - Returns: The cost η.
  public func balancingCost(tau: Double) -> Double { tau + (1 - tau) * relativeCost }
}
