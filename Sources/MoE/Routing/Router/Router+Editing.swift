extension Router: ExpertEditable {
  /// The router of other experts: gate, strategy, biases, offsets and what is switched off.
  ///
  /// - Throws: What a part throws that cannot follow, and where the strategy does not work with as
  ///   many experts as there are afterwards.
  public func editingExperts(_ edit: ExpertEdit) throws -> Router {
    try editingExperts(edit, strategy: nil)
  }

  /// The router of other experts, by another strategy.
  ///
  /// - Parameters:
  ///   - edit: Which of the former experts each one is, or is made of.
  ///   - strategy: The strategy for the experts afterwards, whose gate is left out of account;
  ///     where there is none, that of before, in which experts get their new numbers.
  /// - Returns: A router of as many experts as there are afterwards.
  /// - Throws: What a part throws that cannot follow, and
  ///   ``MoEError/configuration(_:value:expected:)`` where the strategy does not work with as many
  ///   experts, no expert is left that is switched on, or the edit is of another number of them.
  public func editingExperts(_ edit: ExpertEdit, strategy: RoutingStrategy?) throws -> Router {
    try editingExperts(edit, strategy: strategy, gateEdit: edit)
  }

  /// The router of other experts, whose rows of the gate may be those of others.
  package func editingExperts(
    _ edit: ExpertEdit, strategy: RoutingStrategy?, gateEdit: ExpertEdit
  ) throws -> Router {
    guard edit.formerCount == expertCount else {
      throw MoEError.configuration(
        "experts before an edit", value: "\(edit.formerCount)",
        expected: "\(expertCount), as the router has")
    }
    // Else a buffer of another size would trap.
    try checkBuffers()
    let new = try strategy ?? self.strategy.editingExperts(edit)
    var edited = try Router(
      gate: try gate.editingExperts(gateEdit.slots(self.strategy.slotsPerExpert ?? 1)),
      strategy: new,
      seed: seed, layer: layer)
    guard edited.expertCount == edit.count else {
      throw MoEError.configuration(
        "slots an expert", value: "\(new.slotsPerExpert ?? 1)",
        expected: "\(self.strategy.slotsPerExpert ?? 1), as the gate was made for")
    }
    if new.hasSelectionBias || !self.strategy.hasSelectionBias {
      edited.selectionBias = selectionBias.map { edit($0) } ?? edited.selectionBias
    }
    edited.logitOffset = logitOffset.map { edit($0) }
    edited.weightScale = weightScale.map { $0.count == 1 ? $0 : edit($0) }
    edited.disabledExperts = edit(disabledExperts)
    edited.expertTraits = edit.sources.map { expertTraits[$0[0].expert] }
    try edited.checkBuffers()
    return edited
  }

  /// The router where experts changed in the layer before, whose logits its gate may read.
  ///
  /// - Parameter edit: What became of the experts of that layer or, where it is a soft mixture, of
  ///   their slots: ``ExpertEdit/slots(_:)``.
  /// - Returns: A router that reads as many logits of that layer as it has afterwards.
  /// - Throws: What the gate throws where it cannot follow.
  public func editingPreviousExperts(_ edit: ExpertEdit) throws -> Router {
    var edited = self
    edited.gate = try gate.editingPreviousExperts(edit)
    return edited
  }
}
