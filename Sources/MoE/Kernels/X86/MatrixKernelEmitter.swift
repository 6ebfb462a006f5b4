#if arch(x86_64) && !os(Windows)
  /// Writes the code of one matrix kernel.
  ///
  /// Registers: rdi the arguments, rsi A, r10 A's second base or offset, r11, rbx and rbp one,
  /// three and five row strides of A, or r11 and rbp the output and its stride where A is packed,
  /// rdx B, r13 and r14 one and three strides of B, rcx steps of k left, r9 tiles left, r12 the
  /// prefetch address, r8 and r15 rows ahead and the packed panel in the loop, scratch outside, rax
  /// scratch.
  ///
  /// Vector registers: the tile's accumulators first, row by row; then the step's operands.
  struct MatrixKernelEmitter {
    let shape: MatrixKernelShape
    var assembler = Assembler()
    /// Ones, then zeros, to read AVX2 masks from.
    let maskTable: Label
    /// What decodes B where it stands in fewer bits.
    var codes: MatrixCodes?

    static let unroll = 4
    private static let saved: [GeneralRegister] = [.rbx, .rbp, .r12, .r13, .r14, .r15]

    init(_ shape: MatrixKernelShape) {
      shape.check()
      self.shape = shape
      maskTable = assembler.makeLabel()
      codes = shape.codeTraits.map { MatrixCodes(shape, $0, &assembler) }
    }

    var set: InstructionSet { shape.set }

    /// Whether B's rows are read in place.
    var readsRows: Bool { shape.right == .rows || shape.right == .rowsPacking }

    mutating func emit() -> [UInt8] {
      for register in Self.saved { assembler.push(register) }
      if let codes { assembler.sub(.rsp, codes.stackBytes) }
      load(.r9, \.tiles)
      unsafe load(.r12, \.prefetch)
      loadStrides()
      if shape.isMasked { loadMask() }

      let tile = assembler.here()
      startAccumulators()
      switch shape.right {
      case .columns: emitColumnChains()
      case .codes: emitCodeChains()
      case .packed, .rows, .rowsPacking: emitChains()
      }
      finishAndStore()
      for (pointer, step) in steps {
        load(.rax, pointer)
        assembler.add(.rax, argument(step))
        assembler.mov(argument(pointer), .rax)
      }
      assembler.dec(.r9)
      assembler.jump(.notEqual, tile)

      if let codes { assembler.add(.rsp, codes.stackBytes) }
      for register in Self.saved.reversed() { assembler.pop(register) }
      assembler.vzeroupper()
      assembler.ret()
      if set == .avx2 && shape.isMasked {
        assembler.align(to: 32)
        assembler.bind(maskTable)
        assembler.words(Array(repeating: .max, count: set.lanes))
        assembler.words(Array(repeating: 0, count: set.lanes))
      }
      codes?.finish(&assembler)
      return assembler.finish()
    }

    private var steps:
      [(PartialKeyPath<MatrixKernelArguments>, PartialKeyPath<MatrixKernelArguments>)]
    {
      var steps: [(PartialKeyPath<MatrixKernelArguments>, PartialKeyPath<MatrixKernelArguments>)] =
        []
      unsafe steps.append((\.a, \.aStep))
      unsafe steps.append((\.b, \.bStep))
      unsafe steps.append((\.c, \.cStep))
      if shape.hasBias { unsafe steps.append((\.bias, \.biasStep)) }
      if codes != nil { unsafe steps.append((\.scales, \.scalesStep)) }
      return steps
    }

    func argument(_ field: PartialKeyPath<MatrixKernelArguments>) -> MemoryOperand {
      .at(.rdi, MatrixKernelArguments.offset(field))
    }

    mutating func load(_ register: GeneralRegister, _ field: PartialKeyPath<MatrixKernelArguments>)
    {
      assembler.mov(register, argument(field))
    }

    private mutating func loadStrides() {
      if shape.left == .rows && shape.rows > 1 {
        load(.r11, \.aStride)
        assembler.lea(.rbx, .at(.r11, .r11, scale: 2))
        assembler.lea(.rbp, .at(.r11, .r11, scale: 4))
      }
      if shape.panels > 1 || shape.right != .packed {
        load(.r13, \.bStride)
        assembler.lea(.r14, .at(.r13, .r13, scale: 2))
      }
    }

    // MARK: Operands

    func accumulator(_ row: Int, _ vector: Int) -> VectorRegister {
      set.register(row * shape.totalVectors + vector)
    }

    /// The registers behind the accumulators, for what a step reads.
    func spare(_ number: Int) -> VectorRegister {
      set.register(shape.rows * shape.totalVectors + number)
    }

    private var spareCount: Int {
      self.set.registerCount - shape.rows * shape.totalVectors
        - (set == .avx2 && shape.isMasked && readsRows ? 1 : 0)
    }

    /// Where AVX2 keeps the mask while it needs one.
    var maskRegister: VectorRegister { shape.set.register(shape.set.registerCount - 1) }

    /// One float of A; gathered rows pass through rax.
    mutating func left(_ row: Int, _ step: Int) -> MemoryOperand {
      switch shape.left {
      case .panel(let stride): return .at(.rsi, 4 * (step * stride + row))
      case .gathered:
        assembler.mov(.rax, .at(.rsi, 8 * row))
        return .at(.rax, .r10, 4 * step)
      case .rows:
        let base: GeneralRegister = row < 7 ? .rsi : .r10
        return switch row % 7 {
        case 0: .at(base, 4 * step)
        case 1: .at(base, .r11, 4 * step)
        case 2: .at(base, .r11, scale: 2, 4 * step)
        case 3: .at(base, .rbx, 4 * step)
        case 4: .at(base, .r11, scale: 4, 4 * step)
        case 5: .at(base, .rbp, 4 * step)
        default: .at(base, .rbx, scale: 2, 4 * step)
        }
      }
    }

    /// One vector of B.
    func right(_ vector: Int, _ step: Int) -> MemoryOperand {
      let panel = vector / shape.vectors
      var displacement = 4 * set.lanes * (vector % shape.vectors)
      if shape.right == .packed { displacement += 4 * set.panelWidth * step }
      return rightRow(.rdx, readsRows ? step : panel, displacement)
    }

    /// `base` plus some strides of B.
    func rightRow(
      _ base: GeneralRegister, _ strides: Int, _ displacement: Int
    ) -> MemoryOperand {
      switch strides {
      case 0: .at(base, displacement)
      case 1: .at(base, .r13, displacement)
      case 2: .at(base, .r13, scale: 2, displacement)
      default: .at(base, .r14, displacement)
      }
    }

    /// Loads one vector of B, and packs it if asked.
    private mutating func loadRight(_ register: VectorRegister, _ vector: Int, _ step: Int) {
      let memory = right(vector, step)
      if !readsRows {
        assembler.vector(.vmovaps, register, memory)
        return
      }
      loadLanes(register, memory, isLast: vector == shape.vectors - 1)
      if shape.right == .rowsPacking {
        let offset = 4 * (set.panelWidth * step + set.lanes * vector)
        assembler.vector(.vmovapsStore, register, .at(.r15, offset))
      }
    }

    // MARK: The chains

    private mutating func emitChains() {
      unsafe load(.rsi, \.a)
      unsafe load(.rdx, \.b)
      load(.rcx, \.depth)
      if readsRows {
        // Sixteen rows ahead; rows of a wide matrix are no stream that hardware follows.
        assembler.lea(.r8, .at(.rdx, .r13, scale: 8))
        assembler.lea(.r8, .at(.r8, .r13, scale: 8))
      }
      if shape.right == .rowsPacking { unsafe load(.r15, \.packed) }
      if shape.left == .gathered {
        load(.r10, \.aOffset)
      } else if shape.left == .rows && shape.rows > 7 {
        assembler.lea(.r10, .at(.rsi, .rbx, scale: 2))
        assembler.add(.r10, .r11)
      }
      if prefetchesOutput {
        unsafe load(.r11, \.c)
        load(.rbp, \.cStride)
      }
      let tail = assembler.makeLabel()
      let done = assembler.makeLabel()
      assembler.sub(.rcx, Self.unroll)
      assembler.jump(.less, tail)
      assembler.align(to: 64)
      let loop = assembler.here()
      for step in 0..<Self.unroll {
        emitPrefetch(step)
        emitStep(step)
      }
      advance(steps: Self.unroll)
      assembler.sub(.rcx, Self.unroll)
      assembler.jump(.greaterOrEqual, loop)
      assembler.bind(tail)
      assembler.add(.rcx, Self.unroll)
      assembler.jump(.equal, done)
      let single = assembler.here()
      emitStep(0)
      advance(steps: 1)
      assembler.dec(.rcx)
      assembler.jump(.notEqual, single)
      assembler.bind(done)
    }

    /// Moves on along A's rows.
    mutating func advanceLeft(steps: Int) {
      switch shape.left {
      case .panel(let stride): assembler.add(.rsi, 4 * stride * steps)
      case .gathered: assembler.add(.r10, 4 * steps)
      case .rows:
        assembler.add(.rsi, 4 * steps)
        if shape.rows > 7 { assembler.add(.r10, 4 * steps) }
      }
    }

    /// Moves on in both operands.
    private mutating func advance(steps: Int) {
      advanceLeft(steps: steps)
      if shape.right == .packed {
        assembler.add(.rdx, 4 * set.panelWidth * steps)
      } else {
        assembler.lea(.rdx, .at(.rdx, .r13, scale: steps))
        assembler.lea(.r8, .at(.r8, .r13, scale: steps))
        if shape.right == .rowsPacking { assembler.add(.r15, 4 * set.panelWidth * steps) }
      }
    }

    private mutating func emitStep(_ step: Int) {
      if shape.rows < shape.totalVectors {
        emitStepKeepingLeft(step)
      } else {
        emitStepKeepingRight(step)
      }
    }

    /// Many rows: B's vectors stay in registers while A's rows pass.
    private mutating func emitStepKeepingRight(_ step: Int) {
      let vectors = shape.totalVectors
      for vector in 0..<vectors { loadRight(spare(vector), vector, step) }
      let temporaries = min(spareCount - vectors, 2)
      for row in 0..<shape.rows {
        let value = spare(vectors + row % temporaries)
        assembler.vector(.vbroadcastss, value, left(row, step))
        for vector in 0..<vectors {
          assembler.vector(.vfmadd231ps, accumulator(row, vector), value, spare(vector))
        }
      }
    }

    /// Few rows: A's values stay in registers while B's vectors pass.
    private mutating func emitStepKeepingLeft(_ step: Int) {
      for row in 0..<shape.rows { assembler.vector(.vbroadcastss, spare(row), left(row, step)) }
      let temporaries = min(spareCount - shape.rows, 2)
      for vector in 0..<shape.totalVectors {
        if shape.rows == 1 && shape.right != .rowsPacking && !(readsRows && shape.isMasked) {
          assembler.vector(.vfmadd231ps, accumulator(0, vector), spare(0), right(vector, step))
          continue
        }
        let value = spare(shape.rows + vector % temporaries)
        loadRight(value, vector, step)
        for row in 0..<shape.rows {
          assembler.vector(.vfmadd231ps, accumulator(row, vector), spare(row), value)
        }
      }
    }
  }
#endif
