import Foundation

/// All that a training is at some step.
///
/// Parameters, buffers, what the optimiser has gathered, the
/// step and the generator. Resumed from it, a training gives the bits of one that never stopped.
///
///     var state = TrainingState(model: model, optimizer: AdamW(), generator: generator)
///     let folder = TrainingFolder(path: path, keeping: 3)
///     try folder.save(state)
///     try folder.resume(&state)
///
/// Schedules are functions of the step, and need nothing else.
public struct TrainingState<Model: Parameterized, Trained: Optimizer>: Sendable {
  /// What is trained, with the balancing state of its mixtures.
  public var model: Model
  /// What changes its parameters.
  public var optimizer: Trained
  /// The number of updates so far.
  public var step: Int
  /// What the order of the data is drawn from.
  public var generator: SeededGenerator
  /// What else is to be known, as texts.
  public var metadata: [String: String]
  /// What else is to be kept, as tensors: the state of an average of parameters, or of a monitor.
  public var tensors: [String: Tensor]

  /// A state.
  ///
  /// - Parameters:
  ///   - model: What is trained.
  ///   - optimizer: What changes its parameters.
  ///   - step: The number of updates so far.
  ///   - generator: What the order of the data is drawn from.
  ///   - metadata: What else is to be known.
  ///   - tensors: What else is to be kept.
  public init(
    model: Model, optimizer: Trained, step: Int = 0,
    generator: SeededGenerator = SeededGenerator(seed: 0), metadata: [String: String] = [:],
    tensors: [String: Tensor] = [:]
  ) {
    self.model = model
    self.optimizer = optimizer
    self.step = step
    self.generator = generator
    self.metadata = metadata
    self.tensors = tensors
  }
}

/// What the tensors and texts of a training state are called in a file.
private enum Names {
  static let model = "model."
  static let optimizer = "optimizer."
  static let format = "format"
  static let formatText = "swift-moe training state 1"
  static let step = "step"
  static let generator = "generator"
  static let own = "own."
}

extension TrainingState {
  /// Writes the state to a file, whole or not at all.
  ///
  /// - Parameter path: Where it is to be.
  /// - Throws: ``CheckpointError/unusable(file:reason:)``.
  public func save(to path: String) throws {
    var texts = [
      Names.format: Names.formatText, Names.step: "\(step)",
      Names.generator: "\(generator.seed) \(generator.position)",
    ]
    for (key, text) in metadata { texts[Names.own + key] = text }
    var tensors = model.storedTensors(prefix: Names.model)
    for (name, tensor) in optimizer.namedBuffers {
      tensors[Names.optimizer + name] = StoredTensor(tensor)
    }
    for (name, tensor) in self.tensors { tensors[Names.own + name] = StoredTensor(tensor) }
    try Checkpoint.write(tensors, metadata: texts, to: path)
  }

  /// Takes over a saved state, for a model and an optimiser of the same make.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``CheckpointError`` where the file is none of a training state or has other tensors
  ///   than the model, and ``MoEError`` where the optimiser's are not those of the model; nothing
  ///   has changed then.
  public mutating func restore(from path: String) throws {
    let checkpoint = try Checkpoint(path: path)
    let texts = checkpoint.metadata
    func error(_ key: String, _ expected: String) -> CheckpointError {
      .field(file: path, field: key, found: texts[key] ?? "nothing", expected: expected)
    }
    guard texts[Names.format] == Names.formatText else {
      throw error(Names.format, Names.formatText)
    }
    guard let step = texts[Names.step].flatMap({ Int($0) }), step >= 0 else {
      throw error(Names.step, "a whole number from 0")
    }
    let words = texts[Names.generator]?.split(separator: " ").map { UInt64($0) } ?? []
    guard words.count == 2, let seed = words[0], let position = words[1] else {
      throw error(Names.generator, "a seed and a position")
    }
    var (model, optimizer) = (model, optimizer)
    try model.restore(checkpoint, prefix: Names.model)
    var buffers: [String: Tensor] = [:]
    for name in checkpoint.names where name.hasPrefix(Names.optimizer) {
      buffers[String(name.dropFirst(Names.optimizer.count))] = checkpoint[name]?.tensor
    }
    try optimizer.restoreBuffers(buffers)
    try optimizer.check(model)
    self.model = model
    self.optimizer = optimizer
    self.step = step
    generator = SeededGenerator(seed: seed, position: position)
    metadata = [:]
    for (key, text) in texts where key.hasPrefix(Names.own) {
      metadata[String(key.dropFirst(Names.own.count))] = text
    }
    tensors = [:]
    for name in checkpoint.names where name.hasPrefix(Names.own) {
      tensors[String(name.dropFirst(Names.own.count))] = checkpoint[name]?.tensor
    }
  }
}

extension TrainingState: CustomStringConvertible {
  /// The step, the kind and size of the model, and the optimiser.
  public var description: String {
    "step \(step), \(Model.self) of \(model.parameterCount) parameters, \(optimizer)"
  }
}
