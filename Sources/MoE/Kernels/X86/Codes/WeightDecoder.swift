#if arch(x86_64) && !os(Windows)
  /// Writes the code that turns blocks of weights into vectors of floats, one input after another.
  ///
  /// A block is loaded once, as a vector of words; each input takes a shift or two of it:
  ///
  /// - The upper halves of floats are floats once the other half is zero.
  /// - Of eight bits with a fraction, a shift to the right that repeats the sign puts exponent and
  ///   fraction where a float has them. Its exponent has another bias: see ``CodeTraits/codeFactor``.
  /// - Numbers of four bits are looked up in a table, with AVX2 the whole ones are converted.
  ///
  /// Half precision and whole numbers of eight bits stand side by side, as processors convert them.
  struct WeightDecoder {
    let set: InstructionSet
    let code: NumberCode
    private let constants: Label
    private let sideBySide: CodeDecoder
    /// Registers of constants: see ``constantCount``.
    private var kept: [VectorRegister] = []

    init(_ set: InstructionSet, _ traits: CodeTraits, _ assembler: inout Assembler) {
      self.set = set
      code = traits.code
      constants = assembler.makeLabel()
      sideBySide = CodeDecoder(set, traits.code, &assembler)
    }

    /// Inputs of a block.
    var blockInputs: Int { code.blockInputs }

    /// Bytes from one input to some inputs on, where blocks start.
    func blockBytes(_ inputs: Int) -> Int { inputs / blockInputs * code.blockBytes }

    /// Bytes from a block's first word to that of the `part`th vector.
    func partBytes(_ part: Int) -> Int {
      code.blockBytes * part * set.lanes / CompressedLayout.tileWidth
    }

    /// Whether an input needs a register beside the block and the weight: for signs, where the table
    /// has but magnitudes.
    var needsScratch: Bool { code == .float4E2M1 && self.set == .avx2 }

    // MARK: Constants

    /// Vectors of constants that are worth a register each.
    var constantCount: Int { constantWords.count }

    /// The constants, each as long as a vector.
    private var constantWords: [[UInt32]] {
      func all(_ word: UInt32) -> [UInt32] { Array(repeating: word, count: set.lanes) }
      return switch code {
      case .bfloat16: [all(0xFFFF_0000)]
      // Sign, exponent and fraction.
      case .float8E4M3: [all(0x87F0_0000)]
      case .float8E5M2: [all(0x8FE0_0000)]
      case .float4E2M1 where set == .avx2:
        [NumberCode.float4Values.prefix(8).map(\.bitPattern), all(0x8000_0000)]
      case .float4E2M1: [NumberCode.float4Values.map(\.bitPattern)]
      case .int4 where set == .avx512: [(0..<16).map { code.value($0).bitPattern }]
      default: []
      }
    }

    /// Loads the constants into registers.
    mutating func keepConstants(in registers: [VectorRegister]) { kept = registers }

    /// Loads the constants that are kept.
    func prepare(_ assembler: inout Assembler) {
      for (number, register) in kept.enumerated() {
        assembler.vector(.vmovups, register, constant(number))
      }
    }

    /// Writes the constants.
    func finish(_ assembler: inout Assembler) {
      assembler.align(to: 64)
      assembler.bind(constants)
      for words in constantWords { assembler.words(words) }
      sideBySide.finish(&assembler)
    }

    private func constant(_ number: Int) -> MemoryOperand {
      .at(constants, 4 * set.lanes * number)
    }

    private func apply(
      _ instruction: VectorInstruction, _ target: VectorRegister, _ source: VectorRegister,
      constant number: Int, _ assembler: inout Assembler
    ) {
      if kept.isEmpty {
        assembler.vector(instruction, target, source, constant(number))
      } else {
        assembler.vector(instruction, target, source, kept[number])
      }
    }

    // MARK: Decoding

    /// Loads a block, where there are any.
    func load(
      _ block: VectorRegister, _ memory: MemoryOperand, _ assembler: inout Assembler
    ) {
      if blockInputs > 1 { assembler.vector(.vmovups, block, memory) }
    }

    /// Decodes an input, by its number in a loaded block, or from memory where there are no blocks.
    func decode(
      _ target: VectorRegister, from block: VectorRegister, scratch: VectorRegister?, input: Int,
      _ memory: MemoryOperand, _ assembler: inout Assembler
    ) {
      let position = code.position(input)
      switch code {
      case .float16, .int8: sideBySide.decode(target, memory, &assembler)
      case .bfloat16:
        if input == 0 {
          assembler.vector(.vpslld, target, block, immediate: 16)
        } else {
          apply(.vandps, target, block, constant: 0, &assembler)
        }
      case .float8E4M3, .float8E5M2:
        let top = shiftedLeft(target, block, by: 24 - position, &assembler)
        assembler.vector(.vpsrad, target, top, immediate: code == .float8E4M3 ? 4 : 3)
        apply(.vandps, target, target, constant: 0, &assembler)
      case .int4 where set == .avx2:
        let top = shiftedLeft(target, block, by: 28 - position, &assembler)
        assembler.vector(.vpsrad, target, top, immediate: 28)
        assembler.vector(.vcvtdq2ps, target, target)
      case .int4, .float4E2M1:
        var numbers = block
        if position > 0 {
          assembler.vector(.vpsrld, target, block, immediate: UInt8(position))
          numbers = target
        }
        guard set == .avx2, let scratch else {
          return apply(.vpermps, target, numbers, constant: 0, &assembler)
        }
        // The table has but magnitudes.
        let top = shiftedLeft(scratch, block, by: 28 - position, &assembler)
        apply(.vandps, scratch, top, constant: 1, &assembler)
        apply(.vpermps, target, numbers, constant: 0, &assembler)
        assembler.vector(.vorps, target, target, scratch)
      case .float32, .float8E8M0: preconditionFailure("no weights stand as \(code)")
      }
    }

    private func shiftedLeft(
      _ target: VectorRegister, _ block: VectorRegister, by count: Int,
      _ assembler: inout Assembler
    ) -> VectorRegister {
      guard count > 0 else { return block }
      assembler.vector(.vpslld, target, block, immediate: UInt8(count))
      return target
    }
  }
#endif
