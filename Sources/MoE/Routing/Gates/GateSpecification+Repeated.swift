extension GateSpecification {
  /// A gate of which so many neighbouring experts each have one row in common: they start with the
  /// same logits.
  ///
  /// A token that chooses one of them chooses the others too, where it takes a multiple of that
  /// number of experts: they are one expert in parts, until training tells them apart.
  ///
  /// - Parameter count: How many neighbours start alike; the number of experts must be a multiple
  ///   of it, else the layer's initialiser throws.
  /// - Returns: A specification of this one's gate of as many times fewer experts, each of which
  ///   stands there so many times.
  ///
  /// Source: the virtual groups of He and others, arXiv 2410.07524.
  public func repeated(_ count: Int) -> GateSpecification {
    GateSpecification(promises: promises) { inputSize, expertCount, generator in
      guard count >= 1, expertCount % count == 0 else {
        throw MoEError.configuration(
          "neighbouring experts that start alike", value: "\(count)",
          expected: "a divisor of \(expertCount), the experts there are")
      }
      let base = try gate(
        inputSize: inputSize, expertCount: expertCount / count, using: &generator)
      let edit = try ExpertEdit(
        (0..<expertCount).map { $0 / count }, of: expertCount / count)
      return try base.editingExperts(edit).editingPreviousExperts(edit)
    }.planned(plan.map { .repeated($0, count: count) })
  }
}
