/// What the tensors of a trainer are called in its state.
private enum TrainerNames {
  static let average = "trainer.average."
  static let stopping = "trainer.stopping."
  static let monitors = "trainer.monitors."
  static let awaitsEvaluation = "trainer.awaitsEvaluation"
}

extension Trainer {
  /// Takes over the newest state of the folder.
  ///
  /// Average, early stopping and monitors go on too; the settings of the trainer are as they were,
  /// and are to be those of the training that was saved.
  ///
  /// - Returns: Whether there was one; else nothing has changed.
  /// - Throws: ``MoEError`` where there is no folder, and ``CheckpointError`` and ``MoEError``
  ///   where the state does not fit; nothing has changed then.
  @discardableResult
  public mutating func resume() throws -> Bool {
    guard let folder else {
      throw MoEError.configuration(
        "folder of a trainer", value: "none", expected: "one, to resume from")
    }
    var restored = self
    guard try folder.resume(&restored.state) else { return false }
    let saved = restored.state.tensors
    func part(_ start: String) -> [String: Tensor] {
      var part: [String: Tensor] = [:]
      for (name, tensor) in saved where name.hasPrefix(start) {
        part[String(name.dropFirst(start.count))] = tensor
      }
      return part
    }
    restored.state.tensors = saved.filter { !$0.key.hasPrefix("trainer.") }
    try restored.average?.restoreBuffers(part(TrainerNames.average))
    try restored.average?.check(restored.state.model)
    try restored.stopping?.restoreBuffers(part(TrainerNames.stopping))
    restored.monitors = []
    if let monitor {
      while case let own = part("\(TrainerNames.monitors)\(restored.monitors.count)."), !own.isEmpty
      {
        var watched = monitor
        try watched.restoreBuffers(own)
        restored.monitors.append(watched)
      }
    }
    restored.known = restored.monitors.map { Set($0.report.warnings.map(Complaint.init)) }
    restored.savedStep = restored.state.step
    restored.awaitsEvaluation = saved[TrainerNames.awaitsEvaluation] != nil
    self = restored
    return true
  }

  /// Saves the state to the folder, if there is one and it was not saved yet.
  mutating func save(_ report: Report) throws {
    guard let folder, savedStep != state.step else { return }
    var saved = state
    func keep(_ buffers: [(name: String, tensor: Tensor)], _ start: String) {
      for (name, tensor) in buffers { saved.tensors[start + name] = tensor }
    }
    keep(average?.namedBuffers ?? [], TrainerNames.average)
    keep(stopping?.namedBuffers ?? [], TrainerNames.stopping)
    for (index, monitor) in monitors.enumerated() {
      keep(monitor.namedBuffers, "\(TrainerNames.monitors)\(index).")
    }
    if awaitsEvaluation { saved.tensors[TrainerNames.awaitsEvaluation] = [1] }
    try folder.save(saved)
    savedStep = state.step
    try report(.checkpoint(step: state.step, file: folder.file(step: state.step)))
  }
}
