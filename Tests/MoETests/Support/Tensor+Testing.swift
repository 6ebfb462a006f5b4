import MoE
import Testing

extension Tensor {
  /// Numbers between −1 and 1 that differ from seed to seed, from a linear congruential generator:
  /// quick in a debug build, and no part of what is tested.
  init(scattered shape: [Int], seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    self.init(
      (0..<shape.reduce(1, *)).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int32(truncatingIfNeeded: state >> 40) - 1 << 23) * 0x1p-23
      }, shape: shape)
  }

  /// The bits of the scalars, in which −0 differs from 0 and a NaN equals itself.
  var bits: [UInt32] { scalarArray.map(\.bitPattern) }

  /// The scalars in double precision.
  var doubles: [Double] { scalarArray.map(Double.init) }

  /// Whether every scalar is a NaN.
  var isNaNThroughout: Bool { scalarArray.allSatisfy { $0.isNaN } }

  /// The address of the first scalar, as a number.
  var address: UInt { unsafe withUnsafeScalars { UInt(bitPattern: $0) } }
}

/// Records an issue at the first scalar that is further from its value than its tolerance.
func expectScalars(
  of tensor: Tensor, near values: [Double], within tolerances: [Double],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let scalars = tensor.scalarArray
  guard scalars.count == values.count, values.count == tolerances.count else {
    Issue.record(
      "\(scalars.count) scalars against \(values.count) values", sourceLocation: sourceLocation)
    return
  }
  for index in values.indices
  where !((Double(scalars[index]) - values[index]).magnitude <= tolerances[index]) {
    Issue.record(
      """
      scalar \(index) is \(scalars[index]), expected \(values[index]) within \(tolerances[index])
      """, sourceLocation: sourceLocation)
    return
  }
}

/// Records an issue at the first number whose bits are not the expected ones; all NaNs count as the
/// same.
func expectBits(
  _ scalars: [Float], _ expected: [Float], _ comment: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard scalars.count == expected.count else {
    Issue.record(
      "\(comment()) \(scalars.count) scalars against \(expected.count)",
      sourceLocation: sourceLocation)
    return
  }
  for index in expected.indices
  where scalars[index].bitPattern != expected[index].bitPattern
    && !(scalars[index].isNaN && expected[index].isNaN)
  {
    Issue.record(
      "\(comment()) scalar \(index) is \(scalars[index]), expected \(expected[index])",
      sourceLocation: sourceLocation)
    return
  }
}
