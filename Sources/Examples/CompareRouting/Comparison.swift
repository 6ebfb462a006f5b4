import MoE

/// All results on one data set.
package struct Comparison: Sendable, Equatable, Encodable {
  /// What the data is called.
  package let data: String
  /// The number of training examples.
  package let trainingCount: Int
  /// The number of test examples.
  package let testCount: Int
  /// The share of test examples with the commonest label: what guessing gets right.
  package let guessing: Double
  /// The number of seeds.
  package let seedCount: Int
  /// The number of experts that compute.
  package let expertCount: Int
  /// One result a strategy.
  package let results: [StrategyResult]
  /// How the coefficient of the balancing loss matters; empty where that was not asked for.
  package let sweep: [SweepStep]

  /// A coefficient of the balancing loss, and what came of it with Switch routing.
  package struct SweepStep: Sendable, Equatable, Encodable {
    /// The coefficient.
    package let coefficient: Float
    /// What came of it.
    package let result: StrategyResult
  }

  /// The coefficients of the sweep.
  package static let coefficients: [Float] = [0, 0.001, 0.01, 0.1, 1]

  /// Trains and measures everything.
  ///
  /// - Parameters:
  ///   - strategies: What is compared.
  ///   - data: What it is trained on.
  ///   - settings: What training is like.
  ///   - seedCount: The number of trainings of each.
  ///   - sweeps: Whether the coefficient of the balancing loss is gone through.
  ///   - report: Called before each training, with the name and how many are done.
  /// - Throws: What a mixture throws.
  package init(
    of strategies: [Strategy], on data: ComparedData, settings: StrategyRun.Settings,
    seedCount: Int, sweeps: Bool, report: (String, Int) -> Void = { _, _ in }
  ) throws {
    var done = 0
    func result(_ strategy: Strategy) throws -> StrategyResult {
      let runs = try (1...seedCount).map { seed in
        report(strategy.name, done)
        done += 1
        return try StrategyRun(strategy, on: data, settings: settings, seed: UInt64(seed))
          .measurement()
      }
      let model = try ComparedModel(
        strategy, settings: settings.model, inputSize: data.inputSize,
        labelCount: data.labels.count, seed: 1)
      return StrategyResult(
        strategy, data: data.name, parameterCount: model.parameterCount, runs: runs)
    }
    self.data = data.name
    trainingCount = data.training.count
    testCount = data.test.count
    let counts = data.test.labels.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    guessing = Double(counts.values.max() ?? 0) / Double(max(1, data.test.count))
    self.seedCount = seedCount
    expertCount = settings.model.expertCount
    results = try strategies.map(result)
    sweep =
      try sweeps
      ? Comparison.coefficients.map {
        SweepStep(coefficient: $0, result: try result(.switching(coefficient: $0)))
      } : []
  }

  /// How many trainings a comparison has.
  package static func runCount(strategies: Int, seedCount: Int, sweeps: Bool) -> Int {
    (strategies + (sweeps ? coefficients.count : 0)) * seedCount
  }
}
