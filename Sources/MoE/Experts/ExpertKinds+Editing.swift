extension ZeroExperts {
  /// As many experts as there are afterwards.
  public func editingExperts(_ edit: ExpertEdit) -> ZeroExperts {
    ZeroExperts(count: edit.count, inputSize: inputSize, outputSize: outputSize)
  }

  /// Visits nothing.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {}
}

extension CopyExperts {
  /// As many experts as there are afterwards.
  public func editingExperts(_ edit: ExpertEdit) -> CopyExperts {
    CopyExperts(count: edit.count, size: size)
  }

  /// Visits nothing.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {}
}

extension ConstantExperts {
  /// The maps and vectors of other experts: copies, and averages where several are merged.
  public func editingExperts(_ edit: ExpertEdit) -> ConstantExperts {
    ConstantExperts(mix: mix.editingExperts(edit), constant: edit(constant))
  }

  /// Visits an expert's parameters of `mix`, under this name, and its `constant`.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {
    try mix.visitParameters(ofExpert: expert) { try visit("mix.\($0)", &$1) }
    try ConstantExperts.visit("constant", of: &constant, expert: expert, visit)
  }
}

extension LowRankExperts {
  /// The residuals of other experts on the same base: copies, and averages of both maps where
  /// several are merged.
  public func editingExperts(_ edit: ExpertEdit) -> LowRankExperts {
    var edited = self
    edited.down = down.editingExperts(edit)
    edited.up = up.editingExperts(edit)
    return edited
  }

  /// Visits an expert's parameters of `down` and `up`, under these names; the base is of all
  /// experts.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {
    try down.visitParameters(ofExpert: expert) { try visit("down.\($0)", &$1) }
    try up.visitParameters(ofExpert: expert) { try visit("up.\($0)", &$1) }
  }
}
