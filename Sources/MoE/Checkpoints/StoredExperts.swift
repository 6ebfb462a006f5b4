/// Experts that stay in their file, of which those that tokens go to are read as they are needed.
///
/// The recently used ones are kept in memory, packed, within a number of bytes; the others are read
/// again when a token goes to them. Outputs have the same bits as those of experts that were loaded,
/// whatever is kept. Copies of a value share what they keep, and may be used by several threads at a
/// time.
///
/// There are no parameters to visit, so that such experts are for inference: a pass in training
/// throws.
///
///     let mixture = try MixtureOfExperts(model: folder, layer: 0, expertBytes: 1 << 30)
///     let output = try mixture(tokens)
///     if let experts = mixture.expertGroups[0] as? StoredExperts { print(experts.residency) }
public struct StoredExperts: ExpertGroup {
  /// The size of a token.
  public let inputSize: Int
  /// The size of an expert's output.
  public let outputSize: Int
  /// Their numbers in the file.
  private var numbers: [Int]
  private let cache: ExpertCache

  /// Experts that are read by a function.
  ///
  /// - Parameters:
  ///   - count: How many experts there are.
  ///   - inputSize: The size of a token.
  ///   - outputSize: The size of an expert's output.
  ///   - byteLimit: How many bytes of memory those that are kept take together.
  ///   - read: Gives a group of the expert of a number alone.
  init(
    count: Int, inputSize: Int, outputSize: Int, byteLimit: Int,
    read: @escaping @Sendable (Int) throws -> any ExpertGroup
  ) {
    self.inputSize = inputSize
    self.outputSize = outputSize
    numbers = Array(0..<count)
    cache = ExpertCache(byteLimit: byteLimit, read: read)
  }

  /// The number of experts.
  public var expertCount: Int { numbers.count }

  /// What is in memory, and how often it was of use.
  public var residency: Residency { cache.residency }

  /// What of experts in a file is in memory, and how often it was of use.
  public struct Residency: Sendable, Hashable, Codable {
    /// How many experts are in memory.
    public let expertCount: Int
    /// How many bytes these take: their numbers, and the same packed; those in fewer bits once.
    public let byteCount: Int
    /// How many bytes they may take.
    public let byteLimit: Int
    /// How often an expert that was needed was in memory.
    public let hits: Int
    /// How often one had to be read.
    public let misses: Int
  }

  /// Visits nothing.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  /// Visits nothing.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {}

  /// The same experts in another order, or some of them.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where experts would be averaged.
  public func editingExperts(_ edit: ExpertEdit) throws -> StoredExperts {
    var edited = self
    edited.numbers = try edit.sources.map { sources in
      guard sources.count == 1 else {
        throw MoEError.configuration(
          "experts that are merged", value: "\(sources.map(\.expert))",
          expected: "ones in memory; these stay in their file")
      }
      return numbers[sources[0].expert]
    }
    return edited
  }

  /// The result of a forward pass.
  public struct Pass: ExpertPass {
    /// One row for each position.
    public var output: ExpertOutput
  }

  /// The outputs; an expert without rows is not read.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` in training.
  /// - Complexity: That of the experts, and the bytes of those that are not in memory.
  public func forward(_ input: GroupedTokens, context: LayerContext) throws -> Pass {
    guard !context.mode.isTraining else {
      throw MoEError.configuration(
        "pass through experts that stay in their file", value: "training",
        expected: "inference; load the layer to train it")
    }
    let used = numbers.indices.filter { input.rows.offsets[$0] < input.rows.offsets[$0 + 1] }
    // What is in memory first, before reading another takes its place.
    let resident = cache.resident(of: used.map { numbers[$0] })
    let order =
      used.filter { resident.contains(numbers[$0]) }
      + used.filter { !resident.contains(numbers[$0]) }
    var outputs: [Int: Tensor] = [:]
    for index in order {
      let expert = try cache.expert(numbers[index])
      let own = input[groups: index..<index + 1]
      let pass = try expert.anyForward(own, context: context)
      pass.output.check(of: expert, rowCount: own.rows.count)
      guard case .rows(let rows) = pass.output else {
        fatalError("\(type(of: expert)): no rows of an expert in a file")
      }
      outputs[index] = rows
    }
    let rows = used.compactMap { outputs[$0] }
    return Pass(
      output: .rows(
        rows.isEmpty ? Tensor(zeros: [0, outputSize]) : Tensor(concatenatingEntries: rows)))
  }

  /// Traps: there is no pass in training.
  public func backward(
    _ outputGradient: GroupedGradient, pass: Pass
  ) -> ExpertGradient<StoredExperts> {
    fatalError("StoredExperts.backward: a pass in inference")
  }
}

extension ExpertGroup {
  /// The forward pass of a group whose type is not known.
  fileprivate func anyForward(
    _ input: GroupedTokens, context: LayerContext
  ) throws -> any ExpertPass {
    try forward(input, context: context)
  }
}
