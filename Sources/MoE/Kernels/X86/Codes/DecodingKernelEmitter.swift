#if arch(x86_64) && !os(Windows)
  /// Writes the code of one decoding kernel.
  ///
  /// Registers: rdi the arguments, rsi codes, rdx the destination, r11 and rax one and three steps of
  /// it, rcx inputs left, r8 those of the group, r9 its scales, r10 its zero points.
  ///
  /// Vector registers: scales and zero points of the tile first, then what passes.
  struct DecodingKernelEmitter {
    let shape: DecodingKernelShape
    private var assembler = Assembler()
    private var weights: WeightDecoder
    private let scales: ScaleDecoder

    init(_ shape: DecodingKernelShape) {
      self.shape = shape
      weights = WeightDecoder(shape.set, shape.traits, &assembler)
      scales = ScaleDecoder(shape.set, shape.traits, &assembler)
      // The registers of AVX2 hold scales and what passes.
      if shape.set == .avx512 {
        weights.keepConstants(
          in: (0..<weights.constantCount).map { shape.set.register(31 - $0) })
      }
    }

    /// Vectors of a tile.
    private var vectors: Int { CompressedLayout.tileWidth / shape.set.lanes }

    private func scale(_ vector: Int) -> VectorRegister { shape.set.register(vector) }
    private func zero(_ vector: Int) -> VectorRegister { shape.set.register(2 + vector) }
    /// The words of a block, what passes beside, and a weight.
    private var block: VectorRegister { shape.set.register(4) }
    private var scratch: VectorRegister { shape.set.register(5) }
    private var weight: VectorRegister { shape.set.register(6) }

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
      weights.prepare(&assembler)
      assembler.lea(.rax, .at(.r11, .r11, scale: 2))

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
      weights.finish(&assembler)
      scales.finish(&assembler)
      return assembler.finish()
    }

    private mutating func emitScales() {
      for vector in 0..<vectors {
        scales.decode(
          scale(vector), part: vector, .at(.r9), factor: argument(\.factor), scratch: weight,
          &assembler)
        if shape.traits.hasZeroPoints {
          scales.decodeZeroPoints(zero(vector), part: vector, .at(.r10), &assembler)
        }
      }
    }

    /// The inputs of a group: whole turns of blocks, then those of a last one.
    private mutating func emitInputs() {
      let done = assembler.makeLabel()
      let turn = max(8, weights.blockInputs)
      for inputs in Set([turn, weights.blockInputs]).sorted(by: >) where inputs > 1 {
        let after = assembler.makeLabel()
        assembler.sub(.r8, inputs)
        assembler.jump(.less, after)
        assembler.align(to: 32)
        let loop = assembler.here()
        for first in stride(from: 0, to: inputs, by: weights.blockInputs) { emitBlock(first) }
        assembler.add(.rsi, weights.blockBytes(inputs))
        assembler.sub(.r8, inputs)
        assembler.jump(.greaterOrEqual, loop)
        assembler.bind(after)
        assembler.add(.r8, inputs)
      }
      assembler.jump(.equal, done)
      if weights.blockInputs == 1 {
        let rest = assembler.here()
        emitBlock(0)
        assembler.add(.rsi, weights.blockBytes(1))
        assembler.dec(.r8)
        assembler.jump(.notEqual, rest)
      } else {
        for input in 0..<weights.blockInputs - 1 {
          for vector in 0..<vectors {
            weights.load(block, place(vector, 0), &assembler)
            emitInput(vector, 0, input)
          }
          assembler.add(.rdx, .r11)
          assembler.dec(.r8)
          assembler.jump(.equal, done)
        }
      }
      assembler.bind(done)
    }

    /// A whole block, some inputs on.
    private mutating func emitBlock(_ first: Int) {
      // So many destinations have addresses without arithmetic.
      for start in stride(from: 0, to: weights.blockInputs, by: 4) {
        let inputs = start..<min(start + 4, weights.blockInputs)
        for vector in 0..<vectors {
          weights.load(block, place(vector, first), &assembler)
          for input in inputs {
            emitInput(vector, first, input, step: input - start)
          }
        }
        for _ in inputs { assembler.add(.rdx, .r11) }
      }
    }

    private func place(_ vector: Int, _ first: Int) -> MemoryOperand {
      .at(.rsi, weights.blockBytes(first) + weights.partBytes(vector))
    }

    private mutating func emitInput(_ vector: Int, _ first: Int, _ input: Int, step: Int = 0) {
      weights.decode(
        weight, from: block, scratch: scratch, input: input, place(vector, first), &assembler)
      if shape.traits.hasZeroPoints {
        assembler.vector(.vsubps, weight, weight, zero(vector))
      }
      if shape.traits.scale != nil {
        assembler.vector(.vmulps, weight, weight, scale(vector))
      }
      let place = 4 * shape.set.lanes * vector
      let target: MemoryOperand =
        switch step {
        case 0: .at(.rdx, place)
        case 1, 2: .at(.rdx, .r11, scale: step, place)
        default: .at(.rdx, .rax, place)
        }
      assembler.vector(.vmovupsStore, weight, target)
    }
  }
#endif
