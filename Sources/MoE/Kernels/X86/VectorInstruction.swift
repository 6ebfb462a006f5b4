#if arch(x86_64) && !os(Windows)
  /// How one vector instruction is numbered; the assembler adds registers, width and masks.
  package struct VectorInstruction: Sendable {
    /// The opcode map.
    enum Map: UInt8 {
      case x0F = 1
      case x0F38, x0F3A
    }

    /// The prefix folded into VEX and EVEX.
    enum Prefix: UInt8 {
      case none, x66, xF3
    }

    /// The bytes that a memory operand spans: EVEX divides 8-bit displacements by that.
    enum Span {
      case vector, half, quarter, bytes4, bytes16
    }

    let opcode: UInt8
    let map: Map
    let prefix: Prefix
    var span = Span.vector
    /// W in EVEX, where lanes of 64 bits say so.
    var isWide = false
    /// There is no VEX form, or it means something else.
    var needsEVEX = false
    /// The number in the opcode's register field, for shifts by a constant.
    var field: UInt8?

    init(
      _ prefix: Prefix, _ map: Map, _ opcode: UInt8, span: Span = .vector, isWide: Bool = false,
      needsEVEX: Bool = false, field: UInt8? = nil
    ) {
      self.opcode = opcode
      self.map = map
      self.prefix = prefix
      self.span = span
      self.isWide = isWide
      self.needsEVEX = needsEVEX
      self.field = field
    }

    /// Bytes of the memory operand at a width.
    func memoryBytes(_ width: VectorWidth, broadcast: Bool) -> Int {
      if broadcast { return isWide ? 8 : 4 }
      return switch span {
      case .vector: width.bytes
      case .half: width.bytes / 2
      case .quarter: width.bytes / 4
      case .bytes4: 4
      case .bytes16: 16
      }
    }
  }

  extension VectorInstruction {
    // MARK: Arithmetic: destination, left, right

    /// `left + right`.
    package static let vaddps = Self(.none, .x0F, 0x58)
    /// `left * right`.
    package static let vmulps = Self(.none, .x0F, 0x59)
    /// `left - right`.
    package static let vsubps = Self(.none, .x0F, 0x5C)
    /// The smaller; `right` where either is not a number.
    package static let vminps = Self(.none, .x0F, 0x5D)
    /// `left / right`.
    package static let vdivps = Self(.none, .x0F, 0x5E)
    /// The larger; `right` where either is not a number.
    package static let vmaxps = Self(.none, .x0F, 0x5F)
    /// The square root of the only source.
    package static let vsqrtps = Self(.none, .x0F, 0x51)
    /// Bitwise and.
    package static let vandps = Self(.none, .x0F, 0x54)
    /// Bitwise or.
    package static let vorps = Self(.none, .x0F, 0x56)
    /// Bitwise exclusive or.
    package static let vxorps = Self(.none, .x0F, 0x57)
    /// `left * destination + right`, fused.
    package static let vfmadd213ps = Self(.x66, .x0F38, 0xA8)
    /// `left * right + destination`, fused.
    package static let vfmadd231ps = Self(.x66, .x0F38, 0xB8)
    /// 32-bit integer sum.
    package static let vpaddd = Self(.x66, .x0F, 0xFE)
    /// 32-bit integer difference.
    package static let vpsubd = Self(.x66, .x0F, 0xFA)
    /// Shifts 32-bit lanes left by a constant.
    package static let vpslld = Self(.x66, .x0F, 0x72, field: 6)
    /// Shifts 32-bit lanes right by a constant, filling with the sign.
    package static let vpsrad = Self(.x66, .x0F, 0x72, field: 4)
    /// Shifts 32-bit lanes right by a constant, filling with zeros.
    package static let vpsrld = Self(.x66, .x0F, 0x72, field: 2)
    /// Shifts 16-bit lanes left by a constant.
    package static let vpsllw = Self(.x66, .x0F, 0x71, field: 6)
    /// The larger of 32-bit lanes without a sign.
    package static let vpmaxud = Self(.x66, .x0F38, 0x3F)

    // MARK: Comparison and choice

    /// Compares by the immediate's predicate: all ones where it holds (AVX2), a mask (AVX-512).
    package static let vcmpps = Self(.none, .x0F, 0xC2)
    /// Chooses `right` where the fourth register's sign is set (AVX2).
    package static let vblendvps = Self(.x66, .x0F3A, 0x4A)
    /// Chooses `right` where the mask is set (AVX-512).
    package static let vblendmps = Self(.x66, .x0F38, 0x65, needsEVEX: true)

    // MARK: Conversion

    /// 32-bit integer to float.
    package static let vcvtdq2ps = Self(.none, .x0F, 0x5B)
    /// Half precision to float.
    package static let vcvtph2ps = Self(.x66, .x0F38, 0x13, span: .half)
    /// Bytes to 32-bit lanes, filling with zeros.
    package static let vpmovzxbd = Self(.x66, .x0F38, 0x31, span: .quarter)
    /// Bytes to 32-bit lanes, filling with the sign.
    package static let vpmovsxbd = Self(.x66, .x0F38, 0x21, span: .quarter)
    /// 16-bit lanes to 32-bit lanes, filling with zeros.
    package static let vpmovzxwd = Self(.x66, .x0F38, 0x33, span: .half)
    /// Bytes to 16-bit lanes, filling with the sign.
    package static let vpmovsxbw = Self(.x66, .x0F38, 0x20, span: .half)

    /// The lowest 16 bits of 32-bit lanes, stored side by side (AVX-512).
    package static let vpmovdwStore = Self(.xF3, .x0F38, 0x33, span: .half, needsEVEX: true)
    /// The lowest bytes of 32-bit lanes, stored side by side (AVX-512).
    package static let vpmovdbStore = Self(.xF3, .x0F38, 0x31, span: .quarter, needsEVEX: true)
    /// 32-bit lanes of two vectors to 16 bits without a sign, those of each 128-bit lane side by
    /// side.
    package static let vpackusdw = Self(.x66, .x0F38, 0x2B)
    /// 16-bit lanes of two vectors to bytes without a sign, likewise.
    package static let vpackuswb = Self(.x66, .x0F, 0x67)

    // MARK: Moves

    /// Loads a vector from anywhere, or copies a register.
    package static let vmovups = Self(.none, .x0F, 0x10)
    /// Stores a vector anywhere.
    package static let vmovupsStore = Self(.none, .x0F, 0x11)
    /// Stores past the caches, to a whole multiple of the vector's size.
    package static let vmovntpsStore = Self(.none, .x0F, 0x2B)
    /// Loads an aligned vector, or copies a register.
    package static let vmovaps = Self(.none, .x0F, 0x28)
    /// Stores an aligned vector.
    package static let vmovapsStore = Self(.none, .x0F, 0x29)
    /// One float, from memory or a register's first lane, to every lane.
    package static let vbroadcastss = Self(.x66, .x0F38, 0x18, span: .bytes4)
    /// Loads the lanes whose mask has the sign set, zero elsewhere (AVX2): destination, mask,
    /// memory.
    package static let vmaskmovps = Self(.x66, .x0F38, 0x2C)
    /// Stores the lanes whose mask has the sign set (AVX2): source, mask, memory.
    package static let vmaskmovpsStore = Self(.x66, .x0F38, 0x2E)

    /// Stores the low two floats (AVX2).
    package static let vmovlpsStore = Self(.none, .x0F, 0x13)

    // MARK: Shuffles

    /// Looks each lane up in a table of a vector: destination, numbers, table.
    package static let vpermps = Self(.x66, .x0F38, 0x16)

    /// Interleaves the low floats of each 128-bit lane.
    package static let vunpcklps = Self(.none, .x0F, 0x14)
    /// Interleaves the high floats of each 128-bit lane.
    package static let vunpckhps = Self(.none, .x0F, 0x15)
    /// Interleaves the low pairs of each 128-bit lane.
    package static let vunpcklpd = Self(.x66, .x0F, 0x14, isWide: true)
    /// Interleaves the high pairs of each 128-bit lane.
    package static let vunpckhpd = Self(.x66, .x0F, 0x15, isWide: true)
    /// Replaces the 128-bit lane that the immediate names.
    package static let vinsertf128 = Self(.x66, .x0F3A, 0x18, span: .bytes16)
    /// Copies the 128-bit lane that the immediate names (AVX2): source, destination.
    package static let vextractf128 = Self(.x66, .x0F3A, 0x19, span: .bytes16)
  }
#endif
