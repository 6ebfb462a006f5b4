#if arch(x86_64) && !os(Windows)
  /// Appends x86-64 machine code to a buffer, one instruction a call.
  ///
  /// Encodings are the shortest that the instruction allows, as a system assembler would choose;
  /// forward jumps take 32-bit displacements unless asked for short ones. Read `finish()` once all
  /// labels are bound.
  package struct Assembler {
    private(set) var bytes: [UInt8] = []
    private var positions: [Int?] = []
    private var fixups: [Fixup] = []

    /// A displacement to fill in once its label is bound.
    private struct Fixup {
      var label: Label
      var position: Int
      var size: Int
      /// Where the instruction ends: displacements count from there.
      var end: Int
      var addend: Int
    }

    /// An empty buffer.
    package init() { bytes.reserveCapacity(4096) }

    /// The number of bytes so far.
    package var count: Int { bytes.count }

    /// The finished code, displacements filled in.
    package consuming func finish() -> [UInt8] {
      for fixup in fixups {
        guard let target = positions[fixup.label.number] else {
          preconditionFailure("label \(fixup.label.number) was never bound")
        }
        let distance = target - fixup.end + fixup.addend
        precondition(
          fixup.size == 4 || Int8(exactly: distance) != nil, "short jump over \(distance) bytes")
        for byte in 0..<fixup.size {
          bytes[fixup.position + byte] = UInt8(truncatingIfNeeded: distance >> (8 * byte))
        }
      }
      return bytes
    }

    // MARK: Labels and data

    /// A new label, not bound yet.
    package mutating func makeLabel() -> Label {
      positions.append(nil)
      return Label(number: positions.count - 1)
    }

    /// A new label bound here.
    package mutating func here() -> Label {
      let label = makeLabel()
      bind(label)
      return label
    }

    /// Binds `label` to this position.
    package mutating func bind(_ label: Label) {
      precondition(positions[label.number] == nil, "label \(label.number) is bound already")
      positions[label.number] = bytes.count
    }

    /// Fills with no-operations up to a multiple of `alignment`, for the head of a hot loop.
    package mutating func align(to alignment: Int) {
      var missing = (alignment - bytes.count % alignment) % alignment
      while missing > 0 {
        let length = min(missing, Self.noOperations.count)
        bytes += Self.noOperations[length - 1]
        missing -= length
      }
    }

    /// Appends 32-bit words as data.
    package mutating func words(_ words: [UInt32]) {
      for word in words { append32(Int(word)) }
    }

    /// The recommended no-operations of one to nine bytes.
    private static let noOperations: [[UInt8]] = [
      [0x90],
      [0x66, 0x90],
      [0x0F, 0x1F, 0x00],
      [0x0F, 0x1F, 0x40, 0x00],
      [0x0F, 0x1F, 0x44, 0x00, 0x00],
      [0x66, 0x0F, 0x1F, 0x44, 0x00, 0x00],
      [0x0F, 0x1F, 0x80, 0x00, 0x00, 0x00, 0x00],
      [0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
      [0x66, 0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
    ]

    // MARK: Bytes

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    mutating func append32(_ value: Int) {
      for byte in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
    }

    mutating func append64(_ value: Int) {
      append32(value)
      append32(value >> 32)
    }

    /// The distance back to `label` from an instruction ending at `end`, if it is bound.
    func distance(to label: Label, from end: Int) -> Int? {
      positions[label.number].map { $0 - end }
    }

    /// Leaves room for a displacement to `label`; `trailing` bytes of the instruction follow it.
    mutating func appendDisplacement(
      to label: Label, size: Int, trailing: Int = 0, addend: Int = 0
    ) {
      fixups.append(
        Fixup(
          label: label, position: bytes.count, size: size, end: bytes.count + size + trailing,
          addend: addend))
      for _ in 0..<size { bytes.append(0) }
    }

    /// Appends ModRM, SIB and displacement for a memory operand.
    ///
    /// `scale` is what EVEX divides 8-bit displacements by (1 elsewhere); `trailing` the number of
    /// immediate bytes that follow.
    mutating func appendAddress(
      _ memory: MemoryOperand, field: UInt8, scale: Int = 1, trailing: Int = 0
    ) {
      let field = (field & 7) << 3
      switch memory.origin {
      case .label(let label):
        append(field | 0b101)
        appendDisplacement(
          to: label, size: 4, trailing: trailing, addend: Int(memory.displacement))
      case .registers(let base, let index, let indexScale):
        let low = base.rawValue & 7
        let displacement = Int(memory.displacement)
        let compressed =
          displacement % scale == 0 ? Int8(exactly: displacement / scale) : nil
        let mode: UInt8
        if displacement == 0 && low != 0b101 {
          mode = 0b00  // rbp and r13 mean something else in this mode
        } else if compressed != nil {
          mode = 0b01
        } else {
          mode = 0b10
        }
        if let index {
          append(mode << 6 | field | 0b100)
          append(
            UInt8(indexScale.trailingZeroBitCount) << 6 | (index.rawValue & 7) << 3 | low)
        } else if low == 0b100 {
          append(mode << 6 | field | 0b100)  // rsp and r12 need a SIB byte
          append(0b00_100_000 | low)
        } else {
          append(mode << 6 | field | low)
        }
        if mode == 0b01, let compressed {
          append(UInt8(bitPattern: compressed))
        } else if mode == 0b10 {
          append32(displacement)
        }
      }
    }
  }

  extension MemoryOperand {
    /// The fourth bits of base and index, for the prefix.
    var extensions: (base: Bool, index: Bool) {
      switch origin {
      case .label: (false, false)
      case .registers(let base, let index, _):
        (base.rawValue > 7, (index?.rawValue ?? 0) > 7)
      }
    }
  }
#endif
