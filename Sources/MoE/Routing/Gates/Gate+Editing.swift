extension Gate {
  /// This gate where experts changed in the layer before, whose logits it may read.
  ///
  /// A gate that reads none is as it was. One that does and does not implement this throws, unless
  /// nothing changes.
  public func editingPreviousExperts(_ edit: ExpertEdit) throws -> Self {
    guard readsPreviousLogits, !edit.isIdentity else { return self }
    throw MoEError.configuration(
      "gate that reads the logits of a layer whose experts change", value: "\(Self.self)",
      expected: "one that implements editingPreviousExperts(_:)")
  }
}

extension GateModifier {
  /// This modifier where experts changed in the layer before, whose logits it may read.
  ///
  /// A modifier that reads none is as it was. One that does and does not implement this throws,
  /// unless nothing changes.
  public func editingPreviousExperts(_ edit: ExpertEdit) throws -> Self {
    guard readsPreviousLogits, !edit.isIdentity else { return self }
    throw MoEError.configuration(
      "modifier that reads the logits of a layer whose experts change", value: "\(Self.self)",
      expected: "one that implements editingPreviousExperts(_:)")
  }
}

// MARK: - Gates

extension LinearGate {
  /// The rows of other experts: copies, and averages where several are merged.
  public func editingExperts(_ edit: ExpertEdit) -> LinearGate {
    LinearGate(linear.editingOutputs(edit))
  }

  /// Visits an expert's row of `weight`, and its number in `bias` where there is one.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows { try linear.visitParameters(ofOutput: expert, visit) }
}

extension FeedForwardGate {
  /// The rows of other experts in the second map; the first is that of all.
  public func editingExperts(_ edit: ExpertEdit) -> FeedForwardGate {
    var edited = self
    edited.network.down = network.down.editingOutputs(edit)
    return edited
  }

  /// Visits an expert's row of `down.weight`, and its number in `down.bias` where there is one.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {
    try network.down.visitParameters(ofOutput: expert) { try visit("down.\($0)", &$1) }
  }
}

extension CosineGate {
  /// The directions of other experts; the projection and the scale are those of all.
  public func editingExperts(_ edit: ExpertEdit) -> CosineGate {
    var edited = self
    edited.directions = edit(directions)
    return edited
  }

  /// Visits an expert's row of `directions`.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows { try CosineGate.visit("directions", of: &directions, expert: expert, visit) }
}

extension LogitGate {
  /// A gate of as many logits as there are experts afterwards.
  ///
  /// Its tokens then have as many columns too, so that a layer whose experts take the same tokens
  /// cannot follow.
  public func editingExperts(_ edit: ExpertEdit) -> LogitGate {
    LogitGate(expertCount: edit.count)
  }

  /// Visits nothing.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {}
}

extension HierarchicalGate {
  /// The rows of other experts and of their groups.
  ///
  /// A group keeps its probability where some of its experts are gone: those that are left share
  /// it.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where groups would have unlike numbers
  ///   of experts.
  public func editingExperts(_ edit: ExpertEdit) throws -> HierarchicalGate {
    let groups = try edit.groups(of: expertCount / groupCount, part: "HierarchicalGate")
    return HierarchicalGate(
      primary: primary.editingOutputs(groups.groups),
      secondary: secondary.editingOutputs(edit))
  }

  /// Visits an expert's row of `secondary.weight`, and its number in `secondary.bias` where there
  /// is one.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {
    try secondary.visitParameters(ofOutput: expert) { try visit("secondary.\($0)", &$1) }
  }
}

// MARK: - Modifiers

extension ModifiedGate {
  /// The gate inside and the modifier for other experts.
  ///
  /// - Throws: What either throws.
  public func editingExperts(_ edit: ExpertEdit) throws -> ModifiedGate {
    ModifiedGate(
      try base.editingExperts(edit), try modifier.editingExperts(edit))
  }

  /// Both where experts changed in the layer before.
  ///
  /// - Throws: What either throws.
  public func editingPreviousExperts(_ edit: ExpertEdit) throws -> ModifiedGate {
    ModifiedGate(
      try base.editingPreviousExperts(edit),
      try modifier.editingPreviousExperts(edit))
  }

  /// Visits an expert's parameters of the gate inside, then those of the modifier.
  ///
  /// - Throws: What either throws.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) throws {
    try base.visitParameters(ofExpert: expert, visit)
    try modifier.visitParameters(ofExpert: expert, visit)
  }
}

extension LearnedGateNoise {
  /// The rows of other experts: copies, and averages where several are merged.
  public func editingExperts(_ edit: ExpertEdit) -> LearnedGateNoise {
    LearnedGateNoise(noise: noise.editingOutputs(edit))
  }

  /// Visits an expert's row of `noise.weight`.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows { try noise.visitParameters(ofOutput: expert) { try visit("noise.\($0)", &$1) } }
}

extension GateResidual {
  /// The rows of other experts; the columns, one an expert of the layer before, stay as they are.
  public func editingExperts(_ edit: ExpertEdit) -> GateResidual {
    GateResidual(residual: residual.editingOutputs(edit))
  }

  /// The columns of other experts of the layer before.
  ///
  /// Of a logit that stands several times the first counts, so that what is added stays the same;
  /// one that is gone counts as zero, as that of an expert that is switched off does.
  public func editingPreviousExperts(_ edit: ExpertEdit) throws -> GateResidual {
    guard edit.formerCount == residual.inputSize else {
      throw MoEError.configuration(
        "experts of the layer before", value: "\(edit.formerCount)",
        expected: "\(residual.inputSize), as the gate's residual reads")
    }
    return GateResidual(residual: residual.editingInputs(edit))
  }

  /// Visits an expert's row of `residual.weight`.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {
    try residual.visitParameters(ofOutput: expert) { try visit("residual.\($0)", &$1) }
  }
}
