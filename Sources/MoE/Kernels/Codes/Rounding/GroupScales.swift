/// The scales of 16 groups side by side, and what their numbers are rounded with.
struct GroupScales {
  /// The code of each scale.
  var codes = TileBits()
  /// The scales that these codes are, times the factor of the matrix.
  var scales = TileVector(repeating: 1)
  /// What numbers are divided by: the scale, and 1 where that is 0.
  var divisors = TileVector(repeating: 1)
  /// The codes that are zero.
  var zeros = TileVector()

  /// The scales of another choice where `mask` is set, and these elsewhere.
  @inline(__always)
  func replacing(with other: GroupScales, where mask: SIMDMask<SIMD16<Int32>>) -> GroupScales {
    GroupScales(
      codes: codes.replacing(with: other.codes, where: mask),
      scales: scales.replacing(with: other.scales, where: mask),
      divisors: divisors.replacing(with: other.divisors, where: mask),
      zeros: zeros.replacing(with: other.zeros, where: mask))
  }
}

/// How the scale of a group, and its zero point, follow from its least and its largest number.
///
/// A scale is first rounded to its own code: what numbers are divided by is what a product will
/// multiply with. The scale of a group that has a number other than 0 is 0 only where nothing else
/// is in reach, and no code is infinite that way.
struct GroupScaleRule {
  /// The layout that the scales are of.
  private let layout: CompressedLayout
  /// The factor of all scales.
  private let factor: Float
  /// The code whose number is least, and the largest, as numbers.
  private let (least, largest): (Float, Float)
  /// The scale of the code 1.
  private let leastScale: Float

  /// The rule of a layout that has scales.
  init(_ layout: CompressedLayout, factor: Float) {
    self.layout = layout
    self.factor = factor
    (least, largest) = GroupScaleRule.reach(layout)
    leastScale = layout.scale?.value(1) ?? 0
  }

  /// The least and the largest number that codes are, before any search: whole numbers reach as far
  /// down as up where zero is in their middle.
  static func reach(_ layout: CompressedLayout) -> (least: Float, largest: Float) {
    switch layout.code {
    case .int8: (layout.hasZeroPoints ? -128 : -127, 127)
    case .int4: (layout.hasZeroPoints ? -8 : -7, 7)
    case .float8E4M3: (-E4M3Format.furthest, E4M3Format.furthest)
    case .float8E5M2: (-E5M2Format.furthest, E5M2Format.furthest)
    case .float4E2M1: (-E2M1Format.furthest, E2M1Format.furthest)
    // These have no scales; any reach would do.
    case .float32, .bfloat16, .float16, .float8E8M0: (-1, 1)
    }
  }

  /// The scales of some groups.
  ///
  /// - Parameters:
  ///   - low: The least finite number of each, or 0 where none is below.
  ///   - high: The largest finite number of each, or 0 where none is above.
  /// - Returns: The scales; those of groups of zeros have the code 0.
  func scales(from low: TileVector, to high: TileVector) -> GroupScales {
    var result = GroupScales()
    let maxima = high.higher(TileVector() - low)
    if layout.scale == .float8E8M0 {
      (result.codes, result.scales) = powers(maxima)
    } else {
      let wanted = layout.hasZeroPoints ? range(low, high) : maxima / largest
      (result.codes, result.scales) = nearest(wanted / factor, isZero: maxima .== 0)
    }
    finish(&result, low)
    stepDown(&result, low)
    return result
  }

  /// The distance of codes that cover a range.
  @inline(__always)
  private func range(_ low: TileVector, _ high: TileVector) -> TileVector {
    let steps = largest - least
    let width = high - low
    // A range can be wider than the largest float.
    return (width / steps).replacing(
      with: high / steps - low / steps, where: width .== TileVector(repeating: .infinity))
  }

