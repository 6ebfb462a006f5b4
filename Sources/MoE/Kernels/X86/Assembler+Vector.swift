#if arch(x86_64) && !os(Windows)
  /// Vector instructions, VEX where it reaches and EVEX where it must.
  extension Assembler {
    /// `instruction destination{mask}, left, right`.
    package mutating func vector(
      _ instruction: VectorInstruction, _ destination: VectorRegister, _ left: VectorRegister,
      _ right: VectorRegister, mask: MaskRegister? = nil, zeroing: Bool = false,
      immediate: UInt8? = nil
    ) {
      encode(
        instruction, field: destination.number, second: left.number, .register(right.number),
        width: destination.width, mask: mask, zeroing: zeroing, immediate: immediate)
    }

    /// `instruction destination{mask}, left, memory`.
    package mutating func vector(
      _ instruction: VectorInstruction, _ destination: VectorRegister, _ left: VectorRegister,
      _ right: MemoryOperand, mask: MaskRegister? = nil, zeroing: Bool = false,
      immediate: UInt8? = nil
    ) {
      encode(
        instruction, field: destination.number, second: left.number, .memory(right),
        width: destination.width, mask: mask, zeroing: zeroing, immediate: immediate)
    }

    /// `instruction destination{mask}, source`, or a shift of `source` by the immediate.
    package mutating func vector(
      _ instruction: VectorInstruction, _ destination: VectorRegister, _ source: VectorRegister,
      mask: MaskRegister? = nil, zeroing: Bool = false, immediate: UInt8? = nil
    ) {
      encode(
        instruction, field: instruction.field ?? destination.number,
        second: instruction.field == nil ? 0 : destination.number, .register(source.number),
        width: destination.width, mask: mask, zeroing: zeroing, immediate: immediate)
    }

    /// `instruction destination{mask}, memory`, or of a store its source and target.
    package mutating func vector(
      _ instruction: VectorInstruction, _ destination: VectorRegister, _ memory: MemoryOperand,
      mask: MaskRegister? = nil, zeroing: Bool = false, immediate: UInt8? = nil
    ) {
      encode(
        instruction, field: destination.number, second: 0, .memory(memory),
        width: destination.width, mask: mask, zeroing: zeroing, immediate: immediate)
    }

    /// Compares to a mask register (AVX-512).
    package mutating func compare(
      _ destination: MaskRegister, _ left: VectorRegister, _ right: VectorRegister, predicate: UInt8
    ) {
      var instruction = VectorInstruction.vcmpps
      instruction.needsEVEX = true
      encode(
        instruction, field: destination.rawValue, second: left.number, .register(right.number),
        width: left.width, mask: nil, zeroing: false, immediate: predicate)
    }

    /// Chooses `right` where the sign of `selector` is set, else `left` (AVX2).
    package mutating func blend(
      _ destination: VectorRegister, _ left: VectorRegister, _ right: VectorRegister,
      selector: VectorRegister
    ) {
      vector(.vblendvps, destination, left, right, immediate: selector.number << 4)
    }

    /// Copies the low 16 bits of a general register to a mask.
    package mutating func kmovw(_ destination: MaskRegister, _ source: GeneralRegister) {
      encodeVEX(
        prefix: .none, map: .x0F, opcode: 0x92, wide: false, field: destination.rawValue, second: 0,
        .register(source.rawValue), length: 0, trailing: 0)
    }

    /// Clears the high halves, so that SSE code after it does not wait for them.
    package mutating func vzeroupper() {
      append(0xC5)
      append(0xF8)
      append(0x77)
    }

    // MARK: Encoding

    private enum LastOperand {
      case register(UInt8)
      case memory(MemoryOperand)
    }

    private mutating func encode(
      _ instruction: VectorInstruction, field: UInt8, second: UInt8, _ last: LastOperand,
      width: VectorWidth, mask: MaskRegister?, zeroing: Bool, immediate: UInt8?
    ) {
      var highest = max(field, second)
      var broadcasts = false
      switch last {
      case .register(let number): highest = max(highest, number)
      case .memory(let memory): broadcasts = memory.isBroadcast
      }
      let trailing = immediate == nil ? 0 : 1
      if instruction.needsEVEX || width == .bits512 || highest > 15 || mask != nil || broadcasts {
        encodeEVEX(
          instruction, field: field, second: second, last, width: width, mask: mask,
          zeroing: zeroing, trailing: trailing)
      } else {
        encodeVEX(
          prefix: instruction.prefix, map: instruction.map, opcode: instruction.opcode, wide: false,
          field: field, second: second, last, length: width.rawValue, trailing: trailing)
      }
      if let immediate { append(immediate) }
    }

    private mutating func encodeVEX(
      prefix: VectorInstruction.Prefix, map: VectorInstruction.Map, opcode: UInt8, wide: Bool,
      field: UInt8, second: UInt8, _ last: LastOperand, length: UInt8, trailing: Int
    ) {
      var base = false
      var index = false
      switch last {
      case .register(let number): base = number > 7
      case .memory(let memory): (base, index) = memory.extensions
      }
      let tail = (~second & 15) << 3 | length << 2 | prefix.rawValue
      let field7: UInt8 = field > 7 ? 0 : 0x80
      if map == .x0F && !base && !index && !wide {
        append(0xC5)
        append(field7 | tail)
      } else {
        append(0xC4)
        append(field7 | (index ? 0 : 0x40) | (base ? 0 : 0x20) | map.rawValue)
        append((wide ? 0x80 : 0) | tail)
      }
      append(opcode)
      appendLast(last, field: field, scale: 1, trailing: trailing)
    }

    private mutating func encodeEVEX(
      _ instruction: VectorInstruction, field: UInt8, second: UInt8, _ last: LastOperand,
      width: VectorWidth, mask: MaskRegister?, zeroing: Bool, trailing: Int
    ) {
      var base = false
      var index = false
      var broadcasts = false
      switch last {
      case .register(let number):
        base = number & 8 != 0
        index = number & 16 != 0
      case .memory(let memory):
        (base, index) = memory.extensions
        broadcasts = memory.isBroadcast
      }
      append(0x62)
      append(
        (field & 8 != 0 ? 0 : 0x80) | (index ? 0 : 0x40) | (base ? 0 : 0x20)
          | (field & 16 != 0 ? 0 : 0x10) | instruction.map.rawValue)
      append(
        (instruction.isWide ? 0x80 : 0) | (~second & 15) << 3 | 0x04 | instruction.prefix.rawValue)
      append(
        (zeroing ? 0x80 : 0) | width.rawValue << 5 | (broadcasts ? 0x10 : 0)
          | (second & 16 != 0 ? 0 : 0x08) | (mask?.rawValue ?? 0))
      append(instruction.opcode)
      appendLast(
        last, field: field, scale: instruction.memoryBytes(width, broadcast: broadcasts),
        trailing: trailing)
    }

    private mutating func appendLast(
      _ last: LastOperand, field: UInt8, scale: Int, trailing: Int
    ) {
      switch last {
      case .register(let number): append(0xC0 | (field & 7) << 3 | number & 7)
      case .memory(let memory):
        appendAddress(memory, field: field, scale: scale, trailing: trailing)
      }
    }
  }
#endif
