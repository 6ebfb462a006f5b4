/// The experts of each token id, for ``HashSelector``.
///
/// Every id has the same number of experts, all different.
public struct HashRoutingTable: Sendable, Hashable {
  /// The number of experts that ids are given to.
  public let expertCount: Int
  /// How many experts each id has.
  public let slotCount: Int
  /// The experts of each id, id by id.
  public let experts: [Int32]

  /// A table of the given experts.
  ///
  /// - Parameters:
  ///   - rows: The experts of each id, all different and as many for every id.
  ///   - expertCount: The number of experts that there are.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where a row has another length than
  ///   the first or a wrong expert, or there are none.
  public init(_ rows: [[Int]], expertCount: Int) throws {
    try HashRoutingTable.check(
      vocabulary: rows.count, expertCount: expertCount, count: rows.first?.count ?? 1)
    for (id, row) in rows.enumerated() {
      guard row.count == rows[0].count, Set(row).count == row.count,
        row.allSatisfy({ $0 >= 0 && $0 < expertCount })
      else {
        throw MoEError.configuration(
          "experts of token id \(id)", value: "\(row)",
          expected: "\(rows[0].count) different experts from 0 to \(expertCount - 1)")
      }
    }
    self.expertCount = expertCount
    slotCount = rows[0].count
    experts = rows.joined().map(Int32.init)
  }

  /// A random table in which all experts have nearly the same number of ids.
  ///
  /// In an order drawn anew for each slot, every id goes to an expert that has the fewest and that
  /// it does not have yet, the first of several. With one expert an id, the numbers differ by at
  /// most one.
  ///
  /// - Parameters:
  ///   - vocabulary: The number of ids.
  ///   - expertCount: The number of experts that there are.
  ///   - count: How many experts each id has.
  ///   - seed: The number that the table depends on; the same seed gives the same table everywhere.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where there are no ids, or fewer
  ///   experts than an id is to have.
  /// - Complexity: O(`vocabulary` · `count` · `expertCount`).
  public init(vocabulary: Int, expertCount: Int, count: Int = 1, seed: UInt64) throws {
    try HashRoutingTable.check(vocabulary: vocabulary, expertCount: expertCount, count: count)
    var generator = SeededGenerator(seed: seed)
    let orders = (0..<count).map { _ in generator.permutation(of: vocabulary) }
    self.init(orders: orders, frequencies: nil, expertCount: expertCount)
  }

  /// A table in which all experts have nearly the same number of tokens, by how frequent each id
  /// is.
  ///
  /// Ids go from the most frequent on, each to an expert that has the fewest tokens and that it
  /// does not have yet; of several to the one with the fewest ids, and of those to the first. An id
  /// counts for all its experts.
  ///
  /// - Parameters:
  ///   - frequencies: How frequent each id is, in any unit.
  ///   - expertCount: The number of experts that there are.
  ///   - count: How many experts each id has.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where a frequency is below zero or not
  ///   finite, there are no ids, or fewer experts than an id is to have.
  /// - Complexity: O(ids · (log ids + `count` · `expertCount`)).
  public init(frequencies: [Double], expertCount: Int, count: Int = 1) throws {
    try HashRoutingTable.check(
      vocabulary: frequencies.count, expertCount: expertCount, count: count)
    for (id, frequency) in frequencies.enumerated() where !(frequency >= 0 && frequency.isFinite) {
      throw MoEError.configuration(
        "frequency of token id \(id)", value: "\(frequency)",
        expected: "a finite number, at least 0")
    }
    let order = frequencies.indices.sorted {
      (frequencies[$1], $0) < (frequencies[$0], $1)
    }
    self.init(
      orders: Array(repeating: order, count: count), frequencies: frequencies,
      expertCount: expertCount)
  }

  /// Gives ids to the least loaded experts, slot by slot in the order of each.
  private init(orders: [[Int]], frequencies: [Double]?, expertCount: Int) {
    let slotCount = orders.count
    var experts = [Int32](repeating: -1, count: orders[0].count * slotCount)
    var tokens = [Double](repeating: 0, count: expertCount)
    var ids = [Int](repeating: 0, count: expertCount)
    for (slot, order) in orders.enumerated() {
      for id in order {
        // By index: a slice of the table, alive while the table is written to, would have it copied
        // for each id.
        let taken = id * slotCount..<id * slotCount + slot
        var best: Int?
        for expert in 0..<expertCount where !taken.contains(where: { experts[$0] == expert }) {
          guard let current = best else {
            best = expert
            continue
          }
          if (tokens[expert], ids[expert]) < (tokens[current], ids[current]) { best = expert }
        }
        guard let best else { continue }
        experts[id * slotCount + slot] = Int32(best)
        tokens[best] += frequencies?[id] ?? 1
        ids[best] += 1
      }
    }
    self.expertCount = expertCount
    self.slotCount = slotCount
    self.experts = experts
  }

  /// The number of ids.
  public var vocabulary: Int { experts.count / slotCount }

  /// The experts of a token id.
  ///
  /// - Parameter id: A token id; one outside the table traps.
  public subscript(id: Int) -> ArraySlice<Int32> {
    experts[id * slotCount..<(id + 1) * slotCount]
  }

  private static func check(vocabulary: Int, expertCount: Int, count: Int) throws {
    guard vocabulary > 0 else {
      throw MoEError.configuration(
        "vocabulary of a hash table", value: "\(vocabulary)", expected: "at least 1 token id")
    }
    guard count >= 1, count <= expertCount else {
      throw MoEError.configuration(
        "experts a token id", value: "\(count)",
        expected: "1 to \(expertCount), the experts there are")
    }
  }
}
