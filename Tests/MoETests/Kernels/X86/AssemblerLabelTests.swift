#if arch(x86_64) && !os(Windows)
  import MoE
  import Testing

  @Suite("Assembler: labels and data")
  struct AssemblerLabelTests {
    @Test("a near jump back takes two bytes")
    func shortBackward() {
      var assembler = Assembler()
      let loop = assembler.here()
      assembler.dec(.rcx)
      assembler.jump(.notEqual, loop)
      assembler.jmp(loop)
      // loop: dec rcx; jne loop; jmp loop
      #expect(assembler.finish() == [0x48, 0xFF, 0xC9, 0x75, 0xFB, 0xEB, 0xF9])
    }

    @Test("a far jump back takes a 32-bit displacement")
    func longBackward() {
      var assembler = Assembler()
      let loop = assembler.here()
      for _ in 0..<127 { assembler.ret() }
      assembler.jump(.less, loop)  // -133
      assembler.jmp(loop)  // -138
      #expect(
        Array(assembler.finish().suffix(11))
          == [0x0F, 0x8C, 0x7B, 0xFF, 0xFF, 0xFF, 0xE9, 0x76, 0xFF, 0xFF, 0xFF])
    }

    @Test("a displacement of -128 is the last that fits a byte", arguments: [(126, 2), (127, 6)])
    func shortLimit(distance: Int, size: Int) {
      var assembler = Assembler()
      let loop = assembler.here()
      for _ in 0..<distance { assembler.ret() }
      assembler.jump(.less, loop)
      #expect(assembler.count == distance + size)
    }

    @Test("jumps forward are filled in when finished")
    func forward() {
      var assembler = Assembler()
      let end = assembler.makeLabel()
      assembler.jump(.equal, end)
      assembler.jump(.equal, end, short: true)
      assembler.jmp(end)
      assembler.jmp(end, short: true)
      assembler.bind(end)
      #expect(
        assembler.finish()
          == [0x0F, 0x84, 9, 0, 0, 0, 0x74, 7, 0xE9, 2, 0, 0, 0, 0xEB, 0])
    }

    @Test("operands may name data behind the code, immediates counted")
    func relativeToInstructionPointer() {
      var assembler = Assembler()
      let table = assembler.makeLabel()
      assembler.lea(.r9, .at(table))
      assembler.vector(.vmovups, .y(3), .at(table, 4))
      assembler.vector(.vaddps, .z(1), .z(2), .at(table).broadcast)
      assembler.vector(.vcmpps, .y(1), .y(2), .at(table), immediate: 1)
      assembler.bind(table)
      assembler.words([0x3F80_0000, 0x4000_0000])
      #expect(
        assembler.finish() == [
          0x4C, 0x8D, 0x0D, 27, 0, 0, 0,  // lea r9, [rip + 27]
          0xC5, 0xFC, 0x10, 0x1D, 23, 0, 0, 0,  // vmovups ymm3, ymmword ptr [rip + 23]
          0x62, 0xF1, 0x6C, 0x58, 0x58, 0x0D, 9, 0, 0, 0,  // vaddps zmm1, zmm2, [rip + 9]{1to16}
          0xC5, 0xEC, 0xC2, 0x0D, 0, 0, 0, 0, 1,  // vcmpps ymm1, ymm2, ymmword ptr [rip], 1
          0x00, 0x00, 0x80, 0x3F, 0x00, 0x00, 0x00, 0x40,
        ])
    }

    @Test("alignment fills with no-operations", arguments: 0..<64)
    func alignment(offset: Int) {
      var assembler = Assembler()
      for _ in 0..<offset { assembler.ret() }
      assembler.align(to: 32)
      #expect(assembler.count % 32 == 0 && assembler.count - offset < 32)
    }
  }
#endif
