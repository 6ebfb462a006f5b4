import Foundation
import MoE
import Testing

/// Weights in fewer bits in files of one's own.
@Suite struct StoredWeightTests {
  private static func linear(_ shape: [Int] = [2, 19, 37], seed: UInt64 = 1) -> GroupedLinear {
    var generator = SeededGenerator(seed: seed)
    return GroupedLinear(
      count: shape[0], inputSize: shape[2], outputSize: shape[1], bias: true, using: &generator)
  }

  private static func weights(_ value: some Parameterized) -> [CompressedWeights] {
    var (copy, weights) = (value, [CompressedWeights]())
    copy.visitWeights { if let own = $1.compressed { weights.append(own) } }
    return weights
  }

  private static func expectSame(
    _ own: some Parameterized, _ other: some Parameterized, _ comment: Comment? = nil
  ) {
    let (own, other) = (weights(own), weights(other))
    #expect(own.count == other.count, comment)
    for (own, other) in zip(own, other) {
      #expect(own.format == other.format && own.shape == other.shape, comment)
      for part in CompressedPart.allCases {
        #expect(own.bytes(of: part) == other.bytes(of: part), comment)
      }
      #expect(own.decompressed().bits == other.decompressed().bits, comment)
    }
  }

  /// Codes without pattern, of sizes that end in the middle of tiles, bytes, groups and blocks.
  @Test(arguments: WeightFormatCases.all, [[2, 19, 37], [1, 1, 1], [0, 3, 5], [3, 16, 32]])
  func everyFormatComesBack(format: WeightFormat, shape: [Int]) throws {
    let saved = GroupedLinear(
      weights: WeightFormatCases.scattered(format, shape: shape, seed: 8),
      bias: Tensor(scattered: Array(shape.prefix(2)), seed: 3))
    try withTemporaryFolder { folder in
      let path = folder + "/w.safetensors"
      try Checkpoint.write(saved.storedTensors(prefix: "a."), metadata: ["note": "x"], to: path)
      let checkpoint = try Checkpoint(path: path)
      #expect(checkpoint.metadata["note"] == "x" && checkpoint.metadata["a.weight.format"] != nil)
      var loaded = Self.linear(shape)
      try loaded.restore(checkpoint, prefix: "a.")
      Self.expectSame(loaded, saved)
      #expect(loaded.bias == saved.bias)
      // Into one in another format, from several files.
      try Checkpoint.write(saved.storedTensors(), to: folder + "/parts", bytesPerFile: 1)
      loaded = try Self.linear(shape).compressing(to: .int8())
      try loaded.restore(Checkpoint(path: folder + "/parts"))
      Self.expectSame(loaded, saved)
    }
  }

