/// The experts that a fixed table gives to each token's id, whatever the scores say.
///
/// The ids are ``Batch/tokenIDs``. Where an expert of the table is switched off, the next one takes
/// its place, counted round from it, that is switched on and neither in the token's row of the
/// table nor taken already; where there is none, the slot stays empty.
///
/// Source: Roller and others, "Hash layers for large sparse models", arXiv 2106.04426, with a
/// random or a balanced table; DeepSeek-V4, whose tables have several experts an id.
public struct HashSelector: ExpertSelector, Hashable, Codable {
  /// The experts of each token id.
  public let table: HashRoutingTable

  /// A selector by the given table.
  ///
  /// - Parameter table: The experts of each token id.
  public init(table: HashRoutingTable) { self.table = table }

  /// The table alone says which experts an id has, whatever the scores.
  public var promises: RoutingPromises {
    [.tokenLocal, .deterministic, .fixedCount, .ordersChoices]
  }

  /// The experts of an id, or an error where the table is made for another number of experts.
  public func slotCount(expertCount: Int) throws -> Int {
    guard table.expertCount == expertCount else {
      throw MoEError.configuration(
        "experts of the hash table", value: "\(table.expertCount)",
        expected: "\(expertCount), the experts there are")
    }
    return table.slotCount
  }

  /// The experts of each token's id.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where there are no token ids, or one
  ///   is outside the table.
  /// - Complexity: O(tokens · slots).
  public func select(_ input: SelectionInput) throws -> SelectedExperts {
    guard let ids = input.context.batch.tokenIDs else {
      throw MoEError.configuration(
        "token ids", value: "nil",
        expected: "one id a token in the routing context, as hash routing selects by them")
    }
    let (slotCount, experts) = (table.slotCount, input.expertCount)
    let priorities = input.priorities.scalars
    var selected = [Int32](repeating: SelectedExperts.none, count: input.tokenCount * slotCount)
    for token in 0..<input.tokenCount {
      let id = ids[token]
      guard id >= 0, id < table.vocabulary else {
        throw MoEError.configuration(
          "id of token \(token)", value: "\(id)",
          expected: "0 to \(table.vocabulary - 1), the ids in the hash table")
      }
      let slots = token * slotCount..<(token + 1) * slotCount
      var isWhole = true
      for (slot, expert) in zip(slots, table[id]) {
        selected[slot] = expert
        if priorities[token * experts + Int(expert)] == -.infinity { isWhole = false }
      }
      guard !isWhole else { continue }
      let others = table.available(id) { priorities[token * experts + $0] > -.infinity }
      for (slot, expert) in zip(slots, others) { selected[slot] = expert }
    }
    return SelectedExperts(selected, slotCount: slotCount)
  }
}

extension ExpertSelector where Self == HashSelector {
  /// The experts that a table gives to each token's id.
  ///
  /// - Parameter table: The experts of each token id.
  /// - Returns: A selector, which throws in a layer with another number of experts than the
  ///   table's.
  public static func hash(_ table: HashRoutingTable) -> HashSelector { HashSelector(table: table) }

  /// The experts that a random, balanced table gives to each token's id.
  ///
  /// - Parameters:
  ///   - vocabulary: The number of token ids.
  ///   - expertCount: The number of experts that there are.
  ///   - count: How many experts each id has.
  ///   - seed: The number that the table depends on.
  /// - Returns: A selector.
  /// - Throws: As ``HashRoutingTable/init(vocabulary:expertCount:count:seed:)``.
  public static func hash(
    vocabulary: Int, expertCount: Int, count: Int = 1, seed: UInt64 = 42
  ) throws -> HashSelector {
    HashSelector(
      table: try HashRoutingTable(
        vocabulary: vocabulary, expertCount: expertCount, count: count, seed: seed))
  }

  /// The experts that a table balanced by frequency gives to each token's id.
  ///
  /// - Parameters:
  ///   - frequencies: How frequent each token id is, in any unit.
  ///   - expertCount: The number of experts that there are.
  ///   - count: How many experts each id has.
  /// - Returns: A selector.
  /// - Throws: As ``HashRoutingTable/init(frequencies:expertCount:count:)``.
  public static func hash(
    frequencies: [Double], expertCount: Int, count: Int = 1
  ) throws -> HashSelector {
    HashSelector(
      table: try HashRoutingTable(frequencies: frequencies, expertCount: expertCount, count: count))
  }
}
