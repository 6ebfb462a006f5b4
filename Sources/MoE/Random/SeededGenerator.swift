/// A random number generator that gives the same sequence for the same seed, everywhere.
///
/// It walks the counter of `Philox4x32`, two 64-bit numbers for each position, and is used to
/// initialise parameters and to shuffle. Passing it to the standard library's own functions works,
/// but their results may differ between releases of the language; those of this library will not.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  /// The number that the whole sequence depends on.
  public let seed: UInt64
  /// How many numbers of the sequence were taken.
  public private(set) var position: UInt64
  private let philox: Philox4x32

  /// A generator at a place of its sequence.
  ///
  /// - Parameters:
  ///   - seed: The number that the whole sequence depends on.
  ///   - position: How many numbers of the sequence were taken before; none unless given.
  public init(seed: UInt64, position: UInt64 = 0) {
    self.seed = seed
    self.position = position
    philox = Philox4x32(seed: seed)
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let block = position >> 1
    let words = philox(
      SIMD4(UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), 0, 0))
    defer { position &+= 1 }
    return position & 1 == 0
      ? UInt64(words.x) | UInt64(words.y) << 32 : UInt64(words.z) | UInt64(words.w) << 32
  }
}

extension SeededGenerator: Hashable, Codable {
  private enum CodingKeys: String, CodingKey { case seed, position }

  /// Whether both give the same numbers from here on.
  public static func == (left: SeededGenerator, right: SeededGenerator) -> Bool {
    left.seed == right.seed && left.position == right.position
  }

  /// Hashes the seed and the position.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(seed)
    hasher.combine(position)
  }

  /// Writes the seed and the position.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seed, forKey: .seed)
    try container.encode(position, forKey: .position)
  }

  /// A generator that goes on where the written one stood.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      seed: try container.decode(UInt64.self, forKey: .seed),
      position: try container.decode(UInt64.self, forKey: .position))
  }
}

extension SeededGenerator: CustomStringConvertible {
  /// The seed, and how many numbers were taken.
  public var description: String { "SeededGenerator(seed: \(seed), position: \(position))" }
}

extension RandomNumberGenerator {
  /// A number strictly between 0 and 1, at the middle of one of 2⁵² equal cells.
  ///
  /// The ends are left out so that every quantile function has a finite value there.
  mutating func nextUnitInterval() -> Double {
    (Double(next() >> 12) + 0.5) * 0x1p-52
  }

  /// A permutation of `0..<count`, by Fisher and Yates, the same for the same generator everywhere.
  ///
  /// - Parameter count: How many numbers to permute.
  /// - Returns: Each of `0..<count` once.
  package mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    guard count > 1 else { return order }
    for last in stride(from: count - 1, to: 0, by: -1) {
      let other = Int((nextUnitInterval() * Double(last + 1)).rounded(.down))
      order.swapAt(last, other)
    }
    return order
  }
}
