import MoE
import Testing

/// Weights that no scale is made for: infinite, not a number, zero, tiny, huge.
@Suite(.onEveryKernelSet) struct SpecialWeightTests {
  private static let formats = RoundingCases.formats

  private func rounded(_ numbers: [Float], _ format: WeightFormat) -> [Float] {
    CompressedWeights(Tensor(numbers, shape: [1, numbers.count]), format: format).decompressed()
      .scalarArray
  }

  private func hasScales(_ format: WeightFormat) -> Bool {
    format != .bfloat16 && format != .float16
  }

  /// The formats that have codes of what is not a number.
  private func keepsNaN(_ format: WeightFormat) -> Bool {
    switch format {
    case .float32, .bfloat16, .float16, .float8E4M3, .float8E5M2: true
    case .int8, .int4, .mxfp4, .nvfp4: false
    }
  }

  private func isWhole(_ format: WeightFormat) -> Bool {
    switch format {
    case .int8, .int4: true
    default: false
    }
  }

  @Test(arguments: formats)
  func whatIsNoNumberTouchesNoOther(_ format: WeightFormat) {
    let plain: [Float] = [0, 1, -0.5, 0.25, -1, 0.75]
    var spoiled = plain
    for nan in [Float.nan, -.nan, Float(bitPattern: 0x7F80_0001)] {
      spoiled[0] = nan
      let found = rounded(spoiled, format)
      #expect(found[0].isNaN == keepsNaN(format) && (found[0].isNaN || found[0] == 0))
      #expect(found.dropFirst() == rounded(plain, format).dropFirst())
    }
    #expect(
      rounded([.nan, .nan, .nan], format).allSatisfy { keepsNaN(format) ? $0.isNaN : $0 == 0 })
  }

  @Test(arguments: formats)
  func infinityIsTheFurthestNumber(_ format: WeightFormat) {
    let plain: [Float] = [1, -0.5, 0.25, -1, 0.75]
    let found = rounded([.infinity, -.infinity] + plain, format)
    let others = rounded([0, 0] + plain, format)
    #expect(found.dropFirst(2) == others.dropFirst(2))
    if hasScales(format) {
      #expect(found[0] >= (others.max() ?? 0) && found[1] <= (others.min() ?? 0))
      #expect(found[0].isFinite && found[1].isFinite && found[0] < 2 && found[1] > -2)
      // Next to nothing where nothing else is there: in powers of two the least.
      let alone = rounded([.infinity, -.infinity, 0], format)
      #expect(alone.allSatisfy { $0.magnitude <= (format == .mxfp4 ? 6 * 0x1p-127 : 0) })
    } else {
      #expect(found[0] == .infinity && found[1] == -.infinity)
    }
  }

  @Test(arguments: formats)
  func zerosAreZeros(_ format: WeightFormat) {
    let zeros = [Float](repeating: 0, count: 40)
    expectBits(rounded(zeros, format), zeros)
    // Beside a group of others.
    let mixed = rounded([Float](repeating: 1, count: 128) + zeros, format)
    expectBits(Array(mixed.suffix(40)), zeros)
    let negative = rounded([-0.0, 1, -0.0, -1], format)
    #expect(negative[0] == 0 && negative[0].sign == (isWhole(format) ? .plus : .minus))
    #expect(rounded([-0.0, -0.0], format).allSatisfy { $0 == 0 })
  }

  /// Finite, and no further off than zero, at all sizes that floats have.
  @Test(arguments: formats)
  func noSizeIsLost(_ format: WeightFormat) {
    let shapes: [Float] = [1, -0.9, 0.3, 0.02, -0.4, 0, 0.61, -1]
    for size in [0x1p-149, 0x1p-148, 0x1p-145, 0x1p-133, 0x1p-126, 1e-30, 1e-23, 1e-8, 1e4, 1e20]
      as [Float]
    {
      let numbers = shapes.map { $0 * size }
      for (weight, found) in zip(numbers, rounded(numbers, format))
      where format != .float16 || size < 1e20 {
        #expect(found.isFinite && (found - weight).magnitude <= weight.magnitude, "\(weight)")
      }
    }
    // What is not tiny for single precision keeps its digits where scales have its range.
    let tiny = shapes.map { $0 * 1e-23 }
    if hasScales(format), scalesHaveRange(format) {
      let found = rounded(tiny, format)
      #expect((found[0] - tiny[0]).magnitude <= 0.34 * tiny[0])
    }
  }

  private func scalesHaveRange(_ format: WeightFormat) -> Bool {
    switch format {
    case .int8(_, _, let scales), .int4(_, _, let scales): scales != .float16
    default: true
    }
  }

  @Test(arguments: formats)
  func theLargestStayFinite(_ format: WeightFormat) {
    guard hasScales(format) else {
      let found = rounded([.greatestFiniteMagnitude], format)
      #expect(found == [.infinity])
      return
    }
    let most = Float.greatestFiniteMagnitude
    for numbers in [
      [most, 1], [-most, 1], [most, -most, most / 3], [most.nextDown, most / 2],
      [-most / 2, most * 0.6],
    ] {
      for rounding in [WeightRounding.byMaximum, .leastSquares(candidates: 5)] {
        let tensor = Tensor(numbers, shape: [1, numbers.count])
        let found = CompressedWeights(tensor, format: format, rounding: rounding).decompressed()
          .scalarArray
        #expect(found.allSatisfy { $0.isFinite })
        // Half precision holds no such scale.
        if scalesHaveRange(format) { #expect(found[0].magnitude > 0.75 * numbers[0].magnitude) }
      }
    }
  }

  /// A small group beside a large one, whose factor or block would round its scale to nothing.
  @Test func smallGroupsAreNotLostBesideLargeOnes() {
    var numbers = [Float](repeating: 0, count: 48)
    (numbers[0], numbers[16], numbers[17]) = (1000, 0.0008, 0.0004)
    let found = rounded(numbers, .nvfp4)
    // The factor is 1000/2688, and the least scale of it 2⁻⁹ of that: a step is 0.00036.
    #expect(found[16] > 0.0006 && found[16] < 0.0009 && found[17] > 0.0003 && found[17] < 0.0005)
    let half = rounded([1e-7, 5e-8], .int4(groupSize: 16, scales: .float16))
    #expect(half[0] > 0)
  }

  @Test func halfPrecisionOverflowsAsItDoesElsewhere() {
    #expect(
      rounded([65_504, 65_519, 65_520, -1e30], .float16) == [65_504, 65_504, .infinity, -.infinity])
    #expect(rounded([.greatestFiniteMagnitude, 0x1.FEp127], .bfloat16) == [.infinity, 0x1.FEp127])
  }
}
