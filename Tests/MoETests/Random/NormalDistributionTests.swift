import MoE
import Testing

@Suite struct NormalDistributionTests {
  /// Values of Python's own inverse.
  ///
  ///     from statistics import NormalDist
  ///     for p in (…): print(p, repr(NormalDist().inv_cdf(p)))
  ///
  /// Its source states a relative accuracy of about 10⁻¹⁶ for the rational functions, and both
  /// sides round some twenty operations on the way: 10⁻¹⁵ is four and a half units of 2⁻⁵².
  @Test(arguments: [
    (0x1p-1074, -38.46740561714434), (1e-300, -37.0470962993612), (1e-100, -21.27345356096532),
    (1e-20, -9.262340089798405), (1.5e-11, -6.646570887477112), (1.3e-11, -6.66761145651074),
    (1e-05, -4.2648907939228256), (0.001, -3.090232306167813), (0.01, -2.3263478740408408),
    (0.025, -1.9599639845400538), (0.0749, -1.4402382675279632), (0.0751, -1.4388253927525398),
    (0.25, -0.6744897501960817), (0.4, -0.2533471031357998), (0.4999, -0.0002506628300880075),
    (0.75, 0.6744897501960817), (0.925, 1.439531470938456), (0.93, 1.4757910281791708),
    (0.999999, 4.753424308817089),
  ])
  func quantiles(_ probability: Double, _ quantile: Double) {
    let computed = NormalDistribution.quantile(probability)
    #expect((computed - quantile).magnitude <= 1e-15 * quantile.magnitude)
  }

  @Test func theMedianIsZero() { #expect(NormalDistribution.quantile(0.5) == 0) }

  /// For multiples of 2⁻¹⁰, 1 − p is exact, and the two sides are the same computation.
  @Test func symmetric() {
    for step in 1..<1024 {
      let p = Double(step) / 1024
      #expect(NormalDistribution.quantile(1 - p) == -NormalDistribution.quantile(p))
    }
  }

  /// It rises without a break, also where the three rational functions meet: at 0.075, and at e⁻²⁵.
  @Test func rises() {
    var last = -Double.infinity
    for step in 1..<2000 {
      let quantile = NormalDistribution.quantile(Double(step) / 2000)
      #expect(quantile > last)
      last = quantile
    }
    for meeting in [0.075, 0.925, 1.3887943864964021e-11] {
      let below = NormalDistribution.quantile(meeting * (1 - 1e-9))
      let above = NormalDistribution.quantile(meeting * (1 + 1e-9))
      #expect(below < above)
      // The derivative is 1/φ, and over so short a way nearly constant.
      let middle = NormalDistribution.quantile(meeting)
      #expect(middle > below && middle < above)
    }
  }

  @Test func tails() {
    #expect(NormalDistribution.quantile(.leastNonzeroMagnitude).isFinite)
    #expect(NormalDistribution.quantile(.leastNonzeroMagnitude) < -38)
    #expect(NormalDistribution.quantile(1 - 0x1p-53) > 8)
    #expect(
      NormalDistribution.quantile(NormalDistribution.probabilityBelowMinusTwo) + 2 < 1e-15)
  }
}
