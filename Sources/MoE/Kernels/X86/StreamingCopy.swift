#if arch(x86_64) && !os(Windows)
  /// A generated copy that writes past the caches: of large blocks, which would else be fetched before
  /// they are overwritten, and would drive out what is there.
  @safe
  package struct StreamingCopy: Sendable {
    private typealias Function = @convention(c) @Sendable (UnsafeMutableRawPointer) -> Void

    /// What the code is handed.
    @safe
    private struct Arguments {
      var source: UnsafeRawPointer
      var destination: UnsafeMutableRawPointer
      var blocks: Int
    }

    /// The bytes that it copies at a time: four lines of a cache.
    package static let blockSize = 4 * lineSize
    private static let lineSize = AlignedStorage.alignment

    /// Keeps ``function`` in memory.
    private let code: ExecutableMemory?
    /// The code; none where its pages were refused.
    private let function: Function?

    fileprivate init(_ set: InstructionSet) {
      code = .pages(for: "a copy", StreamingCopy.emit(set))
      unsafe function = code.map { unsafe unsafeBitCast($0.entry, to: Function.self) }
    }

    /// Copies bytes between places that do not overlap, of any alignment.
    ///
    /// - Returns: Whether it did; not where there is no code, or too little to copy.
    package static func copy(
      _ source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, byteCount: Int
    ) -> Bool {
      guard byteCount >= leastByteCount, let set = KernelSet.current.instructions,
        let function = unsafe StreamingCopyShape(set: set).kernel.function
      else { return false }
      // Up to a whole line of the target, and what is left of a block at the end, as it stands.
      let head = -Int(bitPattern: destination) & (lineSize - 1)
      let blocks = (byteCount - head) / blockSize
      let tail = head + blocks * blockSize
      unsafe destination.copyMemory(from: source, byteCount: head)
      var arguments = unsafe Arguments(
        source: source + head, destination: destination + head, blocks: blocks)
      unsafe withUnsafeMutablePointer(to: &arguments) {
        unsafe function(UnsafeMutableRawPointer($0))
      }
      unsafe (destination + tail).copyMemory(from: source + tail, byteCount: byteCount - tail)
      return true
    }

    /// Generates the copy for a set of instructions, where it is not there yet.
    static func prepare(_ set: InstructionSet) { _ = StreamingCopyShape(set: set).kernel }

    /// The bytes from which the caches are passed by: half of what a core has of its own as a rule.
    package static let leastByteCount = 1 << 19

    /// Registers: rdi the arguments, rsi the source, rdx the destination, rcx blocks left.
    private static func emit(_ set: InstructionSet) -> [UInt8] {
      var assembler = Assembler()
      assembler.mov(.rsi, .at(.rdi, 0))
      assembler.mov(.rdx, .at(.rdi, 8))
      assembler.mov(.rcx, .at(.rdi, 16))
      let bytes = 4 * set.lanes
      assembler.align(to: 32)
      let loop = assembler.here()
      for index in 0..<blockSize / bytes {
        assembler.vector(.vmovups, set.register(index), .at(.rsi, index * bytes))
      }
      for index in 0..<blockSize / bytes {
        assembler.vector(.vmovntpsStore, set.register(index), .at(.rdx, index * bytes))
      }
      assembler.add(.rsi, blockSize)
      assembler.add(.rdx, blockSize)
      assembler.dec(.rcx)
      assembler.jump(.notEqual, loop)
      // Such stores are in no order with others, which may be another thread's.
      assembler.sfence()
      assembler.vzeroupper()
      assembler.ret()
      return assembler.finish()
    }
  }

  /// One copy a set of instructions.
  private struct StreamingCopyShape: KernelShape {
    let set: InstructionSet

    static let kernels = KernelTable<StreamingCopy>()

    var key: UInt64 { KernelKey(set).bits }

    func generate() -> StreamingCopy { StreamingCopy(set) }
  }
#endif
