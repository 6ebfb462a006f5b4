#if arch(x86_64) && !os(Windows)
  /// The features that the CPU has and the operating system keeps, read by a generated `cpuid`
  /// stub.
  package struct CPUFeatures: Hashable, Sendable {
    /// AVX2, FMA, F16C and BMI2, with 256-bit state kept across context switches.
    package var avx2 = false
    /// AVX-512 F, BW, DQ and VL, with 512-bit and mask state kept.
    package var avx512 = false
    /// Products of bfloat16 pairs (AVX-512 BF16).
    package var avx512BF16 = false
    /// Products of 8-bit integers (AVX-512 VNNI).
    package var avx512VNNI = false
    /// The maker, such as "GenuineIntel".
    package var vendor = ""
    /// The marketing name, such as "AMD EPYC 9R14".
    package var brand = ""
    /// Bytes of the first-level data cache; 0 where the CPU does not tell.
    package var level1 = 0
    /// Bytes of the second-level cache.
    package var level2 = 0
    /// Bytes of the third-level cache, which cores share.
    package var level3 = 0

    /// This machine; everything false and zero where no generated code may run.
    package static let current = CPUFeatures(readingFrom: CPUIdentification())

    private init(readingFrom cpu: CPUIdentification?) {
      guard let cpu else { return }
      let first = cpu.leaf(0)
      vendor = Self.text([first.b, first.d, first.c])
      readVectorSupport(cpu, highestLeaf: first.a)
      readCaches(cpu, highestLeaf: first.a)
      if cpu.leaf(0x8000_0000).a >= 0x8000_0004 {
        let words = (0x8000_0002...0x8000_0004).flatMap { number in
          let leaf = cpu.leaf(UInt32(number))
          return [leaf.a, leaf.b, leaf.c, leaf.d]
        }
        brand = Self.text(words)
      }
    }

    private mutating func readVectorSupport(_ cpu: CPUIdentification, highestLeaf: UInt32) {
      guard highestLeaf >= 7 else { return }
      let basic = cpu.leaf(1)
      guard basic.c.hasBits(12, 27, 28, 29) else { return }  // FMA, OSXSAVE, AVX, F16C
      let kept = cpu.extendedControlRegister()
      guard kept.hasBits(1, 2) else { return }  // SSE and AVX state
      let extended = cpu.leaf(7)
      avx2 = extended.b.hasBits(5, 8)  // AVX2, BMI2
      guard avx2, kept.hasBits(5, 6, 7) else { return }  // masks, high halves, high registers
      avx512 = extended.b.hasBits(16, 17, 30, 31)  // F, DQ, BW, VL
      avx512VNNI = avx512 && extended.c.hasBits(11)
      avx512BF16 = avx512 && extended.a >= 1 && cpu.leaf(7, 1).a.hasBits(5)
    }

    private mutating func readCaches(_ cpu: CPUIdentification, highestLeaf: UInt32) {
      // Both makers describe caches alike, under different numbers.
      let number: UInt32 = vendor == "AuthenticAMD" ? 0x8000_001D : 4
      guard cpu.leaf(0x8000_0000).a >= number || (number == 4 && highestLeaf >= 4) else { return }
      for subleaf in 0..<16 {
        let cache = cpu.leaf(number, UInt32(subleaf))
        let kind = cache.a & 31
        if kind == 0 { break }
        if kind == 2 { continue }  // instructions only
        let ways = Int(cache.b >> 22) + 1
        let partitions = Int(cache.b >> 12 & 0x3FF) + 1
        let line = Int(cache.b & 0xFFF) + 1
        let size = ways * partitions * line * (Int(cache.c) + 1)
        switch cache.a >> 5 & 7 {
        case 1: level1 = size
        case 2: level2 = size
        case 3: level3 = size
        default: break
        }
      }
    }

    private static func text(_ words: [UInt32]) -> String {
      let bytes = words.flatMap { word in
        (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
      }
      let name = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      return name.split(separator: " ").joined(separator: " ")
    }
  }

  extension UInt32 {
    fileprivate func hasBits(_ numbers: UInt32...) -> Bool {
      numbers.allSatisfy { self >> $0 & 1 == 1 }
    }
  }

  /// Runs `cpuid` and `xgetbv`, which Swift has no words for, from generated code.
  struct CPUIdentification {
    /// The four registers that `cpuid` answers in.
    struct Leaf {
      var a: UInt32 = 0
      var b: UInt32 = 0
      var c: UInt32 = 0
      var d: UInt32 = 0
    }

    private typealias ReadLeaf =
      @convention(c) (UInt32, UInt32, UnsafeMutableRawPointer) -> Void
    private typealias ReadControl = @convention(c) (UInt32) -> UInt64

    private let leafCode: ExecutableMemory
    private let controlCode: ExecutableMemory

    /// `nil` where no page may be made executable.
    init?() {
      var leaf = Assembler()
      leaf.push(.rbx)  // the caller's; cpuid overwrites it
      leaf.mov(.r8, .rdx)
      leaf.mov32(.rax, .rdi)
      leaf.mov32(.rcx, .rsi)
      leaf.cpuid()
      for (position, register) in [GeneralRegister.rax, .rbx, .rcx, .rdx].enumerated() {
        leaf.mov32(.at(.r8, 4 * position), register)
      }
      leaf.pop(.rbx)
      leaf.ret()

      var control = Assembler()
      control.mov32(.rcx, .rdi)
      control.xgetbv()
      control.shift(.left, .rdx, by: 32)
      control.arithmetic(.or, .rax, .rdx)
      control.ret()

      guard let leafCode = try? ExecutableMemory(leaf.finish()),
        let controlCode = try? ExecutableMemory(control.finish())
      else { return nil }
      self.leafCode = leafCode
      self.controlCode = controlCode
    }

    func leaf(_ number: UInt32, _ subleaf: UInt32 = 0) -> Leaf {
      let read = unsafe unsafeBitCast(leafCode.entry, to: ReadLeaf.self)
      var leaf = Leaf()
      unsafe withUnsafeMutableBytes(of: &leaf) { unsafe read(number, subleaf, $0.baseAddress!) }
      return leaf
    }

    /// XCR0: the register states that the operating system keeps.
    func extendedControlRegister() -> UInt32 {
      let read = unsafe unsafeBitCast(controlCode.entry, to: ReadControl.self)
      return UInt32(truncatingIfNeeded: read(0))
    }
  }
#endif
