extension RoutingStrategy: ExpertEditable {
  /// The same strategy for other experts; its gate is a specification for any number of them.
  ///
  /// - Throws: What a part throws that cannot follow.
  public func editingExperts(_ edit: ExpertEdit) throws -> RoutingStrategy {
    var edited = self
    edited.score = try score.editingExperts(edit)
    edited.selector = try selector.editingExperts(edit)
    edited.weighting = try weighting.editingExperts(edit)
    edited.capacity = try capacity.editingExperts(edit)
    return edited
  }
}