  /// The largest power of two for which a maximum is in reach of the largest number's exponent.
  @inline(__always)
  private func powers(_ maxima: TileVector) -> (TileBits, TileVector) {
    // Numbers below 2⁻¹²⁶ have no exponent of their own, and get the least scale as 2⁻¹²⁵ does.
    let exponents = maxima.bits &>> 23
    let least = TileBits(repeating: UInt32(largest.exponent))
    let codes = exponents.replacing(with: least, where: exponents .< least) &- least
    // The scale of code 0 is below what bits of an exponent can say.
    let scales = TileVector(bits: codes &<< 23).replacing(with: 0x1p-127, where: codes .== 0)
    return (codes, scales)
  }

  /// The codes of wanted scales, and the scales that they are.
  @inline(__always)
  private func nearest(
    _ wanted: TileVector, isZero: SIMDMask<SIMD16<Int32>>
  ) -> (TileBits, TileVector) {
    switch layout.scale {
    case .bfloat16: nearest(wanted, isZero, BrainCoding(), furthest: 0x1.FEp127)
    case .float16: nearest(wanted, isZero, SmallFloatCoding<HalfFormat>(), furthest: 65_504)
    case .float8E4M3: nearest(wanted, isZero, SmallFloatCoding<E4M3Format>(), furthest: 448)
    default: finished(wanted.lower(.init(repeating: .greatestFiniteMagnitude)), isZero) { $0.bits }
    }
  }

  @inline(__always)
  private func nearest(
    _ wanted: TileVector, _ isZero: SIMDMask<SIMD16<Int32>>, _ coding: some TileCoding,
    furthest: Float
  ) -> (TileBits, TileVector) {
    let bounded = wanted.lower(TileVector(repeating: furthest))
    return finished(coding.rounded(bounded, zero: TileVector()), isZero) {
      coding.codes($0, zero: TileVector())
    }
  }

  /// The codes of rounded scales, of which none is 0 where a group has other numbers: the code 1
  /// is the least scale there is.
  @inline(__always)
  private func finished(
    _ rounded: TileVector, _ isZero: SIMDMask<SIMD16<Int32>>, _ codes: (TileVector) -> TileBits
  ) -> (TileBits, TileVector) {
    let scales = rounded.replacing(with: leastScale, where: rounded .== 0)
      .replacing(with: 0, where: isZero)
    return (codes(scales), scales * factor)
  }

  /// The zero points that follow from the scales, and what numbers are divided by.
  @inline(__always)
  private func finish(_ result: inout GroupScales, _ low: TileVector) {
    result.divisors = result.scales.replacing(
      with: 1, where: result.scales .== 0)
    guard layout.hasZeroPoints else { return }
    let below = low / result.divisors
    let zeros = (least - below).higher(TileVector(repeating: least))
      .lower(TileVector(repeating: largest))
    result.zeros = (zeros.shiftedWholeNumbers - TileVector.wholeShift)
      .replacing(with: 0, where: result.scales .== 0)
  }

  /// Takes smaller scales where the furthest code would be infinite: scales that were rounded up,
  /// or whose zero was, can be so near the largest float.
  @inline(__always)
  private func stepDown(_ result: inout GroupScales, _ low: TileVector) {
    while true {
      let furthest = (largest - result.zeros).higher(result.zeros - least)
      let isInfinite = (furthest * result.scales) .== TileVector(repeating: .infinity)
      guard any(isInfinite) else { return }
      let most = TileVector(repeating: .greatestFiniteMagnitude) / furthest / factor
      let codes = nearest(most, isZero: isInfinite .^ isInfinite).0
      for lane in 0..<TileVector.scalarCount where isInfinite[lane] {
        let next = result.codes[lane] &- 1
        result.codes[lane] = layout.scale == .float8E8M0 ? next : min(next, codes[lane])
        result.scales[lane] = (layout.scale?.value(result.codes[lane]) ?? 1) * factor
      }
      finish(&result, low)
    }
  }
}
