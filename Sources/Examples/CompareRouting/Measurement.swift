import MoE

/// What a run was like, in numbers.
package struct Measurement: Sendable, Equatable {
  /// The last quarter of training.
  package let training: Numbers
  /// The test examples.
  package let test: Numbers

  init(training: Tally, test: Tally) {
    self.training = training.numbers
    self.test = test.numbers
  }

  /// What some batches were like.
  package struct Numbers: Sendable, Equatable {
    /// The share of examples that got the right label.
    package var accuracy = 0.0
    /// The median time of a batch for each of its examples, in microseconds.
    package var microseconds = 0.0
    /// The share of all routes that went to each expert.
    package var shares: [Double] = []
    /// The standard deviation of the experts' loads over their mean.
    package var variation = 0.0
    /// The entropy of the experts' shares over that of even ones: 1 where all are even.
    package var balance = 0.0
    /// The mean entropy of the gate's probabilities over that of even ones: 0 where it is sure.
    package var entropy = 0.0
    /// The experts that took nothing.
    package var idle: [Int] = []
    /// The share of routes that found no room.
    package var dropped = 0.0
    /// How many experts took an example on average; those that compute.
    package var expertsPerToken = 0.0
  }
}

/// Adds up what batches were like.
struct Tally {
  private var correct = 0
  private var count = 0
  private var times: [Double] = []
  private var load: [Double] = []
  private var demand = 0
  private var dropped = 0.0
  private var entropy = 0.0
  private var computing = 0.0

  /// Counts a batch.
  mutating func add(_ batch: ComparedBatch, _ pass: ComparedModel.Pass, _ elapsed: Duration) {
    let (routing, size) = (pass.routing, batch.labels.count)
    correct += zip(pass.logits.rowArgmax(), batch.labels).count { $0 == $1 }
    count += size
    times.append(elapsed / .microseconds(1) / Double(max(1, size)))
    if load.isEmpty { load = [Double](repeating: 0, count: routing.expertCount) }
    for (expert, part) in parts(routing).enumerated() { load[expert] += part }
    let statistics = routing.statistics
    let routes = statistics.demand.reduce(0, +)
    demand += routes
    dropped += statistics.droppedShare * Double(routes)
    entropy += statistics.meanTokenEntropy * Double(size)
    let experts = routing.soft == nil ? statistics.meanComputingExperts : Double(load.count)
    computing += experts * Double(size)
  }

  /// What each expert has of a batch: its routes, or in a soft mixture its part of the outputs.
  private func parts(_ routing: Routing) -> [Double] {
    guard let soft = routing.soft else { return routing.load.map(Double.init) }
    var parts = [Double](repeating: 0, count: routing.expertCount)
    for (slot, part) in soft.combination.columnSums().scalarArray.enumerated() {
      parts[slot / soft.slotsPerExpert] += Double(part)
    }
    return parts
  }

  /// All batches together.
  var numbers: Measurement.Numbers {
    let routes = max(load.reduce(0, +), .leastNormalMagnitude)
    let shares = load.map { $0 / routes }
    let mean = 1 / Double(max(1, shares.count))
    let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } * mean
    let evenEntropy = logarithm(Double(shares.count))
    let shareEntropy = shares.reduce(0) { $0 - ($1 > 0 ? $1 * logarithm($1) : 0) }
    let examples = Double(max(1, count))
    return Measurement.Numbers(
      accuracy: Double(correct) / examples, microseconds: median(times), shares: shares,
      variation: variance.squareRoot() / mean,
      balance: evenEntropy > 0 ? shareEntropy / evenEntropy : 1,
      entropy: evenEntropy > 0 ? entropy / examples / evenEntropy : 0,
      idle: load.indices.filter { load[$0] == 0 }, dropped: dropped / Double(max(1, demand)),
      expertsPerToken: computing / examples)
  }
}

/// The median of some numbers; zero of none.
func median(_ numbers: [Double]) -> Double {
  let sorted = numbers.sorted()
  guard let last = sorted.indices.last else { return 0 }
  return (sorted[last / 2] + sorted[(last + 1) / 2]) / 2
}
