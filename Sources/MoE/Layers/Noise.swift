/// Random numbers of a pass: a pure function of seed, step, layer, token position and column.
///
/// Nothing is drawn in an order, so a token's noise is the same whatever stands beside it in the
/// batch and however many threads there are. Each use has a stream of its own, independent of the
/// others.
///
/// One block of `Philox4x32` gives the numbers of four neighbouring experts: its key is the seed,
/// its counter the position, the block of experts, the step, and layer and stream together.
public struct Noise: Sendable, Hashable, Codable {
  /// The use of some numbers, each independent of the others.
  public enum Stream: UInt32, Sendable, CaseIterable {
    /// Noise that a gate adds to its logits.
    case gate
    /// The factors of a gate's input; the place of the expert is that of the column.
    case jitter
    /// The choice of experts.
    case selection
    /// A second decision of a selector, such as whether a second expert is taken.
    case decision
    /// The draws of a weighting.
    case weighting
    /// The order in which routes find room.
    case capacity
    /// Noise inside experts.
    case experts
    /// The choice of the columns that a ``Dropout`` sets to zero.
    case dropout
    /// The choice of the routes that a ``RoutingDropout`` leaves out.
    case routeDropout
    /// The choice of the experts that a ``RoutingDropout`` leaves out for a step.
    case expertDropout
  }

  /// How many layers have a stream of their own: 2²⁴.
  static let layerLimit = 1 << 24

  /// The seed.
  public let seed: UInt64
  /// The step of training; 0 in inference.
  public let step: Int
  /// The number of the layer.
  public let layer: Int

  /// Noise of a seed, at a step, in a layer.
  ///
  /// - Parameters:
  ///   - seed: The number that everything depends on.
  ///   - step: The step of training.
  ///   - layer: The number of the layer, below 2²⁴; another traps.
  public init(seed: UInt64, step: Int, layer: Int) {
    require(
      layer >= 0 && layer < Noise.layerLimit,
      "Noise: layer \(layer), expected 0 to 2^24 - 1")
    self.seed = seed
    self.step = step
    self.layer = layer
  }

  /// Noise from a file.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` for a layer below 0, or of 2²⁴ and above.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let layer = try values.decode(Int.self, forKey: .layer)
    guard (0..<Noise.layerLimit).contains(layer) else {
      throw MoEError.configuration(
        "layer of noise", value: "\(layer)", expected: "0 to \(Noise.layerLimit - 1)")
    }
    self.init(
      seed: try values.decode(UInt64.self, forKey: .seed),
      step: try values.decode(Int.self, forKey: .step), layer: layer)
  }

  /// Noise of its own for a part of a layer, such as one of its experts or a second ``Dropout``.
  ///
  /// Its seed is two words of the block of ``seed`` that no stream reads.
  ///
  /// - Parameter number: The number of the part.
  /// - Returns: Noise of the same step and layer, independent of this one and of that of any other
  ///   part.
  public func branch(_ number: Int) -> Noise {
    let bits = UInt64(truncatingIfNeeded: number)
    let words = Philox4x32(seed: seed)(
      SIMD4(UInt32(truncatingIfNeeded: bits), UInt32(truncatingIfNeeded: bits >> 32), 0, .max))
    return Noise(seed: UInt64(words.x) | UInt64(words.y) << 32, step: step, layer: layer)
  }

  /// The random words of four neighbouring experts.
  package func words(_ stream: Stream, position: Int, block: Int) -> SIMD4<UInt32> {
    // Steps and positions beyond 2³² change the key, as the counter holds only their low words.
    let high =
      UInt64(truncatingIfNeeded: step >> 32) << 32
      | UInt64(truncatingIfNeeded: (position >> 32) & 0xFFFF_FFFF)
    return Philox4x32(seed: seed ^ high &* 0x9E37_79B9_7F4A_7C15)(
      SIMD4(
        UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: block),
        UInt32(truncatingIfNeeded: step), UInt32(layer) << 8 | stream.rawValue))
  }

  /// A number strictly between 0 and 1, at the middle of one of 2³² equal cells.
  private static func unit(_ word: UInt32) -> Double { (Double(word) + 0.5) * 0x1p-32 }

  /// A number strictly between 0 and 1.
  ///
  /// - Parameters:
  ///   - stream: What it is for.
  ///   - position: The token's position id.
  ///   - expert: The expert.
  /// - Returns: A number of 32 random bits.
  public func uniform(_ stream: Stream, position: Int, expert: Int) -> Double {
    Noise.unit(words(stream, position: position, block: expert / 4)[expert % 4])
  }

  /// A matrix of numbers: each a function of one uniform number, of its row's position and its
  /// column.
  private func matrix(
    _ stream: Stream, _ batch: Batch, shape: (rows: Int, columns: Int),
    _ function: (Double) -> Double
  ) -> Tensor {
    var result = Tensor(uninitialized: TensorShape(shape.rows, shape.columns))
    var scalars = result.mutableScalars
    for row in 0..<shape.rows {
      let position = batch.position(of: row)
      for block in 0..<(shape.columns + 3) / 4 {
        let words = words(stream, position: position, block: block)
        for column in 4 * block..<min(shape.columns, 4 * block + 4) {
          scalars[row * shape.columns + column] = Float(
            function(Noise.unit(words[column % 4])))
        }
      }
    }
    return result
  }

  /// Uniform numbers for a matrix of tokens and experts, in [0, 1].
  ///
  /// - Parameters:
  ///   - stream: What they are for.
  ///   - batch: The positions of the tokens.
  ///   - tokens: The number of tokens.
  ///   - experts: The number of experts, or of other columns.
  /// - Returns: Of shape [tokens, experts].
  public func uniform(
    _ stream: Stream, _ batch: Batch, tokens: Int, experts: Int
  ) -> Tensor { matrix(stream, batch, shape: (tokens, experts)) { $0 } }

  /// Standard normal numbers for a matrix of tokens and experts, by quantile.
  ///
  /// - Parameters:
  ///   - stream: What they are for.
  ///   - batch: The positions of the tokens.
  ///   - tokens: The number of tokens.
  ///   - experts: The number of experts.
  /// - Returns: Of shape [tokens, experts].
  public func normal(
    _ stream: Stream, _ batch: Batch, tokens: Int, experts: Int
  ) -> Tensor {
    matrix(stream, batch, shape: (tokens, experts)) { NormalDistribution.quantile($0) }
  }

  /// Gumbel numbers, −ln(−ln u), for a matrix of tokens and experts.
  ///
  /// The k largest of l + Gumbel are a draw of k different experts from softmax(l), one after
  /// another.
  ///
  /// - Parameters:
  ///   - stream: What they are for.
  ///   - batch: The positions of the tokens.
  ///   - tokens: The number of tokens.
  ///   - experts: The number of experts.
  /// - Returns: Of shape [tokens, experts].
  public func gumbel(
    _ stream: Stream, _ batch: Batch, tokens: Int, experts: Int
  ) -> Tensor {
    matrix(stream, batch, shape: (tokens, experts)) {
      -NormalDistribution.logarithm(-NormalDistribution.logarithm($0))
    }
  }
}
