#if arch(x86_64) && !os(Windows)
  /// Writes the code that turns numbers in memory, side by side, into vectors of floats, all but
  /// ``factor(_:)``: scales, and weights of half precision and of whole numbers.
  struct CodeDecoder {
    let set: InstructionSet
    let code: NumberCode
    /// Masks, behind the code.
    let constants: Label

    init(_ set: InstructionSet, _ code: NumberCode, _ assembler: inout Assembler) {
      self.set = set
      self.code = code
      constants = assembler.makeLabel()
    }

    /// What a decoded number must still be multiplied by: half precision has another bias.
    static func factor(_ code: NumberCode) -> Float { code == .float8E4M3 ? 0x1p8 : 1 }

    /// Writes the constants.
    func finish(_ assembler: inout Assembler) {
      let words: [UInt32]
      switch code {
      case .float8E4M3: words = Array(repeating: 0xBF80_BF80, count: set.lanes / 2)
      case .float8E8M0: words = Array(repeating: 0x0040_0000, count: set.lanes)
      default: return
      }
      assembler.align(to: 64)
      assembler.bind(constants)
      assembler.words(words)
    }

    /// Bytes from the first number to those of the `part`th vector.
    func partBytes(_ part: Int) -> Int { code.bytes(set.lanes * part) }

    /// Decodes a vector of numbers.
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
      case .float8E8M0:
        assembler.vector(.vpmovzxbd, target, memory)
        assembler.vector(.vpslld, target, target, immediate: 23)
        // The least power is no normal number.
        assembler.vector(.vpmaxud, target, target, .at(constants))
      case .int8:
        assembler.vector(.vpmovsxbd, target, memory)
        assembler.vector(.vcvtdq2ps, target, target)
      case .float8E5M2, .int4, .float4E2M1:
        preconditionFailure("\(code) does not stand side by side")
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
    func decode(
      _ target: VectorRegister, part: Int, _ memory: MemoryOperand, factor: MemoryOperand,
      scratch: VectorRegister, _ assembler: inout Assembler
    ) {
      guard let scales else { return }
      if traits.sharesScales {
        assembler.vector(.vbroadcastss, target, memory)
      } else {
        scales.decode(target, memory.advanced(by: scales.partBytes(part)), &assembler)
      }
      if traits.multipliesScales {
        assembler.vector(.vbroadcastss, scratch, factor)
        assembler.vector(.vmulps, target, target, scratch)
      }
    }

    /// The zero points of a vector, likewise.
    func decodeZeroPoints(
      _ target: VectorRegister, part: Int, _ memory: MemoryOperand, _ assembler: inout Assembler
    ) {
      assembler.vector(.vpmovsxbd, target, memory.advanced(by: part * set.lanes))
      assembler.vector(.vcvtdq2ps, target, target)
    }
  }
#endif
