#if arch(x86_64) && !os(Windows)
  import MoE
  import Synchronization
  import Testing

  @Suite("Tables of kernels")
  struct KernelTableTests {
    /// A shape whose kernel is a number; all of them share one bucket or two.
    struct Number: KernelShape {
      let value: Int
      static let kernels = KernelTable<Int>()
      static let generated = Atomic(0)

      func generate() -> Int {
        Self.generated.add(1, ordering: .relaxed)
        return value * value
      }

      // Multiples of 2⁵⁵ differ in the upper bits alone, which a hash keeps one or two of.
      var key: UInt64 { UInt64(value) << 55 }
    }

    @Test("each is generated once, whoever asks first")
    func onceEach() {
      let wrong = Atomic(0)
      let nothing: () -> Void = {}
      parallelFor(4000, threads: 4, scratch: nothing) { _, item in
        let number = Number(value: item * 31 % 100)
        if number.kernel != number.value * number.value { wrong.add(1, ordering: .relaxed) }
      }
      #expect(wrong.load(ordering: .relaxed) == 0)
      #expect(Number.generated.load(ordering: .relaxed) == 100)
      #expect(Number.kernels.count == 100)
    }
  }
#endif
