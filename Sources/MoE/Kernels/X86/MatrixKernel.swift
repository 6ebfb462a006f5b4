#if arch(x86_64) && !os(Windows)
  /// A generated matrix kernel, ready to run.
  @safe
  package struct MatrixKernel: Sendable {
    private typealias Function = @convention(c) @Sendable (UnsafeMutableRawPointer) -> Void

    /// The tile that it computes.
    package let shape: MatrixKernelShape
    /// Keeps ``function`` in memory.
    private let code: ExecutableMemory?
    /// The code; none where its pages were refused, so that the shape is interpreted.
    private let function: Function?

    /// Generates the kernel, for instructions that this machine has.
    package init(_ shape: MatrixKernelShape) {
      precondition(shape.set.isAvailable, "\(shape.set) cannot run on this machine")
      var emitter = MatrixKernelEmitter(shape)
      self.init(shape, .pages(for: "\(shape)", emitter.emit()))
    }

    /// The kernel that runs where no page may be made executable.
    package init(interpreting shape: MatrixKernelShape) { self.init(shape, nil) }

    private init(_ shape: MatrixKernelShape, _ code: ExecutableMemory?) {
      self.shape = shape
      self.code = code
      unsafe function = code.map { unsafe unsafeBitCast($0.entry, to: Function.self) }
    }

    /// Computes `tiles` tiles; advances `arguments` past them.
    package func callAsFunction(_ arguments: UnsafeMutablePointer<MatrixKernelArguments>) {
      guard let function = unsafe function else { return unsafe interpret(&arguments.pointee) }
      unsafe function(UnsafeMutableRawPointer(arguments))
    }
  }

  extension MatrixKernelShape: KernelShape {
    package static let kernels = KernelTable<MatrixKernelShape>()

    package func generate() -> MatrixKernel { MatrixKernel(self) }
  }
#endif
