#if arch(x86_64) && !os(Windows)
  /// Generated code that sums the squared errors of a group up.
  @safe
  struct GroupErrorKernel: Sendable {
    private typealias Function = @convention(c) @Sendable (UnsafeMutableRawPointer) -> Void

    /// What the code is handed.
    @safe
    private struct Arguments {
      var panel: UnsafePointer<Float>
      var weights: UnsafePointer<Float>
      var count: Int
      var divisors: TileVector
      var zeros: TileVector
      var scales: TileVector
      var unit: TileVector
      /// The squares, afterwards.
      var sum = TileVector()

      static func place(_ field: PartialKeyPath<Arguments>) -> MemoryOperand {
        guard let offset = MemoryLayout<Arguments>.offset(of: field) else {
          preconditionFailure("not a stored field")
        }
        return .at(.rdi, offset)
      }
    }

    /// The code.
    private let function: Function

    private init?(_ program: VectorProgram, _ set: InstructionSet) {
      let code = GroupErrorKernel.emit(program, set)
      guard let kept = ExecutableMemory.Kept(for: "errors of rounding", code) else { return nil }
      unsafe function = unsafeBitCast(kept.entry, to: Function.self)
    }

    /// The code on the kernel set in use; none where that is the portable one, or pages were
    /// refused.
    static func current(
      for steps: GroupErrorSteps<some TileCoding>, _ code: NumberCode
    ) -> GroupErrorKernel? {
      guard let set = KernelSet.current.instructions else { return nil }
      var key = KernelKey(set)
      key.append(Int(code.rawValue), bits: 4)
      key.append(steps.coding.variant, bits: 2)
      key.append(steps.isWeighted ? 1 : 0, bits: 1)
      return kernels.kernel(key.bits) { GroupErrorKernel(program(of: steps), set) }
    }

    /// None stands for what was refused.
    private static let kernels = KernelTable<GroupErrorKernel?>()

    /// The arguments are numbers, divisors, zeros, scales and the unit, and the weight a scalar.
    private static func program(of steps: GroupErrorSteps<some TileCoding>) -> VectorProgram {
      VectorProgram(inputCount: 5) { sum, arguments in
        var scales = GroupScales<TracedVector>()
        (scales.divisors, scales.zeros) = (arguments[1], arguments[2])
        scales.scales = arguments[3]
        return steps.sum(
          sum, arguments[0], scales, unit: arguments[4], weight: .scalar(1, slot: 0))
      }
    }

    /// Registers: rdi the arguments, rsi the numbers, rdx their weights, rcx inputs left.
    private static func emit(_ program: VectorProgram, _ set: InstructionSet) -> [UInt8] {
      var assembler = Assembler()
      var steps = TileProgramEmitter(program, set, &assembler)
      steps.inputs = [
        .at(.rsi), Arguments.place(\.divisors), Arguments.place(\.zeros),
        Arguments.place(\.scales), Arguments.place(\.unit),
      ]
      steps.scalars = .at(.rdx)
      assembler.mov(.rsi, unsafe Arguments.place(\.panel))
      assembler.mov(.rdx, unsafe Arguments.place(\.weights))
      assembler.mov(.rcx, Arguments.place(\.count))
      steps.clearLanes(&assembler)
      assembler.align(to: 32)
      let loop = assembler.here()
      steps.emit(to: &assembler)
      assembler.add(.rsi, MemoryLayout<TileVector>.size)
      assembler.add(.rdx, MemoryLayout<Float>.size)
      assembler.dec(.rcx)
      assembler.jump(.notEqual, loop)
      steps.storeLanes(to: Arguments.place(\.sum), &assembler)
      assembler.vzeroupper()
      assembler.ret()
      steps.emitConstants(to: &assembler)
      return assembler.finish()
    }

    /// The sum of some squares; see ``GroupError``.
    func callAsFunction(
      _ panel: TilePanel, count: Int, _ weights: UnsafePointer<Float>?,
      _ scales: GroupScales<TileVector>, unit: TileVector
    ) -> TileVector {
      guard count > 0 else { return TileVector() }
      var arguments = unsafe Arguments(
        panel: panel.numbers, weights: weights ?? panel.numbers, count: count,
        divisors: scales.divisors, zeros: scales.zeros, scales: scales.scales, unit: unit)
      unsafe withUnsafeMutablePointer(to: &arguments) {
        unsafe function(UnsafeMutableRawPointer($0))
      }
      return arguments.sum
    }
  }
#endif
