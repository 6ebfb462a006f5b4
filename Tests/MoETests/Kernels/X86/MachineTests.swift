#if arch(x86_64) && !os(Windows)
  import MoE
  import TestSupport
  import Testing

  @Suite("Generated code on this machine")
  struct MachineTests {
    @Test("executable memory runs what was written to it")
    func executableMemory() throws {
      var assembler = Assembler()
      assembler.lea(.rax, .at(.rdi, .rsi, scale: 4, 2))
      assembler.ret()
      let memory = try ExecutableMemory(assembler.finish())
      typealias Function = @convention(c) (Int, Int) -> Int
      let function = unsafe unsafeBitCast(memory.entry, to: Function.self)
      #expect(function(10, 100) == 412)
      #expect(function(-1, 0) == 1)
    }

    @Test("code longer than a page runs to its end")
    func severalPages() throws {
      var assembler = Assembler()
      assembler.clear(.rax)
      for _ in 0..<5_000 { assembler.add(.rax, 1) }
      assembler.ret()
      let memory = try ExecutableMemory(assembler.finish())
      typealias Function = @convention(c) () -> Int
      #expect(unsafe unsafeBitCast(memory.entry, to: Function.self)() == 5_000)
    }

    @Test("features imply what they stand on")
    func features() {
      let cpu = CPUFeatures.current
      #expect(!cpu.vendor.isEmpty)
      #expect(cpu.avx2 || !cpu.avx512)
      #expect(cpu.avx512 || !(cpu.avx512BF16 || cpu.avx512VNNI))
      #expect(cpu.level1 <= cpu.level2)
    }

    @Test("the ceiling loop returns", arguments: InstructionSet.available)
    func peak(set: InstructionSet) throws {
      let kernel = try #require(PeakKernel(set))
      kernel(iterations: 3)
    }
  }
#endif
