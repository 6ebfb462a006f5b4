/// The numbers of a tile's 16 outputs at one input.
///
/// Only operations of the processor's baseline are used on it, of which none fuses or depends on a
/// library: so what is rounded has the same bits everywhere.
package typealias TileVector = SIMD16<Float>

/// The bits of a ``TileVector``, or codes, each in the lowest bits of its lane.
package typealias TileBits = SIMD16<UInt32>

extension TileVector {
  /// The bits of each lane.
  @inline(__always)
  var bits: TileBits { unsafe unsafeBitCast(self, to: TileBits.self) }

  /// The lanes of some bits.
  @inline(__always)
  init(bits: TileBits) { self = unsafe unsafeBitCast(bits, to: TileVector.self) }

  /// The lanes without their signs.
  @inline(__always)
  var tileMagnitudes: TileVector { TileVector(bits: bits & 0x7FFF_FFFF) }

  /// The lower of each two lanes; the other where this one is not a number.
  @inline(__always)
  func lower(_ other: TileVector) -> TileVector {
    other.replacing(with: self, where: self .< other)
  }

  /// The higher of each two lanes; the other where this one is not a number.
  @inline(__always)
  func higher(_ other: TileVector) -> TileVector {
    other.replacing(with: self, where: self .> other)
  }

  /// The lanes, with 0 for those that are not numbers.
  @inline(__always)
  var numbersOrZero: TileVector { replacing(with: TileVector(), where: self .!= self) }

  /// The lanes, with 0 for those that are not finite.
  @inline(__always)
  var finiteOrZero: TileVector {
    TileVector().replacing(with: self, where: tileMagnitudes .< .infinity)
  }

  /// The whole numbers nearest to lanes of magnitudes up to 2²², of two equally near the even ones,
  /// as 1.5·2²³ more than they are: the lowest bits are the number's own.
  ///
  /// A float of that size has no bits for a fraction, so that the sum is rounded to whole numbers.
  @inline(__always)
  var shiftedWholeNumbers: TileVector { self + TileVector.wholeShift }

  /// What ``shiftedWholeNumbers`` adds.
  @inline(__always)
  static var wholeShift: Float { 0x1.8p23 }

  /// The lanes at some place, which is on a 64-byte boundary.
  @inline(__always)
  static func load(_ place: UnsafePointer<Float>) -> TileVector {
    unsafe UnsafeRawPointer(place).load(as: TileVector.self)
  }

  /// The least and the largest of some vectors, side by side, and 0 where it is beyond them; what
  /// is not a number compares with nothing.
  @inline(__always)
  static func extremes(
    _ panel: UnsafePointer<Float>, _ count: Int,
    _ number: (TileVector) -> TileVector = { $0 }
  ) -> (low: TileVector, high: TileVector) {
    var (low, high) = (TileVector(), TileVector())
    for step in 0..<count {
      let numbers = number(unsafe .load(panel + step * scalarCount))
      low = numbers.lower(low)
      high = numbers.higher(high)
    }
    return (low, high)
  }
}
