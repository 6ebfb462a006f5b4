#if arch(x86_64) && !os(Windows)
  /// A generated matrix kernel, ready to run.
  @safe
  package struct MatrixKernel: Sendable {
    private typealias Function = @convention(c) @Sendable (UnsafeMutableRawPointer) -> Void

    /// The tile that it computes.
    package let shape: MatrixKernelShape
    /// The code; none where its pages were refused, so that the shape is interpreted.
    private let function: Function?

    /// Generates the kernel, for instructions that this machine has.
    package init(_ shape: MatrixKernelShape) {
      precondition(shape.set.isAvailable, "\(shape.set) cannot run on this machine")
      var emitter = MatrixKernelEmitter(shape)
      self.init(shape, ExecutableMemory.Kept(for: "\(shape)", emitter.emit()))
    }

    /// The kernel that runs where no page may be made executable.
    package init(interpreting shape: MatrixKernelShape) { self.init(shape, nil) }

    private init(_ shape: MatrixKernelShape, _ code: ExecutableMemory.Kept?) {
      self.shape = shape
      unsafe function = code.map { unsafe unsafeBitCast($0.entry, to: Function.self) }
    }

    /// Whether there is code to run; kernels over codes are not interpreted.
    var isGenerated: Bool { unsafe function != nil }

    /// Computes `tiles` tiles; advances `arguments` past them.
    package func callAsFunction(_ arguments: UnsafeMutablePointer<MatrixKernelArguments>) {
      guard let function = unsafe function else { return unsafe interpret(&arguments.pointee) }
      unsafe function(UnsafeMutableRawPointer(arguments))
    }
  }

  extension MatrixKernelShape: KernelShape {
    package static let kernels = KernelTable<MatrixKernel>()

    package var key: UInt64 {
      var key = KernelKey(set)
      key.append(rows, bits: 8)
      key.append(vectors, bits: 8)
      key.append(panels, bits: 8)
      switch left {
      case .panel(let stride):
        key.append(0, bits: 2)
        key.append(stride, bits: 16)
      case .rows: key.append(1, bits: 2)
      case .gathered: key.append(2, bits: 2)
      }
      switch right {
      case .packed: key.append(0, bits: 3)
      case .rows: key.append(1, bits: 3)
      case .rowsPacking: key.append(2, bits: 3)
      case .columns: key.append(3, bits: 3)
      case .codes(let traits):
        key.append(4, bits: 3)
        traits.append(to: &key)
      }
      key.append(accumulates ? 1 : 0, bits: 1)
      key.append(isMasked ? 1 : 0, bits: 1)
      key.append(hasBias ? 1 : 0, bits: 1)
      key.append(epilogue == .rectify ? 1 : 0, bits: 1)
      key.append(scatters ? 1 : 0, bits: 1)
      return key.bits
    }

    package func generate() -> MatrixKernel { MatrixKernel(self) }
  }
#endif
