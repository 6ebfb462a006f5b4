extension GroupLimitedSelector {
  /// The same for as many groups as there are afterwards.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where groups would have unlike numbers
  ///   of experts.
  public func editingExperts(_ edit: ExpertEdit) throws -> GroupLimitedSelector {
    _ = try slotCount(expertCount: edit.formerCount)
    let edited = try edit.groups(of: edit.formerCount / groups, part: "GroupLimitedSelector")
    return GroupLimitedSelector(
      count: count, groups: edited.groups.count, groupsPerToken: groupsPerToken,
      groupScore: groupScore, othersAreZero: othersAreZero)
  }
}

extension HierarchicalSelector {
  /// The same for as many groups as there are afterwards.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where groups would have unlike numbers
  ///   of experts.
  public func editingExperts(_ edit: ExpertEdit) throws -> HierarchicalSelector {
    _ = try slotCount(expertCount: edit.formerCount)
    let edited = try edit.groups(of: edit.formerCount / groups, part: "HierarchicalSelector")
    return HierarchicalSelector(
      groups: edited.groups.count, groupsPerToken: groupsPerToken,
      expertsPerGroup: expertsPerGroup)
  }
}

extension HashSelector {
  /// The same by the table of other experts.
  ///
  /// - Throws: What ``HashRoutingTable/editingExperts(_:)`` throws.
  public func editingExperts(_ edit: ExpertEdit) throws -> HashSelector {
    HashSelector(table: try table.editingExperts(edit))
  }
}

extension HashRoutingTable: ExpertEditable {
  /// The table of other experts.
  ///
  /// In the place of one that is gone stands the next that the id does not have, as where it is
  /// switched off. Of copies the first stands for the original, and no id goes to the others. Where
  /// experts of one id are merged, the second of them counts as gone.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where there are fewer experts than
  ///   each id has.
  public func editingExperts(_ edit: ExpertEdit) throws -> HashRoutingTable {
    guard edit.formerCount == expertCount, slotCount <= edit.count else {
      throw MoEError.configuration(
        "experts of the hash table", value: "\(edit.count) of \(edit.formerCount)",
        expected: "at least \(slotCount) of \(expertCount), as many as each id has")
    }
    let places = (0..<expertCount).map { edit.place(of: $0) }
    let rows = (0..<vocabulary).map { id in
      let kept = available(id) { places[$0] != nil }
      var row: [Int] = []
      for place in kept.compactMap({ $0 < 0 ? nil : places[Int($0)] }) where !row.contains(place) {
        row.append(place)
      }
      // Merged or copied experts leave slots over.
      var next = row.last ?? 0
      while row.count < slotCount {
        next = (next + 1) % edit.count
        if !row.contains(next) { row.append(next) }
      }
      return row
    }
    return try HashRoutingTable(rows, expertCount: edit.count)
  }

  /// The experts of an id, with the next one that the id does not have in the place of each that
  /// is not available; ``SelectedExperts/none`` where there is none.
  func available(_ id: Int, _ isAvailable: (Int) -> Bool) -> [Int32] {
    var experts = Array(repeating: SelectedExperts.none, count: slotCount)
    for (slot, first) in self[id].enumerated() {
      if isAvailable(Int(first)) {
        experts[slot] = first
        continue
      }
      for step in 1..<expertCount {
        let next = Int32((Int(first) + step) % expertCount)
        guard isAvailable(Int(next)), !self[id].contains(next), !experts.contains(next)
        else { continue }
        experts[slot] = next
        break
      }
    }
    return experts
  }
}
