extension MixtureStack {
  /// Changes which experts one of the mixtures has, and the next one's gate where that reads its
  /// logits.
  ///
  ///     try stack.editExperts(ExpertEdit([0, 1, 3], of: 4), ofMixture: 2)
  ///
  /// Mixtures may have different numbers of experts. An expert that is removed equals one that is
  /// switched off throughout the stack: its logit adds nothing to those of the next mixture either.
  ///
  /// - Parameters:
  ///   - edit: Which of the former experts each one is, or is made of.
  ///   - mixture: The number of the mixture, in the order of ``mixtureParts``.
  ///   - routing: The strategy afterwards, where it is another one.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where there is no such mixture, and as
  ///   ``MixtureOfExperts/editingExperts(_:routing:)``; nothing has changed then.
  public mutating func editExperts(
    _ edit: ExpertEdit, ofMixture mixture: Int, routing: RoutingStrategy? = nil
  ) throws {
    let parts = mixtureParts
    guard parts.indices.contains(mixture) else {
      throw MoEError.configuration(
        "mixture to edit", value: "\(mixture)",
        expected: parts.isEmpty ? "none, as no block has one" : "0 to \(parts.count - 1)")
    }
    var edited = blocks
    let (block, part) = parts[mixture]
    let layer = try MixtureStack.editable(edited[block][part], mixture)
    edited[block][part] = try layer.editingExperts(edit, routing: routing)
    let next = parts.indices.dropFirst(mixture + 1).first { parts[$0].part == part }
    if let next, blocks[parts[next].block].readsPreviousLogits(part) {
      let slots = layer.router.strategy.slotsPerExpert ?? 1
      edited[parts[next].block][part] = try MixtureStack.editable(
        edited[parts[next].block][part], next
      ).editingPreviousExperts(edit.slots(slots))
    }
    blocks = edited
  }

  /// A mixture of a kind that can be edited.
  private static func editable(
    _ layer: (any Layer)?, _ mixture: Int
  ) throws -> any BalancedLayer {
    guard let layer = layer as? any BalancedLayer else {
      throw MoEError.configuration(
        "mixture \(mixture)", value: layer.map { "\(type(of: $0))" } ?? "none",
        expected: "one of this library's kinds, whose experts can be edited")
    }
    return layer
  }
}
