#if arch(x86_64) && !os(Windows)
  /// Writes the code that turns codes in memory into vectors of floats, all but ``factor(_:)``.
  ///
  /// Numbers of eight bits with a fraction become half precision by shifting, which the processor
  /// converts, subnormal ones too, in no more time than others. Four bits are looked up in a table.
  struct CodeDecoder {
    let set: InstructionSet
    let code: NumberCode
    /// Masks and tables, behind the code.
    let constants: Label
    /// The table, where a register is left for it.
    var table: VectorRegister?

    init(_ set: InstructionSet, _ code: NumberCode, _ assembler: inout Assembler) {
      self.set = set
      self.code = code
      constants = assembler.makeLabel()
    }

    /// What a decoded number must still be multiplied by: half precision has another bias.
    static func factor(_ code: NumberCode) -> Float { code == .float8E4M3 ? 0x1p8 : 1 }

    /// Whether two neighbouring inputs stand in the same bytes.
    var isPaired: Bool { code.bits == 4 }

    /// Bytes from the first output of a tile to those of its `part`th vector: of four bits, each byte
    /// is of one output.
    func partBytes(_ part: Int) -> Int { set.lanes * part * max(code.bits, 8) / 8 }

    /// Whether the table has but magnitudes, and signs need a register more.
    var needsScratch: Bool { code == .float4E2M1 && set == .avx2 }

    /// Whether a table that stays in a register saves a load at each use.
    var usesTable: Bool { isPaired && self.set == .avx512 }

    /// Loads the table where it has a register.
    func prepare(_ assembler: inout Assembler) {
      if let table { assembler.vector(.vmovups, table, .at(constants)) }
    }

    /// Writes the constants.
    func finish(_ assembler: inout Assembler) {
      let words: [UInt32]
      switch code {
      case .float8E4M3: words = Array(repeating: 0xBF80_BF80, count: set.lanes / 2)
      case .float8E8M0: words = Array(repeating: 0x0040_0000, count: set.lanes)
      case .float4E2M1 where set == .avx2:
        words =
          NumberCode.float4Values.prefix(8).map(\.bitPattern)
          + Array(repeating: 0x8000_0000, count: 8)
      case .int4, .float4E2M1: words = (0..<16).map { code.value($0).bitPattern }
      default: return
      }
      assembler.align(to: 64)
      assembler.bind(constants)
      assembler.words(words)
    }

    /// Decodes a vector of numbers of eight bits or more.
    func decode(
      _ target: VectorRegister, _ memory: MemoryOperand, _ assembler: inout Assembler
    ) {
      let half = target.resized(to: set == .avx512 ? .bits256 : .bits128)
      switch code {
      case .float32: assembler.vector(.vmovups, target, memory)
      case .bfloat16:
        assembler.vector(.vpmovzxwd, target, memory)
        assembler.vector(.vpslld, target, target, immediate: 16)
      case .float16: assembler.vector(.vcvtph2ps, target, memory)
      case .float8E4M3:
        // The sign twice, then all other bits where half precision has them; one sign too many.
        assembler.vector(.vpmovsxbw, half, memory)
        assembler.vector(.vpsllw, half, half, immediate: 7)
        assembler.vector(.vandps, half, half, .at(constants))
        assembler.vector(.vcvtph2ps, target, half)
      case .float8E5M2:
        assembler.vector(.vpmovzxbw, half, memory)
        assembler.vector(.vpsllw, half, half, immediate: 8)
        assembler.vector(.vcvtph2ps, target, half)
      case .float8E8M0:
        assembler.vector(.vpmovzxbd, target, memory)
        assembler.vector(.vpslld, target, target, immediate: 23)
        // The least power is no normal number.
        assembler.vector(.vpmaxud, target, target, .at(constants))
      case .int8:
        assembler.vector(.vpmovsxbd, target, memory)
        assembler.vector(.vcvtdq2ps, target, target)
      case .int4, .float4E2M1: preconditionFailure("four bits come in pairs")
      }
    }

    /// Decodes two vectors of numbers of four bits: the lower halves of some bytes, and the upper.
    func decodePair(
      _ first: VectorRegister, _ second: VectorRegister, scratch: VectorRegister?,
      _ memory: MemoryOperand, _ assembler: inout Assembler
    ) {
      switch (code, set) {
      case (.int4, .avx2):
        assembler.vector(.vpmovsxbd, second, memory)
        assembler.vector(.vpslld, first, second, immediate: 28)
        assembler.vector(.vpsrad, first, first, immediate: 28)
        assembler.vector(.vpsrad, second, second, immediate: 4)
        assembler.vector(.vcvtdq2ps, first, first)
        assembler.vector(.vcvtdq2ps, second, second)
      case (.float4E2M1, .avx2):
        guard let scratch else { preconditionFailure("no register for signs") }
        assembler.vector(.vpmovzxbd, second, memory)
        assembler.vector(.vpslld, scratch, second, immediate: 28)
        assembler.vector(.vpermps, first, second, .at(constants))
        assembler.vector(.vandps, scratch, scratch, .at(constants, 32))
        assembler.vector(.vorps, first, first, scratch)
        assembler.vector(.vpslld, scratch, second, immediate: 24)
        assembler.vector(.vpsrld, second, second, immediate: 4)
        assembler.vector(.vandps, scratch, scratch, .at(constants, 32))
        assembler.vector(.vpermps, second, second, .at(constants))
        assembler.vector(.vorps, second, second, scratch)
      default:
        assembler.vector(.vpmovzxbd, second, memory)
        lookUp(first, second, &assembler)
        assembler.vector(.vpsrld, second, second, immediate: 4)
        lookUp(second, second, &assembler)
      }
    }

    private func lookUp(
      _ target: VectorRegister, _ number: VectorRegister, _ assembler: inout Assembler
    ) {
      if let table {
        assembler.vector(.vpermps, target, number, table)
      } else {
        assembler.vector(.vpermps, target, number, .at(constants))
      }
    }
  }

  /// Writes the code that turns the scales and zero points of a group into vectors.
  struct ScaleDecoder {
    let traits: CodeTraits
    private let scales: CodeDecoder?
    private let set: InstructionSet

    init(_ set: InstructionSet, _ traits: CodeTraits, _ assembler: inout Assembler) {
      self.traits = traits
      self.set = set
      scales = traits.scale.map { CodeDecoder(set, $0, &assembler) }
    }

    /// Writes the constants.
    func finish(_ assembler: inout Assembler) { scales?.finish(&assembler) }

    /// The scales of a vector: the `part`th of a tile whose first scale is at `memory`.
    func decodeScales(
      _ target: VectorRegister, part: Int, _ memory: MemoryOperand, factor: MemoryOperand,
      scratch: VectorRegister, _ assembler: inout Assembler
    ) {
      guard let scales else { return }
      if traits.sharesScales {
        assembler.vector(.vbroadcastss, target, memory)
      } else {
        scales.decode(
          target, memory.advanced(by: scales.partBytes(part)), &assembler)
      }
      if traits.multipliesScales {
        assembler.vector(.vbroadcastss, scratch, factor)
        assembler.vector(.vmulps, target, target, scratch)
      }
    }

    /// The zero points of a vector.
    func decodeZeroPoints(
      _ target: VectorRegister, part: Int, _ memory: MemoryOperand, _ assembler: inout Assembler
    ) {
      assembler.vector(.vpmovsxbd, target, memory.advanced(by: part * set.lanes))
      assembler.vector(.vcvtdq2ps, target, target)
    }
  }
#endif
