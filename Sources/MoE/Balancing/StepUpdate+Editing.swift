extension LoadCounts {
  /// The counts of other experts: those of merged ones added up, and of copies all with the first,
  /// so that no route counts twice.
  public func editingExperts(_ edit: ExpertEdit) throws -> LoadCounts {
    try check(expertCount: edit.formerCount)
    return LoadCounts(
      routes: edit.sums(routes), firstChoices: edit.sums(firstChoices), tokenCount: tokenCount)
  }
}

extension QualityTracker {
  /// The qualities of other experts: copies have that of the original, merged ones the average.
  public func editingExperts(_ edit: ExpertEdit) throws -> QualityTracker {
    guard edit.formerCount == quality.count else {
      throw MoEError.configuration(
        "number of experts", value: "\(edit.formerCount)",
        expected: "\(quality.count), as are tracked")
    }
    return QualityTracker(self, quality: edit(quality))
  }
}

extension BalanceMonitor {
  /// The monitor of other experts, which begins a new window.
  ///
  /// What others took says nothing of them. Where experts are put in another order alone, so is
  /// what it has seen.
  public func editingExperts(_ edit: ExpertEdit) -> BalanceMonitor {
    guard edit.isPermutation, watchedCount.map({ $0 == edit.formerCount }) ?? true else {
      return reordered { _, _ in nil }
    }
    return reordered { (demand: edit.sums($0), disabled: edit($1)) }
  }
}

extension LoadBalancingLoss {
  /// The loss for other experts: groups of as many neighbours as belong together afterwards.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where groups would have unlike numbers
  ///   of experts.
  public func editingExperts(_ edit: ExpertEdit) throws -> LoadBalancingLoss {
    let experts: Experts
    switch self.experts {
    case .single: experts = .single
    case .devices:
      experts = .devices(groupSize: try edit.groups(of: self.experts.groupSize, part: name).size)
    case .communication(_, let groupsPerToken):
      experts = .communication(
        groupSize: try edit.groups(of: self.experts.groupSize, part: name).size,
        groupsPerToken: groupsPerToken)
    }
    return LoadBalancingLoss(
      coefficient: coefficient, normalization: normalization, scope: scope, experts: experts,
      probabilities: probabilities, earlier: try earlier?.editingExperts(edit))
  }
}

extension HeterogeneousBalancingLoss {
  /// The loss with the costs of other experts, where it does not learn them from the layer.
  public func editingExperts(_ edit: ExpertEdit) throws -> HeterogeneousBalancingLoss {
    try check(expertCount: edit.formerCount)
    guard case .each(let costs) = costs else { return self }
    return HeterogeneousBalancingLoss(
      coefficient: coefficient, costs: edit(costs.map(Double.init)).map { Float($0) })
  }
}
