extension MixtureOfAttentionHeads: ExpertEditable {
  /// The layer of other experts: their maps, and all that the router and what balances it hold.
  ///
  /// - Throws: As ``editingExperts(_:routing:)``.
  public func editingExperts(_ edit: ExpertEdit) throws -> MixtureOfAttentionHeads {
    try editingExperts(edit, routing: nil)
  }

  /// The layer of other experts, routed by another strategy.
  ///
  /// - Parameters:
  ///   - edit: Which of the former experts each one is, or is made of.
  ///   - routing: The strategy for the experts afterwards, whose gate is left out of account; where
  ///     there is none, that of before, in which experts get their new numbers.
  /// - Returns: A layer of as many experts as there are afterwards.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` with the part that cannot follow, or
  ///   does not work with as many experts or in this layer.
  public func editingExperts(
    _ edit: ExpertEdit, routing: RoutingStrategy?
  ) throws -> MixtureOfAttentionHeads {
    var edited = self
    edited.router = try router.editingExperts(edit, strategy: routing)
    try MixtureOfAttentionHeads.check(edited.router.strategy, isCausal: isCausal)
    guard edited.inputSize == inputSize else {
      throw MoEError.configuration(
        "input size of the gate after an edit", value: "\(edited.inputSize)",
        expected: "\(inputSize), as the experts take")
    }
    edited.query = query.editingExperts(edit)
    edited.output = output.editingExperts(edit)
    edited.balancingLosses = try balancingLosses.map { try $0.editingExperts(edit) }
    edited.stepUpdates = try stepUpdates.map { try $0.editingExperts(edit) }
    try edited.balancingLosses.check(expertCount: edited.expertCount)
    try edited.checkBuffers()
    return edited
  }

  /// The layer where experts changed in the layer before, whose logits its gate may read.
  ///
  /// - Parameter edit: What became of the experts of that layer.
  /// - Returns: A layer that reads as many logits of it as there are afterwards.
  /// - Throws: What the gate throws where it cannot follow.
  public func editingPreviousExperts(_ edit: ExpertEdit) throws -> MixtureOfAttentionHeads {
    var edited = self
    edited.router = try router.editingPreviousExperts(edit)
    return edited
  }
}
