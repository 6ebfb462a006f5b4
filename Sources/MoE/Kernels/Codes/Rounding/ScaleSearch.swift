/// Scales that are tried beside that of a group's maximum, and what an error counts.
@safe
struct ScaleSearch {
  /// Parts of a group's least and largest number that its codes may reach to; none where these
  /// numbers alone count.
  var ranges: [(low: Float, high: Float)] = []
  /// What the squared error counts at each input; nothing where all count the same.
  var columnWeights: UnsafePointer<Float>?

  /// No search.
  init() {}

  /// A search among so many scales.
  ///
  /// - Parameters:
  ///   - layout: How numbers and scales stand.
  ///   - candidates: The number of scales beside that of the maximum.
  init(_ layout: CompressedLayout, candidates: Int) {
    guard layout.scale != .float8E8M0 else {
      // Of powers of two no others are near.
      ranges = candidates > 0 ? [(2, 2), (0.5, 0.5)] : []
      return
    }
    let (first, last): (Float, Float) =
      switch layout.code {
      // Cutting off the few furthest lets all others stand more closely.
      case .int8: (0.8, 1)
      case .int4: (0.5, 1)
      // 4 stands as far from its neighbours as numbers below, and 6 does not.
      case .float4E2M1: (1.75, 0.75)
      // The same relative steps for any scale: where they fall differs within a factor of two.
      default: (2, 1)
      }
    ranges = (0..<max(candidates, 0)).map { candidate in
      let part = first + (last - first) * Float(candidate) / Float(candidates)
      guard layout.hasZeroPoints else { return (part, part) }
      // The furthest may stand on one side alone.
      return (candidate % 3 == 1 ? 1 : part, candidate % 3 == 2 ? 1 : part)
    }
  }

  /// A power of two near the inverse of each maximum, so that squares of what is left of numbers
  /// of any size are floats.
  static func unit(_ maxima: TileVector) -> TileVector {
    let exponents = maxima.bits &>> 23
    let inverse = TileBits(repeating: 254) &- exponents
    return TileVector(bits: inverse.replacing(with: 1, where: inverse .== 0) &<< 23)
  }
}
