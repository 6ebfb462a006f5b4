/// Changes of which experts a layer has.
///
/// One primitive does all of them: ``editingExperts(_:routing:)`` takes each expert afterwards from
/// a former one, or from several, and all that a layer holds for it goes along: its parameters, the
/// gate's rows, biases and offsets, what is switched off or frozen, costs, capacities, places in
/// tables, counts and qualities. Nothing changes where it throws.
///
/// **A removed expert** equals one of a logit of −∞, which is how one in
/// ``Router/disabledExperts`` stands: tokens go to the same others, and the gradients of these are
/// the same. Where weights are a function of a token's chosen experts alone, as with
/// ``Weighting/softmaxOverSelected``, ``Weighting/sigmoidOfSelected`` or scores that are no softmax,
/// outputs and gradients have the same bits. A softmax over all experts adds up in sixteen lanes by
/// the number of the expert: there the order of the sum changes, and with it the last bits. The
/// following is another function by design: ``GateNormalization`` and ``HierarchicalGate``, whose
/// gates know of no expert that is switched off; noise, which belongs to the number of an expert;
/// shared experts that are averaged over routes, where a token may take any number of experts; and
/// what ``QualityTracker`` will learn, whose mean is over all experts.
///
/// **Packed weights** of groups that change are packed no more: pack again.
///
/// **An optimiser** that has gathered moments follows by ``Optimizer/edit(_:by:)``. Save a layer
/// after an edit, and restore into one of the same experts.
extension MixtureOfExperts: ExpertEditable {
  /// The layer of other experts.
  ///
  /// - Throws: As ``editingExperts(_:routing:)``.
  public func editingExperts(_ edit: ExpertEdit) throws -> MixtureOfExperts {
    try editingExperts(edit, routing: nil)
  }

  /// The layer of other experts, routed by another strategy.
  ///
  /// Those of one former group that stand side by side are a group afterwards; a group of which
  /// none is left is gone.
  ///
  /// - Parameters:
  ///   - edit: Which of the former experts each one is, or is made of.
  ///   - routing: The strategy for the experts afterwards, whose gate is left out of account, such
  ///     as one of fewer experts a token; where there is none, that of before, in which experts get
  ///     their new numbers. Whether it looks at later tokens is not asked again: see
  ///     ``RoutingStrategy/isCausal``.
  /// - Returns: A layer of as many experts as there are afterwards.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` with the part that cannot follow, or
  ///   does not work with as many experts, and where experts of several groups would be merged.
  /// - Complexity: O(``Parameterized/parameterCount``).
  public func editingExperts(
    _ edit: ExpertEdit, routing: RoutingStrategy?
  ) throws -> MixtureOfExperts {
    try editingExperts(edit, routing: routing, gateEdit: edit, groups: nil)
  }

  /// The layer of other experts, whose rows of the gate are those of others, or whose groups are
  /// given.
  func editingExperts(
    _ edit: ExpertEdit, routing: RoutingStrategy?, gateEdit: ExpertEdit,
    groups: [any ExpertGroup]?
  ) throws -> MixtureOfExperts {
    var edited = self
    edited.router = try router.editingExperts(edit, strategy: routing, gateEdit: gateEdit)
    guard edited.router.inputSize == inputSize else {
      throw MoEError.configuration(
        "input size of the gate after an edit", value: "\(edited.router.inputSize)",
        expected: "\(inputSize), as the experts take")
    }
    edited.expertGroups = try groups ?? editedGroups(edit)
    edited.balancingLosses = try balancingLosses.map { try $0.editingExperts(edit) }
    edited.stepUpdates = try stepUpdates.map { try $0.editingExperts(edit) }
    edited.frozenExperts = edit(frozenExperts)
    edited.frozenGateRows = edit(frozenGateRows)
    try edited.checkEdited()
    return edited
  }

  /// The layer where experts changed in the layer before, whose logits its gate may read.
  ///
  /// With ``GateResidual`` the columns of experts that are gone are taken away, which gives what
  /// their logits of −∞ gave.
  ///
  /// - Parameter edit: What became of the experts of that layer or, where it is a soft mixture, of
  ///   their slots: ``ExpertEdit/slots(_:)``.
  /// - Returns: A layer that reads as many logits of it as there are afterwards.
  /// - Throws: What the gate throws where it cannot follow.
  public func editingPreviousExperts(_ edit: ExpertEdit) throws -> MixtureOfExperts {
    var edited = self
    edited.router = try router.editingPreviousExperts(edit)
    return edited
  }

