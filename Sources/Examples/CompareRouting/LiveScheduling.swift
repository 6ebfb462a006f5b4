import MoE

/// What happens in service when experts fail: one is switched off, one becomes slow, one gives
/// wrong answers.
package struct LiveScheduling: Sendable {
  /// Where the service runs.
  package let data: ComparedData
  /// What the models were trained like.
  package let settings: StrategyRun.Settings

  /// A service.
  package init(on data: ComparedData, settings: StrategyRun.Settings) {
    self.data = data
    self.settings = settings
  }

  /// Something that happens to an expert, with what was measured before, during and after.
  package struct Scenario: Sendable, Equatable, Encodable {
    /// What happens.
    package let name: String
    /// What answers to it.
    package let means: String
    /// The expert that it happens to.
    package let expert: Int
    /// Before, during and after.
    package let phases: [Phase]
  }

  /// A time in which nothing changes from outside.
  package struct Phase: Sendable, Equatable, Encodable {
    /// When it is.
    package let name: String
    /// The share of examples that got the right label.
    package let accuracy: Double
    /// The share of routes of each expert.
    package let shares: [Double]
    /// The longest queue of an expert at the end, in routes; nothing where there are no queues.
    package var longestQueue: Double?

    /// A time with what was measured in it.
    package init(
      name: String, accuracy: Double, shares: [Double], longestQueue: Double? = nil
    ) {
      self.name = name
      self.accuracy = accuracy
      self.shares = shares
      self.longestQueue = longestQueue
    }
  }

  /// All that is shown.
  ///
  /// - Throws: What a mixture throws.
  package func scenarios() throws -> [Scenario] {
    [try switchedOff(), try slowed(isLive: false), try slowed(isLive: true)]
      + [try broken(isTracked: false), try broken(isTracked: true)]
  }

  private func model(_ name: String) throws -> ComparedModel {
    guard let strategy = Strategy.all.first(where: { $0.name == name }) else {
      preconditionFailure("no strategy \(name)")
    }
    return try StrategyRun(strategy, on: data, settings: settings, seed: 1).trained()
  }

  /// How often the test examples come by in a phase.
  private static let roundCount = 3

  /// The test examples, batch by batch, a few times.
  private func forEachBatch(_ body: (ComparedBatch) throws -> Void) rethrows {
    let size = settings.model.batchSize
    for _ in 0..<Self.roundCount {
      for start in stride(from: 0, to: data.test.count, by: size) {
        try body(data.test.batch(start..<min(start + size, data.test.count)))
      }
    }
  }

  /// Measures a phase.
  private func phase(
    _ name: String, _ run: (ComparedBatch) throws -> ComparedModel.Pass
  ) throws -> Phase {
    var tally = Tally()
    try forEachBatch { tally.add($0, try run($0), .zero) }
    return Phase(name: name, accuracy: tally.numbers.accuracy, shares: tally.numbers.shares)
  }

  /// The expert that takes most.
  private func busiest(_ model: ComparedModel) throws -> Int {
    let shares = try phase("", { try model.forward($0, mode: .inference) }).shares
    return shares.indices.max { shares[$0] < shares[$1] } ?? 0
  }
}

// MARK: - Switched off

extension LiveScheduling {
  /// The busiest expert is switched off and on again.
  private func switchedOff() throws -> Scenario {
    var model = try model("top-2-loss")
    let expert = try busiest(model)
    func phase(_ name: String) throws -> Phase {
      try self.phase(name) { try model.forward($0, mode: .inference) }
    }
    let before = try phase("before")
    model.mixture.router.disabledExperts = [expert]
    let during = try phase("switched off")
    model.mixture.router.disabledExperts = []
    return Scenario(
      name: "an expert is switched off", means: "top-2 sends its tokens to the next best",
      expert: expert, phases: [before, during, try phase("after")])
  }
}

// MARK: - Slowed down

