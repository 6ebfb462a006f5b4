extension Parameterized {
  /// The parameters and buffers under their names, to be written to a file.
  ///
  /// A weight in fewer bits stays so: its codes stand under its name, and beside them
  /// `NAME.scales`, `NAME.zeroPoints` and `NAME.factors` where its ``WeightFormat`` has them. The
  /// format comes to the file's metadata as `NAME.format`. Of a weight whose master is kept the
  /// master is what is stored, from which ``restore(_:prefix:)`` rounds it again.
  ///
  /// - Parameter prefix: What is put before each name, as `model.`; nothing unless given.
  /// - Returns: The tensors, with their bits: in single precision but for weights in fewer bits.
  public func storedTensors(prefix: String = "") -> [String: StoredTensor] {
    var copy = self
    var tensors: [String: StoredTensor] = [:]
    func add(_ name: String, _ tensor: StoredTensor) {
      require(
        tensors.updateValue(tensor, forKey: prefix + name) == nil, "two tensors of name \(name)")
    }
    var compressed: Set<String> = []
    copy.visitWeights { name, weight in
      guard !weight.hasMaster, let weights = weight.compressed,
        let stored = StoredWeight(name, weights.format, shape: weights.shape)
      else { return }
      compressed.insert(name)
      for (name, tensor) in stored.tensors(weights) { add(name, tensor) }
    }
    copy.visitParameters { name, parameter in
      if !compressed.contains(name) { add(name, StoredTensor(parameter)) }
    }
    for (name, buffer) in namedBuffers { add(name, StoredTensor(buffer)) }
    return tensors
  }

  /// Takes over the parameters and buffers of a checkpoint, under their own names.
  ///
  /// All names, shapes and formats are checked before anything is taken over; where it throws,
  /// nothing has changed. Weights that the checkpoint has in fewer bits are kept so, with the bits of
  /// what was saved, and those in single precision are what they are.
  ///
  /// - Parameters:
  ///   - checkpoint: What ``storedTensors(prefix:)`` was written to.
  ///   - prefix: What stands before each name; others are none of this value's.
  /// - Throws: ``CheckpointError/names(file:missing:unexpected:)`` with all parameters that are
  ///   missing and all tensors that are neither parameters nor buffers,
  ///   ``CheckpointError/malformed(file:tensor:offset:found:expected:)`` for a shape or a format, and
  ///   what ``Buffered/restoreBuffers(_:)`` throws.
  public mutating func restore(_ checkpoint: Checkpoint, prefix: String = "") throws {
    var saved = SavedValue(checkpoint, prefix: prefix)
    var (restored, known) = (self, Set<String>())
    restored.visitBuffers { name, _ in known.insert(name) }
    // A copy is visited, of which nothing stays: what visiting unpacks or decompresses is dropped.
    var copy = self
    var weights: Set<String> = []
    copy.visitWeights { if $1.canBeCompressed { weights.insert($0) } }
    copy.visitParameters { name, parameter in
      saved.take(name, shape: parameter.shape, isWeight: weights.contains(name))
    }
    try saved.check(buffers: known)
    let compressed = try saved.compressedWeights()
    try restored.restoreBuffers(saved.rest.mapValues(\.tensor))
    restored.visitParameters { name, parameter in
      if let stored = saved.parameters[name] { parameter = stored.tensor }
    }
    restored.visitWeights { name, weight in
      if let weights = compressed[name] { weight.replace(with: weights) }
    }
    self = restored
  }
}

/// What a checkpoint has for a value: tensors of its parameters, and the rest.
private struct SavedValue {
  private let checkpoint: Checkpoint
  private let prefix: String
  /// Tensors that are taken as they are, by the names of parameters.
  private(set) var parameters: [String: StoredTensor] = [:]
  /// Tensors that are no parameters.
  private(set) var rest: [String: StoredTensor] = [:]
  private var compressed: [StoredWeight] = []
  private var weights: [String] = []
  private var missing: [String] = []
  private var errors: [any Error] = []

  init(_ checkpoint: Checkpoint, prefix: String) {
    (self.checkpoint, self.prefix) = (checkpoint, prefix)
    for name in checkpoint.names where name.hasPrefix(prefix) {
      rest[String(name.dropFirst(prefix.count))] = checkpoint[name]
    }
  }

  /// Takes what there is for a parameter, and notes what is wrong with it.
  mutating func take(_ name: String, shape: [Int], isWeight: Bool) {
    if isWeight { weights.append(name) }
    /// What cannot be read says nothing of what stands beside it.
    func dropParts() {
      if isWeight { for part in WeightPartNames.beside(name) { rest[part] = nil } }
    }
    guard let stored = rest.removeValue(forKey: name) else {
      missing.append(prefix + name)
      dropParts()
      return
    }
    func note(_ found: String, _ expected: String) {
      errors.append(
        CheckpointError.malformed(
          file: checkpoint.path, tensor: prefix + name, offset: nil, found: found,
          expected: expected))
    }
    if let text = stored.formatText {
      guard let format = WeightFormat(text: text) else {
        note("format \(text.prefix(100))", "the JSON of a weight format")
        dropParts()
        return
      }
      if format != .float32 {
        guard isWeight else {
          note("format \(format)", "single precision, as products are not made with it")
          return
        }
        guard let weight = StoredWeight(name, format, shape: shape) else {
          note("format \(format)", "single precision for shape \(shape)")
          return
        }
        for part in weight.tensorNames where part != name {
          if rest.removeValue(forKey: part) == nil { missing.append(prefix + part) }
        }
        do {
          try weight.check(checkpoint, prefix: prefix)
        } catch {
          errors.append(error)
        }
        compressed.append(weight)
        return
      }
    }
    if stored.shape != shape { note("shape \(stored.shape)", "\(shape)") }
    parameters[name] = stored
  }

  /// Throws the first of what is wrong, names before all else.
  func check(buffers known: Set<String>) throws {
    // A buffer may name itself anew for what was saved, as lists of states do; the parts of a weight
    // that its format does not have are no buffers in any case.
    let unexpected =
      known.isEmpty
      ? Array(rest.keys)
      : weights.flatMap(WeightPartNames.beside).filter { rest[$0] != nil && !known.contains($0) }
    guard missing.isEmpty, unexpected.isEmpty else {
      throw CheckpointError.names(
        file: checkpoint.path, missing: missing, unexpected: unexpected.map { prefix + $0 }.sorted()
      )
    }
    if let error = errors.first { throw error }
  }

  /// The weights in fewer bits, by their names.
  func compressedWeights() throws -> [String: CompressedWeights] {
    try Dictionary(
      uniqueKeysWithValues: compressed.map {
        ($0.name, try $0.weights(checkpoint, prefix: prefix))
      })
  }
}
