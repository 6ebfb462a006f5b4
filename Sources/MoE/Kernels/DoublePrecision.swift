/// Sines, cosines and powers in double precision, of numbers alone: the same bits on every system,
/// whatever its mathematical library.
///
/// They make the tables of rotary positions; over tensors run the vector functions.
package enum DoublePrecision {
  /// The parts of π/2: the first of 33 bits, so that a multiple of up to 2²⁰ of it is exact, and
  /// the rest.
  private static let (quarterHigh, quarterLow) = (0x1.921fb544p+0, 0x1.0b4611a626331p-34)

  /// The cosine and the sine of an angle in radians, within 2⁻⁵⁰ below 10⁶; NaN from 2⁵² on, where
  /// an angle says nothing any more.
  ///
  /// The angle is brought to at most π/4 by multiples of π/2, and Taylor's series are taken to the
  /// 16th power, whose next terms are below 2⁻⁵⁴.
  package static func cosineAndSine(_ angle: Double) -> (cosine: Double, sine: Double) {
    guard angle.magnitude < 0x1p52 else { return (.nan, .nan) }
    let turns = (angle / (quarterHigh + quarterLow)).rounded()
    let rest = angle - turns * quarterHigh - turns * quarterLow
    let square = rest * rest
    var (cosine, sine) = (1.0, 1.0)
    // Plain arithmetic: tables are made in debug builds too.
    var power = 16.0
    while power > 0 {
      cosine = 1 - cosine * square / (power * (power - 1))
      sine = 1 - sine * square / (power * (power + 1))
      power -= 2
    }
    sine *= rest
    return switch Int(turns.truncatingRemainder(dividingBy: 4) + 4) % 4 {
    case 0: (cosine, sine)
    case 1: (-sine, cosine)
    case 2: (-cosine, -sine)
    default: (sine, -cosine)
    }
  }

  /// e to a power between −700 and 700, within 2⁻⁵⁰ of itself.
  ///
  /// The power is brought to at most ln 2 / 2 by multiples of ln 2, and Taylor's series is taken to
  /// the 14th power, whose next term is below 2⁻⁶⁰.
  package static func exponential(_ power: Double) -> Double {
    // ln 2 in two parts, the first of 32 bits.
    let (high, low) = (0x1.62e42feep-1, 0x1.a39ef35793c76p-33)
    let exponent = (power / (high + low)).rounded()
    let rest = power - exponent * high - exponent * low
    var sum = 1.0
    for term in stride(from: 14, to: 0, by: -1) { sum = 1 + sum * rest / Double(term) }
    return Double(sign: .plus, exponent: Int(exponent), significand: sum)
  }

  /// A number to a whole power of at least 0, by repeated multiplication.
  package static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
