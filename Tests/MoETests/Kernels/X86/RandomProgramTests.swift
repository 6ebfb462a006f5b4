#if arch(x86_64) && !os(Windows)
  import MoE
  import Testing

  /// A function of random steps: the same for the same seed, whatever it is run on.
  private struct RandomSteps: Sendable {
    let seed: UInt64
    let scalars: FloatVector

    init(seed: UInt64) {
      self.seed = seed
      scalars = FloatVector(0.5, -1.25, 3, 1e-3, -0.0, 7, 0.1, -2)
    }

    private static let constants: [Float] = [0, -0.0, 1, -1, 0.3, 12, -4.5, 0x1p-130, .infinity]

    /// Some values that are made of the given ones, as many of them alive at a time as the seed
    /// says.
    func callAsFunction<V: VectorArithmetic>(_ inputs: [V], count: Int) -> [V] {
      var dice = SeededGenerator(seed: seed)
      func roll(_ sides: Int) -> Int { Int(dice.next() % UInt64(sides)) }
      let room = inputs.count + roll(6)
      var pool = inputs
      var masks: [V.Mask] = []
      func any() -> V { pool[roll(pool.count)] }
      func operand() -> V {
        switch roll(6) {
        case 0: return V(repeating: Self.constants[roll(Self.constants.count)])
        case 1:
          let slot = roll(8)
          return V.scalar(scalars[slot], slot: slot)
        default: return any()
        }
      }
      /// As bits, a NaN is anything: its sign and payload are no promise.
      func bits(_ x: V) -> V { x.replacing(with: V(repeating: 0.75), where: x .!= x) }
      func result() -> V {
        switch roll(20) {
        case 0, 1: return operand() + operand()
        case 2: return operand() - operand()
        case 3, 4: return operand() * operand()
        case 5: return operand() / operand()
        case 6, 7, 8, 9: return operand().adding(operand(), times: operand())
        case 10: return operand().squareRoot()
        case 11: return bits(any()).bitwiseAnd([0x7FFF_FFFF, 0xFFFF_F000][roll(2)])
        case 12: return bits(any()).bitwiseOr(bits(operand()))
        case 13: return bits(any()).integerAdding(bits(operand()))
        case 14: return bits(operand()).integerSubtracting(bits(any()))
        case 15: return bits(any()).shiftedLeft(UInt8(roll(9)))
        case 16: return bits(any()).shiftedRight(UInt8(roll(9)))
        case 17: return bits(any()).integersAsFloats()
        case 18:
          // The smaller or the larger of two, which are steps of their own.
          let (x, y) = (operand(), operand())
          return roll(2) == 0
            ? x.replacing(with: y, where: x .< y) : x.replacing(with: y, where: y .< x)
        default:
          let mask = masks.isEmpty ? operand() .< operand() : masks[roll(masks.count)]
          return operand().replacing(with: operand(), where: mask)
        }
      }
      for _ in 0..<(5 + roll(60)) {
        if roll(6) == 0 {
          let (x, y) = (operand(), operand())
          let mask = [x .< y, x .<= y, x .== y, x .!= y][roll(4)]
          if masks.count < 2 { masks.append(mask) } else { masks[roll(2)] = mask }
        }
        let value = result()
        if pool.count < room { pool.append(value) } else { pool[roll(pool.count)] = value }
      }
      // Now and then an argument as it is.
      return (0..<count).map { _ in roll(8) == 0 ? inputs[roll(inputs.count)] : any() }
    }
  }

  private struct RandomFunction: VectorFunction {
    let steps: RandomSteps
    var scalars: FloatVector { steps.scalars }
    static var inputCount: Int { 4 }
    static var outputCount: Int { 3 }
    func callAsFunction<V: VectorArithmetic>(_ a: V, _ b: V, _ c: V, _ d: V) -> (V, V, V) {
      let results = steps([a, b, c, d], count: 3)
      return (results[0], results[1], results[2])
    }
  }

  private struct RandomFold: VectorFold {
    let steps: RandomSteps
    var scalars: FloatVector { steps.scalars }
    static var inputCount: Int { 2 }
    static var isStored: Bool { true }
    func callAsFunction<V: VectorArithmetic>(_ lanes: V, _ a: V, _ b: V) -> (lanes: V, stored: V) {
      let results = steps([lanes, a, b], count: 2)
      return (results[0], results[1])
    }
  }

  /// Programs that nobody would write, for what register allocation may do wrong: lane by lane
  /// against ``FusedLane``.
  @Suite("Random vector programs")
  struct RandomProgramTests {
    static let sets = InstructionSet.available
    static let seeds = 0..<UInt64(64)
    /// A whole turn of the loop, and a part of one that leaves each half partial in turn.
    static let count = 16 + 11

    func bits(_ values: [Float]) -> [UInt32] {
      values.map { $0.isNaN ? 0x7FC0_0000 : $0.bitPattern }
    }

    @Test("Functions, in place", arguments: sets) func functions(_ set: InstructionSet) {
      for seed in Self.seeds {
        let function = RandomFunction(steps: RandomSteps(seed: seed))
        let inputs = (0..<4).map { VectorKernelTests.samples(Self.count + 3 * $0).scalarArray }
        let kernel = GeneratedVectorKernel(function.program, set)
        // The outputs go where the first three inputs stand.
        var (a, b, c, d) = (inputs[0], inputs[1], inputs[2], inputs[3])
        unsafe a.withUnsafeMutableBufferPointer { a in
          unsafe b.withUnsafeMutableBufferPointer { b in
            unsafe c.withUnsafeMutableBufferPointer { c in
              unsafe d.withUnsafeMutableBufferPointer { d in
                let (a, b, c, d) = (a.baseAddress!, b.baseAddress!, c.baseAddress!, d.baseAddress!)
                kernel.run(
                  over: 0..<Self.count, unsafe VectorPointers(a, b, c, d, to: a, b, c),
                  scalars: function.scalars)
              }
            }
          }
        }
        var expected = inputs
        for index in 0..<Self.count {
          let lanes = inputs.map { FusedLane($0[index]) }
          let (x, y, z) = function(lanes[0], lanes[1], lanes[2], lanes[3])
          (expected[0][index], expected[1][index], expected[2][index]) = (x.value, y.value, z.value)
        }
        let found = [a, b, c, d].map(bits)
        #expect(found == expected.map(bits), "\(set), seed \(seed)")
      }
    }

    @Test("Folds", arguments: sets) func folds(_ set: InstructionSet) {
      for seed in Self.seeds {
        let fold = RandomFold(steps: RandomSteps(seed: seed))
        var a = VectorKernelTests.samples(Self.count).scalarArray
        let b = VectorKernelTests.samples(Self.count + 5).scalarArray
        let kernel = GeneratedVectorKernel(fold.program, set)
        var expectedLanes = (0..<16).map { FusedLane(Float($0)) }
        var expected = a
        for index in 0..<Self.count {
          let (lanes, stored) = fold(
            expectedLanes[index % 16], FusedLane(a[index]), FusedLane(b[index]))
          expectedLanes[index % 16] = lanes
          expected[index] = stored.value
        }
        let start = SIMD16<Float>((0..<16).map(Float.init))
        var lanes = (start.lowHalf, start.highHalf)
        unsafe a.withUnsafeMutableBufferPointer { a in
          unsafe b.withUnsafeBufferPointer { b in
            let (a, b) = (a.baseAddress!, b.baseAddress!)
            kernel.fold(
              over: 0..<Self.count, unsafe VectorPointers(a, b, to: a), scalars: fold.scalars,
              &lanes)
          }
        }
        let found = (0..<16).map { (lane: Int) -> Float in
          lane < 8 ? lanes.0[lane] : lanes.1[lane - 8]
        }
        #expect(bits(a) == bits(expected), "\(set), seed \(seed): stored")
        #expect(bits(found) == bits(expectedLanes.map(\.value)), "\(set), seed \(seed): lanes")
      }
    }
  }
#endif
