#if arch(x86_64) && !os(Windows)
  /// What puts the steps of a program into a loop: where they read and write.
  protocol VectorProgramEmitter {
    /// The steps.
    var program: VectorProgram { get }
    /// The instructions to use.
    var set: InstructionSet { get }
    /// For each step the last one that reads it, or none.
    var lastUses: [Int?] { get }
    /// The code so far.
    var assembler: Assembler { get set }
    /// Where constants stand, each in as many copies as a memory operand reads.
    var constants: Label { get }
    /// Constants that stand in the last registers.
    var keptConstants: [UInt32] { get }
    /// The registers that hold the lanes of a fold: the first one or two.
    var lanesRegisters: Int { get }

    /// The bits that are written of each lane of a result.
    func outputBits(_ number: Int) -> Int
    /// Where a vector of an argument stands.
    func inputPlace(_ number: Int, part: Int) -> MemoryOperand
    /// Where a vector of a result goes.
    func outputPlace(_ number: Int, part: Int) -> MemoryOperand
    /// One scalar, not broadcast.
    func scalarPlace(_ slot: Int) -> MemoryOperand
    /// The mask of one half of the last scalars (AVX2).
    func maskPlace(part: Int) -> MemoryOperand
  }

  extension VectorProgramEmitter {
    var keptConstants: [UInt32] { [] }
    func outputBits(_ number: Int) -> Int { 32 }

    /// The memory operand of a constant: one float to be broadcast, or a whole register.
    func constantPlace(_ bits: UInt32) -> MemoryOperand {
      let position = program.constants.firstIndex(of: bits) ?? 0
      return set == .avx512
        ? .at(constants, 4 * position).broadcast : .at(constants, 4 * set.lanes * position)
    }

    /// The register of a constant that is kept in one.
    func keptRegister(_ bits: UInt32) -> VectorRegister? {
      keptConstants.firstIndex(of: bits).map { set.register(set.registerCount - 1 - $0) }
    }

    /// Writes the constants, behind the code.
    mutating func emitConstants() {
      assembler.align(to: 64)
      assembler.bind(constants)
      for bits in program.constants {
        assembler.words(Array(repeating: bits, count: set == .avx512 ? 1 : set.lanes))
      }
    }
  }
#endif
