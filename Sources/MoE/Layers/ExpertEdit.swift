/// The experts of a layer after a change of them: each is one of the former experts, or an average
/// of several.
///
/// Experts are taken away by leaving them out, doubled by naming them twice, put in another order
/// by naming them in that, and merged by naming several for one place.
///
///     let others = try ExpertEdit([0, 2, 3], of: 4)  // without expert 1
///     let doubled = try ExpertEdit([0, 0, 1, 1], of: 2)  // each of two twice
///     let merged = try ExpertEdit(averaging: [[0], [1, 2]], of: 3)
///
/// Every part of a layer that holds something for each expert follows it: see
/// ``ExpertEditable``.
public struct ExpertEdit: Sendable, Hashable {
  /// A former expert that an expert is made of.
  public struct Source: Sendable, Hashable {
    /// The former expert.
    public let expert: Int
    /// Its part; the parts of one expert add up to one.
    public let weight: Double
  }

  /// The number of experts before.
  public let formerCount: Int
  /// For each expert afterwards the former ones that it is made of, at least one.
  public let sources: [[Source]]

  private init(sources: [[Source]], formerCount: Int) {
    self.sources = sources
    self.formerCount = formerCount
  }

  /// Former experts in a new order; those that are not named are gone.
  ///
  /// - Parameters:
  ///   - experts: For each expert afterwards the former one that it is; one may stand several
  ///     times.
  ///   - formerCount: The number of experts before.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where there is no expert, or one is
  ///   none of those before.
  public init(_ experts: [Int], of formerCount: Int) throws {
    try self.init(averaging: experts.map { [$0] }, of: formerCount)
  }

  /// Former experts, or averages of several.
  ///
  /// - Parameters:
  ///   - experts: For each expert afterwards the former ones that it is made of.
  ///   - weights: The part of each, in relation to the others of its place; equal parts unless
  ///     given.
  ///   - formerCount: The number of experts before.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where there is no expert, one is made
  ///   of none or of one twice, one is none of those before, or weights are not as many, negative,
  ///   not finite or all zero.
  public init(
    averaging experts: [[Int]], weights: [[Double]]? = nil, of formerCount: Int
  ) throws {
    guard !experts.isEmpty else {
      throw MoEError.configuration(
        "number of experts after an edit", value: "0", expected: "at least 1")
    }
    if let weights, weights.map(\.count) != experts.map(\.count) {
      throw MoEError.configuration(
        "weights of merged experts", value: "\(weights)",
        expected: "one for each of \(experts)")
    }
    var sources: [[Source]] = []
    for (place, own) in experts.enumerated() {
      for expert in own where !(0..<formerCount).contains(expert) {
        throw MoEError.configuration(
          "expert that is kept in an edit", value: "\(expert)",
          expected: formerCount == 1 ? "0, the one there is" : "0 to \(formerCount - 1)")
      }
      guard !own.isEmpty, Set(own).count == own.count else {
        throw MoEError.configuration(
          "experts that expert \(place) is made of", value: "\(own)",
          expected: "at least one, and none twice")
      }
      let parts = try ExpertEdit.parts(weights?[place] ?? own.map { _ in 1 })
      sources.append(zip(own, parts).map { Source(expert: $0, weight: $1) })
    }
    self.init(sources: sources, formerCount: formerCount)
  }

  /// Weights divided by their sum.
  private static func parts(_ weights: [Double]) throws -> [Double] {
    let sum = weights.reduce(0, +)
    guard weights.allSatisfy({ $0 >= 0 }), sum > 0, sum.isFinite else {
      throw MoEError.configuration(
        "weights of merged experts", value: "\(weights)",
        expected: "finite numbers, none below 0 and not all 0")
    }
    return weights.map { $0 / sum }
  }

  /// The number of experts afterwards.
  public var count: Int { sources.count }

  /// Whether nothing changes.
  public var isIdentity: Bool {
    count == formerCount
      && sources.indices.allSatisfy { sources[$0].count == 1 && sources[$0][0].expert == $0 }
  }

  /// Whether there are the same experts as before, each once, perhaps in another order.
  public var isPermutation: Bool {
    count == formerCount && sources.allSatisfy { $0.count == 1 }
      && Set(sources.map { $0[0].expert }).count == count
  }

  /// For each expert afterwards the former one that it is, or the first that it is made of.
  public var experts: [Int] { sources.map { $0[0].expert } }
}

// MARK: - What becomes of things that experts have

extension ExpertEdit {
  /// What experts have afterwards: copies, and averages where several were merged.
  ///
  /// An average is made in double precision and rounded once, so that the average of equal numbers
  /// is that number. A copy has the bits of the original.
  ///
  /// - Parameter tensor: One entry along the first axis for each expert before; another number
  ///   traps.
  /// - Returns: One entry for each expert afterwards.
  public func callAsFunction(_ tensor: Tensor) -> Tensor {
    require(
      tensor.rank > 0 && tensor.sizes[0] == formerCount,
      "ExpertEdit: tensor of shape \(tensor.shape) against \(formerCount) experts")
    var result = tensor.gatheringEntries(experts)
    for (place, own) in sources.enumerated() where own.count > 1 {
      let entries = own.map { tensor[entries: $0.expert..<$0.expert + 1] }
      result[entries: place..<place + 1] = ExpertEdit.average(entries, own.map(\.weight))
    }
    return result
  }

