#if arch(x86_64) && !os(Windows)
  /// Turns a vector program into machine code: a loop over sixteen scalars at a time.
  ///
  /// With AVX-512 those are one register, with AVX2 two, worked on one after the other: so both
  /// have sixteen lanes and give the same bits. The last scalars, fewer than sixteen, are loaded
  /// and stored under a mask.
  ///
  /// The code takes the address of its ``VectorKernelArguments``.
  struct VectorKernelEmitter: VectorProgramEmitter {
    let program: VectorProgram
    let set: InstructionSet
    var assembler = Assembler()
    let constants: Label
    /// A run of all-ones words and one of zeros, which masks for AVX2 are cut from.
    private let maskTable: Label
    let lastUses: [Int?]

    private static let inputs: [GeneralRegister] = [.rsi, .rdx, .rcx, .r8]
    private static let outputs: [GeneralRegister] = [.r9, .r10, .r11]
    static let arguments = GeneralRegister.rbx
    private static let index = GeneralRegister.rax
    private static let remaining = GeneralRegister.rdi
    private static let scratch = GeneralRegister.r12

    init(_ program: VectorProgram, _ set: InstructionSet) {
      self.program = program
      self.set = set
      lastUses = program.lastUses
      constants = assembler.makeLabel()
      maskTable = assembler.makeLabel()
    }

    /// The registers that hold the lanes of a fold: the first one or two.
    var lanesRegisters: Int { program.lanes == nil ? 0 : 16 / set.lanes }

    /// The code.
    mutating func emit() -> [UInt8] {
      assembler.push(Self.arguments)
      assembler.push(Self.scratch)
      assembler.mov(Self.arguments, .rdi)
      for number in usedInputs {
        assembler.mov(Self.inputs[number], .at(Self.arguments, 8 * number))
      }
      for number in program.outputs.indices {
        assembler.mov(Self.outputs[number], .at(Self.arguments, 32 + 8 * number))
      }
      assembler.mov(Self.remaining, .at(Self.arguments, VectorKernelArguments.countOffset))
      for part in 0..<lanesRegisters {
        assembler.vector(.vmovups, set.register(part), lanesPlace(part))
      }
      assembler.clear(Self.index)
      let (tail, done) = (assembler.makeLabel(), assembler.makeLabel())
      assembler.sub(Self.remaining, 16)
      assembler.jump(.less, tail)
      assembler.align(to: 32)
      let loop = assembler.here()
      emitBody(isTail: false)
      assembler.add(Self.index, 64)
      assembler.sub(Self.remaining, 16)
      assembler.jump(.greaterOrEqual, loop)
      assembler.bind(tail)
      assembler.add(Self.remaining, 16)
      assembler.jump(.equal, done)
      emitMask()
      emitBody(isTail: true)
      assembler.bind(done)
      for part in 0..<lanesRegisters {
        assembler.vector(.vmovupsStore, set.register(part), lanesPlace(part))
      }
      assembler.vzeroupper()
      assembler.pop(Self.scratch)
      assembler.pop(Self.arguments)
      assembler.ret()
      emitTables()
      return assembler.finish()
    }

    private var usedInputs: [Int] {
      program.steps.enumerated().compactMap { index, step in
        if case .input(let number) = step, lastUses[index] != nil { number } else { nil }
      }
    }

    private func lanesPlace(_ part: Int) -> MemoryOperand {
      .at(Self.arguments, VectorKernelArguments.lanesOffset + part * set.lanes * 4)
    }

    private mutating func emitBody(isTail: Bool) {
      for part in 0..<16 / set.lanes {
        var body = VectorKernelBody(self, part: part, isTail: isTail)
        body.emit()
        assembler = body.assembler
      }
    }

    /// The mask of the last scalars, whose number stands in `remaining`.
    private mutating func emitMask() {
      if set == .avx512 {
        assembler.mov(Self.scratch, -1)
        assembler.bzhi(Self.scratch, Self.scratch, Self.remaining)
        assembler.kmovw(VectorKernelBody<Self>.tailMask, Self.scratch)
      } else {
        assembler.lea(Self.scratch, .at(maskTable, 64))
        assembler.shift(.left, Self.remaining, by: 2)
        assembler.sub(Self.scratch, Self.remaining)
      }
    }

    private mutating func emitTables() {
      emitConstants()
      assembler.bind(maskTable)
      if set == .avx2 {
        assembler.words(Array(repeating: .max, count: 16) + Array(repeating: 0, count: 16))
      }
    }

    // MARK: What a body reads and writes

    func inputPlace(_ number: Int, part: Int) -> MemoryOperand {
      .at(Self.inputs[number], Self.index, 4 * set.lanes * part)
    }

    func outputPlace(_ number: Int, part: Int) -> MemoryOperand {
      .at(Self.outputs[number], Self.index, 4 * set.lanes * part)
    }

    func scalarPlace(_ slot: Int) -> MemoryOperand {
      .at(Self.arguments, VectorKernelArguments.scalarsOffset + 4 * slot)
    }

    func maskPlace(part: Int) -> MemoryOperand { .at(Self.scratch, 32 * part) }
  }
#endif
