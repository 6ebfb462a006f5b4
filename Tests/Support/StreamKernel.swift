#if arch(x86_64) && !os(Windows)
  package import MoE

  /// The ceiling of products that read more than they compute: loads, straight through memory.
  package struct StreamKernel: Sendable {
    private typealias Function = @convention(c) (UnsafeRawPointer, Int) -> Void

    private let code: ExecutableMemory

    /// Generates the loop; `nil` where the machine cannot run it.
    package init?(_ set: InstructionSet) {
      guard set.isAvailable else { return nil }
      var assembler = Assembler()
      assembler.align(to: 64)
      let loop = assembler.here()
      for line in stride(from: 0, to: 512, by: 64) {
        // The distance that the kernels of few rows use.
        assembler.prefetch(.allLevels, .at(.rdi, line + 2048))
        for offset in stride(from: line, to: line + 64, by: 4 * set.lanes) {
          assembler.vector(.vmovups, set.register(0), .at(.rdi, offset))
        }
      }
      assembler.add(.rdi, 512)
      assembler.sub(.rsi, 512)
      assembler.jump(.greater, loop)
      assembler.vzeroupper()
      assembler.ret()
      guard let code = ExecutableMemory.pages(for: "the stream loop", assembler.finish()) else {
        return nil
      }
      self.code = code
    }

    /// Reads `bytes` bytes, a multiple of 512.
    package func callAsFunction(_ address: UnsafeRawPointer, bytes: Int) {
      precondition(bytes > 0 && bytes % 512 == 0, "\(bytes) bytes are no multiple of 512")
      let function = unsafe unsafeBitCast(code.entry, to: Function.self)
      unsafe function(address, bytes)
    }
  }
#endif
