#if arch(x86_64) && !os(Windows)
  /// The steps of a program for the scalars of one register.
  struct VectorKernelBody<Emitter: VectorProgramEmitter> {
    private let emitter: Emitter
    private let part: Int
    private let isTail: Bool
    var assembler: Assembler
    private var registers: StepRegisters
    private var freeMasks: [MaskRegister] = [.k6, .k5, .k4, .k3, .k2, .k1]
    private var masks: [Int: MaskRegister] = [:]

    /// The mask of the last scalars (AVX-512).
    static var tailMask: MaskRegister { .k7 }

    private var program: VectorProgram { emitter.program }
    private var set: InstructionSet { emitter.set }
    private var isWide: Bool { self.set == .avx512 }

    /// The register of the last scalars' mask (AVX2): the last one, kept out of the pool.
    private var maskRegister: VectorRegister { self.set.register(self.set.registerCount - 1) }

    init(_ emitter: Emitter, part: Int, isTail: Bool = false) {
      self.emitter = emitter
      self.part = part
      self.isTail = isTail
      assembler = emitter.assembler
      let last = emitter.set.registerCount - (emitter.set == .avx2 ? 1 : 0)
      registers = StepRegisters(emitter.lanesRegisters..<last - emitter.keptConstants.count)
    }

    mutating func emit() {
      if isTail && !isWide {
        assembler.vector(.vmovups, maskRegister, emitter.maskPlace(part: part))
      }
      for (index, step) in program.steps.enumerated() where emitter.lastUses[index] != nil {
        emit(step, index)
      }
      // All before the first is written: one may be an argument that stands where another goes.
      let results = program.outputs.map { register(of: $0) }
      let lanes = program.lanes.map { register(of: $0) }
      for (number, result) in results.enumerated() { store(result, number) }
      if let lanes { setLanes(lanes) }
    }

    // MARK: Steps

    private mutating func emit(_ step: VectorProgram.Step, _ index: Int) {
      switch step {
      case .input, .lanes, .constant, .scalar: break  // read where they are used
      case .add(let x, let y): commutative(.vaddps, x, y, index)
      case .multiply(let x, let y): commutative(.vmulps, x, y, index)
      case .subtract(let x, let y): binary(.vsubps, x, y, index)
      case .divide(let x, let y): binary(.vdivps, x, y, index)
      case .minimum(let x, let y): binary(.vminps, x, y, index)
      case .maximum(let x, let y): binary(.vmaxps, x, y, index)
      case .and(let x, let y): commutative(.vandps, x, y, index)
      case .or(let x, let y): commutative(.vorps, x, y, index)
      case .integerAdd(let x, let y): commutative(.vpaddd, x, y, index)
      case .integerSubtract(let x, let y): binary(.vpsubd, x, y, index)
      case .squareRoot(let x): unary(.vsqrtps, x, index)
      case .integerToFloat(let x): unary(.vcvtdq2ps, x, index)
      case .shiftLeft(let x, let count): unary(.vpslld, x, index, immediate: count)
      case .shiftRight(let x, let count): unary(.vpsrad, x, index, immediate: count)
      case .multiplyAdd(let sum, let x, let y): multiplyAdd(sum, x, y, index)
      case .less(let x, let y): compare(x, y, predicate: 0x11, index)
      case .lessOrEqual(let x, let y): compare(x, y, predicate: 0x12, index)
      case .equal(let x, let y): compare(x, y, predicate: 0x00, index)
      case .notEqual(let x, let y): compare(x, y, predicate: 0x04, index)
      case .select(let mask, let x, let y): select(mask, x, y, index)
      }
    }

    private mutating func unary(
      _ instruction: VectorInstruction, _ x: Int, _ index: Int, immediate: UInt8? = nil
    ) {
      let source = register(of: x)
      release([x], after: index)
      assembler.vector(instruction, allocate(for: index), source, immediate: immediate)
    }

    private mutating func commutative(
      _ instruction: VectorInstruction, _ x: Int, _ y: Int, _ index: Int
    ) {
      let isConstantFirst = place(of: x, at: index) != nil && place(of: y, at: index) == nil
      binary(instruction, isConstantFirst ? y : x, isConstantFirst ? x : y, index)
    }

    private mutating func binary(
      _ instruction: VectorInstruction, _ x: Int, _ y: Int, _ index: Int
    ) {
      let left = register(of: x)
      if x != y, let place = place(of: y, at: index) {
        release([x], after: index)
        assembler.vector(instruction, allocate(for: index), left, place)
      } else {
        let right = register(of: y)
        release([x, y], after: index)
        assembler.vector(instruction, allocate(for: index), left, right)
      }
    }

    /// The instruction overwrites one of its operands: one that is not needed any more, or a copy.
    private mutating func multiplyAdd(_ sum: Int, _ x: Int, _ y: Int, _ index: Int) {
      // The factor that may stay in memory second.
      let (x, y) =
        place(of: x, at: index) != nil && place(of: y, at: index) == nil ? (y, x) : (x, y)
      let first = register(of: x)
      let factorPlace = x == y ? nil : place(of: y, at: index)
      let sumDies = registers[sum] != nil && dies(sum, at: index)
      if dies(x, at: index), x != sum, factorPlace == nil || !sumDies {
        multiplyAdd(into: first, times: register(of: y), plus: sum, index)
        return release([x, y, sum], after: index, keeping: first)
      }
      if dies(y, at: index), y != sum, factorPlace == nil {
        let second = register(of: y)
        multiplyAdd(into: second, times: first, plus: sum, index)
        return release([x, y, sum], after: index, keeping: second)
      }
      let second = factorPlace == nil ? register(of: y) : nil
      var target = register(of: sum)
      if !dies(sum, at: index) {
        let copy = set.register(registers.takeForOneStep())
        assembler.vector(.vmovaps, copy, target)
        target = copy
      }
      if let second {
        assembler.vector(.vfmadd231ps, target, first, second)
      } else if let factorPlace {
        assembler.vector(.vfmadd231ps, target, first, factorPlace)
      }
      release([x, y, sum], after: index, keeping: target)
    }

    /// `target * factor + sum`, the sum read from memory where it can be.
    private mutating func multiplyAdd(
      into target: VectorRegister, times factor: VectorRegister, plus sum: Int, _ index: Int
    ) {
      if let place = place(of: sum, at: index) {
        assembler.vector(.vfmadd213ps, target, factor, place)
      } else {
        assembler.vector(.vfmadd213ps, target, factor, register(of: sum))
      }
    }

    private mutating func compare(_ x: Int, _ y: Int, predicate: UInt8, _ index: Int) {
      let left = register(of: x)
      if isWide {
        let right = register(of: y)
        release([x, y], after: index)
        guard let mask = freeMasks.popLast() else {
          preconditionFailure("no mask register is left")
        }
        assembler.compare(mask, left, right, predicate: predicate)
        masks[index] = mask
      } else if x != y, let place = place(of: y, at: index) {
        release([x], after: index)
        assembler.vector(.vcmpps, allocate(for: index), left, place, immediate: predicate)
      } else {
        let right = register(of: y)
        release([x, y], after: index)
        assembler.vector(.vcmpps, allocate(for: index), left, right, immediate: predicate)
      }
    }

    private mutating func select(_ mask: Int, _ x: Int, _ y: Int, _ index: Int) {
      let (left, right) = (register(of: x), register(of: y))
      if isWide {
        guard let selector = masks[mask] else { preconditionFailure("step \(mask) has no mask") }
        release([x, y], after: index)
        assembler.vector(.vblendmps, allocate(for: index), left, right, mask: selector)
        if dies(mask, at: index) {
          masks[mask] = nil
          freeMasks.append(selector)
        }
      } else {
        let selector = register(of: mask)
        release([x, y, mask], after: index)
        assembler.blend(allocate(for: index), left, right, selector: selector)
      }
    }

    // MARK: Results

    private mutating func store(_ source: VectorRegister, _ number: Int) {
      let place = emitter.outputPlace(number, part: part)
      if emitter.outputBits(number) < 32 {
        storeNarrow(source, place, isByte: emitter.outputBits(number) == 8)
      } else if !isTail {
        assembler.vector(.vmovupsStore, source, place)
      } else if isWide {
        assembler.vector(.vmovupsStore, source, place, mask: Self.tailMask)
      } else {
        assembler.vector(.vmaskmovpsStore, source, maskRegister, place)
      }
    }

    /// Stores the lowest bits of each lane side by side; all others are zero.
    private mutating func storeNarrow(
      _ source: VectorRegister, _ place: MemoryOperand, isByte: Bool
    ) {
      guard !isWide else {
        return assembler.vector(isByte ? .vpmovdbStore : .vpmovdwStore, source, place)
      }
      let packed = maskRegister.resized(to: .bits128)
      assembler.vector(.vextractf128, source, packed, immediate: 1)
      assembler.vector(.vpackusdw, packed, source.resized(to: .bits128), packed)
      guard isByte else { return assembler.vector(.vmovupsStore, packed, place) }
      assembler.vector(.vpackuswb, packed, packed, packed)
      assembler.vector(.vmovlpsStore, packed, place)
    }

    private mutating func setLanes(_ source: VectorRegister) {
      let target = set.register(part)
      if !isTail {
        assembler.vector(.vmovaps, target, source)
      } else if isWide {
        assembler.vector(.vmovaps, target, source, mask: Self.tailMask)
      } else {
        assembler.blend(target, target, source, selector: maskRegister)
      }
    }

    // MARK: Operands

    /// The register of a step's result, loaded now where the step is an argument of some kind.
    private mutating func register(of index: Int) -> VectorRegister {
      if let number = registers[index] { return set.register(number) }
      switch program.steps[index] {
      case .lanes: return set.register(part)
      case .input(let number):
        let target = set.register(registers.take(for: index))
        let place = emitter.inputPlace(number, part: part)
        if !isTail {
          assembler.vector(.vmovups, target, place)
        } else if isWide {
          assembler.vector(.vmovups, target, place, mask: Self.tailMask, zeroing: true)
        } else {
          assembler.vector(.vmaskmovps, target, maskRegister, place)
        }
        return target
      case .constant(let bits):
        if let kept = emitter.keptRegister(bits) { return kept }
        let target = set.register(registers.takeForOneStep())
        var place = emitter.constantPlace(bits)
        place.isBroadcast = false
        assembler.vector(isWide ? .vbroadcastss : .vmovups, target, place)
        return target
      case .scalar(let slot):
        let target = set.register(registers.takeForOneStep())
        assembler.vector(.vbroadcastss, target, emitter.scalarPlace(slot))
        return target
      default: preconditionFailure("step \(index) has no register")
      }
    }

    /// Where an instruction can read a step's result from memory, instead of from a register.
    private func place(of step: Int, at index: Int) -> MemoryOperand? {
      switch program.steps[step] {
      case .constant(let bits):
        emitter.keptRegister(bits) == nil ? emitter.constantPlace(bits) : nil
      case .scalar(let slot): isWide ? emitter.scalarPlace(slot).broadcast : nil
      case .input(let number):
        // Loading under a mask needs a register, and so does what is read again.
        !isTail && registers[step] == nil && isOnlyUse(of: step, at: index)
          ? emitter.inputPlace(number, part: part) : nil
      default: nil
      }
    }

    private func isOnlyUse(of step: Int, at index: Int) -> Bool {
      emitter.lastUses[step] == index
        && !program.steps[..<index].enumerated().contains { user, other in
          emitter.lastUses[user] != nil && other.operands.contains(step)
        }
    }

    /// Whether a step has a register that is free after this one.
    private func dies(_ step: Int, at index: Int) -> Bool {
      switch program.steps[step] {
      case .lanes: false
      case .constant(let bits): emitter.keptRegister(bits) == nil
      case .scalar: true
      default: emitter.lastUses[step] == index
      }
    }

    private mutating func allocate(for index: Int) -> VectorRegister {
      set.register(registers.take(for: index))
    }

    /// Gives back the registers of operands that are read for the last time, but for one that goes
    /// on as the result.
    private mutating func release(
      _ steps: [Int], after index: Int, keeping kept: VectorRegister? = nil
    ) {
      registers.release(steps.filter { dies($0, at: index) }, keeping: kept.map { Int($0.number) })
      if let kept { registers.hold(Int(kept.number), for: index) }
    }
  }
#endif
