#if arch(x86_64) && !os(Windows)
  /// Writes the steps of a program for the 16 outputs of a tile, as a part of a larger kernel.
  struct TileProgramEmitter: VectorProgramEmitter {
    let program: VectorProgram
    let set: InstructionSet
    let lastUses: [Int?]
    var assembler: Assembler
    let constants: Label
    /// Where arguments stand: their first lanes.
    var inputs: [MemoryOperand] = []
    /// Where results go, and the bits of each lane.
    var outputs: [(place: MemoryOperand, bits: Int)] = []
    /// Where the numbers stand that are known only when the code runs.
    var scalars = MemoryOperand.at(.rdi)
    /// Constants that the kernel has in its last registers, perhaps of another program, too.
    var keptConstants: [UInt32] = []

    init(_ program: VectorProgram, _ set: InstructionSet, _ assembler: inout Assembler) {
      self.program = program
      self.set = set
      lastUses = program.lastUses
      constants = assembler.makeLabel()
      self.assembler = assembler
    }

    var lanesRegisters: Int { program.lanes == nil ? 0 : CompressedLayout.tileWidth / set.lanes }

    /// Appends the steps.
    ///
    /// - Parameters:
    ///   - assembler: What they are appended to.
    ///   - bytes: How much further on arguments stand.
    ///   - count: How many of the arguments stand further on, the first; all unless given.
    ///   - outputBytes: How much further on results go.
    func emit(
      to assembler: inout Assembler, advancedBy bytes: Int = 0, first count: Int = .max,
      outputsBy outputBytes: Int = 0
    ) {
      var moved = self
      for index in inputs.indices.prefix(count) {
        moved.inputs[index] = inputs[index].advanced(by: bytes)
      }
      moved.outputs = outputs.map { ($0.place.advanced(by: outputBytes), $0.bits) }
      moved.assembler = assembler
      for part in 0..<CompressedLayout.tileWidth / set.lanes {
        var body = VectorKernelBody(moved, part: part)
        body.emit()
        moved.assembler = body.assembler
      }
      assembler = moved.assembler
    }

    /// Clears the lanes of a fold.
    func clearLanes(_ assembler: inout Assembler) {
      for part in 0..<lanesRegisters {
        // Which clears the whole register.
        let low = set.register(part).resized(to: .bits128)
        assembler.vector(.vxorps, low, low, low)
      }
    }

    /// Stores the lanes of a fold.
    func storeLanes(to place: MemoryOperand, _ assembler: inout Assembler) {
      for part in 0..<lanesRegisters {
        let target = place.advanced(by: 4 * set.lanes * part)
        assembler.vector(.vmovupsStore, set.register(part), target)
      }
    }

    /// Appends the constants.
    func emitConstants(to assembler: inout Assembler) {
      var copy = self
      copy.assembler = assembler
      copy.emitConstants()
      assembler = copy.assembler
    }

    // MARK: What a body reads and writes

    func inputPlace(_ number: Int, part: Int) -> MemoryOperand {
      inputs[number].advanced(by: 4 * set.lanes * part)
    }

    func outputPlace(_ number: Int, part: Int) -> MemoryOperand {
      outputs[number].place.advanced(by: set.lanes * part * outputs[number].bits / 8)
    }

    func outputBits(_ number: Int) -> Int { outputs[number].bits }

    func scalarPlace(_ slot: Int) -> MemoryOperand { scalars.advanced(by: 4 * slot) }

    func maskPlace(part: Int) -> MemoryOperand { preconditionFailure("tiles are whole") }
  }
#endif
