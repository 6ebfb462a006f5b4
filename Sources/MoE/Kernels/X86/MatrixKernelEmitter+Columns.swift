#if arch(x86_64) && !os(Windows)
  /// Chains over columns of B that stand in place, each contiguous: the rows of a transposed
  /// matrix.
  ///
  /// Lanes of a vector are columns, so four steps of each are loaded and transposed in registers,
  /// and nothing is written on the way. A is as in the other kernels, but for few rows only.
  ///
  /// Registers: rdx, r8, r15, r12 and r9 every seventh column of B, r13 and r14 one and three
  /// strides, `fiveStrides` five; the tiles left wait in memory meanwhile.
  ///
  /// Vector registers behind the accumulators: four for each block of steps, and one more.
  extension MatrixKernelEmitter {
    private static let bases: [GeneralRegister] = [.rdx, .r8, .r15, .r12, .r9]

    /// Steps of a block: what a 128-bit load takes of a column.
    private static let blockSteps = 4

    /// The first columns of whose sevens have registers.
    private var columnBases: ArraySlice<GeneralRegister> {
      Self.bases.prefix((shape.vectors * set.lanes + 6) / 7)
    }

    /// Blocks that are loaded together: a whole cache line of each column where registers suffice,
    /// as columns a power of two apart drive each other's lines out.
    private var blocksTogether: Int { self.set == .avx512 ? 4 : 1 }

    /// A's own strides take no more than the others of these two.
    private var fiveStrides: GeneralRegister { shape.left == .gathered ? .r11 : .r10 }

    mutating func emitColumnChains() {
      assembler.mov(argument(\.tiles), .r9)
      unsafe load(.rsi, \.a)
      unsafe load(.rdx, \.b)
      load(.rcx, \.depth)
      if shape.left == .gathered { load(.r10, \.aOffset) }
      assembler.lea(fiveStrides, .at(.r13, .r13, scale: 4))
      for (base, previous) in zip(columnBases.dropFirst(), columnBases) {
        assembler.lea(base, .at(previous, .r14, scale: 2))
        assembler.add(base, .r13)
      }
      // A cache line of each column a turn, then what remains.
      for steps in [16, Self.blockSteps] {
        let after = assembler.makeLabel()
        assembler.sub(.rcx, steps)
        assembler.jump(.less, after)
        assembler.align(to: 64)
        let loop = assembler.here()
        if steps == 16 { emitColumnPrefetch() }
        emitColumnSteps(steps)
        for base in columnBases { assembler.add(base, 4 * steps) }
        advanceLeft(steps: steps)
        assembler.sub(.rcx, steps)
        assembler.jump(.greaterOrEqual, loop)
        assembler.bind(after)
        assembler.add(.rcx, steps)
      }
      load(.r9, \.tiles)
    }

    /// Asks for the lines that lie `prefetchStride` on: more columns than the hardware follows.
    private mutating func emitColumnPrefetch() {
      for (number, base) in columnBases.enumerated() {
        load(.rax, \.prefetchStride)
        assembler.add(.rax, base)
        for column in 0..<min(7, shape.vectors * set.lanes - 7 * number) {
          assembler.prefetch(.secondLevel, columnOperand(.rax, column, 0))
        }
      }
    }

    private func columnOperand(
      _ base: GeneralRegister, _ strides: Int, _ displacement: Int
    ) -> MemoryOperand {
      switch strides {
      case 0: .at(base, displacement)
      case 1: .at(base, .r13, displacement)
      case 2: .at(base, .r13, scale: 2, displacement)
      case 3: .at(base, .r14, displacement)
      case 4: .at(base, .r13, scale: 4, displacement)
      case 5: .at(base, fiveStrides, displacement)
      default: .at(base, .r14, scale: 2, displacement)
      }
    }

    /// Some blocks of steps of all columns.
    private mutating func emitColumnSteps(_ steps: Int) {
      for vector in 0..<shape.vectors {
        for first in stride(from: 0, to: steps, by: Self.blockSteps * blocksTogether) {
          let blocks = min(blocksTogether, (steps - first) / Self.blockSteps)
          loadColumns(of: vector, firstStep: first, blocks: blocks)
          for block in 0..<blocks {
            multiply(vector, block: block, firstStep: first + Self.blockSteps * block)
          }
        }
      }
    }

    /// Gathers quarters of vectors by loads that insert: register q of a block has the columns
    /// q, q + 4 and so on, four steps of each.
    private mutating func loadColumns(of vector: Int, firstStep: Int, blocks: Int) {
      for quarter in 0..<4 {
        for part in 0..<set.lanes / 4 {
          let column = vector * set.lanes + quarter + 4 * part
          for block in 0..<blocks {
            let memory = columnOperand(
              Self.bases[column / 7], column % 7, 4 * (firstStep + Self.blockSteps * block))
            let register = gathered(block, quarter)
            if part == 0 {
              assembler.vector(.vmovups, register.resized(to: .bits128), memory)
            } else {
              assembler.vector(
                .vinsertf128, register, register, memory, immediate: UInt8(part))
            }
          }
        }
      }
    }

    private func gathered(_ block: Int, _ quarter: Int) -> VectorRegister {
      spare(Self.blockSteps * block + quarter)
    }

    /// Transposes a block within lanes, and runs its steps through the chains in order.
    private mutating func multiply(_ vector: Int, block: Int, firstStep: Int) {
      let (a, b) = (gathered(block, 0), gathered(block, 1))
      let (c, d) = (gathered(block, 2), gathered(block, 3))
      let free = spare(Self.blockSteps * blocksTogether)
      assembler.vector(.vunpcklps, free, a, b)
      assembler.vector(.vunpckhps, a, a, b)
      assembler.vector(.vunpcklps, b, c, d)
      assembler.vector(.vunpckhps, c, c, d)
      assembler.vector(.vunpcklpd, d, free, b)
      assembler.vector(.vunpckhpd, b, free, b)
      assembler.vector(.vunpcklpd, free, a, c)
      assembler.vector(.vunpckhpd, a, a, c)
      for (step, values) in [d, b, free, a].enumerated() {
        for row in 0..<shape.rows {
          assembler.vector(.vbroadcastss, c, left(row, firstStep + step))
          assembler.vector(.vfmadd231ps, accumulator(row, vector), c, values)
        }
      }
    }
  }
#endif
