#if arch(x86_64)
  import Synchronization

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
    private static let cache = Mutex<[Key: GeneratedVectorKernel]>([:])

    /// Runs a function over a range of places.
    func run(over range: Range<Int>, _ pointers: VectorPointers, scalars: [Float]) {
      guard !range.isEmpty else { return }
      unsafe withArguments(range, pointers, scalars) { unsafe call($0) }
    }

    /// Runs a fold over a range of places.
    func fold(
      over range: Range<Int>, _ pointers: VectorPointers, scalars: [Float],
      _ lanes: inout (FloatVector, FloatVector)
    ) {
      guard !range.isEmpty else { return }
      unsafe withArguments(range, pointers, scalars) { arguments in
        let address = unsafe arguments + VectorKernelEmitter.lanesOffset
        unsafe address.storeBytes(of: lanes.0, as: FloatVector.self)
        unsafe address.storeBytes(of: lanes.1, toByteOffset: 32, as: FloatVector.self)
        unsafe call(arguments)
        lanes.0 = unsafe address.loadUnaligned(as: FloatVector.self)
        lanes.1 = unsafe address.loadUnaligned(fromByteOffset: 32, as: FloatVector.self)
      }
    }

    private func call(_ arguments: UnsafeMutableRawPointer) {
      let function = unsafe unsafeBitCast(code.entry, to: Function.self)
      unsafe function(arguments)
    }

    private func withArguments(
      _ range: Range<Int>, _ pointers: VectorPointers, _ scalars: [Float],
      _ body: (UnsafeMutableRawPointer) -> Void
    ) {
      unsafe withUnsafeTemporaryAllocation(
        byteCount: VectorKernelEmitter.argumentBytes, alignment: 64
      ) { buffer in
        guard let arguments = buffer.baseAddress else { return }
        let start = range.lowerBound
        let words = unsafe arguments.assumingMemoryBound(to: UInt.self)
        let (a, b, c, d) = unsafe pointers.inputs
        unsafe words[0] = UInt(bitPattern: a + start)
        unsafe words[1] = UInt(bitPattern: b + start)
        unsafe words[2] = UInt(bitPattern: c + start)
        unsafe words[3] = UInt(bitPattern: d + start)
        let (x, y, z) = unsafe pointers.outputs
        unsafe words[4] = UInt(bitPattern: x + start)
        unsafe words[5] = UInt(bitPattern: y + start)
        unsafe words[6] = UInt(bitPattern: z + start)
        unsafe words[7] = UInt(range.count)
        let slots = unsafe (arguments + VectorKernelEmitter.scalarsOffset)
          .assumingMemoryBound(to: Float.self)
        for (slot, scalar) in scalars.enumerated() { unsafe slots[slot] = scalar }
        unsafe body(arguments)
      }
    }
  }
#endif
