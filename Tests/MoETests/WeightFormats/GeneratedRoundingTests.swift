import MoE
import Testing

/// Rounding by generated code against plain Swift, bit for bit.
@Suite(.namingCombinations) struct GeneratedRoundingTests {
  /// Groups of every kind of size: below and above what is rounded at once, and no part of it.
  private static let formats =
    RoundingCases.formats + [
      .int4(groupSize: 128), .int4(groupSize: 512), .int8(groupSize: 16, zeroPoints: true),
      .int8(groupSize: 80, scales: .float32),
    ]

  /// Numbers of one kind in every place.
  enum Kind: CaseIterable {
    /// From −1 to 1.
    case usual
    /// Multiples of a half, which lie between two whole numbers.
    case ties
    /// Far below what scales of half precision reach, and what has no exponent of its own.
    case tiny, tiniest
    /// Near the largest float, beside groups of zeros.
    case huge
    /// Zeros of either sign, and next to none else.
    case zeros
    /// Some infinite ones and some that are not numbers.
    case special
    /// Any bits.
    case anyBits

    func next(using generator: inout SeededGenerator) -> Float {
      let bits = UInt32(truncatingIfNeeded: generator.next())
      let unit = Float(bits >> 8) * 0x1p-23 - 1
      return switch self {
      case .usual: unit
      case .ties: Float(Int(bits % 31) - 15) / 2
      case .tiny: unit * 1e-23
      case .tiniest: unit * 0x1p-140
      case .huge: unit * .greatestFiniteMagnitude
      case .zeros: bits % 40 == 0 ? unit : bits & 1 == 0 ? 0 : -0.0
      case .special:
        bits % 90 == 0 ? [.infinity, -.infinity, .nan, -.nan][Int(bits / 90 % 4)] : unit
      case .anyBits: Float(bitPattern: bits)
      }
    }

    func weights(_ shape: [Int], seed: UInt64) -> Tensor {
      var generator = SeededGenerator(seed: seed)
      let count = shape.reduce(1, *)
      let run = 48
      return Tensor(
        (0..<count).map { index in
          let number = next(using: &generator)
          return self == .huge && index / run % 3 == 0 ? 0 : number
        }, shape: shape)
    }
  }

  @Test(arguments: formats)
  func everyNumberHasTheBitsOfPlainSwift(_ format: WeightFormat) {
    let shapes = [[1, 16], [5, 40], [17, 96], [33, 300], [16, 530]]
    withEvery("kind", in: Kind.allCases) { kind in
      withEvery("shape", in: shapes) { shape in
        let tensor = kind.weights(shape, seed: UInt64(shape[0] * shape[1]))
        let expected = KernelSet.withCurrent(.portable) {
          CompressedWeights(tensor, format: format)
        }
        for set in KernelSet.available where set != .portable {
          KernelSet.withCurrent(set) {
            let found = Compute.withThreadCount(1) { CompressedWeights(tensor, format: format) }
            #expect(found.content == expected.content, "\(set)")
            #expect(found.matrix(0).hasSpecialCodes == expected.matrix(0).hasSpecialCodes)
          }
        }
      }
    }
  }

  @Test(arguments: formats)
  func threadsDoNotShow(_ format: WeightFormat) {
    // More tiles than a thread takes at a time.
    let tensor = Kind.special.weights([2, 600, 40], seed: 5)
    let expected = KernelSet.withCurrent(.portable) { CompressedWeights(tensor, format: format) }
    for set in KernelSet.available {
      let found = KernelSet.withCurrent(set) {
        Compute.sharingAllWork(among: 2) { CompressedWeights(tensor, format: format) }
      }
      #expect(found.content == expected.content, "\(set)")
    }
  }

  /// Rounding clears nothing before: each byte is written, also those that fill up the last block,
  /// the last tile and the last block of outputs.
  @Test(arguments: formats)
  func whatStoodInMemoryDoesNotShow(_ format: WeightFormat) {
    let tensor = Kind.usual.weights([150, 131], seed: 7)
    let clean = CompressedWeights(tensor, format: format)
    for size in 0..<4 {
      // The pool hands blocks of this size out again: one of these is what comes next.
      let count = clean.byteCount / 4 + 16 * size
      _ = Tensor(Array(repeating: Float(bitPattern: 0xA5A5_A5A5), count: count), shape: [count])
      #expect(CompressedWeights(tensor, format: format).content == clean.content)
    }
  }
}
