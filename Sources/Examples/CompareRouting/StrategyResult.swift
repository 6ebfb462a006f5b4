import Foundation

/// What a strategy was like over several seeds.
package struct StrategyResult: Sendable, Equatable, Encodable {
  /// The strategy.
  package let strategy: String
  /// What it does.
  package let summary: String
  /// What evens its load; nothing where nothing does.
  package let balancedBy: String?
  /// The data that it was trained on.
  package let data: String
  /// The number of parameters of the model.
  package let parameterCount: Int
  /// The accuracy on test examples.
  package let accuracy: Spread
  /// Microseconds of a training step for each example.
  package let trainingTime: Spread
  /// Microseconds of inference for each example.
  package let inferenceTime: Spread
  /// The mean share of each expert, the busiest of a seed first, as experts have no meaning across
  /// seeds.
  package let shares: [Double]
  /// The coefficient of variation of the loads.
  package let variation: Spread
  /// How even the load is, 1 at best.
  package let balance: Spread
  /// How undecided the gate is, from 0 to 1.
  package let entropy: Spread
  /// The number of experts that took nothing.
  package let idleExperts: Spread
  /// The share of routes that found no room in the last quarter of training.
  package let droppedInTraining: Spread
  /// The same on test examples.
  package let dropped: Spread
  /// How many experts that compute took an example.
  package let expertsPerToken: Spread

  /// A mean with its spread.
  package struct Spread: Sendable, Equatable, Encodable {
    /// The mean over seeds.
    package let mean: Double
    /// The standard deviation, of a sample; zero of one seed.
    package let deviation: Double

    init(_ values: [Double]) {
      let mean = values.reduce(0, +) / Double(max(1, values.count))
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      self.mean = mean
      deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0
    }
  }

  /// The result of some runs, one a seed.
  package init(
    _ strategy: Strategy, data: String, parameterCount: Int, runs: [Measurement]
  ) {
    func spread(_ value: (Measurement) -> Double) -> Spread { Spread(runs.map(value)) }
    self.strategy = strategy.name
    summary = strategy.summary
    balancedBy = strategy.balance
    self.data = data
    self.parameterCount = parameterCount
    accuracy = spread(\.test.accuracy)
    trainingTime = spread(\.training.microseconds)
    inferenceTime = spread(\.test.microseconds)
    let sorted = runs.map { $0.test.shares.sorted(by: >) }
    shares = (sorted.first ?? []).indices.map { place in
      sorted.reduce(0) { $0 + $1[place] } / Double(sorted.count)
    }
    variation = spread(\.test.variation)
    balance = spread(\.test.balance)
    entropy = spread(\.test.entropy)
    idleExperts = spread { Double($0.test.idle.count) }
    droppedInTraining = spread(\.training.dropped)
    dropped = spread(\.test.dropped)
    expertsPerToken = spread(\.test.expertsPerToken)
  }
}

/// The natural logarithm.
func logarithm(_ value: Double) -> Double { log(value) }
