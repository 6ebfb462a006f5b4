/// The scales of 16 groups side by side, and what their numbers are rounded with.
struct GroupScales<Vector: VectorArithmetic> {
  /// The code of each scale, as the lowest bits.
  var codes = Vector(repeating: 0)
  /// The scales that these codes are, times the factor of the matrix.
  var scales = Vector(repeating: 1)
  /// What numbers are divided by: the scale, and 1 where that is 0.
  var divisors = Vector(repeating: 1)
  /// The codes that are zero.
  var zeros = Vector(repeating: 0)

  /// The scales of another choice where `mask` is set, and these elsewhere.
  @inline(__always)
  func replacing(with other: GroupScales, where mask: Vector.Mask) -> GroupScales {
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
///
/// All but the last of it is written lane by lane, for plain Swift and generated code.
struct GroupScaleRule: Sendable {
  /// The layout that the scales are of.
  private let layout: CompressedLayout
  /// The factor of all scales; 1 but for scales of eight bits with a fraction.
  let factor: Float
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
  func scales(from low: TileVector, to high: TileVector) -> GroupScales<TileVector> {
    var result = nearest(from: low, to: high)
    stepDown(&result, low)
    return result
  }

  /// The same but where the furthest code would be infinite.
  @inline(__always)
  func nearest<Vector: VectorArithmetic>(from low: Vector, to high: Vector) -> GroupScales<Vector> {
    var result = GroupScales<Vector>()
    let maxima = high.higher(0 - low)
    if layout.scale == .float8E8M0 {
      (result.codes, result.scales) = powers(maxima)
    } else {
      let wanted = layout.hasZeroPoints ? range(low, high) : maxima / largest
      let parts = hasFactor ? wanted / Vector.scalar(factor, slot: 0) : wanted
      (result.codes, result.scales) = nearest(parts, isZero: maxima .== 0)
    }
    finish(&result, low)
    return result
  }

  /// The number of the furthest code: infinite where smaller scales are to be taken.
  @inline(__always)
  func furthest<Vector: VectorArithmetic>(_ scales: GroupScales<Vector>) -> Vector {
    furthestCode(scales) * scales.scales
  }

  @inline(__always)
  private func furthestCode<Vector: VectorArithmetic>(_ scales: GroupScales<Vector>) -> Vector {
    guard layout.hasZeroPoints else { return Vector(repeating: max(largest, -least)) }
    return (largest - scales.zeros).higher(scales.zeros - least)
  }

  /// Whether scales are multiplied by a factor at all.
  private var hasFactor: Bool { layout.scale == .float8E4M3 }

  /// The distance of codes that cover a range.
  @inline(__always)
  private func range<Vector: VectorArithmetic>(_ low: Vector, _ high: Vector) -> Vector {
    let steps = largest - least
    let width = high - low
    // A range can be wider than the largest float.
    return (width / steps).replacing(with: high / steps - low / steps, where: width .== .infinity)
  }

  /// The largest power of two for which a maximum is in reach of the largest number's exponent.
  @inline(__always)
  private func powers<Vector: VectorArithmetic>(_ maxima: Vector) -> (Vector, Vector) {
    // Numbers below 2⁻¹²⁶ have no exponent of their own, and get the least scale as 2⁻¹²⁵ does.
    let least = Int32(largest.exponent)
    let exponents = maxima.higher(Vector(integer: least << 23)).shiftedRight(23)
    let codes = exponents.integerSubtracting(Vector(integer: least))
    // The scale of code 0 is below what bits of an exponent can say.
    return (codes, codes.shiftedLeft(23).replacing(with: 0x1p-127, where: codes .== 0))
  }

  /// The codes of wanted scales, and the scales that they are.
  @inline(__always)
  private func nearest<Vector: VectorArithmetic>(
    _ wanted: Vector, isZero: Vector.Mask
  ) -> (Vector, Vector) {
    switch layout.scale {
    case .bfloat16: nearest(wanted, isZero, BrainCoding(), furthest: 0x1.FEp127)
    case .float16: nearest(wanted, isZero, SmallFloatCoding<HalfFormat>(), furthest: 65_504)
    case .float8E4M3: nearest(wanted, isZero, SmallFloatCoding<E4M3Format>(), furthest: 448)
    default:
      finished(wanted.lower(Vector(repeating: .greatestFiniteMagnitude)), isZero) { $0 }
    }
  }

  @inline(__always)
  private func nearest<Vector: VectorArithmetic>(
    _ wanted: Vector, _ isZero: Vector.Mask, _ coding: some TileCoding, furthest: Float
  ) -> (Vector, Vector) {
    let (bounded, zero) = (wanted.lower(Vector(repeating: furthest)), Vector(repeating: 0))
    return finished(coding.rounded(bounded, zero: zero), isZero) { coding.codes($0, zero: zero) }
  }

  /// The codes of rounded scales, of which none is 0 where a group has other numbers: the code 1
  /// is the least scale there is.
  @inline(__always)
  private func finished<Vector: VectorArithmetic>(
    _ rounded: Vector, _ isZero: Vector.Mask, _ codes: (Vector) -> Vector
  ) -> (Vector, Vector) {
    let scales = rounded.replacing(with: Vector(repeating: leastScale), where: rounded .== 0)
      .replacing(with: Vector(repeating: 0), where: isZero)
    return (codes(scales), hasFactor ? scales * Vector.scalar(factor, slot: 0) : scales)
  }

  /// The zero points that follow from the scales, and what numbers are divided by.
  @inline(__always)
  private func finish<Vector: VectorArithmetic>(
    _ result: inout GroupScales<Vector>, _ low: Vector
  ) {
    let isZero = result.scales .== 0
    result.divisors = result.scales.replacing(with: Vector(repeating: 1), where: isZero)
    guard layout.hasZeroPoints else { return }
    let below = low / result.divisors
    let zeros = (least - below).higher(Vector(repeating: least)).lower(Vector(repeating: largest))
    result.zeros = (zeros.shiftedWholeNumbers - Vector.wholeShift)
      .replacing(with: Vector(repeating: 0), where: isZero)
  }

  /// Takes smaller scales where the furthest code would be infinite: scales that were rounded up,
  /// or whose zero was, can be so near the largest float.
  private func stepDown(_ result: inout GroupScales<TileVector>, _ low: TileVector) {
    while true {
      let isInfinite = furthest(result) .== TileVector(repeating: .infinity)
      guard any(isInfinite) else { return }
      let most = TileVector(repeating: .greatestFiniteMagnitude) / furthestCode(result) / factor
      let codes = nearest(most, isZero: isInfinite .^ isInfinite).0.bits
      var taken = result.codes.bits
      for lane in 0..<TileVector.scalarCount where isInfinite[lane] {
        let next = taken[lane] &- 1
        taken[lane] = layout.scale == .float8E8M0 ? next : min(next, codes[lane])
        result.scales[lane] = (layout.scale?.value(taken[lane]) ?? 1) * factor
      }
      result.codes = TileVector(bits: taken)
      finish(&result, low)
    }
  }
}