  /// What stands where, by the definition.
  @Test(arguments: [WeightFormat.int4(groupSize: 16, zeroPoints: true), .mxfp4, .int8(), .bfloat16])
  func numbersStandRowByRow(format: WeightFormat) throws {
    let (outputs, inputs) = (18, 35)
    let weights = WeightFormatCases.scattered(format, shape: [2, outputs, inputs], seed: 9)
    let tensors = GroupedLinear(weights: weights).storedTensors()
    let codes = try #require(tensors["weight"])
    let types: [ScalarFormat] = [.uint8, .int8, .bfloat16]
    #expect(types.contains(codes.format))
    let columns = codes.format == .uint8 ? 18 : inputs
    #expect(codes.shape == [2, outputs, columns])
    let bytes = [UInt8](codes.bytes)
    for index in 0..<2 {
      for output in 0..<outputs {
        for input in 0..<inputs {
          let row = index * outputs + output
          let code = weights.matrix(index)[code: output, input]
          let found: UInt32 =
            switch codes.format {
            case .uint8: UInt32(bytes[row * 18 + input / 2] >> UInt8(input % 2 * 4) & 15)
            case .int8: UInt32(bytes[row * inputs + input])
            default:
              UInt32(bytes[2 * (row * inputs + input)])
                | UInt32(bytes[2 * (row * inputs + input) + 1]) << 8
            }
          guard code == found else {
            Issue.record("\(found) for \(code) at \(index), \(output), \(input)")
            return
          }
        }
      }
    }
    #expect(
      tensors["weight.scales"]?.shape
        == (weights.layout.scale == nil ? nil : [2, 18, weights.layout.groupCount]))
    #expect((tensors["weight.zeroPoints"] != nil) == weights.layout.hasZeroPoints)
    #expect(tensors["weight.factors"] == nil)
  }

  /// A whole layer, some parts of which are in fewer bits, and its training state.
  @Test func layersComeBack() throws {
    func layer(_ seed: UInt64) throws -> MixtureOfExperts {
      var generator = SeededGenerator(seed: seed)
      return try MixtureOfExperts(
        inputSize: 32, experts: [.gatedFeedForward(count: 3, hiddenSize: 20, bias: true)],
        sharedExperts: .gatedFeedForward(count: 1, hiddenSize: 16), routing: .topK(2),
        stepUpdates: [BalanceMonitor()], using: &generator)
    }
    let saved = try layer(4).compressing(to: .nvfp4) { $0.hasPrefix("expertGroups") }
    let tokens = Tensor(scattered: [7, 32], seed: 2)
    try withTemporaryFolder { folder in
      let path = folder + "/s.safetensors"
      try TrainingState(model: saved, optimizer: SGD(learningRate: 1), step: 3).save(to: path)
      var state = TrainingState(model: try layer(5), optimizer: SGD(learningRate: 1))
      try state.restore(from: path)
      Self.expectSame(state.model, saved)
      #expect(Self.weights(saved).count == 3)
      #expect(try state.model(tokens).bits == saved(tokens).bits)
      #expect(state.model.weightByteCount == saved.weightByteCount)
      // A part without its weight is no buffer.
      var tensors = try layer(6).storedTensors()
      tensors["expertGroups.0.up.weight.scales"] = StoredTensor(Tensor(zeros: [3]))
      try Checkpoint.write(tensors, to: path)
      #expect(
        throws: CheckpointError.names(
          file: path, missing: [], unexpected: ["expertGroups.0.up.weight.scales"])
      ) { try state.model.restore(Checkpoint(path: path)) }
      // In single precision as before: also where the layer was in fewer bits.
      var plain = saved
      try Checkpoint.write(layer(6).storedTensors(), to: path)
      try plain.restore(Checkpoint(path: path))
      #expect(Self.weights(plain).isEmpty)
      #expect(try plain(tokens).bits == layer(6)(tokens).bits)
    }
  }

  /// A master is what is stored, and is rounded again.
  @Test func mastersAreStored() throws {
    let trained = try Self.linear().compressing(to: .int4(), keepingMaster: true)
    let tensors = trained.storedTensors()
    #expect(tensors.count == 2 && tensors["weight"]?.format == .float32)
    var loaded = try Self.linear(seed: 7).compressing(to: .int4(), keepingMaster: true)
    try loaded.restore(try Self.checkpoint(tensors))
    #expect(loaded.weight == trained.weight)
    Self.expectSame(loaded, trained)
  }

  // MARK: What does not fit

  private static func checkpoint(
    _ tensors: [String: StoredTensor], metadata: [String: String] = [:]
  ) throws -> Checkpoint {
    try Checkpoint(
      path: "F",
      files: [
        SafetensorsFile(Checkpoint.encoded(tensors, metadata: metadata), name: "F")
      ])
  }

  /// The error that restoring gives, by which nothing has changed.
  private static func message(
    _ format: WeightFormat, metadata: [String: String] = [:],
    _ change: (inout [String: StoredTensor]) -> Void
  ) throws -> String {
    let saved = try linear().compressing(to: format)
    var tensors = saved.storedTensors()
    change(&tensors)
    var target = linear(seed: 5)
    let before = target.weight
    var message = "nothing"
    do {
      try target.restore(try checkpoint(tensors, metadata: metadata))
    } catch let error as CheckpointError { message = "\(error)" }
    #expect((message == "nothing") != (target.weight == before && weights(target).isEmpty))
    return message
  }

  @Test func damagedPartsAreErrors() throws {
    let int4 = WeightFormat.int4(groupSize: 16, zeroPoints: true)
    #expect(try Self.message(int4) { _ in } == "nothing")
    for (part, format) in [
      ("weight", int4), ("weight.scales", int4), ("weight.zeroPoints", int4),
      ("weight.factors", .nvfp4), ("weight.scales", .float8E4M3()),
    ] {
      #expect(try Self.message(format) { $0[part] = nil } == "F: missing \(part)")
      let other = try Self.message(format) { $0[part] = StoredTensor(Tensor(zeros: [3, 3])) }
      #expect(
        other.hasPrefix(
          part == "weight"
            ? "F: unexpected weight.scales, weight.zeroPoints"
            : "F, tensor \(part): found type F32 of shape [3, 3], expected"), "\(other)")
    }
    let wrong = try Self.message(int4) {
      $0["weight.zeroPoints"] = try? StoredTensor(
        Data(repeating: 9, count: 2 * 19 * 3), as: .int8, shape: [2, 19, 3])
    }
    #expect(wrong.hasPrefix("F, tensor weight.zeroPoints: found 9, expected whole numbers"))
    // Parts that the format does not have, or no format.
    let extra = try Self.message(.int4(groupSize: 16)) {
      $0["weight.zeroPoints"] = StoredTensor(integers: [1])
    }
    #expect(extra == "F: unexpected weight.zeroPoints", "\(extra)")
  }

  /// The text of the format: damaged, of groups that cannot be, of another format, of another tensor.
  @Test func damagedFormatsAreErrors() throws {
    /// The codes as they are, without the text that belongs to them.
    func plain(_ tensors: inout [String: StoredTensor]) {
      for (name, tensor) in tensors {
        tensors[name] = try? StoredTensor(tensor.bytes, as: tensor.format, shape: tensor.shape)
      }
    }
    let int4 = WeightFormat.int4(groupSize: 16)
    for text in [
      "", "{", "7", "{}", #"{"int5":{}}"#, #"{"mxfp4":{},"nvfp4":{}}"#,
      #"{"int4":{"groupSize":0,"scales":"bfloat16","zeroPoints":false}}"#,
      #"{"int4":{"groupSize":-16,"scales":"bfloat16","zeroPoints":false}}"#,
      #"{"int4":{"groupSize":17,"scales":"bfloat16","zeroPoints":false}}"#,
      #"{"int4":{"groupSize":1e40,"scales":"bfloat16","zeroPoints":false}}"#,
      #"{"int4":{"groupSize":16,"scales":"int8","zeroPoints":false}}"#,
    ] {
      let message = try Self.message(int4, metadata: ["weight.format": text], plain)
      #expect(message.hasPrefix("F, tensor weight: found format \(text), expected"), "\(message)")
    }
    let right = #"{"int4":{"groupSize":16,"scales":"bfloat16","zeroPoints":false}}"#
    #expect(try Self.message(int4, metadata: ["weight.format": right], plain) == "nothing")
    for (text, expected) in [
      (#"{"mxfp4":{}}"#, "F, tensor weight.scales: found type BF16"),
      (#"{"bfloat16":{}}"#, "F: unexpected weight.scales"),
      (
        #"{"int4":{"groupSize":32,"scales":"bfloat16","zeroPoints":false}}"#,
        "F, tensor weight.scales: found type BF16 of shape [2, 19, 3], expected BF16 of shape [2, 19, 2]"
      ),
      (
        #"{"int4":{"groupSize":4611686018427387904,"scales":"bfloat16","zeroPoints":false}}"#,
        "F, tensor weight.scales: found type BF16 of shape [2, 19, 3], expected BF16 of shape [2, 19, 1]"
      ),
    ] {
      let message = try Self.message(int4, metadata: ["weight.format": text], plain)
      #expect(message.hasPrefix(expected), "\(message)")
    }
    // Without a text, codes are no weights.
    #expect(try Self.message(int4, plain) == "F: unexpected weight.scales")
    let bias = try Self.message(
      int4, metadata: ["bias.format": #"{"bfloat16":{}}"#, "other.format": "?"]
    ) { _ in }
    #expect(bias.hasPrefix("F, tensor bias: found format bfloat16, expected single precision"))
  }

  /// No byte of a header makes restoring trap, whatever it is changed to.
  @Test func damagedHeadersNeverTrap() throws {
    let saved = try Self.linear([1, 3, 5]).compressing(to: .int4(groupSize: 16, zeroPoints: true))
    let whole = Checkpoint.encoded(saved.storedTensors())
    let length = whole.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    var errors = 0
    for place in 8..<8 + length {
      var damaged = whole
      damaged[place] ^= 1 << UInt8(place % 6)
      var target = Self.linear([1, 3, 5], seed: 2)
      let before = target.weight
      do {
        try target.restore(
          Checkpoint(path: "F", files: [SafetensorsFile(damaged, name: "F")]))
      } catch {
        errors += 1
        guard error is CheckpointError, target.weight == before else {
          Issue.record("byte \(place): \(error)")
          return
        }
      }
    }
    #expect(errors > length / 2)
  }
}