extension LiveScheduling {
  /// An expert serves a tenth of its routes: without and with a price on what waits for it.
  private func slowed(isLive: Bool) throws -> Scenario {
    let model = try model(isLive ? "greedy-by-load" : "top-2-loss")
    let expert = try busiest(model)
    var queues = Queues(
      expertCount: settings.model.expertCount, batchSize: settings.model.batchSize)
    func phase(_ name: String) throws -> Phase {
      var phase = try self.phase(name) { batch in
        let pass = try model.forward(
          batch, mode: .inference, load: isLive ? queues.waiting : nil)
        queues.serve(pass.routing)
        return pass
      }
      phase.longestQueue = queues.longest
      return phase
    }
    let before = try phase("before")
    queues.slow(expert, to: 0.1)
    let during = try phase("slowed down")
    queues.slow(expert, to: 1)
    return Scenario(
      name: "an expert slows down",
      means: isLive ? "greedy by load: what waits is a price" : "top-2 knows nothing of queues",
      expert: expert, phases: [before, during, try phase("after")])
  }

  /// Routes that wait for their experts.
  private struct Queues {
    /// The routes that wait for each expert.
    private(set) var waiting: [Float]
    private var speed: [Float]
    /// The routes that an expert serves while a batch comes in: half again of its even share.
    private let capacity: Float

    init(expertCount: Int, batchSize: Int) {
      waiting = Array(repeating: 0, count: expertCount)
      speed = Array(repeating: 1, count: expertCount)
      capacity = 1.5 * 2 * Float(batchSize) / Float(expertCount)
    }

    var longest: Double { Double(waiting.max() ?? 0) }

    mutating func slow(_ expert: Int, to speed: Float) { self.speed[expert] = speed }

    mutating func serve(_ routing: Routing) {
      for (expert, routes) in routing.load.enumerated() {
        waiting[expert] = max(0, waiting[expert] + Float(routes) - capacity * speed[expert])
      }
    }
  }
}

// MARK: - Broken

extension LiveScheduling {
  /// The weights of the busiest expert are spoiled: without and with tracking of quality.
  private func broken(isTracked: Bool) throws -> Scenario {
    var model = try model("top-2-loss")
    let expert = try busiest(model)
    let sound = model.mixture.expertGroups
    if isTracked {
      model.mixture.stepUpdates.append(
        try QualityTracker(expertCount: settings.model.expertCount, decay: 0.9, strength: 2))
    }
    var step = 1 + (model.mixture.finishedStep ?? 0)
    func phase(_ name: String) throws -> Phase {
      try self.phase(name) { batch in
        // In training mode, as nothing is learned from what is only used; no weight changes.
        let pass = try model.forward(batch, mode: .training(step: step))
        step += 1
        let right = pass.logits.softmax()
        // How sure the model was of the right label: what a user's verdict would be.
        let quality = batch.labels.enumerated().map { max(right[$0, $1], 0.01) }
        try model.mixture.finishStep([pass.mixture], tokenQuality: [quality])
        return pass
      }
    }
    let before = try phase("before")
    model.mixture.expertGroups = sound.map { Self.spoiling(expert, of: $0) }
    let during = try phase("spoiled")
    let later = try phase("spoiled, later")
    model.mixture.expertGroups = sound
    return Scenario(
      name: "an expert answers wrongly",
      means: isTracked ? "quality is tracked" : "nothing watches", expert: expert,
      phases: [before, during, later, try phase("after")])
  }

  /// The same experts, one of which gives the opposite of what it should, five times as strong.
  private static func spoiling(_ expert: Int, of group: any ExpertGroup) -> any ExpertGroup {
    guard var experts = group as? FeedForwardExperts else { return group }
    let size = experts.down.weight.count / experts.expertCount
    var scalars = experts.down.weight.mutableScalars
    for index in expert * size..<(expert + 1) * size { scalars[index] *= -5 }
    return experts
  }
}
