import MoE

/// α·E·Σ nₑ/(TK)·Pₑ, as `.loadBalancing(coefficient:)` by default.
struct OwnLoadBalancingLoss: BalancingLoss {
  let coefficient: Float

  var name: String { "load balancing" }

  func check(expertCount: Int) throws {
    guard coefficient >= 0, coefficient.isFinite else {
      throw MoEError.configuration(
        "coefficient of \(name)", value: "\(coefficient)", expected: "a finite number, at least 0")
    }
  }

  func value(of routing: Routing) -> BalancingLossValue {
    guard routing.tokenCount > 0 else { return .zero }
    let shares = routing.logits.softmax()
    let routes = max(routing.demand.reduce(0, +), 1)
    let scale = Float(routing.availableExpertCount) / Float(routes)
    let factors = routing.demand.map {
      coefficient / Float(routing.tokenCount) * (scale * Float($0))
    }
    var (total, gradient) = (0.0, Tensor(zeros: shares.shape))
    for token in 0..<routing.tokenCount {
      for expert in 0..<routing.expertCount {
        total += Double(factors[expert]) * Double(shares[token, expert])
        gradient[token, expert] = factors[expert]
      }
    }
    return BalancingLossValue(
      value: Float(total), logitGradient: Tensor.softmaxGradient(gradient, softmax: shares))
  }
}

/// The sign rule of ``SelectionBiasUpdate``, which also counts its steps.
struct OwnSignUpdate: StepUpdate {
  let rate: Float
  var steps = 0

  var name: String { "selection bias" }

  mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    var count = Tensor(integer: steps)
    try Self.visit("steps", &count, visit)
    steps = count.integer ?? -1
  }

  func checkBuffers() throws {
    guard steps >= 0 else {
      throw MoEError.configuration("steps of \(name)", value: "none", expected: "a whole number")
    }
  }

  func check(_ router: Router) throws {
    guard router.selectionBias != nil else {
      throw MoEError.configuration(
        "selection bias", value: "none", expected: "one that can be moved after a step")
    }
  }

  mutating func update(_ router: inout Router, after step: TrainingStep) throws {
    try check(router)
    steps += 1
    guard var bias = router.selectionBias else { return }
    let on = (0..<router.expertCount).filter { !router.disabledExperts.contains($0) }
    var counts = [Int](repeating: 0, count: router.expertCount)
    for routing in step.countedRoutings {
      for (expert, demand) in routing.demand.enumerated() { counts[expert] += demand }
    }
    guard counts.contains(where: { $0 > 0 }) else { return }
    let mean = Double(on.reduce(0) { $0 + counts[$1] }) / Double(on.count)
    for expert in on {
      let difference = mean - Double(counts[expert])
      bias[expert] += difference > 0 ? rate : difference < 0 ? -rate : 0
    }
    let drift = on.reduce(0) { $0 + bias[$1] } / Float(on.count)
    for expert in on { bias[expert] -= drift }
    router.selectionBias = bias
  }
}
