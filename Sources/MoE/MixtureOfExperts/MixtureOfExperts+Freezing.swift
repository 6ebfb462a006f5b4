/// Experts that training leaves as they are.
extension MixtureOfExperts {
  /// Freezes experts: training leaves their parameters as they are, to the bit.
  ///
  /// Their gradients are zero in ``backward(_:pass:)``, and an optimiser that goes by
  /// ``Parameterized/updateParameters(along:_:)``, as those of this library do, does not move them
  /// by weight decay or momentum either, also where the layer is part of a larger model. Gradients
  /// of their tokens, of the gate and of the other experts are what they were. What several experts
  /// share is not frozen.
  ///
  /// Which experts are frozen is a buffer, `frozenExperts`, and of gates `frozenGateRows`: it is
  /// saved with the layer, and stays with the experts in an edit.
  ///
  /// - Parameters:
  ///   - experts: The experts to freeze, beside those that are frozen already.
  ///   - includingGateRows: Whether to freeze the gate's own parameters of these experts too. How
  ///     many tokens they get then still depends on what the others learn.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where there is no such expert, or a
  ///   part does not tell the parameters of its experts apart; nothing has changed then.
  public mutating func freezeExperts(
    _ experts: Set<Int>, includingGateRows: Bool = false
  ) throws {
    var frozen = self
    frozen.frozenExperts.formUnion(experts)
    if includingGateRows { frozen.frozenGateRows.formUnion(experts) }
    try frozen.checkFrozen()
    self = frozen
  }

  /// Lets experts be trained again, and the gate's own parameters of them.
  ///
  /// What an optimiser has gathered for them has faded in the meantime.
  ///
  /// - Parameter experts: The experts; all of them unless given.
  public mutating func unfreezeExperts(_ experts: Set<Int>? = nil) {
    frozenExperts.subtract(experts ?? frozenExperts)
    frozenGateRows.subtract(experts ?? frozenGateRows)
  }

  /// Throws where what is frozen is no expert, or its parameters cannot be told apart.
  func checkFrozen() throws {
    for (name, experts) in [
      ("frozen expert", frozenExperts), ("expert with a frozen row of the gate", frozenGateRows),
    ] {
      for expert in experts.sorted() where !(0..<expertCount).contains(expert) {
        throw MoEError.configuration(
          name, value: "\(expert)", expected: "0 to \(expertCount - 1)")
      }
    }
    var copy = self
    try copy.visitFrozenParameters { _ in }
  }

  /// Visits `frozenExperts` and `frozenGateRows` as whole numbers; absent where none is frozen.
  mutating func visitFrozenBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    for (name, path) in [
      ("frozenExperts", \MixtureOfExperts.frozenExperts), ("frozenGateRows", \.frozenGateRows),
    ] as [(String, WritableKeyPath<MixtureOfExperts, Set<Int>>)] {
      let experts = self[keyPath: path]
      var buffer: Tensor? = experts.isEmpty ? nil : Tensor(integers: experts.sorted())
      try visit(name, &buffer)
      // What is no list of whole numbers is left to the check, as nothing can be thrown here.
      self[keyPath: path] = buffer.map { Set($0.integers ?? [-1]) } ?? []
    }
  }
}

// MARK: - Gradients and updates

extension MixtureOfExperts {
  /// Calls `visit` with each frozen parameter, always in the same order.
  private mutating func visitFrozenParameters(_ visit: (inout Tensor) -> Void) throws {
    for (group, range) in expertRanges.enumerated() {
      for expert in range where frozenExperts.contains(expert) {
        try expertGroups[group].visitParameters(ofExpert: expert - range.lowerBound) {
          visit(&$1)
        }
      }
    }
    let slots = router.strategy.slotsPerExpert ?? 1
    for expert in frozenGateRows.sorted() {
      for slot in expert * slots..<(expert + 1) * slots {
        try router.gate.visitParameters(ofExpert: slot) { visit(&$1) }
      }
    }
  }

  /// The same gradient, of which that of frozen parameters is zero.
  func withoutFrozen() throws -> MixtureOfExperts {
    guard !frozenExperts.isEmpty || !frozenGateRows.isEmpty else { return self }
    var gradient = self
    try gradient.visitFrozenParameters { $0 = Tensor(zeros: $0.shape) }
    return gradient
  }

  /// The frozen parameters, where an optimiser is about to visit them; nothing else.
  var parametersToKeep: [Tensor]? {
    guard ParameterUpdate.isRunning, !frozenExperts.isEmpty || !frozenGateRows.isEmpty
    else { return nil }
    var (copy, kept) = (self, [Tensor]())
    // Copied, so that nothing else holds the memory that the optimiser changes.
    do { try copy.visitFrozenParameters { kept.append($0.copied) } } catch {
      fatalError("MixtureOfExperts: \(error)")
    }
    return kept
  }

  /// Puts frozen parameters back.
  mutating func putBack(_ kept: [Tensor]?) {
    guard let kept else { return }
    var index = 0
    do {
      try visitFrozenParameters {
        $0 = kept[index]
        index += 1
      }
    } catch { fatalError("MixtureOfExperts: \(error)") }
  }
}

extension Tensor {
  /// The same scalars in memory of their own.
  fileprivate var copied: Tensor {
    reshaped(to: [1, count]).gatheringEntries([0]).reshaped(to: shape)
  }
}
