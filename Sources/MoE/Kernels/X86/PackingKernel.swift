#if arch(x86_64) && !os(Windows)
  /// A generated packing kernel, ready to run.
  @safe
  package struct PackingKernel: Sendable {
    private typealias Function = @convention(c) @Sendable (UnsafeMutableRawPointer) -> Void

    /// The panels that it fills.
    package let shape: PackingKernelShape
    /// The code; none where its pages were refused, so that the shape is interpreted.
    private let function: Function?

    /// Generates the kernel, for instructions that this machine has.
    package init(_ shape: PackingKernelShape) {
      precondition(shape.set.isAvailable, "\(shape.set) cannot run on this machine")
      var emitter = PackingKernelEmitter(shape)
      self.init(shape, ExecutableMemory.Kept(for: "\(shape)", emitter.emit()))
    }

    /// The kernel that runs where no page may be made executable.
    package init(interpreting shape: PackingKernelShape) { self.init(shape, nil) }

    private init(_ shape: PackingKernelShape, _ code: ExecutableMemory.Kept?) {
      self.shape = shape
      unsafe function = code.map { unsafe unsafeBitCast($0.entry, to: Function.self) }
    }

    /// Fills `panels` panels; advances `arguments` past them.
    package func callAsFunction(_ arguments: UnsafeMutablePointer<PackingArguments>) {
      guard let function = unsafe function else { return unsafe interpret(&arguments.pointee) }
      unsafe function(UnsafeMutableRawPointer(arguments))
    }

    /// The work of the code in plain Swift.
    private func interpret(_ arguments: inout PackingArguments) {
      for _ in 0..<arguments.panels {
        guard let source = unsafe arguments.source, let panel = unsafe arguments.destination else {
          preconditionFailure("nothing to pack")
        }
        for column in 0..<shape.width {
          for step in 0..<arguments.depth {
            let value = column < shape.columns ? unsafe value(column, step, source, arguments) : 0
            unsafe panel.storeBytes(
              of: value, toByteOffset: 4 * (step * shape.width + column), as: Float.self)
          }
        }
        unsafe arguments.source = source + arguments.sourceStep
        unsafe arguments.destination = panel + arguments.destinationStep
      }
    }

    private func value(
      _ column: Int, _ step: Int, _ source: UnsafeRawPointer, _ arguments: PackingArguments
    ) -> Float {
      switch shape.source {
      case .contiguous:
        return unsafe source.loadUnaligned(
          fromByteOffset: step * arguments.sourceStride + 4 * column, as: Float.self)
      case .transposed:
        return unsafe source.loadUnaligned(
          fromByteOffset: column * arguments.sourceStride + 4 * step, as: Float.self)
      case .gathered:
        let start = unsafe source.load(fromByteOffset: 8 * column, as: UnsafeRawPointer.self)
        return unsafe start.loadUnaligned(
          fromByteOffset: arguments.sourceOffset + 4 * step, as: Float.self)
      }
    }
  }

  extension PackingKernelShape: KernelShape {
    package static let kernels = KernelTable<PackingKernel>()

    package var key: UInt64 {
      var key = KernelKey(set)
      switch source {
      case .contiguous: key.append(0, bits: 2)
      case .transposed: key.append(1, bits: 2)
      case .gathered: key.append(2, bits: 2)
      }
      key.append(columns, bits: 8)
      key.append(width, bits: 8)
      return key.bits
    }

    package func generate() -> PackingKernel { PackingKernel(self) }
  }
#endif
