extension Capacity {
  /// The capacity of layers whose experts cost unequally: γ·R times τ/(τ·N_F + N_Z) for each that
  /// computes, and γ·R times 1/(τ·N_F + N_Z) for each other.
  ///
  /// R counts routes. The paper's equation has tokens in its place; with K routes a token that is K
  /// times less.
  ///
  /// - Parameters:
  ///   - factor: The factor γ; MoE++ took 1.1.
  ///   - tau: The part of a computing expert in relation to another; MoE++ took 0.1 to 1.
  ///   - computingExperts: The experts that compute.
  ///   - expertCount: The number of experts.
  /// - Returns: A capacity that drops what exceeds it.
  public static func heterogeneous(
    factor: Double = 1.1, tau: Double = 0.75, computingExperts: Range<Int>, expertCount: Int
  ) -> Capacity {
    Capacity(
      training: .factor(factor),
      shares: (0..<expertCount).map { computingExperts.contains($0) ? tau : 1 })
  }
}
