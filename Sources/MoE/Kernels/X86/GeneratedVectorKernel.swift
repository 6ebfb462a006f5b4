#if arch(x86_64) && !os(Windows)
  /// Machine code for a vector program, kept for the life of the process.
  @safe
  package struct GeneratedVectorKernel: Sendable {
    private typealias Function = @convention(c) @Sendable (UnsafeMutableRawPointer) -> Void
    /// The code; none where its pages were refused.
    private let function: Function?

    /// Whether there is no code, as its pages were refused: the function itself is to be run, one
    /// ``FusedLane`` after another.
    package var isRefused: Bool { unsafe function == nil }

    /// Generates code, for instructions that this machine has.
    package init(_ program: VectorProgram, _ set: InstructionSet) {
      var emitter = VectorKernelEmitter(program, set)
      self.init(
        ExecutableMemory.Kept(
          for: "a vector kernel of \(program.steps.count) steps", emitter.emit()))
    }

    /// A kernel without code, whose pages were refused.
    package static let refused = GeneratedVectorKernel(nil)

    private init(_ code: ExecutableMemory.Kept?) {
      unsafe function = code.map { unsafe unsafeBitCast($0.entry, to: Function.self) }
    }

    /// The code for a function or a fold on the kernel set in use; none where that is the portable
    /// one.
    static func current<Kernel: TraceableKernel>(for kernel: Kernel) -> GeneratedVectorKernel? {
      KernelSet.current.instructions.map { set in
        // Kernels of one type differ in their scalars alone; and the addresses that tell types
        // apart are even.
        let type = UInt(bitPattern: ObjectIdentifier(Kernel.self))
        return kernels.kernel(UInt64(type) | KernelKey(set).bits) {
          GeneratedVectorKernel(kernel.program, set)
        }
      }
    }

    private static let kernels = KernelTable<GeneratedVectorKernel>()

    /// Makes the code for a function or a fold on the kernel set in use, where it is not there yet.
    package static func prepare(_ kernel: some TraceableKernel) { _ = current(for: kernel) }

    /// How many were generated so far.
    package static var count: Int { kernels.count }

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
      guard let function = unsafe function else {
        preconditionFailure("a vector kernel without code")
      }
      unsafe function(UnsafeMutableRawPointer(arguments))
    }
  }

  /// The arguments of a generated vector kernel, in the order that it expects in memory.
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
