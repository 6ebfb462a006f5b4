#if arch(x86_64) && !os(Windows)
  /// Writes the code of one rounding kernel: group by group the extremes, the scales, and the words
  /// of blocks.
  ///
  /// Registers: rdi the arguments, rsi the numbers, rdx the codes, r8 scale codes, r9 zero points,
  /// r10 groups left, rcx inputs left, rax the numbers while extremes are looked for; r11 and rbx a
  /// line of each eight rows that are asked for next, rbp from one row to the next.
  struct RoundingKernelEmitter {
    private let programs: RoundingPrograms
    private let set: InstructionSet
    private var assembler = Assembler()
    private var folds: [TileProgramEmitter]
    private var scales: TileProgramEmitter?
    private var words: TileProgramEmitter

    /// Bytes of a tile's numbers at one input.
    private static let inputBytes = MemoryLayout<TileVector>.size
    /// Inputs whose extremes are taken at a time: a part of a turn.
    private static let foldedInputs = 4

    private static let saved: [GeneralRegister] = [.rbx, .rbp]

    init(_ programs: RoundingPrograms, _ set: InstructionSet) {
      self.programs = programs
      self.set = set
      func argument(_ field: PartialKeyPath<RoundingArguments>) -> MemoryOperand {
        .at(.rdi, RoundingArguments.offset(field))
      }
      let (low, high) = (argument(\.low), argument(\.high))
      let (divisors, zeros) = (argument(\.divisors), argument(\.zeros))
      let inputs = programs.code.blockInputs
      words = TileProgramEmitter(programs.words, set, &assembler)
      words.inputs = (0..<inputs).map { .at(.rsi, Self.inputBytes * $0) } + [divisors, zeros]
      let bits = 8 * programs.code.blockBytes / CompressedLayout.tileWidth
      words.outputs = [(.at(.rdx), bits)]
      folds = []
      for program in programs.folds {
        folds.append(TileProgramEmitter(program, set, &assembler))
        folds[folds.count - 1].inputs = [.at(.rax)]
      }
      if let program = programs.scales, let scale = programs.scale {
        var emitter = TileProgramEmitter(program, set, &assembler)
        emitter.inputs = [low, high, argument(\.furthest)]
        // Zero points that nobody keeps go where the next group's extremes will.
        emitter.outputs = [
          (.at(.r8), scale.bits), (programs.hasZeroPoints ? .at(.r9) : low, 8), (divisors, 32),
          (zeros, 32), (argument(\.furthest), 32),
        ]
        emitter.scalars = argument(\.factor)
        scales = emitter
      }
      // Constants of the innermost loop, where half of the registers are left.
      let constants = programs.words.constants
      if set == .avx512, constants.count <= set.registerCount / 2 {
        words.keptConstants = constants
        scales?.keptConstants = constants
        for index in folds.indices { folds[index].keptConstants = constants }
      }
    }

    mutating func emit() -> [UInt8] {
      for register in Self.saved { assembler.push(register) }
      assembler.mov(.rsi, unsafe argument(\.panel))
      assembler.mov(.rdx, unsafe argument(\.target))
      assembler.mov(.r8, unsafe argument(\.scaleCodes))
      assembler.mov(.r9, unsafe argument(\.zeroPoints))
      assembler.mov(.r10, argument(\.groups))
      assembler.mov(.r11, unsafe argument(\.next))
      assembler.mov(.rbp, argument(\.nextStride))
      assembler.lea(.rbx, .at(.r11, .rbp, scale: 8))
      for bits in words.keptConstants {
        var place = words.constantPlace(bits)
        place.isBroadcast = false
        if let register = words.keptRegister(bits) {
          assembler.vector(.vbroadcastss, register, place)
        }
      }
      let group = assembler.here()
      if scales != nil { emitScales() }
      emitWords()
      assembler.dec(.r10)
      assembler.jump(.notEqual, group)
      for register in Self.saved.reversed() { assembler.pop(register) }
      assembler.vzeroupper()
      assembler.ret()
      for fold in folds { fold.emitConstants(to: &assembler) }
      scales?.emitConstants(to: &assembler)
      words.emitConstants(to: &assembler)
      return assembler.finish()
    }

    private func argument(_ field: PartialKeyPath<RoundingArguments>) -> MemoryOperand {
      .at(.rdi, RoundingArguments.offset(field))
    }

    /// The scales of a group, from its extremes.
    private mutating func emitScales() {
      let ends = folds.count == 1 ? [argument(\.high)] : [argument(\.low), argument(\.high)]
      for (fold, end) in zip(folds, ends) { emitFold(fold, to: end) }
      scales?.emit(to: &assembler)
      if let scale = programs.scale {
        assembler.add(.r8, scale.bytes(CompressedLayout.tileWidth))
      }
      assembler.add(.r9, CompressedLayout.tileWidth)
    }

    private mutating func emitFold(_ fold: TileProgramEmitter, to end: MemoryOperand) {
      fold.clearLanes(&assembler)
      assembler.mov(.rax, .rsi)
      assembler.mov(.rcx, argument(\.inputs))
      assembler.align(to: 32)
      let loop = assembler.here()
      for input in 0..<Self.foldedInputs {
        fold.emit(to: &assembler, advancedBy: Self.inputBytes * input)
      }
      assembler.add(.rax, Self.inputBytes * Self.foldedInputs)
      assembler.sub(.rcx, Self.foldedInputs)
      assembler.jump(.notEqual, loop)
      fold.storeLanes(to: end, &assembler)
    }

    /// The blocks of a group.
    private mutating func emitWords() {
      let (inputs, code) = (RoundingKernel.turn, programs.code)
      assembler.mov(.rcx, argument(\.inputs))
      assembler.align(to: 32)
      let loop = assembler.here()
      for block in 0..<inputs / code.blockInputs {
        words.emit(
          to: &assembler, advancedBy: block * code.blockInputs * Self.inputBytes,
          first: code.blockInputs, outputsBy: block * code.blockBytes)
      }
      emitPrefetch()
      assembler.add(.rsi, inputs * Self.inputBytes)
      assembler.add(.rdx, inputs / code.blockInputs * code.blockBytes)
      assembler.sub(.rcx, inputs)
      assembler.jump(.notEqual, loop)
    }

    /// Asks for as many lines as a turn has read: of eight rows one each, and of the other eight in
    /// the next turn.
    private mutating func emitPrefetch() {
      assembler.mov(.rax, .r11)
      for _ in 0..<RoundingKernel.turn {
        // Rows a power of two apart share a set of the first level, which holds fewer.
        assembler.prefetch(.secondLevel, .at(.rax))
        assembler.add(.rax, .rbp)
      }
      assembler.lea(.rax, .at(.r11, 64))
      assembler.mov(.r11, .rbx)
      assembler.mov(.rbx, .rax)
    }
  }
#endif
