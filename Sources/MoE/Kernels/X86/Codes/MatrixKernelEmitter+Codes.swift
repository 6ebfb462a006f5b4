#if arch(x86_64) && !os(Windows)
  /// How a matrix kernel decodes its right operand: what its registers are for.
  struct MatrixCodes {
    let traits: CodeTraits
    var weights: WeightDecoder
    let scales: ScaleDecoder
    /// Whether scales and zero points stay in registers, or on the stack.
    let keepsScales: Bool
    /// Whether the values of A for four steps stay in registers.
    let keepsLeft: Bool
    /// The first register of each use, counted behind the accumulators.
    let scaleStart: Int
    let leftStart: Int
    /// Bytes on the stack for scales and zero points.
    let stackBytes: Int

    init(_ shape: MatrixKernelShape, _ traits: CodeTraits, _ assembler: inout Assembler) {
      self.traits = traits
      weights = WeightDecoder(shape.set, traits, &assembler)
      scales = ScaleDecoder(shape.set, traits, &assembler)
      let vectors = shape.totalVectors
      let first = shape.rows * vectors
      let free = shape.set.registerCount - first
      // A weight, the words of its block, and what else these take.
      var used = weights.needsScratch ? 3 : 2
      let scaleCount = (traits.scale == nil ? 0 : vectors) + (traits.hasZeroPoints ? vectors : 0)
      // AVX2 leaves a register to pass values of A through.
      keepsScales = used + scaleCount + (shape.set == .avx2 ? 1 : 0) <= free
      scaleStart = used
      if keepsScales { used += scaleCount }
      stackBytes = keepsScales ? 0 : (4 * shape.set.lanes * scaleCount + 63) / 64 * 64
      if shape.set == .avx512, used + weights.constantCount <= free {
        let start = used
        weights.keepConstants(
          in: (0..<weights.constantCount).map { shape.set.register(first + start + $0) })
        used += weights.constantCount
      }
      leftStart = used
      keepsLeft = used + MatrixKernelEmitter.unroll * shape.rows <= free
    }

    /// Steps of a turn: whole blocks.
    var turn: Int { max(MatrixKernelEmitter.unroll, weights.blockInputs) }

    func finish(_ assembler: inout Assembler) {
      weights.finish(&assembler)
      scales.finish(&assembler)
    }
  }

  /// Chains over columns of B in fewer bits, which are decoded in registers on the way to the
  /// multiplications: what memory holds is read once, and nothing else.
  ///
  /// Registers: rdx the codes of the first tile and r11 those of the fifth, where there are so many;
  /// r13 and r14 one and three strides between tiles; rcx steps left, r8 those of the group, r15 and
  /// r12 how far its scales and zero points are from the first.
  ///
  /// Vector registers behind the accumulators: see ``MatrixCodes``.
  extension MatrixKernelEmitter {
    mutating func emitCodeChains() {
      guard let codes else { return }
      unsafe load(.rsi, \.a)
      unsafe load(.rdx, \.b)
      load(.rcx, \.depth)
      if shape.left == .gathered { load(.r10, \.aOffset) }
      if tileCount > 4 { assembler.lea(.r11, .at(.rdx, .r13, scale: 4)) }
      assembler.clear(.r15)
      assembler.clear(.r12)
      codes.weights.prepare(&assembler)
      let (done, group, fits) = (
        assembler.makeLabel(), assembler.makeLabel(), assembler.makeLabel()
      )
      assembler.cmp(.rcx, 0)
      assembler.jump(.equal, done)
      assembler.bind(group)
      load(.r8, \.groupSize)
      assembler.cmp(.rcx, .r8)
      assembler.jump(.greaterOrEqual, fits)
      assembler.mov(.r8, .rcx)
      assembler.bind(fits)
      assembler.sub(.rcx, .r8)
      emitGroupScales(codes)
      assembler.align(to: 64)
      let loop = assembler.here()
      let turn = codes.turn
      for step in stride(from: 0, to: turn, by: Self.unroll) { emitCodeSteps(step, codes) }
      assembler.add(.rdx, codes.weights.blockBytes(turn))
      if tileCount > 4 { assembler.add(.r11, codes.weights.blockBytes(turn)) }
      advanceLeft(steps: turn)
      assembler.sub(.r8, turn)
      assembler.jump(.greater, loop)
      assembler.add(.r15, codes.traits.scaleStep)
      assembler.add(.r12, CompressedLayout.tileWidth)
      assembler.cmp(.rcx, 0)
      assembler.jump(.notEqual, group)
      assembler.bind(done)
    }

    private var vectorsPerTile: Int { CompressedLayout.tileWidth / set.lanes }

    private var tileCount: Int { (shape.totalVectors + vectorsPerTile - 1) / vectorsPerTile }

    // MARK: Scales

    private func scale(_ vector: Int, _ codes: MatrixCodes) -> VectorRegister {
      spare(codes.scaleStart + vector)
    }

    private func zeroPoint(_ vector: Int, _ codes: MatrixCodes) -> VectorRegister {
      spare(codes.scaleStart + shape.totalVectors + vector)
    }

    /// Decodes what the next group of each tile shares.
    private mutating func emitGroupScales(_ codes: MatrixCodes) {
      guard codes.traits.scale != nil else { return }
      for vector in 0..<shape.totalVectors {
        let (tile, part) = (vector / vectorsPerTile, vector % vectorsPerTile)
        unsafe load(.rax, \.scales)
        assembler.mov(.rax, .at(.rax, 8 * tile))
        // What passes through these is not there yet.
        let value = codes.keepsScales ? scale(vector, codes) : spare(0)
        codes.scales.decode(
          value, part: part, .at(.rax, .r15), factor: argument(\.factor), scratch: spare(1),
          &assembler)
        if !codes.keepsScales { assembler.vector(.vmovupsStore, value, stacked(vector)) }
        guard codes.traits.hasZeroPoints else { continue }
        unsafe load(.rax, \.scales)
        assembler.add(.rax, argument(\.zeroPointOffset))
        assembler.mov(.rax, .at(.rax, 8 * tile))
        let zero = codes.keepsScales ? zeroPoint(vector, codes) : spare(0)
        codes.scales.decodeZeroPoints(zero, part: part, .at(.rax, .r12), &assembler)
        if !codes.keepsScales {
          assembler.vector(.vmovupsStore, zero, stacked(shape.totalVectors + vector))
        }
      }
    }

    private func stacked(_ number: Int) -> MemoryOperand { .at(.rsp, 4 * set.lanes * number) }

    /// Makes a weight of a decoded number.
    private mutating func emitScaling(
      _ value: VectorRegister, _ vector: Int, _ codes: MatrixCodes
    ) {
      if codes.traits.hasZeroPoints {
        if codes.keepsScales {
          assembler.vector(.vsubps, value, value, zeroPoint(vector, codes))
        } else {
          assembler.vector(.vsubps, value, value, stacked(shape.totalVectors + vector))
        }
      }
      guard codes.traits.scale != nil else { return }
      if codes.keepsScales {
        assembler.vector(.vmulps, value, value, scale(vector, codes))
      } else {
        assembler.vector(.vmulps, value, value, stacked(vector))
      }
    }

    // MARK: Steps

    /// Four steps of all columns.
    private mutating func emitCodeSteps(_ step: Int, _ codes: MatrixCodes) {
      let steps = step..<step + Self.unroll
      if codes.keepsLeft {
        for row in 0..<shape.rows {
          for step in steps {
            assembler.vector(.vbroadcastss, keptLeft(row, step, codes), left(row, step))
          }
        }
      }
      let (weight, block) = (spare(0), spare(1))
      let scratch = codes.weights.needsScratch ? spare(2) : nil
      let inputs = codes.weights.blockInputs
      for vector in 0..<shape.totalVectors {
        for step in steps {
          let memory = code(vector, step - step % inputs, codes)
          if step % inputs == 0 || step == steps.lowerBound {
            codes.weights.load(block, memory, &assembler)
            emitCodePrefetch(memory, vector: vector, step: step, codes)
          }
          codes.weights.decode(
            weight, from: block, scratch: scratch, input: step % inputs, memory, &assembler)
          emitScaling(weight, vector, codes)
          for row in 0..<shape.rows { multiply(row, vector, step: step, weight, codes) }
        }
      }
    }

    private func keptLeft(_ row: Int, _ step: Int, _ codes: MatrixCodes) -> VectorRegister {
      spare(codes.leftStart + Self.unroll * row + step % Self.unroll)
    }

    private mutating func multiply(
      _ row: Int, _ vector: Int, step: Int, _ weight: VectorRegister, _ codes: MatrixCodes
    ) {
      let sum = accumulator(row, vector)
      if codes.keepsLeft {
        assembler.vector(.vfmadd231ps, sum, keptLeft(row, step, codes), weight)
      } else if set == .avx512 {
        assembler.vector(.vfmadd231ps, sum, weight, left(row, step).broadcast)
      } else {
        assembler.vector(.vbroadcastss, spare(codes.leftStart), left(row, step))
        assembler.vector(.vfmadd231ps, sum, spare(codes.leftStart), weight)
      }
    }

    /// The block of a vector at a step.
    private func code(_ vector: Int, _ step: Int, _ codes: MatrixCodes) -> MemoryOperand {
      let (tile, part) = (vector / vectorsPerTile, vector % vectorsPerTile)
      let displacement = codes.weights.blockBytes(step) + codes.weights.partBytes(part)
      return rightRow(tile < 4 ? .rdx : .r11, tile % 4, displacement)
    }

    /// A line that is used some ten steps on, of each tile: further ahead, streams that are short and
    /// many would be asked for past their ends.
    private mutating func emitCodePrefetch(
      _ memory: MemoryOperand, vector: Int, step: Int, _ codes: MatrixCodes
    ) {
      guard vector % vectorsPerTile == 0, codes.weights.blockBytes(step) % 64 == 0 else { return }
      assembler.prefetch(.allLevels, memory.advanced(by: 512))
    }
  }
#endif