  /// The groups afterwards: each run of experts of one former group.
  private func editedGroups(_ edit: ExpertEdit) throws -> [any ExpertGroup] {
    let ranges = expertRanges
    let homes = try edit.sources.map { sources in
      let homes = Set(
        sources.compactMap { source in ranges.firstIndex { $0.contains(source.expert) } })
      guard let home = homes.first, homes.count == 1 else {
        throw MoEError.configuration(
          "experts that are merged", value: "\(sources.map(\.expert))",
          expected: "experts of one group, which are of one kind and size")
      }
      return home
    }
    var groups: [any ExpertGroup] = []
    var start = 0
    while start < homes.count {
      let home = homes[start]
      let end = homes[start...].firstIndex { $0 != home } ?? homes.count
      let part = edit.part(start..<end, from: ranges[home])
      let group = part.isIdentity ? expertGroups[home] : try expertGroups[home].editingExperts(part)
      let former = expertGroups[home]
      guard group.expertCount == end - start, group.inputSize == former.inputSize,
        group.outputSize == former.outputSize
      else {
        throw MoEError.configuration(
          "\(type(of: group)) after an edit",
          value: "\(group.expertCount) experts from \(group.inputSize) to \(group.outputSize)",
          expected: "\(end - start) experts from \(former.inputSize) to \(former.outputSize)")
      }
      groups.append(group)
      start = end
    }
    return groups
  }

  /// Throws where a part does not work with the experts after an edit.
  private func checkEdited() throws {
    try MixtureOfExperts.checkPassThrough(
      router.strategy, inputSize: inputSize, outputSize: outputSize)
    try MixtureOfExperts.check(sharedExperts, router: router)
    try balancingLosses.check(expertCount: expertCount)
    try checkBuffers()
  }
}

// MARK: - Keeping, removing, merging

extension MixtureOfExperts {
  /// Keeps some experts alone, in the order given.
  ///
  /// - Parameters:
  ///   - experts: The experts that stay, none twice.
  ///   - routing: The strategy afterwards, where it is another one.
  /// - Throws: As ``editingExperts(_:routing:)``; nothing has changed then.
  public mutating func keepExperts(_ experts: [Int], routing: RoutingStrategy? = nil) throws {
    guard Set(experts).count == experts.count else {
      throw MoEError.configuration(
        "experts that are kept", value: "\(experts)", expected: "none twice")
    }
    self = try editingExperts(ExpertEdit(experts, of: expertCount), routing: routing)
  }

  /// Takes experts away.
  ///
  /// - Parameters:
  ///   - experts: The experts that go, of which at least one other must be left.
  ///   - routing: The strategy afterwards, where it is another one, such as one of fewer experts a
  ///     token.
  /// - Throws: As ``editingExperts(_:routing:)``; nothing has changed then.
  public mutating func removeExperts(
    _ experts: Set<Int>, routing: RoutingStrategy? = nil
  ) throws {
    for expert in experts.sorted() where !(0..<expertCount).contains(expert) {
      throw MoEError.configuration(
        "expert to remove", value: "\(expert)", expected: "0 to \(expertCount - 1)")
    }
    try keepExperts((0..<expertCount).filter { !experts.contains($0) }, routing: routing)
  }

  /// Puts an average of some experts in the place of the first of them, and takes the others away.
  ///
  /// Parameters are averaged, the gate's rows among them, and biases, offsets, costs, shares and
  /// qualities; counts are added up. The average of equal experts is that expert, to the bit; of
  /// others it is in general no average of their functions.
  ///
  /// - Parameters:
  ///   - experts: The experts to merge, of one group.
  ///   - weights: The part of each, in relation to the others, such as their loads; equal parts
  ///     unless given.
  ///   - routing: The strategy afterwards, where it is another one.
  /// - Throws: As ``editingExperts(_:routing:)``; nothing has changed then.
  ///
  /// Source: merging experts by their use: Li and others, "Merge, then compress", arXiv 2310.01334.
  public mutating func mergeExperts(
    _ experts: [Int], weights: [Double]? = nil, routing: RoutingStrategy? = nil
  ) throws {
    guard let first = experts.first else {
      throw MoEError.configuration("experts to merge", value: "none", expected: "at least 1")
    }
    var (places, parts): ([[Int]], [[Double]]) = ([], [])
    for expert in 0..<expertCount where expert == first || !experts.contains(expert) {
      places.append(expert == first ? experts : [expert])
      parts.append(expert == first ? weights ?? [] : [1])
    }
    // An expert that is none would go unnoticed.
    if !(0..<expertCount).contains(first) { places.insert(experts, at: 0) }
    self = try editingExperts(
      ExpertEdit(averaging: places, weights: weights.map { _ in parts }, of: expertCount),
      routing: routing)
  }
}
