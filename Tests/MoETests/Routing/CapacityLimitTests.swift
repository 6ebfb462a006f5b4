import MoE
import Testing

/// How many routes an expert takes.
@Suite struct CapacityLimitTests {
  @Test func limitsAreSharesRoundedUp() {
    func limits(_ capacity: Capacity, _ routes: Int, _ experts: Int, training: Bool = true)
      -> [Int]?
    {
      capacity.limits(
        routeCount: routes, expertCount: experts, mode: training ? .training(step: 0) : .inference)
    }
    #expect(limits(.factor(1), 10, 4) == [3, 3, 3, 3])
    #expect(limits(.factor(1), 8, 4) == [2, 2, 2, 2])
    // 1.1 · 10 is 11.000000000000002 in binary: no route more for that.
    #expect(limits(.factor(1.1), 20, 2) == [11, 11])
    #expect(limits(.factor(0.01), 8, 4) == [1, 1, 1, 1])
    #expect(limits(.factor(1), 0, 4) == [0, 0, 0, 0])
    #expect(limits(.factor(0.01, minimum: 4), 8, 4) == [4, 4, 4, 4])
    #expect(limits(.factor(1e300), 8, 2) == [Int(Int32.max), Int(Int32.max)])
    #expect(limits(.routes(5), 100, 2) == [5, 5])
    // As many tokens as routes here, and cut: 1.25 · 10/4 is 3.125, and 0.7 · 10 no less than 7.
    #expect(limits(Capacity(training: .tokenFactor(1.25)), 10, 4) == [3, 3, 3, 3])
    #expect(limits(Capacity(training: .tokenFactor(0.7)), 10, 1) == [7])
    #expect(limits(Capacity(training: .tokenFactor(0.1), minimum: 4), 10, 4) == [4, 4, 4, 4])
    #expect(limits(.none, 100, 2) == nil)
    #expect(limits(.factor(1, inference: 2), 8, 4, training: false) == [4, 4, 4, 4])
    #expect(limits(.factor(1, inference: 2), 8, 4) == [2, 2, 2, 2])
    // In inference there is no limit unless one is given.
    for capacity in [Capacity.factor(1), .routes(2), Capacity(training: .tokenFactor(1))] {
      #expect(limits(capacity, 8, 4) != nil && limits(capacity, 8, 4, training: false) == nil)
    }
    #expect(limits(.routes(3, inference: 5), 8, 2, training: false) == [5, 5])
    let training = Capacity(training: .routes(3))
    #expect(limits(training, 8, 2) == [3, 3] && limits(training, 8, 2, training: false) == nil)
    // Those that are switched off have no share, and leave theirs to the others.
    #expect(
      Capacity.factor(1).limits(
        routeCount: 8, expertCount: 4, mode: .training(step: 0), availableExperts: [1, 3]) == [
          0, 4, 0, 4,
        ])
  }

  /// Neither padding nor how many routes tokens have changes a limit in proportion to the tokens.
  @Test func aLimitByTokensCountsTokens() throws {
    let logits = Tensor(scattered: [10, 4], seed: 3)
    for count in [1, 3] {
      let strategy = RoutingStrategy(
        selector: .topK(count), weighting: .scores,
        capacity: Capacity(training: .tokenFactor(1)))
      var padding = [Bool](repeating: false, count: 10)
      for (padded, room) in [(0, 2), (3, 1)] {
        for token in 0..<padded { padding[token] = true }
        let routing = try KnownRouting.pass(logits, strategy, padding: padding).pass.routing
        for (expert, load) in routing.load.enumerated() {
          #expect(load == min(routing.demand[expert], room), "\(count), \(padded), \(expert)")
        }
      }
    }
  }

  @Test func limitsThatCannotWorkThrow() {
    for factor in [0, -1, .nan, .infinity] as [Double] {
      let strategy = RoutingStrategy(
        selector: .topK(1), weighting: .scores,
        capacity: Capacity(training: .tokenFactor(factor)))
      #expect(throws: MoEError.self) { try Selecting.router(strategy, experts: 4) }
    }
  }

  /// MoE++, equation 8: γτR/(τN_F + N_Z) for each of N_F experts that compute, γR/(τN_F + N_Z) for
  /// the others.
  @Test func sharesAreThoseOfEquationEight() {
    let (factor, tau, routes) = (1.1, 0.75, 401)
    let capacity = Capacity(
      training: .factor(factor), shares: [tau, tau, tau, tau, 1, 1])
    let limits = capacity.limits(routeCount: routes, expertCount: 6, mode: .training(step: 0))
    let unit = factor * Double(routes) / (tau * 4 + 2)
    let (computing, other) = (Int((unit * tau).rounded(.up)), Int(unit.rounded(.up)))
    #expect(limits == [computing, computing, computing, computing, other, other])
    let none = Capacity(training: .factor(1), shares: [0, 1])
    #expect(none.limits(routeCount: 6, expertCount: 2, mode: .training(step: 0)) == [0, 6])
    #expect(
      none.limits(
        routeCount: 6, expertCount: 2, mode: .training(step: 0), availableExperts: [0]) == [
          0, 0,
        ])
  }
}
