/// How numbers that were divided by their scale become codes, 16 side by side.
protocol TileCoding: Sendable {
  /// Whether numbers are divided by a scale before.
  static var isScaled: Bool { get }

  /// The codes nearest to some numbers, of two equally near the ones with an even last bit; numbers
  /// out of reach get the code of the furthest that there is.
  ///
  /// - Parameters:
  ///   - numbers: The numbers.
  ///   - zero: The code that is zero, in each lane; 0 in formats with a fraction.
  /// - Returns: The codes, with any bits above their own.
  func codes(_ numbers: TileVector, zero: TileVector) -> TileBits

  /// The numbers that the codes of some numbers are, without their zero; of those that are not
  /// numbers, anything.
  ///
  /// - Parameters:
  ///   - numbers: The numbers.
  ///   - zero: The code that is zero, in each lane.
  /// - Returns: The numbers.
  func rounded(_ numbers: TileVector, zero: TileVector) -> TileVector
}

/// Whole numbers in two's complement around a zero of each group; what is not a number counts as 0.
struct WholeNumberCoding: TileCoding {
  /// The least code.
  let least: Float
  /// The largest code.
  let largest: Float

  static var isScaled: Bool { true }

  @inline(__always)
  private func shifted(_ numbers: TileVector, _ zero: TileVector) -> TileVector {
    // Bounds are whole, so that what is cut off to them is rounded to them.
    let bounded = numbers.numbersOrZero.higher(least - zero).lower(largest - zero)
    return bounded.shiftedWholeNumbers
  }

  @inline(__always)
  func codes(_ numbers: TileVector, zero: TileVector) -> TileBits {
    shifted(numbers, zero).bits &+ zero.shiftedWholeNumbers.bits
  }

  @inline(__always)
  func rounded(_ numbers: TileVector, zero: TileVector) -> TileVector {
    shifted(numbers, zero) - TileVector.wholeShift
  }
}

/// Whole numbers whose zero is 0: the same without what a zero costs.
struct SymmetricCoding: TileCoding {
  /// The least code that is used.
  let least: Float
  /// The largest code.
  let largest: Float

  static var isScaled: Bool { true }

  @inline(__always)
  private func shifted(_ numbers: TileVector) -> TileVector {
    numbers.numbersOrZero.higher(TileVector(repeating: least))
      .lower(TileVector(repeating: largest)).shiftedWholeNumbers
  }

  @inline(__always)
  func codes(_ numbers: TileVector, zero: TileVector) -> TileBits { shifted(numbers).bits }

  @inline(__always)
  func rounded(_ numbers: TileVector, zero: TileVector) -> TileVector {
    shifted(numbers) - TileVector.wholeShift
  }
}

/// The upper half of single precision; what is not a number stays so.
struct BrainCoding: TileCoding {
  static var isScaled: Bool { false }

  @inline(__always)
  private func halves(_ numbers: TileVector) -> TileBits {
    let bits = numbers.bits
    let nearest = bits &+ 0x7FFF &+ (bits &>> 16 & 1)
    // Rounding could carry one that is not a number to infinity.
    return nearest.replacing(with: bits | 0x40_0000, where: numbers .!= numbers)
  }

  @inline(__always)
  func codes(_ numbers: TileVector, zero: TileVector) -> TileBits { halves(numbers) &>> 16 }

  @inline(__always)
  func rounded(_ numbers: TileVector, zero: TileVector) -> TileVector {
    TileVector(bits: halves(numbers) & 0xFFFF_0000)
  }
}
