#if arch(x86_64) && !os(Windows)
  /// Machine code for a vector program, kept for the life of the process.
  package struct GeneratedVectorKernel: Sendable {
    private typealias Function = @convention(c) (UnsafeMutableRawPointer) -> Void
    private let code: ExecutableMemory

    /// Generates code, for instructions that this machine has.
    package init(_ program: VectorProgram, _ set: InstructionSet) {
      var emitter = VectorKernelEmitter(program, set)
      code = ExecutableMemory.pages(
        for: "a vector kernel of \(program.steps.count) steps", emitter.emit())
    }

    /// The code for a function or a fold on the kernel set in use; none where that is the portable one.
    static func current(for kernel: some TraceableKernel) -> GeneratedVectorKernel? {
      KernelSet.current.instructions.map { set in
        KernelCache.kernel(VectorKernelShape(kernel: kernel, set: set))
      }
    }

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

  /// Which vector kernel: that of a type, whose values differ in their scalars alone.
  private struct VectorKernelShape: KernelShape {
    let kernel: any TraceableKernel
    let set: InstructionSet

    static let kernels = Locked<[VectorKernelShape: GeneratedVectorKernel]>([:])

    func generate() -> GeneratedVectorKernel { GeneratedVectorKernel(kernel.program, set) }

    private var type: ObjectIdentifier { ObjectIdentifier(Swift.type(of: kernel)) }

    static func == (left: Self, right: Self) -> Bool {
      left.type == right.type && left.set == right.set
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(type)
      hasher.combine(set)
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
