/// How the inputs of a block become its words, lane by lane.
///
/// It is written once, as its ``TileCoding`` is: plain Swift and generated code share the steps.
struct BlockCoding<Coding: TileCoding>: Sendable {
  /// How codes stand.
  let code: NumberCode
  /// How numbers become codes.
  let coding: Coding

  /// The codes of some inputs of a block, each where its word has it, and no other bits.
  ///
  /// - Parameters:
  ///   - inputs: How many there are, from the first of the block on.
  ///   - divisors: What numbers are divided by, if the format has scales.
  ///   - zeros: The codes that are zero.
  ///   - number: The numbers of an input.
  /// - Returns: The words; where a block has one input, its codes.
  @inline(__always)
  func words<Vector: VectorArithmetic>(
    _ inputs: Int, divisors: Vector, zeros: Vector, _ number: (Int) -> Vector
  ) -> Vector {
    var words = Vector(repeating: 0)
    for input in 0..<inputs {
      let codes = placed(quotient(number(input), divisors), zeros, at: code.position(input))
      words = input == 0 ? codes : words.bitwiseOr(codes)
    }
    return words
  }

  @inline(__always)
  private func quotient<Vector: VectorArithmetic>(_ numbers: Vector, _ divisors: Vector) -> Vector {
    Coding.isScaled ? numbers / divisors : numbers
  }

  @inline(__always)
  private func placed<Vector: VectorArithmetic>(
    _ numbers: Vector, _ zeros: Vector, at position: Int
  ) -> Vector {
    let codes = coding.codes(numbers, zero: zeros)
    let own = codes.bitwiseAnd(UInt32.max >> UInt32(32 - code.bits))
    return position == 0 ? own : own.shiftedLeft(UInt8(position))
  }
}
