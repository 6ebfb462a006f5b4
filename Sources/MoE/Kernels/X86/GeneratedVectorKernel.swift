#if arch(x86_64) && !os(Windows)
  /// Machine code for a vector program, kept for the life of the process.
  package struct GeneratedVectorKernel: Sendable {
    private typealias Function = @convention(c) (UnsafeMutableRawPointer) -> Void
    private let code: ExecutableMemory

    /// Generates code; `nil` where the system does not let pages be made executable.
    package init?(_ program: VectorProgram, _ set: InstructionSet) {
      var emitter = VectorKernelEmitter(program, set)
      guard let code = ExecutableMemory(emitter.emit()) else { return nil }
      self.code = code
    }

    /// The code for the program of a type, generated the first time that it is asked for.
    static func cached(
      _ type: ObjectIdentifier, _ set: InstructionSet, _ program: () -> VectorProgram
    ) -> GeneratedVectorKernel? {
      let key = Key(type: type, set: set)
      if let kernel = cache.withLock({ $0[key] }) { return kernel }
      // Generated outside of the lock: the loser of a race throws its own away.
      guard let kernel = GeneratedVectorKernel(program(), set) else { return nil }
      return cache.withLock { cache in
        if let first = cache[key] { return first }
        cache[key] = kernel
        return kernel
      }
    }

    private struct Key: Hashable {
      var type: ObjectIdentifier
      var set: InstructionSet
    }
    private static let cache = Locked<[Key: GeneratedVectorKernel]>([:])

    /// Runs a function over a range of places.
    package func run(over range: Range<Int>, _ pointers: VectorPointers, scalars: FloatVector) {
      guard !range.isEmpty else { return }
      var arguments = VectorKernelArguments(range, pointers, scalars)
      unsafe call(&arguments)
    }

    /// Runs a fold over a range of places.
    package func fold(
      over range: Range<Int>, _ pointers: VectorPointers, scalars: FloatVector,
      _ lanes: inout (FloatVector, FloatVector)
    ) {
      guard !range.isEmpty else { return }
      var arguments = VectorKernelArguments(range, pointers, scalars)
      arguments.lanes = SIMD16(lowHalf: lanes.0, highHalf: lanes.1)
      unsafe call(&arguments)
      lanes = (arguments.lanes.lowHalf, arguments.lanes.highHalf)
    }

    private func call(_ arguments: UnsafeMutablePointer<VectorKernelArguments>) {
      let function = unsafe unsafeBitCast(code.entry, to: Function.self)
      unsafe function(UnsafeMutableRawPointer(arguments))
    }
  }

  /// What a generated vector kernel is handed, in the order that it expects in memory.
  struct VectorKernelArguments {
    /// Four inputs, three outputs, and the count.
    var words: SIMD8<UInt>
    /// The lanes of a fold, before and after.
    var lanes = SIMD16<Float>()
    /// The numbers that are known only now.
    var scalars: FloatVector

    init(_ range: Range<Int>, _ pointers: VectorPointers, _ scalars: FloatVector) {
      let start = range.lowerBound
      let (a, b, c, d) = unsafe pointers.inputs
      let (x, y, z) = unsafe pointers.outputs
      words = unsafe SIMD8(
        UInt(bitPattern: a + start), UInt(bitPattern: b + start), UInt(bitPattern: c + start),
        UInt(bitPattern: d + start), UInt(bitPattern: x + start), UInt(bitPattern: y + start),
        UInt(bitPattern: z + start), UInt(range.count))
      self.scalars = scalars
    }

    static let countOffset = 7 * MemoryLayout<UInt>.stride
    static let lanesOffset = MemoryLayout<SIMD8<UInt>>.stride
    static let scalarsOffset = lanesOffset + MemoryLayout<SIMD16<Float>>.stride
  }
#endif
