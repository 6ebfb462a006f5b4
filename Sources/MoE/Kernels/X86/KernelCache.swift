#if arch(x86_64) && !os(Windows)

  /// Generated kernels, kept for the life of the process: each shape is generated once.
  package enum KernelCache {
    private static let matrix = Locked<[MatrixKernelShape: MatrixKernel]>([:])
    private static let packing = Locked<[PackingKernelShape: PackingKernel]>([:])

    /// The kernel of that shape; traps where the machine cannot run it, so ask
    /// `InstructionSet.isAvailable` first.
    package static func kernel(_ shape: MatrixKernelShape) -> MatrixKernel {
      matrix.withLock { kernels in
        if let kernel = kernels[shape] { return kernel }
        guard let kernel = MatrixKernel(shape) else {
          preconditionFailure("no executable memory for \(shape)")
        }
        kernels[shape] = kernel
        return kernel
      }
    }

    /// The packing kernel of that shape; traps as above.
    package static func kernel(_ shape: PackingKernelShape) -> PackingKernel {
      packing.withLock { kernels in
        if let kernel = kernels[shape] { return kernel }
        guard let kernel = PackingKernel(shape) else {
          preconditionFailure("no executable memory for \(shape)")
        }
        kernels[shape] = kernel
        return kernel
      }
    }
  }
#endif
