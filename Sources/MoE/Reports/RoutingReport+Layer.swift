extension RoutingReport {
  /// What one layer did with all tokens that were added.
  ///
  /// A *route* is one slot of a token that holds an expert. Experts that are always on count in no
  /// share and no balance, as tokens do not choose them, and experts that are switched off count in
  /// no balance.
  ///
  /// Weights count by their sizes, whatever their signs: an expert that is subtracted is as much at
  /// work as one that is added.
  public struct Layer: Sendable, Hashable, Codable {
    /// The number of experts.
    public let expertCount: Int
    /// The number of tokens, padding left out.
    public internal(set) var tokenCount = 0
    /// The number of routes that each expert took.
    public internal(set) var load: [Int]
    /// The number of routes to each expert that no expert took: dropped, passed through or left out
    /// at random.
    public internal(set) var unserved: [Int]
    /// The number of routes that another expert took than the chosen one.
    public internal(set) var redirectedCount = 0
    /// The sum of the sizes of the weights of each expert's routes; nothing where a part had no
    /// weights.
    public internal(set) var weightSums: [Double]?
    /// How many tokens each expert leads: those where the size of its weight is the largest or,
    /// where there are no weights, its slot the first.
    public internal(set) var leads: [Int]
    /// The experts that every token goes to without a choice, in order.
    public internal(set) var alwaysOnExperts: [Int] = []
    /// The experts that were switched off in all that was added, in order; of a recording they are
    /// not known.
    public internal(set) var disabledExperts: [Int] = []
    /// The number of routes of each group that each expert took: a row a group.
    public internal(set) var groupLoads: Matrix
    /// The sum of the sizes of the weights of these routes; nothing where a part had no weights.
    public internal(set) var groupWeights: Matrix?
    /// How many tokens two experts took together; on the diagonal, how many each took.
    ///
    /// Nothing with more than ``RoutingReport/matrixLimit`` experts.
    public internal(set) var coactivation: Matrix?
    /// How many tokens an expert leads here and another in the next layer.
    ///
    /// A row an expert here, a column one there. Nothing in the last layer, and with more than
    /// ``RoutingReport/matrixLimit`` experts.
    public internal(set) var transitions: Matrix?

    /// A layer that did nothing yet.
    init(expertCount: Int, nextExpertCount: Int?) {
      self.expertCount = expertCount
      load = Array(repeating: 0, count: expertCount)
      unserved = load
      leads = load
      weightSums = Array(repeating: 0, count: expertCount)
      groupLoads = Matrix(rowCount: 0, columnCount: expertCount)
      groupWeights = groupLoads
      guard expertCount <= RoutingReport.matrixLimit else { return }
      coactivation = Matrix(rowCount: expertCount, columnCount: expertCount)
      if let nextExpertCount, nextExpertCount <= RoutingReport.matrixLimit {
        transitions = Matrix(rowCount: expertCount, columnCount: nextExpertCount)
      }
    }
  }

  /// With how many experts a layer has matrices of pairs of them at most.
  public static let matrixLimit = 512
}

extension RoutingReport.Layer {
  /// The experts that tokens choose among, in order.
  public var availableExperts: [Int] {
    let others = Set(alwaysOnExperts).union(disabledExperts)
    return (0..<expertCount).filter { !others.contains($0) }
  }

  /// Whether every token goes to every expert that it can choose, so that only weights tell them
  /// apart.
  public var isDense: Bool {
    let available = availableExperts
    return tokenCount > 0 && available.count > 1
      && available.allSatisfy { load[$0] == tokenCount }
  }

  /// Whether shares are of weights rather than of routes: where all tokens go to all experts, and
  /// the weights are known.
  public var sharesAreOfWeights: Bool { isDense && weightSums != nil }

  /// The share of each expert: of the routes or, where ``sharesAreOfWeights``, of the weights; 0
  /// for experts that are always on.
  public var shares: [Double] {
    shares(sharesAreOfWeights ? weightSums ?? [] : load.map(Double.init))
  }

  /// The share of a group's routes, or weights, that each expert has.
  ///
  /// - Parameter group: The number of the group; one that does not exist traps.
  /// - Returns: As ``shares``; zeros where the group has no routes.
  public func shares(ofGroup group: Int) -> [Double] {
    let matrix = sharesAreOfWeights ? groupWeights ?? groupLoads : groupLoads
    return shares(Array(matrix.row(group)))
  }

  private func shares(_ numbers: [Double]) -> [Double] {
    var numbers = numbers
    for expert in alwaysOnExperts { numbers[expert] = 0 }
    let total = numbers.reduce(0, +)
    return total > 0 ? numbers.map { $0 / total } : numbers.map { _ in 0 }
  }

  /// The share of each expert where all have as much; 0 where there is none to choose.
  public var evenShare: Double {
    let count = availableExperts.count
    return count > 0 ? 1 / Double(count) : 0
  }

  /// The experts that are to be chosen and took no token.
  public var deadExperts: [Int] { availableExperts.filter { load[$0] == 0 } }

  /// How even the shares are, and what found no room.
  public var balance: RoutingReport.Balance {
    let shares = shares
    let available = availableExperts
    return RoutingReport.Balance(
      shares: available.map { shares[$0] }, taken: available.reduce(0) { $0 + load[$1] },
      unserved: unserved.reduce(0, +))
  }

  /// The mean number of experts that took a token, those that are always on included.
  public var expertsPerToken: Double {
    tokenCount > 0 ? Double(load.reduce(0, +)) / Double(tokenCount) : 0
  }
}
