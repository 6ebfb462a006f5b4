extension Capacity: ExpertEditable {
  /// The same with the shares of other experts, and the new number of the backup expert.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the backup expert is gone.
  public func editingExperts(_ edit: ExpertEdit) throws -> Capacity {
    try check(expertCount: edit.formerCount)
    var edited = self
    if case .each(let parts) = shares { edited.shares = .each(edit(parts)) }
    if case .backup(let expert) = overflow {
      guard let place = edit.place(of: expert) else {
        throw MoEError.configuration(
          "backup expert", value: "\(expert), which is gone",
          expected: "one that stays, or another overflow")
      }
      edited.overflow = .backup(place)
    }
    return edited
  }
}
