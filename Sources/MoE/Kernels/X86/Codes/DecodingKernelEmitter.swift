#if arch(x86_64) && !os(Windows)
  /// Writes the code of one decoding kernel.
  ///
  /// Registers: rdi the arguments, rsi codes, rdx the destination, r11 one step of it, rcx inputs
  /// left, r8 those of the group, r9 its scales, r10 its zero points.
  ///
  /// Vector registers: scales and zero points of the tile first, then what passes.
  struct DecodingKernelEmitter {
    let shape: DecodingKernelShape
    private var assembler = Assembler()
    private var codes: CodeDecoder
    private let scales: ScaleDecoder

    init(_ shape: DecodingKernelShape) {
      self.shape = shape
      codes = CodeDecoder(shape.set, shape.traits.code, &assembler)
      scales = ScaleDecoder(shape.set, shape.traits, &assembler)
      if codes.usesTable { codes.table = shape.set.register(shape.set.registerCount - 1) }
    }

    /// Vectors of a tile.
    private var vectors: Int { CompressedLayout.tileWidth / shape.set.lanes }

    private func scale(_ vector: Int) -> VectorRegister { shape.set.register(vector) }
    private func zeroPoint(_ vector: Int) -> VectorRegister { shape.set.register(2 + vector) }
    private func spare(_ number: Int) -> VectorRegister { shape.set.register(4 + number) }

    private func argument(_ field: PartialKeyPath<DecodingArguments>) -> MemoryOperand {
      .at(.rdi, DecodingArguments.offset(field))
    }

    mutating func emit() -> [UInt8] {
      assembler.mov(.rsi, unsafe argument(\.codes))
      assembler.mov(.rdx, unsafe argument(\.destination))
      assembler.mov(.r11, argument(\.destinationStep))
      assembler.mov(.rcx, argument(\.inputs))
      assembler.mov(.r8, argument(\.firstGroup))
      assembler.mov(.r9, unsafe argument(\.scales))
      assembler.mov(.r10, unsafe argument(\.zeroPoints))
      codes.prepare(&assembler)

      let (group, fits) = (assembler.here(), assembler.makeLabel())
      assembler.cmp(.rcx, .r8)
      assembler.jump(.greaterOrEqual, fits)
      assembler.mov(.r8, .rcx)
      assembler.bind(fits)
      assembler.sub(.rcx, .r8)
      emitScales()
      emitInputs()
      assembler.add(.r9, shape.traits.scaleStep)
      assembler.add(.r10, CompressedLayout.tileWidth)
      assembler.mov(.r8, argument(\.groupSize))
      assembler.cmp(.rcx, 0)
      assembler.jump(.notEqual, group)

      assembler.vzeroupper()
      assembler.ret()
      codes.finish(&assembler)
      scales.finish(&assembler)
      return assembler.finish()
    }

    private mutating func emitScales() {
      for vector in 0..<vectors {
        scales.decodeScales(
          scale(vector), part: vector, .at(.r9), factor: argument(\.factor), scratch: spare(0),
          &assembler)
        if shape.traits.hasZeroPoints {
          scales.decodeZeroPoints(zeroPoint(vector), part: vector, .at(.r10), &assembler)
        }
      }
    }

    /// The inputs of a group, an even number at once; then one more where they are odd.
    private mutating func emitInputs() {
      let done = assembler.makeLabel()
      for turn in [8, 2] {
        let after = assembler.makeLabel()
        assembler.sub(.r8, turn)
        assembler.jump(.less, after)
        assembler.align(to: 32)
        let loop = assembler.here()
        for input in stride(from: 0, to: turn, by: 2) { emitPair(input, isWhole: true) }
        assembler.add(.rsi, bytes(turn))
        assembler.sub(.r8, turn)
        assembler.jump(.greaterOrEqual, loop)
        assembler.bind(after)
        assembler.add(.r8, turn)
      }
      assembler.jump(.equal, done)
      emitPair(0, isWhole: false)
      assembler.add(.rsi, bytes(codes.isPaired ? 2 : 1))
      assembler.bind(done)
    }

    private func bytes(_ inputs: Int) -> Int {
      codes.code.bytes(inputs * CompressedLayout.tileWidth)
    }

    /// Two neighbouring inputs, or the first of them alone.
    private mutating func emitPair(_ input: Int, isWhole: Bool) {
      for vector in 0..<vectors {
        let (first, second) = (spare(3 * vector), spare(3 * vector + 1))
        let place = bytes(input) + codes.partBytes(vector)
        if codes.isPaired {
          codes.decodePair(
            first, second, scratch: spare(3 * vector + 2), .at(.rsi, place), &assembler)
        } else {
          codes.decode(first, .at(.rsi, place), &assembler)
          if isWhole { codes.decode(second, .at(.rsi, place + bytes(1)), &assembler) }
        }
        for value in isWhole ? [first, second] : [first] {
          if shape.traits.hasZeroPoints {
            assembler.vector(.vsubps, value, value, zeroPoint(vector))
          }
          if shape.traits.scale != nil {
            assembler.vector(.vmulps, value, value, scale(vector))
          }
        }
      }
      for step in isWhole ? [0, 1] : [0] {
        for vector in 0..<vectors {
          assembler.vector(
            .vmovupsStore, spare(3 * vector + step), .at(.rdx, 4 * shape.set.lanes * vector))
        }
        assembler.add(.rdx, .r11)
      }
    }
  }
#endif
