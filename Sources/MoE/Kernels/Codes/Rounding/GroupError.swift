/// The squared error of a group, output by output, on the kernel set in use.
@safe
struct GroupError<Coding: TileCoding> {
  private let steps: GroupErrorSteps<Coding>
  /// What the square at each input counts; nothing where all count the same.
  private let columnWeights: UnsafePointer<Float>?
  #if arch(x86_64) && !os(Windows)
    private let generated: GroupErrorKernel?
  #endif

  /// Looks the generated code up, or generates it.
  ///
  /// - Parameters:
  ///   - code: How codes stand.
  ///   - coding: How numbers become codes.
  ///   - columnWeights: What the square at each input counts; the same if there are none.
  init(_ code: NumberCode, _ coding: Coding, columnWeights: UnsafePointer<Float>?) {
    unsafe self.columnWeights = unsafe columnWeights
    steps = unsafe GroupErrorSteps(coding: coding, isWeighted: columnWeights != nil)
    #if arch(x86_64) && !os(Windows)
      generated = .current(for: steps, code)
    #endif
  }

  /// The sum of some squares.
  ///
  /// - Parameters:
  ///   - panel: The numbers of the first input and on.
  ///   - inputs: The inputs.
  ///   - scales: What they are rounded with.
  ///   - unit: What errors are multiplied by before they are squared.
  /// - Returns: The sum of each output.
  func callAsFunction(
    _ panel: TilePanel, _ inputs: Range<Int>, _ scales: GroupScales<TileVector>, unit: TileVector
  ) -> TileVector {
    let weights = unsafe columnWeights.map { unsafe $0 + inputs.lowerBound }
    #if arch(x86_64) && !os(Windows)
      if let generated {
        return unsafe generated(panel, count: inputs.count, weights, scales, unit: unit)
      }
    #endif
    var sum = TileVector()
    for input in 0..<inputs.count {
      let weight = unsafe weights.map { unsafe $0[input] } ?? 1
      sum = steps.sum(
        sum, panel[input], scales, unit: unit, weight: TileVector(repeating: weight))
    }
    return sum
  }
}

/// One more square, lane by lane, for plain Swift and generated code.
struct GroupErrorSteps<Coding: TileCoding>: Sendable {
  /// How numbers become codes.
  let coding: Coding
  /// Whether squares count by their input.
  let isWeighted: Bool

  /// The sum with the squared error of some numbers, of which those that are not finite have none.
  ///
  /// - Parameters:
  ///   - sum: The squares so far.
  ///   - numbers: The numbers.
  ///   - scales: What they are rounded with.
  ///   - unit: What errors are multiplied by before they are squared.
  ///   - weight: What the square counts.
  /// - Returns: The sum.
  @inline(__always)
  func sum<Vector: VectorArithmetic>(
    _ sum: Vector, _ numbers: Vector, _ scales: GroupScales<Vector>, unit: Vector, weight: Vector
  ) -> Vector {
    let finite = numbers.finiteOrZero
    let nearest = coding.rounded(finite / scales.divisors, zero: scales.zeros) * scales.scales
    let difference = (finite - nearest) * unit
    let square = difference * difference
    return sum + (isWeighted ? square * weight : square)
  }
}
