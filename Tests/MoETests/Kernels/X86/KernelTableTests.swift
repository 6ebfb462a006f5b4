#if arch(x86_64) && !os(Windows)
  import MoE
  import Synchronization
  import Testing

  @Suite("Tables of kernels")
  struct KernelTableTests {
    /// A shape whose kernel is a number, and whose hashes collide.
    struct Number: KernelShape {
      let value: Int
      static let kernels = KernelTable<Number>()
      static let generated = Atomic(0)

      func generate() -> Int {
        Self.generated.add(1, ordering: .relaxed)
        return value * value
      }

      func hash(into hasher: inout Hasher) { hasher.combine(value % 7) }
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
