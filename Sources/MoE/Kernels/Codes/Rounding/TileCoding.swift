/// How numbers that were divided by their scale become codes, lane by lane.
///
/// Each is written once: on a ``TileVector`` it is plain Swift, and tracing it leaves the steps
/// that code is generated from.
protocol TileCoding: Sendable {
  /// Whether numbers are divided by a scale before.
  static var isScaled: Bool { get }
  /// A number from 0 to 3 that tells codings of the same codes apart.
  var variant: Int { get }

  /// The codes nearest to some numbers, of two equally near the ones with an even last bit; numbers
  /// out of reach get the code of the furthest that there is.
  ///
  /// - Parameters:
  ///   - numbers: The numbers.
  ///   - zero: The code that is zero, in each lane; 0 in formats with a fraction.
  /// - Returns: The codes as the lowest bits, with any bits above their own.
  func codes<Vector: VectorArithmetic>(_ numbers: Vector, zero: Vector) -> Vector

  /// The numbers that the codes of some numbers are, without their zero; of those that are not
  /// numbers, anything.
  ///
  /// - Parameters:
  ///   - numbers: The numbers.
  ///   - zero: The code that is zero, in each lane.
  /// - Returns: The numbers.
  func rounded<Vector: VectorArithmetic>(_ numbers: Vector, zero: Vector) -> Vector
}

/// Whole numbers in two's complement around a zero of each group; what is not a number counts as 0.
struct WholeNumberCoding: TileCoding {
  /// The least code.
  let least: Float
  /// The largest code.
  let largest: Float

  static var isScaled: Bool { true }
  var variant: Int { 2 }

  @inline(__always)
  private func shifted<Vector: VectorArithmetic>(_ numbers: Vector, _ zero: Vector) -> Vector {
    // Bounds are whole, so that what is cut off to them is rounded to them.
    let bounded = numbers.numbersOrZero.higher(least - zero).lower(largest - zero)
    return bounded.shiftedWholeNumbers
  }

  @inline(__always)
  func codes<Vector: VectorArithmetic>(_ numbers: Vector, zero: Vector) -> Vector {
    shifted(numbers, zero).integerAdding(zero.shiftedWholeNumbers)
  }

  @inline(__always)
  func rounded<Vector: VectorArithmetic>(_ numbers: Vector, zero: Vector) -> Vector {
    shifted(numbers, zero) - Vector.wholeShift
  }
}

/// Whole numbers whose zero is 0: the same without what a zero costs.
struct SymmetricCoding: TileCoding {
  /// The least code that is used.
  let least: Float
  /// The largest code.
  let largest: Float

  static var isScaled: Bool { true }
  var variant: Int { least < -largest ? 1 : 0 }

  @inline(__always)
  private func shifted<Vector: VectorArithmetic>(_ numbers: Vector) -> Vector {
    numbers.numbersOrZero.higher(Vector(repeating: least)).lower(Vector(repeating: largest))
      .shiftedWholeNumbers
  }

  @inline(__always)
  func codes<Vector: VectorArithmetic>(_ numbers: Vector, zero: Vector) -> Vector {
    shifted(numbers)
  }

  @inline(__always)
  func rounded<Vector: VectorArithmetic>(_ numbers: Vector, zero: Vector) -> Vector {
    shifted(numbers) - Vector.wholeShift
  }
}

/// The upper half of single precision; what is not a number stays so.
struct BrainCoding: TileCoding {
  static var isScaled: Bool { false }
  var variant: Int { 0 }

  @inline(__always)
  private func halves<Vector: VectorArithmetic>(_ numbers: Vector) -> Vector {
    let isOdd = numbers.shiftedRight(16).bitwiseAnd(1)
    let nearest = numbers.integerAdding(isOdd).integerAdding(Vector(integer: 0x7FFF))
    // Rounding could carry one that is not a number to infinity.
    let same = numbers.bitwiseOr(Vector(integer: 0x40_0000))
    return nearest.replacing(with: same, where: numbers .!= numbers)
  }

  @inline(__always)
  func codes<Vector: VectorArithmetic>(_ numbers: Vector, zero: Vector) -> Vector {
    halves(numbers).shiftedRight(16)
  }

  @inline(__always)
  func rounded<Vector: VectorArithmetic>(_ numbers: Vector, zero: Vector) -> Vector {
    halves(numbers).bitwiseAnd(0xFFFF_0000)
  }
}
