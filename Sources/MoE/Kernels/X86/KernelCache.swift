#if arch(x86_64) && !os(Windows)
  /// What tells one generated kernel of a kind from the others.
  package protocol KernelShape: Hashable, Sendable {
    /// The kernels of that kind.
    associatedtype Kernel: Sendable
    /// Those that were generated so far.
    static var kernels: Locked<[Self: Kernel]> { get }
    /// Generates the kernel of this shape; traps where the machine cannot run it.
    func generate() -> Kernel
  }

  /// Generated kernels, kept for the life of the process: each shape is generated once.
  package enum KernelCache {
    /// The kernel of that shape; traps where the machine cannot run it, so ask
    /// `InstructionSet.isAvailable` first.
    package static func kernel<Shape: KernelShape>(_ shape: Shape) -> Shape.Kernel {
      Shape.kernels.withLock { kernels in
        if let kernel = kernels[shape] { return kernel }
        let kernel = shape.generate()
        kernels[shape] = kernel
        return kernel
      }
    }
  }
#endif
