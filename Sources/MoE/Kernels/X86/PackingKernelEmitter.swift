#if arch(x86_64) && !os(Windows)
  /// Writes the code of one packing kernel.
  ///
  /// Registers: rdi the arguments, rsi the source (r10 and r15 seven and fourteen columns on, or
  /// r10 the offset into gathered columns), r11, rbx and rbp one, three and five strides, rdx the
  /// destination, rcx steps of k left, r9 panels left, r14 zero, rax scratch.
  struct PackingKernelEmitter {
    let shape: PackingKernelShape
    private var assembler = Assembler()
    private let maskTable: Label

    private static let saved: [GeneralRegister] = [.rbx, .rbp, .r14, .r15]

    init(_ shape: PackingKernelShape) {
      self.shape = shape
      maskTable = assembler.makeLabel()
    }

    private var lanes: Int { shape.set.lanes }

    private func register(_ number: Int) -> VectorRegister { shape.set.register(number) }

    mutating func emit() -> [UInt8] {
      for register in Self.saved { assembler.push(register) }
      load(.r9, \.panels)
      load(.r11, \.sourceStride)
      assembler.lea(.rbx, .at(.r11, .r11, scale: 2))
      assembler.lea(.rbp, .at(.r11, .r11, scale: 4))
      assembler.clear(.r14)
      if shape.source == .contiguous { loadMask() }

      let panel = assembler.here()
      if shape.source == .contiguous {
        emitCopy()
      } else {
        for group in 0..<shape.width / lanes { emitTransposition(group) }
      }
      load(.rax, unsafe \.source)
      assembler.add(.rax, argument(\.sourceStep))
      assembler.mov(argument(unsafe \.source), .rax)
      load(.rax, unsafe \.destination)
      assembler.add(.rax, argument(\.destinationStep))
      assembler.mov(argument(unsafe \.destination), .rax)
      assembler.dec(.r9)
      assembler.jump(.notEqual, panel)

      for register in Self.saved.reversed() { assembler.pop(register) }
      assembler.vzeroupper()
      assembler.ret()
      if shape.set == .avx2 && shape.source == .contiguous {
        assembler.align(to: 32)
        assembler.bind(maskTable)
        let ones = shape.columns % lanes
        assembler.words((0..<lanes).map { $0 < ones ? .max : 0 })
      }
      return assembler.finish()
    }

    private func argument(_ field: PartialKeyPath<PackingArguments>) -> MemoryOperand {
      guard let offset = MemoryLayout<PackingArguments>.offset(of: field) else {
        preconditionFailure("not a stored field")
      }
      return .at(.rdi, offset)
    }

    private mutating func load(
      _ register: GeneralRegister, _ field: PartialKeyPath<PackingArguments>
    ) {
      assembler.mov(register, argument(field))
    }

    /// Runs `block` for as many steps as there are in turns of each of some numbers, then `single`
    /// for each that remains.
    private mutating func emitLoop(
      turns: [Int] = [4], block: (inout PackingKernelEmitter, Int) -> Void,
      single: (inout PackingKernelEmitter) -> Void
    ) {
      let done = assembler.makeLabel()
      load(.rcx, \.depth)
      for steps in turns {
        let after = assembler.makeLabel()
        assembler.sub(.rcx, steps)
        assembler.jump(.less, after)
        assembler.align(to: 32)
        let loop = assembler.here()
        block(&self, steps)
        assembler.add(.rdx, 4 * steps * shape.width)
        assembler.sub(.rcx, steps)
        assembler.jump(.greaterOrEqual, loop)
        assembler.bind(after)
        assembler.add(.rcx, steps)
      }
      assembler.jump(.equal, done)
      let rest = assembler.here()
      single(&self)
      assembler.add(.rdx, 4 * shape.width)
      assembler.dec(.rcx)
      assembler.jump(.notEqual, rest)
      assembler.bind(done)
    }

    // MARK: A step's columns together

    private mutating func loadMask() {
      let ones = shape.columns % lanes
      guard ones > 0 else { return }
      switch shape.set {
      case .avx512:
        assembler.mov(.rax, 1 << ones - 1)
        assembler.kmovw(.k1, .rax)
      case .avx2:
        assembler.vector(.vmovups, register(15), .at(maskTable))
      }
    }

    private mutating func emitCopy() {
      load(.rsi, unsafe \.source)
      load(.rdx, unsafe \.destination)
      // Far enough ahead for memory; rows of a wide matrix are no stream that hardware follows.
      assembler.lea(.r10, .at(.rsi, .r11, scale: 8))
      assembler.lea(.r10, .at(.r10, .r11, scale: 8))
      emitLoop {
        for step in 0..<$1 { $0.emitCopyStep(step) }
        $0.assembler.lea(.rsi, .at(.rsi, .r11, scale: 4))
        $0.assembler.lea(.r10, .at(.r10, .r11, scale: 4))
      } single: {
        $0.emitCopyStep(0)
        $0.assembler.add(.rsi, .r11)
      }
    }

    private func row(_ base: GeneralRegister, _ step: Int, _ displacement: Int) -> MemoryOperand {
      switch step {
      case 0: .at(base, displacement)
      case 1: .at(base, .r11, displacement)
      case 2: .at(base, .r11, scale: 2, displacement)
      default: .at(base, .rbx, displacement)
      }
    }

    private mutating func emitCopyStep(_ step: Int) {
      for line in stride(from: 0, to: 4 * shape.columns, by: 64) {
        assembler.prefetch(.allLevels, row(.r10, step, line))
      }
      for vector in 0..<shape.width / lanes {
        let value = register(step * 2 + vector)
        let memory = row(.rsi, step, 4 * lanes * vector)
        let columns = shape.columns - vector * lanes
        if columns >= lanes {
          assembler.vector(.vmovups, value, memory)
        } else if columns <= 0 {
          assembler.vector(
            .vxorps, .x(Int(value.number)), .x(Int(value.number)), .x(Int(value.number)))
        } else if shape.set == .avx512 {
          assembler.vector(.vmovups, value, memory, mask: .k1, zeroing: true)
        } else {
          assembler.vector(.vmaskmovps, value, register(15), memory)
        }
        assembler.vector(
          .vmovapsStore, value, .at(.rdx, 4 * (step * shape.width + vector * lanes)))
      }
    }

    // MARK: A column's steps together

    /// Packs one vector's worth of columns, four steps a time.
    private mutating func emitTransposition(_ group: Int) {
      load(.rsi, unsafe \.source)
      load(.rdx, unsafe \.destination)
      if group > 0 {
        assembler.add(.rdx, 4 * lanes * group)
        if shape.source == .gathered {
          assembler.add(.rsi, 8 * lanes * group)
        } else {
          assembler.imul(.rax, .r11, lanes * group)
          assembler.add(.rsi, .rax)
        }
      }
      if shape.source == .gathered {
        load(.r10, \.sourceOffset)
      } else {
        for (base, previous) in [(GeneralRegister.r10, GeneralRegister.rsi), (.r15, .r10)] {
          assembler.lea(base, .at(previous, .rbx, scale: 2))
          assembler.add(base, .r11)
        }
      }
      let columns = min(max(shape.columns - group * lanes, 0), lanes)
      // Rows a power of two apart share a cache set, which holds fewer lines than a wide vector
      // takes: so each line is used up at once, where there are registers for that.
      emitLoop(turns: shape.set == .avx512 ? [16, 4] : [4]) {
        $0.emitTransposedSteps(columns, blocks: $1 / 4)
        $0.advanceColumns($1)
      } single: {
        for column in 0..<columns {
          let memory = $0.column(column)[0]
          $0.assembler.mov32(.rax, memory)
          $0.assembler.mov32(.at(.rdx, 4 * column), .rax)
        }
        for column in columns..<$0.lanes { $0.assembler.mov32(.at(.rdx, 4 * column), .r14) }
        $0.advanceColumns(1)
      }
    }

    private mutating func advanceColumns(_ steps: Int) {
      if shape.source == .gathered {
        assembler.add(.r10, 4 * steps)
      } else {
        for base in [GeneralRegister.rsi, .r10, .r15] { assembler.add(base, 4 * steps) }
      }
    }

    /// The operands at a column's first steps, four apart.
    private mutating func column(_ column: Int, blocks: Int = 1) -> [MemoryOperand] {
      let first: MemoryOperand
      if shape.source == .gathered {
        assembler.mov(.rax, .at(.rsi, 8 * column))
        first = .at(.rax, .r10)
      } else {
        let base: GeneralRegister = [.rsi, .r10, .r15][column / 7]
        first =
          switch column % 7 {
          case 0: .at(base)
          case 1: .at(base, .r11)
          case 2: .at(base, .r11, scale: 2)
          case 3: .at(base, .rbx)
          case 4: .at(base, .r11, scale: 4)
          case 5: .at(base, .rbp)
          default: .at(base, .rbx, scale: 2)
          }
      }
      return (0..<blocks).map { first.advanced(by: 16 * $0) }
    }

    /// Blocks of four steps of up to a vector of columns: quarters are gathered by loads that
    /// insert, so that only a 4 × 4 transposition within lanes is left to shuffle.
    private mutating func emitTransposedSteps(_ columns: Int, blocks: Int) {
      for quarter in 0..<4 {
        guard quarter < columns else {
          for block in 0..<blocks {
            let value = register(4 * block + quarter).resized(to: .bits128)
            assembler.vector(.vxorps, value, value, value)
          }
          continue
        }
        for part in 0..<lanes / 4 where quarter + 4 * part < columns {
          for (block, memory) in column(quarter + 4 * part, blocks: blocks).enumerated() {
            let value = register(4 * block + quarter)
            if part == 0 {
              assembler.vector(.vmovups, value.resized(to: .bits128), memory)
            } else {
              assembler.vector(.vinsertf128, value, value, memory, immediate: UInt8(part))
            }
          }
        }
      }
      for block in 0..<blocks { transposeAndStore(block, scratch: 4 * blocks) }
    }

    /// Transposes four registers within lanes, through one more, and stores them as a block's
    /// steps.
    private mutating func transposeAndStore(_ block: Int, scratch: Int) {
      let (a, b) = (register(4 * block), register(4 * block + 1))
      let (c, d) = (register(4 * block + 2), register(4 * block + 3))
      let free = register(scratch)
      assembler.vector(.vunpcklps, free, a, b)
      assembler.vector(.vunpckhps, a, a, b)
      assembler.vector(.vunpcklps, b, c, d)
      assembler.vector(.vunpckhps, c, c, d)
      assembler.vector(.vunpcklpd, d, free, b)
      assembler.vector(.vunpckhpd, b, free, b)
      assembler.vector(.vunpcklpd, free, a, c)
      assembler.vector(.vunpckhpd, a, a, c)
      for (step, value) in [d, b, free, a].enumerated() {
        assembler.vector(
          .vmovapsStore, value, .at(.rdx, 4 * shape.width * (4 * block + step)))
      }
    }
  }
#endif
