import MoE

/// A promise, and when a layer makes it.
struct PropertyCheck: Sendable {
  let name: String
  /// How many plans of those that make the promise are held to it, as the check costs time.
  var share = 1.0
  /// Throws where the promise does not hold, and says whether it was made.
  let body: @Sendable (PropertySubject, PropertyRun) throws -> Bool

  /// All of them.
  static let all: [PropertyCheck] = [
    PropertyCheck(name: "shapes and numbers", body: isSound),
    PropertyCheck(name: "padding", body: paddingDoesNotMatter),
    PropertyCheck(name: "token-local", body: tokenAloneIsTheSame),
    PropertyCheck(name: "causal", body: laterTokensDoNotMatter),
    PropertyCheck(name: "deterministic", body: noiseDoesNotMatter),
    PropertyCheck(name: "order of experts", body: orderOfExpertsDoesNotMatter),
    PropertyCheck(name: "switched off", body: disabledExpertsDoNotMatter),
    PropertyCheck(name: "removed experts", body: removedExpertsAreSwitchedOff),
    PropertyCheck(name: "edited experts", share: 0.5, body: editedLayersWork),
    PropertyCheck(name: "frozen experts", share: 0.5, body: frozenExpertsStay),
    PropertyCheck(name: "replay", body: replayIsTheSame),
    PropertyCheck(name: "saved state", share: 0.5, body: restoredLayerIsTheSame),
    PropertyCheck(name: "end of a step", share: 0.5, body: stepsEndWell),
    PropertyCheck(name: "threads", share: 0.2, body: threadsDoNotMatter),
    PropertyCheck(name: "kernels", share: 0.02, body: kernelsDoNotMatter),
    PropertyCheck(name: "derivative", body: gradientIsTheDerivative),
  ]

  static func expect(
    _ holds: Bool, _ promise: String, _ found: @autoclosure () -> String
  ) throws {
    guard holds else { throw PropertyViolation(promise: promise, found: found()) }
  }
}

/// Shapes, finite numbers, and sums that must hold whatever the configuration.
extension PropertyCheck {
  static func isSound(_ subject: PropertySubject, _ run: PropertyRun) throws -> Bool {
    let (pass, routing) = (run.pass, run.pass.routing)
    try expectShapes(subject, run)
    for (name, tensor) in [
      ("output", pass.output), ("weights", routing.weights), ("scores", routing.scores),
    ] + run.gradients {
      try expect(tensor.isFiniteThroughout, "finite numbers", "\(name) \(tensor)")
    }
    for loss in pass.losses {
      try expect(loss.value.isFinite, "finite numbers", "\(loss.name) \(loss.value)")
    }
    try expectRoutes(subject, routing)
    try expectLimits(subject, routing)
    try expectStatistics(routing)
    for token in 0..<subject.tokens.rowCount where subject.context.batch.isPadding(token) {
      try expect(
        pass.output.isZero(row: token) && run.inputGradient?.isZero(row: token) ?? true,
        "padding gives zero", "token \(token)")
    }
    return true
  }

  private static func expectShapes(_ subject: PropertySubject, _ run: PropertyRun) throws {
    let (layer, routing, count) = (subject.layer, run.pass.routing, subject.tokens.rowCount)
    for (name, tensor, shape) in [
      ("output", run.pass.output, [count, layer.outputSize]),
      ("logits", routing.logits, [count, layer.expertCount]),
      ("scores", routing.scores, [count, layer.expertCount]),
      ("weights", routing.weights, [count, routing.slotCount]),
    ] + run.gradients.prefix(1).map({ ($0.name, $0.parameter, subject.tokens.shape) }) {
      try expect(tensor.shape == shape, "shape of \(name)", "\(tensor.shape), not \(shape)")
    }
    let parameters = layer.namedParameters
    guard subject.context.mode.isTraining else { return }
    try expect(
      parameters.map(\.name) == run.parameterGradients.map(\.name)
        && parameters.map(\.parameter.shape) == run.parameterGradients.map(\.parameter.shape),
      "shape of gradients", "others")
  }

