#if arch(x86_64) && !os(Windows)
  /// The condition of a jump, asked of the flags.
  package enum Condition: UInt8, Sendable {
    case overflow, noOverflow, below, aboveOrEqual, equal, notEqual, belowOrEqual, above
    case negative, notNegative, parity, noParity, less, greaterOrEqual, lessOrEqual, greater
  }

  /// Two-operand integer arithmetic, numbered as in the opcode.
  package enum Arithmetic: UInt8, Sendable {
    case add, or, adc, sbb, and, sub, xor, cmp
  }

  /// Shifts by a constant, numbered as in the opcode.
  package enum Shift: UInt8, Sendable {
    case left = 4
    case right = 5
    case arithmeticRight = 7
  }

  /// Which caches a prefetch fills.
  package enum PrefetchHint: Sendable {
    case nonTemporal, allLevels, secondLevel, thirdLevel, forWriting
  }

  /// Instructions on general-purpose registers; 64 bits wide unless said otherwise.
  extension Assembler {
    // MARK: Moves

    /// `destination = source`.
    package mutating func mov(_ destination: GeneralRegister, _ source: GeneralRegister) {
      legacy([0x89], field: source.rawValue, register: destination)
    }

    /// `destination = value`, in the shortest of three forms.
    package mutating func mov(_ destination: GeneralRegister, _ value: Int) {
      if UInt32(exactly: value) != nil {
        legacyPrefix(wide: false, field: false, index: false, base: destination.rawValue > 7)
        append(0xB8 | destination.rawValue & 7)
        append32(value)
      } else if Int32(exactly: value) != nil {
        legacy([0xC7], field: 0, register: destination)
        append32(value)
      } else {
        legacyPrefix(wide: true, field: false, index: false, base: destination.rawValue > 7)
        append(0xB8 | destination.rawValue & 7)
        append64(value)
      }
    }

    /// Loads 64 bits.
    package mutating func mov(_ destination: GeneralRegister, _ source: MemoryOperand) {
      legacy([0x8B], field: destination.rawValue, memory: source)
    }

    /// Stores 64 bits.
    package mutating func mov(_ destination: MemoryOperand, _ source: GeneralRegister) {
      legacy([0x89], field: source.rawValue, memory: destination)
    }

    /// Copies the low 32 bits and clears the high.
    package mutating func mov32(_ destination: GeneralRegister, _ source: GeneralRegister) {
      legacy([0x89], field: source.rawValue, register: destination, wide: false)
    }

    /// Loads 32 bits and clears the high.
    package mutating func mov32(_ destination: GeneralRegister, _ source: MemoryOperand) {
      legacy([0x8B], field: destination.rawValue, memory: source, wide: false)
    }

    /// Stores 32 bits.
    package mutating func mov32(_ destination: MemoryOperand, _ source: GeneralRegister) {
      legacy([0x89], field: source.rawValue, memory: destination, wide: false)
    }

    /// `destination` = the address of `source`.
    package mutating func lea(_ destination: GeneralRegister, _ source: MemoryOperand) {
      legacy([0x8D], field: destination.rawValue, memory: source)
    }

    /// Saves a register on the stack.
    package mutating func push(_ register: GeneralRegister) {
      legacyPrefix(wide: false, field: false, index: false, base: register.rawValue > 7)
      append(0x50 | register.rawValue & 7)
    }

    /// Restores a register from the stack.
    package mutating func pop(_ register: GeneralRegister) {
      legacyPrefix(wide: false, field: false, index: false, base: register.rawValue > 7)
      append(0x58 | register.rawValue & 7)
    }

    // MARK: Arithmetic

    /// `destination = destination operation source`, or only the flags for `cmp`.
    package mutating func arithmetic(
      _ operation: Arithmetic, _ destination: GeneralRegister, _ source: GeneralRegister
    ) {
      legacy([operation.rawValue << 3 | 1], field: source.rawValue, register: destination)
    }

    /// `destination = destination operation memory`, or only the flags for `cmp`.
    package mutating func arithmetic(
      _ operation: Arithmetic, _ destination: GeneralRegister, _ source: MemoryOperand
    ) {
      legacy([operation.rawValue << 3 | 3], field: destination.rawValue, memory: source)
    }

    /// `destination = destination operation value`, or only the flags for `cmp`.
    package mutating func arithmetic(
      _ operation: Arithmetic, _ destination: GeneralRegister, _ value: Int
    ) {
      if let short = Int8(exactly: value) {
        legacy([0x83], field: operation.rawValue, register: destination)
        append(UInt8(bitPattern: short))
        return
      }
      precondition(Int32(exactly: value) != nil, "immediate \(value) exceeds 32 bits")
      if destination == .rax {
        legacyPrefix(wide: true, field: false, index: false, base: false)
        append(operation.rawValue << 3 | 5)
      } else {
        legacy([0x81], field: operation.rawValue, register: destination)
      }
      append32(value)
    }

    /// `destination += source`.
    package mutating func add(_ destination: GeneralRegister, _ source: GeneralRegister) {
      arithmetic(.add, destination, source)
    }

    /// `destination += memory`.
    package mutating func add(_ destination: GeneralRegister, _ source: MemoryOperand) {
      arithmetic(.add, destination, source)
    }

    /// `destination += value`.
    package mutating func add(_ destination: GeneralRegister, _ value: Int) {
      arithmetic(.add, destination, value)
    }

    /// `destination -= source`.
    package mutating func sub(_ destination: GeneralRegister, _ source: GeneralRegister) {
      arithmetic(.sub, destination, source)
    }

    /// `destination -= value`.
    package mutating func sub(_ destination: GeneralRegister, _ value: Int) {
      arithmetic(.sub, destination, value)
    }

    /// Sets the flags of `left - right`.
    package mutating func cmp(_ left: GeneralRegister, _ right: GeneralRegister) {
      arithmetic(.cmp, left, right)
    }

    /// Sets the flags of `left - value`.
    package mutating func cmp(_ left: GeneralRegister, _ value: Int) {
      arithmetic(.cmp, left, value)
    }

    /// `destination = 0`.
    package mutating func clear(_ destination: GeneralRegister) {
      legacy([0x31], field: destination.rawValue, register: destination, wide: false)
    }

    /// `destination -= 1`.
    package mutating func dec(_ destination: GeneralRegister) {
      legacy([0xFF], field: 1, register: destination)
    }

    /// `destination *= source`.
    package mutating func imul(_ destination: GeneralRegister, _ source: GeneralRegister) {
      legacy([0x0F, 0xAF], field: destination.rawValue, register: source)
    }

    /// `destination = source * value`.
    package mutating func imul(
      _ destination: GeneralRegister, _ source: GeneralRegister, _ value: Int
    ) {
      if let short = Int8(exactly: value) {
        legacy([0x6B], field: destination.rawValue, register: source)
        append(UInt8(bitPattern: short))
      } else {
        legacy([0x69], field: destination.rawValue, register: source)
        append32(value)
      }
    }

    /// Shifts by a constant.
    package mutating func shift(_ direction: Shift, _ destination: GeneralRegister, by count: UInt8)
    {
      if count == 1 {
        legacy([0xD1], field: direction.rawValue, register: destination)
      } else {
        legacy([0xC1], field: direction.rawValue, register: destination)
        append(count)
      }
    }

    /// `destination` = `source` with all bits from the one numbered `count` up cleared (BMI2).
    package mutating func bzhi(
      _ destination: GeneralRegister, _ source: GeneralRegister, _ count: GeneralRegister
    ) {
      append(0xC4)
      append((destination.rawValue > 7 ? 0 : 0x80) | 0x40 | (source.rawValue > 7 ? 0 : 0x20) | 2)
      append(0x80 | (~count.rawValue & 15) << 3)
      append(0xF5)
      append(0xC0 | (destination.rawValue & 7) << 3 | source.rawValue & 7)
    }

    // MARK: Control

    /// Jumps; backwards in the shortest form, forwards as `short` says.
    package mutating func jmp(_ label: Label, short: Bool = false) {
      if short || distance(to: label, from: count + 2).flatMap(Int8.init(exactly:)) != nil {
        append(0xEB)
        appendDisplacement(to: label, size: 1)
      } else {
        append(0xE9)
        appendDisplacement(to: label, size: 4)
      }
    }

    /// Jumps if the flags meet the condition; forms as `jmp`.
    package mutating func jump(_ condition: Condition, _ label: Label, short: Bool = false) {
      if short || distance(to: label, from: count + 2).flatMap(Int8.init(exactly:)) != nil {
        append(0x70 | condition.rawValue)
        appendDisplacement(to: label, size: 1)
      } else {
        append(0x0F)
        append(0x80 | condition.rawValue)
        appendDisplacement(to: label, size: 4)
      }
    }

    /// Waits until all stores before it can be seen.
    package mutating func sfence() {
      append(0x0F)
      append(0xAE)
      append(0xF8)
    }

    /// Returns to the caller.
    package mutating func ret() { append(0xC3) }

    /// Reads processor features; leaf in eax and subleaf in ecx.
    package mutating func cpuid() {
      append(0x0F)
      append(0xA2)
    }

    /// Reads the extended control register numbered in ecx.
    package mutating func xgetbv() {
      append(0x0F)
      append(0x01)
      append(0xD0)
    }

    /// Asks for a cache line; never faults.
    package mutating func prefetch(_ hint: PrefetchHint, _ memory: MemoryOperand) {
      switch hint {
      case .nonTemporal: legacy([0x0F, 0x18], field: 0, memory: memory, wide: false)
      case .allLevels: legacy([0x0F, 0x18], field: 1, memory: memory, wide: false)
      case .secondLevel: legacy([0x0F, 0x18], field: 2, memory: memory, wide: false)
      case .thirdLevel: legacy([0x0F, 0x18], field: 3, memory: memory, wide: false)
      case .forWriting: legacy([0x0F, 0x0D], field: 1, memory: memory, wide: false)
      }
    }

    // MARK: Encoding

    private mutating func legacyPrefix(wide: Bool, field: Bool, index: Bool, base: Bool) {
      let bits: UInt8 = (wide ? 8 : 0) | (field ? 4 : 0) | (index ? 2 : 0) | (base ? 1 : 0)
      if bits != 0 { append(0x40 | bits) }
    }

    private mutating func legacy(
      _ opcode: [UInt8], field: UInt8, register: GeneralRegister, wide: Bool = true
    ) {
      legacyPrefix(wide: wide, field: field > 7, index: false, base: register.rawValue > 7)
      for byte in opcode { append(byte) }
      append(0xC0 | (field & 7) << 3 | register.rawValue & 7)
    }

    private mutating func legacy(
      _ opcode: [UInt8], field: UInt8, memory: MemoryOperand, wide: Bool = true
    ) {
      let extensions = memory.extensions
      legacyPrefix(wide: wide, field: field > 7, index: extensions.index, base: extensions.base)
      for byte in opcode { append(byte) }
      appendAddress(memory, field: field)
    }
  }
#endif
