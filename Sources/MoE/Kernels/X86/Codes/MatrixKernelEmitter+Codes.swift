#if arch(x86_64) && !os(Windows)
  /// How a matrix kernel decodes its right operand: what its registers are for.
  struct MatrixCodes {
    let traits: CodeTraits
    var values: CodeDecoder
    let scales: ScaleDecoder
    /// Whether scales, and zero points, stay in registers, or on the stack.
    let keepsScales: Bool
    /// Whether the values of A for two steps stay in registers.
    let keepsLeft: Bool
    /// The first register of each use, counted behind the accumulators.
    let scaleStart: Int
    let leftStart: Int
    /// Bytes on the stack for scales and zero points.
    let stackBytes: Int

    init(_ shape: MatrixKernelShape, _ traits: CodeTraits, _ assembler: inout Assembler) {
      self.traits = traits
      values = CodeDecoder(shape.set, traits.code, &assembler)
      scales = ScaleDecoder(shape.set, traits, &assembler)
      let vectors = shape.totalVectors
      var free = shape.set.registerCount - shape.rows * vectors
      // Two weights that pass, and what decoding takes.
      var used = values.needsScratch ? 3 : 2
      if values.usesTable {
        values.table = shape.set.register(shape.set.registerCount - 1)
        free -= 1
      }
      let scaleCount = (traits.scale == nil ? 0 : vectors) + (traits.hasZeroPoints ? vectors : 0)
      keepsScales = used + scaleCount + 1 <= free
      scaleStart = used
      if keepsScales { used += scaleCount }
      leftStart = used
      keepsLeft = used + 2 * shape.rows <= free
      stackBytes = keepsScales ? 0 : (4 * shape.set.lanes * scaleCount + 63) / 64 * 64
    }

    func finish(_ assembler: inout Assembler) {
      values.finish(&assembler)
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
      codes.values.prepare(&assembler)
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
      for step in stride(from: 0, to: Self.unroll, by: 2) { emitCodeSteps(step, codes) }
      assembler.add(.rdx, tileBytes(steps: Self.unroll))
      if tileCount > 4 { assembler.add(.r11, tileBytes(steps: Self.unroll)) }
      advanceLeft(steps: Self.unroll)
      assembler.sub(.r8, Self.unroll)
      assembler.jump(.greater, loop)
      assembler.add(.r15, codes.traits.scaleStep)
      assembler.add(.r12, CompressedLayout.tileWidth)
      assembler.cmp(.rcx, 0)
      assembler.jump(.notEqual, group)
      assembler.bind(done)
    }

    private var vectorsPerTile: Int { CompressedLayout.tileWidth / set.lanes }

    private var tileCount: Int { (shape.totalVectors + vectorsPerTile - 1) / vectorsPerTile }

    private func tileBytes(steps: Int) -> Int {
      shape.codeTraits?.code.bytes(steps * CompressedLayout.tileWidth) ?? 0
    }

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
        let value = codes.keepsScales ? scale(vector, codes) : spare(0)
        codes.scales.decodeScales(
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

    /// Two steps of all columns, as four bits come in pairs.
    private mutating func emitCodeSteps(_ step: Int, _ codes: MatrixCodes) {
      if codes.keepsLeft {
        for row in 0..<shape.rows {
          for second in 0..<2 {
            assembler.vector(
              .vbroadcastss, spare(codes.leftStart + 2 * row + second), left(row, step + second))
          }
        }
      }
      for vector in 0..<shape.totalVectors {
        let weights = [spare(0), spare(1)]
        if codes.values.isPaired {
          codes.values.decodePair(
            weights[0], weights[1], scratch: codes.values.needsScratch ? spare(2) : nil,
            code(vector, step), &assembler)
        } else {
          for second in 0..<2 {
            codes.values.decode(weights[second], code(vector, step + second), &assembler)
          }
        }
        if vector % vectorsPerTile == 0 { emitCodePrefetch(vector, step) }
        for second in 0..<2 { emitScaling(weights[second], vector, codes) }
        for second in 0..<2 {
          for row in 0..<shape.rows {
            multiply(row, vector, step: step, second: second, weights[second], codes)
          }
        }
      }
    }

    private mutating func multiply(
      _ row: Int, _ vector: Int, step: Int, second: Int, _ weight: VectorRegister,
      _ codes: MatrixCodes
    ) {
      let sum = accumulator(row, vector)
      if codes.keepsLeft {
        assembler.vector(.vfmadd231ps, sum, weight, spare(codes.leftStart + 2 * row + second))
      } else if set == .avx512 {
        assembler.vector(.vfmadd231ps, sum, weight, left(row, step + second).broadcast)
      } else {
        assembler.vector(.vbroadcastss, spare(codes.leftStart), left(row, step + second))
        assembler.vector(.vfmadd231ps, sum, weight, spare(codes.leftStart))
      }
    }

    /// The codes of a vector at a step, or at two.
    private func code(_ vector: Int, _ step: Int) -> MemoryOperand {
      let (tile, part) = (vector / vectorsPerTile, vector % vectorsPerTile)
      let displacement = tileBytes(steps: step) + (codes?.values.partBytes(part) ?? 0)
      return rightRow(tile < 4 ? .rdx : .r11, tile % 4, displacement)
    }

    /// A line that is used some ten steps on, of each tile: further ahead, streams that are short and
    /// many would be asked for past their ends.
    private mutating func emitCodePrefetch(_ vector: Int, _ step: Int) {
      guard tileBytes(steps: step) % 64 == 0 else { return }
      assembler.prefetch(.allLevels, code(vector, step).advanced(by: 512))
    }
  }
#endif
