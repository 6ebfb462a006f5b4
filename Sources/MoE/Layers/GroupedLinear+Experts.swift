extension GroupedLinear: ExpertParameterized {
  /// The maps of other experts: copies, and averages where several are merged.
  ///
  /// - Parameter edit: Of as many experts as there are; another number traps.
  /// - Returns: As many maps as there are experts afterwards.
  public func editingExperts(_ edit: ExpertEdit) -> GroupedLinear {
    GroupedLinear(weight: edit(weight), bias: bias.map { edit($0) })
  }

  /// Visits `weight`, of shape [outputSize, inputSize], then `bias` where there is one.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {
    try GroupedLinear.visit("weight", of: &weight, expert: expert, visit)
    if bias != nil { try GroupedLinear.visit("bias", of: &bias!, expert: expert, visit) }
  }
}

// MARK: - Maps with one output an expert

extension Linear {
  /// The map to other outputs: copies of rows, and averages where several are merged.
  func editingOutputs(_ edit: ExpertEdit) -> Linear {
    Linear(weight: edit(weight), bias: bias.map { edit($0) })
  }

  /// The map from other inputs, which gives the same where these are copies: of an input that
  /// stands several times the first counts, and one that is merged of several has the sum of their
  /// columns.
  func editingInputs(_ edit: ExpertEdit) -> Linear {
    let columns = weight.transposed()
    var result = Tensor(zeros: [edit.count, outputSize])
    for input in 0..<edit.formerCount {
      guard let place = edit.place(of: input) else { continue }
      result.scatterAddEntries(columns[entries: input..<input + 1], at: [place])
    }
    return Linear(weight: result.transposed(), bias: bias)
  }

  /// Visits the row of an output in `weight`, then its number in `bias` where there is one.
  mutating func visitParameters(
    ofOutput output: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {
    try GroupedLinear.visit("weight", of: &weight, expert: output, visit)
    if bias != nil { try GroupedLinear.visit("bias", of: &bias!, expert: output, visit) }
  }
}
