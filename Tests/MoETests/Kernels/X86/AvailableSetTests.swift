#if arch(x86_64) && !os(Windows)
  import MoE
  import Testing

  extension Trait where Self == ConditionTrait {
    /// Runs a test where generated code runs, and says so in the report where it does not.
    static var ifCodeRuns: Self {
      .enabled(if: InstructionSet.best != nil, "this machine cannot run generated code")
    }
  }

  /// Tests over kernel sets run on those that the machine has; here the report shows those that are
  /// left out.
  @Suite("Kernel sets of this machine")
  struct AvailableSetTests {
    @Test(
      "AVX2 is tested",
      .enabled(if: InstructionSet.avx2.isAvailable, "this machine cannot run AVX2 kernels"))
    func avx2() { check(.avx2) }

    @Test(
      "AVX-512 is tested",
      .enabled(if: InstructionSet.avx512.isAvailable, "this machine cannot run AVX-512 kernels"))
    func avx512() { check(.avx512) }

    private func check(_ set: KernelSet) {
      #expect(KernelSet.available.contains(set))
      let matrix: Tensor = [[1, 2], [3, 4]]
      KernelSet.withCurrent(set) { #expect(matrix.matmul(matrix) == [[7, 10], [15, 22]]) }
    }
  }
#endif
