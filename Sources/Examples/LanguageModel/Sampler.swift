import MoE

/// Writes on where a text ends, byte by byte.
package struct Sampler: Sendable {
  /// How boldly it chooses: at 1 as often as the model says, below a hundredth always the likeliest.
  package let temperature: Float
  private var generator: SeededGenerator

  /// A sampler.
  ///
  /// - Parameters:
  ///   - temperature: How boldly it chooses.
  ///   - seed: What its choices depend on.
  package init(temperature: Float, seed: UInt64) {
    self.temperature = temperature
    generator = SeededGenerator(seed: seed)
  }

  /// What the model writes behind a text.
  ///
  /// - Parameters:
  ///   - prompt: The text; a line end in its place where it is empty.
  ///   - count: How many bytes are written.
  ///   - model: The model; packed, it is faster.
  /// - Returns: The bytes behind the text.
  /// - Throws: What the decoder throws.
  package mutating func continuation(
    of prompt: [UInt8], count: Int, by model: ByteModel
  ) throws -> [UInt8] {
    var cache = try model.decoder.makeCache()
    var unread = prompt.isEmpty ? [Int(UInt8(ascii: "\n"))] : prompt.map(Int.init)
    var written: [UInt8] = []
    while written.count < count {
      let logits = try model.decoder.next(unread, cache: &cache)
      let byte = choice(logits[entries: logits.shape[0] - 1..<logits.shape[0]])
      written.append(UInt8(byte))
      unread = [byte]
    }
    return written
  }

  /// A byte by the logits of one row.
  private mutating func choice(_ logits: Tensor) -> Int {
    guard temperature >= 0.01 else { return logits.rowArgmax()[0] }
    let probabilities = (logits * (1 / temperature)).softmax().scalarArray
    // 53 bits make every number from 0 to 1 that a double can tell there.
    var rest = Float(Double(generator.next() >> 11) * 0x1p-53)
    for (byte, probability) in probabilities.enumerated() {
      rest -= probability
      if rest < 0 { return byte }
    }
    // Rounding left a little: the last byte that can be.
    return probabilities.lastIndex { $0 > 0 } ?? 0
  }
}
