extension Parameterized {
  /// The parameters and buffers under their names, to be written to a file.
  ///
  /// - Parameter prefix: What is put before each name, as `model.`; nothing unless given.
  /// - Returns: The tensors, in single precision, which keeps their bits.
  public func storedTensors(prefix: String = "") -> [String: StoredTensor] {
    Dictionary(
      uniqueKeysWithValues: (namedParameters.map { ($0.name, $0.parameter) }
        + namedBuffers.map { ($0.name, $0.tensor) }).map { (prefix + $0.0, StoredTensor($0.1)) })
  }

  /// Takes over the parameters and buffers of a checkpoint, under their own names.
  ///
  /// All names and shapes are checked before anything is taken over; where it throws, nothing has
  /// changed.
  ///
  /// - Parameters:
  ///   - checkpoint: What ``storedTensors(prefix:)`` was written to.
  ///   - prefix: What stands before each name; others are none of this value's.
  /// - Throws: ``CheckpointError/names(file:missing:unexpected:)`` with all parameters that are
  ///   missing and all tensors that are neither parameters nor buffers,
  ///   ``CheckpointError/malformed(file:tensor:offset:found:expected:)`` for a shape, and what
  ///   ``Buffered/restoreBuffers(_:)`` throws.
  public mutating func restore(_ checkpoint: Checkpoint, prefix: String = "") throws {
    var buffers: [String: StoredTensor] = [:]
    for name in checkpoint.names where name.hasPrefix(prefix) {
      buffers[String(name.dropFirst(prefix.count))] = checkpoint[name]
    }
    var (missing, shapes): ([String], [CheckpointError]) = ([], [])
    var parameters: [String: StoredTensor] = [:]
    for (name, parameter) in namedParameters {
      guard let stored = buffers.removeValue(forKey: name) else {
        missing.append(prefix + name)
        continue
      }
      if stored.shape != parameter.shape {
        shapes.append(
          .malformed(
            file: checkpoint.path, tensor: prefix + name, offset: nil,
            found: "shape \(stored.shape)", expected: "\(parameter.shape)"))
      }
      parameters[name] = stored
    }
    var (restored, known) = (self, Set<String>())
    restored.visitBuffers { name, _ in known.insert(name) }
    // A buffer may name itself anew for what was saved, as lists of states do.
    let unexpected = known.isEmpty ? buffers.keys.map { prefix + $0 }.sorted() : []
    guard missing.isEmpty, unexpected.isEmpty else {
      throw CheckpointError.names(
        file: checkpoint.path, missing: missing, unexpected: unexpected)
    }
    if let shape = shapes.first { throw shape }
    try restored.restoreBuffers(buffers.mapValues(\.tensor))
    restored.visitParameters { name, parameter in
      if let stored = parameters[name] { parameter = stored.tensor }
    }
    self = restored
  }
}
