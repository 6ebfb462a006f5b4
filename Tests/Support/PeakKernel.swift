#if arch(x86_64) && !os(Windows)
  package import MoE

  /// The ceiling that products are measured against: fused multiply-adds on registers alone.
  package struct PeakKernel: Sendable {
    private typealias Function = @convention(c) (Int) -> Void

    private let code: ExecutableMemory
    /// Floating-point operations an iteration.
    package let operationsPerIteration: Int

    /// Generates the loop; `nil` where the machine cannot run it.
    package init?(_ set: InstructionSet) {
      guard set.isAvailable else { return nil }
      // Enough chains to hide the latency of four or five cycles at two instructions a cycle.
      let chains = 12
      let repeats = 4
      var assembler = Assembler()
      for chain in 0..<chains + 2 {
        // Zeros: no lane ever turns denormal or infinite.
        let register = VectorRegister.x(chain)
        assembler.vector(.vxorps, register, register, register)
      }
      assembler.align(to: 64)
      let loop = assembler.here()
      for _ in 0..<repeats {
        for chain in 0..<chains {
          assembler.vector(
            .vfmadd231ps, set.register(chain), set.register(chains), set.register(chains + 1))
        }
      }
      assembler.dec(.rdi)
      assembler.jump(.notEqual, loop)
      assembler.vzeroupper()
      assembler.ret()
      guard let code = ExecutableMemory.pages(for: "the peak loop", assembler.finish()) else {
        return nil
      }
      self.code = code
      self.operationsPerIteration = 2 * set.lanes * chains * repeats
    }

    /// Runs the loop.
    package func callAsFunction(iterations: Int) {
      precondition(iterations > 0, "\(iterations) iterations")
      let function = unsafe unsafeBitCast(code.entry, to: Function.self)
      function(iterations)
    }
  }
#endif
