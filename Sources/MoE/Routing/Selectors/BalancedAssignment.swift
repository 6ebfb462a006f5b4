/// An assignment of T tokens to E experts of even sizes with the largest sum of affinities.
///
/// Each expert gets ⌊T/E⌋ or ⌈T/E⌉ tokens; which of them get one more is part of the choice. It is
/// a transportation problem, solved by successive shortest paths: every token starts at the expert
/// of its largest affinity, which is best without regard to sizes, and tokens move from experts
/// that have too many, along the chain of moves that costs least, to those that have too few. With
/// potentials no move has a negative cost, so that Dijkstra's algorithm finds the chain; each chain
/// keeps the whole as good as it can be for its sizes, so the end is the optimum.
///
/// Where places of experts are taken already, these count: experts are filled up to the same size,
/// and one that has as many or more gets no token.
///
/// Where E does not divide T, E − (T mod E) blanks fill up the experts that get one token less: no
/// more than one an expert, moved through a node of their own at no cost.
///
/// Sums are in double precision, in which differences of affinities are exact or nearly so: the
/// result is the optimum, or within their rounding of it. Of equally good assignments the one that
/// is found is always the same.
///
/// - Complexity: O(T·E·log T) to start, and O(E²·log T) for each token that has to move, of which
///   there are at most as many as experts have too many; memory O(T·E).
struct BalancedAssignment {
  /// The expert of each token.
  private(set) var experts: [Int]
  private let affinities: [Float]
  private let expertCount: Int
  /// How many it has too many.
  private var excess: [Int]
  private var hasBlank: [Bool]
  private var potentials: [Double]
  /// For each pair of experts the tokens of the first, by what a move to the second costs.
  private var moves: [MoveHeap]

  /// The best assignment.
  ///
  /// - Parameters:
  ///   - affinities: One row a token, one column an expert, all finite.
  ///   - tokenCount: The number of rows.
  ///   - expertCount: The number of columns, at least one.
  ///   - taken: How many places of each expert are taken already; none unless given.
  init(affinities: [Float], tokenCount: Int, expertCount: Int, taken: [Int]? = nil) {
    self.affinities = affinities
    self.expertCount = expertCount
    let taken = taken ?? Array(repeating: 0, count: expertCount)
    let sizes = BalancedAssignment.sizes(tokenCount: tokenCount, taken: taken)
    let blankCount = sizes.reduce(0, +) - tokenCount
    experts = (0..<tokenCount).map { token in
      var best = 0
      for expert in 1..<max(expertCount, 1)
      where affinities[token * expertCount + expert] > affinities[token * expertCount + best] {
        best = expert
      }
      return best
    }
    hasBlank = Array(repeating: false, count: expertCount)
    potentials = Array(repeating: 0, count: expertCount + 1)
    // The node after the last expert holds the blanks that no expert has yet.
    excess = sizes.map { -$0 } + [blankCount]
    for expert in experts { excess[expert] += 1 }
    moves = Array(repeating: MoveHeap(), count: expertCount * expertCount)
    for token in experts.indices { addMoves(of: token) }
    for source in 0...expertCount {
      while excess[source] > 0 { moveAlongCheapestChain(from: source) }
    }
  }

  /// The places that experts have left when all are filled up to the smallest size that has room
  /// for the tokens.
  private static func sizes(tokenCount: Int, taken: [Int]) -> [Int] {
    // Experts by how full they are: the first n of them share what is left, if that does not reach
    // the next one.
    let sorted = taken.sorted()
    var (size, sum) = (0, 0)
    for (index, count) in sorted.enumerated() {
      sum += count
      size = (tokenCount + sum + index) / (index + 1)
      if index + 1 == sorted.count || size <= sorted[index + 1] { break }
    }
    return taken.map { max(0, size - $0) }
  }

  private func affinity(_ token: Int, _ expert: Int) -> Double {
    Double(affinities[token * expertCount + expert])
  }

  private mutating func addMoves(of token: Int) {
    let from = experts[token]
    for to in 0..<expertCount where to != from {
      moves[from * expertCount + to].insert(
        Move(cost: affinity(token, from) - affinity(token, to), token: token))
    }
  }

  /// The cheapest move between two experts.
  private mutating func cheapestMove(_ from: Int, _ to: Int) -> Move? {
    let index = from * expertCount + to
    // Tokens that have moved away are still in the heap.
    while let move = moves[index].least, experts[move.token] != from { moves[index].removeLeast() }
    return moves[index].least
  }

  /// The cost of a step between two nodes; nothing where there is none.
  private mutating func cost(_ from: Int, _ to: Int) -> Double? {
    if to == expertCount { return hasBlank[from] ? 0 : nil }
    if from == expertCount { return hasBlank[to] ? nil : 0 }
    return cheapestMove(from, to)?.cost
  }

  /// Dijkstra's algorithm to the nearest expert that has too few, and the moves on the way there.
  private mutating func moveAlongCheapestChain(from source: Int) {
    let nodeCount = expertCount + 1
    var distances = [Double](repeating: .infinity, count: nodeCount)
    var previous = [Int](repeating: -1, count: nodeCount)
    var isSettled = [Bool](repeating: false, count: nodeCount)
    distances[source] = 0
    var target = source
    while true {
      var next = -1
      for node in 0..<nodeCount where !isSettled[node] && distances[node] < .infinity {
        if next < 0 || distances[node] < distances[next] { next = node }
      }
      require(next >= 0, "BalancedAssignment: no way from node \(source)")
      isSettled[next] = true
      if excess[next] < 0 {
        target = next
        break
      }
      for node in 0..<nodeCount where !isSettled[node] {
        guard let cost = cost(next, node) else { continue }
        // Below zero only by rounding.
        let step = max(0, cost + potentials[next] - potentials[node])
        if distances[next] + step < distances[node] {
          distances[node] = distances[next] + step
          previous[node] = next
        }
      }
    }
    for node in 0..<nodeCount { potentials[node] += min(distances[node], distances[target]) }
    excess[source] -= 1
    excess[target] += 1
    var node = target
    while node != source {
      move(previous[node], node)
      node = previous[node]
    }
  }

  private mutating func move(_ from: Int, _ to: Int) {
    if to == expertCount {
      hasBlank[from] = false
    } else if from == expertCount {
      hasBlank[to] = true
    } else if let move = cheapestMove(from, to) {
      experts[move.token] = to
      addMoves(of: move.token)
    }
  }
}

/// A token's move to another expert.
private struct Move {
  var cost: Double
  var token: Int

  static func < (left: Move, right: Move) -> Bool {
    left.cost != right.cost ? left.cost < right.cost : left.token < right.token
  }
}

/// A binary heap with the cheapest move at its root.
private struct MoveHeap {
  private var moves: [Move] = []

  var least: Move? { moves.first }

  mutating func insert(_ move: Move) {
    moves.append(move)
    var index = moves.count - 1
    while index > 0, moves[index] < moves[(index - 1) / 2] {
      moves.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  mutating func removeLeast() {
    let last = moves.removeLast()
    guard !moves.isEmpty else { return }
    moves[0] = last
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2]
      where child < moves.count && moves[child] < moves[least] { least = child }
      guard least != index else { return }
      moves.swapAt(index, least)
      index = least
    }
  }
}
