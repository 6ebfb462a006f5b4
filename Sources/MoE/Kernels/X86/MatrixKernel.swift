#if arch(x86_64) && !os(Windows)
  /// A generated matrix kernel, ready to run.
  package struct MatrixKernel: Sendable {
    /// The generated code; valid as long as the kernel, for ever if the cache holds it.
    package typealias Function = @convention(c) (UnsafeMutableRawPointer) -> Void

    /// What it computes.
    package let shape: MatrixKernelShape
    private let code: ExecutableMemory

    /// Generates the kernel; `nil` where the machine cannot run it.
    package init?(_ shape: MatrixKernelShape) {
      guard shape.set.isAvailable else { return nil }
      var emitter = MatrixKernelEmitter(shape)
      guard let code = ExecutableMemory(emitter.emit()) else { return nil }
      self.shape = shape
      self.code = code
    }

    /// The code, to call without the kernel at hand.
    package var function: Function { unsafe unsafeBitCast(code.entry, to: Function.self) }

    /// Computes `tiles` tiles; advances `arguments` past them.
    package func callAsFunction(_ arguments: UnsafeMutablePointer<MatrixKernelArguments>) {
      unsafe function(UnsafeMutableRawPointer(arguments))
    }
  }
#endif
