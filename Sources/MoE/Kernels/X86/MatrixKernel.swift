#if arch(x86_64) && !os(Windows)
  /// A generated matrix kernel, ready to run.
  package struct MatrixKernel: Sendable {
    /// The generated code; valid as long as the kernel, for ever if the cache holds it.
    package typealias Function = @convention(c) (UnsafeMutableRawPointer) -> Void

    /// What it computes.
    package let shape: MatrixKernelShape
    private let code: ExecutableMemory

    /// Generates the kernel, for instructions that this machine has.
    package init(_ shape: MatrixKernelShape) {
      precondition(shape.set.isAvailable, "\(shape.set) cannot run on this machine")
      var emitter = MatrixKernelEmitter(shape)
      code = ExecutableMemory.pages(for: "\(shape)", emitter.emit())
      self.shape = shape
    }

    /// The code, to call without the kernel at hand.
    package var function: Function { unsafe unsafeBitCast(code.entry, to: Function.self) }

    /// Computes `tiles` tiles; advances `arguments` past them.
    package func callAsFunction(_ arguments: UnsafeMutablePointer<MatrixKernelArguments>) {
      unsafe function(UnsafeMutableRawPointer(arguments))
    }
  }

  extension MatrixKernelShape: KernelShape {
    package static let kernels = Locked<[MatrixKernelShape: MatrixKernel]>([:])

    package func generate() -> MatrixKernel { MatrixKernel(self) }
  }
#endif
