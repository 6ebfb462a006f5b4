#if arch(x86_64) && !os(Windows)
  /// A 64-bit general-purpose register.
  package enum GeneralRegister: UInt8, Sendable {
    case rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi
    case r8, r9, r10, r11, r12, r13, r14, r15
  }

  /// How many bits of a vector register an instruction works on.
  package enum VectorWidth: UInt8, Sendable {
    case bits128, bits256, bits512

    /// The width in bytes.
    package var bytes: Int { 16 << Int(rawValue) }
  }

  /// A vector register at a width: `x(3)` is xmm3, `y(3)` ymm3 and `z(3)` zmm3.
  package struct VectorRegister: Hashable, Sendable {
    /// 0…15 with AVX2, 0…31 with AVX-512.
    package let number: UInt8
    /// The width that an instruction given this register works on.
    package let width: VectorWidth

    /// The register of that number, at that width.
    package init(_ number: Int, _ width: VectorWidth) {
      precondition((0..<32).contains(number), "vector register \(number) does not exist")
      self.number = UInt8(number)
      self.width = width
    }

    /// The 128-bit register xmm`number`.
    package static func x(_ number: Int) -> VectorRegister { VectorRegister(number, .bits128) }
    /// The 256-bit register ymm`number`.
    package static func y(_ number: Int) -> VectorRegister { VectorRegister(number, .bits256) }
    /// The 512-bit register zmm`number`.
    package static func z(_ number: Int) -> VectorRegister { VectorRegister(number, .bits512) }

    /// The same register at another width.
    package func resized(to width: VectorWidth) -> VectorRegister {
      VectorRegister(Int(number), width)
    }
  }

  /// An AVX-512 mask register; k0 cannot mask, so it is not offered.
  package enum MaskRegister: UInt8, Sendable {
    case k1 = 1
    case k2, k3, k4, k5, k6, k7
  }

  /// A place in memory: `[base + index * scale + displacement]`, or a label's address.
  package struct MemoryOperand: Sendable {
    enum Origin {
      case registers(base: GeneralRegister, index: GeneralRegister?, scale: UInt8)
      case label(Label)
    }
    var origin: Origin
    var displacement: Int32
    var isBroadcast = false

    /// `[base + displacement]`.
    package static func at(_ base: GeneralRegister, _ displacement: Int = 0) -> MemoryOperand {
      MemoryOperand(
        origin: .registers(base: base, index: nil, scale: 1), displacement: Int32(displacement))
    }

    /// `[base + index * scale + displacement]`, scale 1, 2, 4 or 8.
    package static func at(
      _ base: GeneralRegister, _ index: GeneralRegister, scale: Int = 1, _ displacement: Int = 0
    ) -> MemoryOperand {
      precondition(index != .rsp, "rsp cannot be an index")
      precondition([1, 2, 4, 8].contains(scale), "scale \(scale) is not 1, 2, 4 or 8")
      return MemoryOperand(
        origin: .registers(base: base, index: index, scale: UInt8(scale)),
        displacement: Int32(displacement))
    }

    /// The address of `label` plus a displacement, relative to the instruction pointer.
    package static func at(_ label: Label, _ displacement: Int = 0) -> MemoryOperand {
      MemoryOperand(origin: .label(label), displacement: Int32(displacement))
    }

    /// One float there, repeated in every lane (AVX-512 embedded broadcast).
    package var broadcast: MemoryOperand {
      var copy = self
      copy.isBroadcast = true
      return copy
    }

    /// The place `bytes` further on.
    package func advanced(by bytes: Int) -> MemoryOperand {
      var copy = self
      copy.displacement += Int32(bytes)
      return copy
    }
  }

  /// A position in the code that jumps and operands name before or after it is bound.
  package struct Label: Hashable, Sendable {
    let number: Int
  }
#endif