  /// Numbers of experts, averaged where several were merged.
  ///
  /// - Parameter numbers: One for each expert before; another number of them traps.
  /// - Returns: One for each expert afterwards.
  public func callAsFunction(_ numbers: [Double]) -> [Double] {
    require(
      numbers.count == formerCount,
      "ExpertEdit: \(numbers.count) numbers against \(formerCount) experts")
    return sources.map { own in
      own.count == 1
        ? numbers[own[0].expert] : own.reduce(0) { $0 + $1.weight * numbers[$1.expert] }
    }
  }

  /// Counts of what experts took: those of merged experts added up, and of copies all with the
  /// first, so that nothing is counted twice.
  ///
  /// - Parameter counts: One for each expert before; another number of them traps.
  /// - Returns: One for each expert afterwards.
  public func sums(_ counts: [Int]) -> [Int] {
    require(
      counts.count == formerCount,
      "ExpertEdit: \(counts.count) counts against \(formerCount) experts")
    var result = [Int](repeating: 0, count: count)
    for (expert, number) in counts.enumerated() {
      if let place = place(of: expert) { result[place] += number }
    }
    return result
  }

  /// The experts afterwards that are made of some former experts alone.
  ///
  /// - Parameter experts: Former experts.
  /// - Returns: Experts afterwards.
  public func callAsFunction(_ experts: Set<Int>) -> Set<Int> {
    Set(sources.indices.filter { sources[$0].allSatisfy { experts.contains($0.expert) } })
  }

  /// The first expert afterwards that a former one is, or that is made of it.
  ///
  /// - Parameter expert: A former expert.
  /// - Returns: Nothing where that is gone.
  public func place(of expert: Int) -> Int? {
    sources.firstIndex { $0.contains { $0.expert == expert } }
  }

  /// The weighted average of tensors of one shape.
  package static func average(_ tensors: [Tensor], _ weights: [Double]) -> Tensor {
    var sums = [Double](repeating: 0, count: tensors[0].count)
    for (tensor, weight) in zip(tensors, weights) {
      let scalars = tensor.scalars
      for index in 0..<scalars.count { sums[index] += weight * Double(scalars[index]) }
    }
    return Tensor(sums.map { Float($0) }, shape: tensors[0].shape)
  }
}

// MARK: - Parts and groups of experts

extension ExpertEdit {
  /// The same of slots, of which each expert has several.
  ///
  /// - Parameter count: The slots of each expert.
  /// - Returns: An edit of slots, which stand expert by expert.
  public func slots(_ count: Int) -> ExpertEdit {
    guard count != 1 else { return self }
    return ExpertEdit(
      sources: sources.flatMap { own in
        (0..<count).map { slot in
          own.map { Source(expert: $0.expert * count + slot, weight: $0.weight) }
        }
      }, formerCount: formerCount * count)
  }

  /// The part of an edit that lies in a range of experts, numbered from its start, for experts
  /// afterwards whose sources lie in it.
  func part(_ places: Range<Int>, from range: Range<Int>) -> ExpertEdit {
    ExpertEdit(
      sources: sources[places].map { own in
        own.map { Source(expert: $0.expert - range.lowerBound, weight: $0.weight) }
      }, formerCount: range.count)
  }

  /// What becomes of groups of neighbours: those of one group, standing together, are a group
  /// afterwards.
  ///
  /// - Parameters:
  ///   - size: How many experts a group has; the last may have fewer.
  ///   - part: What has groups, for the error.
  /// - Returns: The edit of the groups, and how many experts each has afterwards.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where groups would have unlike numbers
  ///   of experts, or an expert would be merged of several groups.
  public func groups(of size: Int, part: String) throws -> (groups: ExpertEdit, size: Int) {
    var (groups, counts): ([Int], [Int]) = ([], [])
    for own in sources {
      let group = own[0].expert / size
      guard own.allSatisfy({ $0.expert / size == group }) else {
        throw MoEError.configuration(
          "experts that are merged under \(part)", value: "\(own.map(\.expert))",
          expected: "experts of one group")
      }
      if group == groups.last {
        counts[counts.count - 1] += 1
      } else {
        groups.append(group)
        counts.append(1)
      }
    }
    // Where the last group was shorter before, it may be so afterwards.
    let isRagged = formerCount % size != 0
    guard
      counts.dropLast(isRagged ? 1 : 0).allSatisfy({ $0 == counts[0] }),
      counts[counts.count - 1] <= counts[0]
    else {
      throw MoEError.configuration(
        "experts in the groups of \(part)", value: "\(counts)",
        expected: "as many in each, of one former group and side by side")
    }
    return (
      try ExpertEdit(groups, of: (formerCount + size - 1) / size), counts[0]
    )
  }
}
