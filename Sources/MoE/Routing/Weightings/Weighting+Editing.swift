extension RenormalizedWeighting {
  /// The same with the new numbers of the experts that are left out of the sum.
  public func editingExperts(_ edit: ExpertEdit) -> RenormalizedWeighting {
    RenormalizedWeighting(
      epsilon: epsilon, excluding: edit(excludedExperts), excludesZeroExperts: excludesZeroExperts,
      minimumSum: minimumSum)
  }
}

extension HierarchicalWeighting {
  /// The same for as many groups as there are afterwards.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where groups would have unlike numbers
  ///   of experts.
  public func editingExperts(_ edit: ExpertEdit) throws -> HierarchicalWeighting {
    try check(expertCount: edit.formerCount, slotCount: 1)
    let edited = try edit.groups(of: edit.formerCount / groups, part: "HierarchicalWeighting")
    return HierarchicalWeighting(groups: edited.groups.count)
  }
}

extension ScaledWeighting {
  /// The other weighting for other experts, scaled.
  ///
  /// - Throws: What the other weighting throws.
  public func editingExperts(_ edit: ExpertEdit) throws -> ScaledWeighting {
    ScaledWeighting(try base.editingExperts(edit), by: factor)
  }
}

extension RemainderWeighting {
  /// The other weighting for other experts.
  ///
  /// - Throws: What the other weighting throws.
  public func editingExperts(_ edit: ExpertEdit) throws -> RemainderWeighting {
    RemainderWeighting(try base.editingExperts(edit))
  }
}