  private static func expectRoutes(_ subject: PropertySubject, _ routing: Routing) throws {
    let (slots, disabled) = (routing.slotCount, subject.layer.router.disabledExperts)
    let longest = subject.overrides.forcedExperts.values.map(\.count).max() ?? 0
    try expect(
      routing.soft != nil || slots <= max(subject.layer.router.slotCount, longest),
      "number of slots", "\(slots)")
    var taken = [Int](repeating: 0, count: routing.expertCount)
    for token in 0..<routing.tokenCount {
      let experts = routing.experts(of: token)
      try expect(Set(experts).count == experts.count, "an expert takes a token once", "\(experts)")
      for expert in experts { taken[expert] += 1 }
      try expect(disabled.isDisjoint(with: experts), "switched off", "\(experts)")
    }
    try expect(taken == routing.load, "loads add up", "\(routing.load), not \(taken)")
    let weights = routing.weights.scalarArray
    for (route, outcome) in routing.outcomes.enumerated() {
      try expect(
        (outcome == .empty) == (routing.experts[route] < 0)
          && (outcome == .empty) == (routing.chosenExperts[route] < 0),
        "empty slots", "\(outcome) of \(routing.experts[route])")
      try expect(outcome.isTaken || weights[route] == 0, "weight of no route", "\(weights[route])")
    }
    for (token, forced) in subject.overrides.forcedExperts
    where !subject.context.batch.isPadding(token) {
      let chosen = routing.chosenExperts[token * slots..<(token + 1) * slots].filter { $0 >= 0 }
      try expect(chosen.map(Int.init) == forced, "forced experts", "\(chosen), not \(forced)")
    }
  }

  private static func expectLimits(_ subject: PropertySubject, _ routing: Routing) throws {
    let available = routing.availableExperts
    guard routing.soft == nil,
      let limits = subject.layer.router.strategy.capacity.limits(
        routeCount: routing.demand.reduce(0, +), expertCount: routing.expertCount,
        mode: routing.mode, availableExperts: available, tokenCount: routing.validTokenCount,
        expertTraits: routing.expertTraits)
    else { return }
    for expert in available {
      try expect(
        routing.load[expert] <= limits[expert], "capacity",
        "\(routing.load[expert]) routes of \(limits[expert]) to \(expert)")
    }
    for (route, outcome) in routing.outcomes.enumerated() where outcome == .dropped {
      let expert = Int(routing.chosenExperts[route])
      try expect(
        routing.load[expert] == limits[expert], "no route is dropped where there is room",
        "\(routing.load[expert]) routes of \(limits[expert]) to \(expert)")
    }
  }

  private static func expectStatistics(_ routing: Routing) throws {
    let statistics = routing.statistics
    for (name, value) in [
      ("variation", statistics.coefficientOfVariation), ("maximum", statistics.maximumOverMean),
      ("load entropy", statistics.loadEntropy), ("token entropy", statistics.meanTokenEntropy),
      ("confidence", statistics.meanConfidence), ("weight", statistics.meanLargestWeight),
      ("dropped", statistics.droppedShare), ("redirected", statistics.redirectedShare),
      ("passed", statistics.passThroughShare), ("left out", statistics.leftOutShare),
    ] { try expect(value.isFinite, "finite statistics", "\(name) \(value)") }
    let shares = [
      statistics.droppedShare, statistics.redirectedShare, statistics.passThroughShare,
      statistics.leftOutShare,
    ]
    let taken = Double(statistics.load.reduce(0, +))
    let demanded = Double(statistics.demand.reduce(0, +))
    try expect(
      (taken - demanded * (1 - shares[0] - shares[2] - shares[3])).magnitude < 1e-6
        * max(demanded, 1)
        && shares.reduce(0, +) < 1 + 1e-9, "statistics add up", "\(statistics)")
  }
}

extension PropertyRun {
  /// All gradients, that of the tokens first; none in inference.
  var gradients: [(name: String, parameter: Tensor)] {
    [
      ("gradient of tokens", inputGradient), ("gradient of previous logits", previousGradient),
      ("gradient of a state", overrideGradients.previousState),
      ("gradient of the router's input", overrideGradients.routerInput),
    ]
    .compactMap { name, tensor in tensor.map { (name, $0) } }
      + parameterGradients.map { ("gradient of \($0.name)", $0.parameter) }
  }
}
