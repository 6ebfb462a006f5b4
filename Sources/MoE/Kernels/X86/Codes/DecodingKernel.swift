#if arch(x86_64) && !os(Windows)
  /// The codes that one generated decoding kernel reads: the key it is cached under.
  package struct DecodingKernelShape: Hashable, Sendable {
    /// The instructions to use.
    package let set: InstructionSet
    /// What it must know of the matrix.
    package let traits: CodeTraits
  }

  /// The arguments of a decoding kernel, in memory, their address in the first argument register.
  ///
  /// A call decodes some inputs of one tile, from the first of a block on. Steps are in bytes.
  ///
  /// Safe to hold: only generated code follows the pointers.
  @safe
  package struct DecodingArguments {
    /// The codes of the first input.
    var codes: UnsafeRawPointer?
    /// The scales of the first input's group.
    var scales: UnsafeRawPointer?
    /// The zero points of the first input's group.
    var zeroPoints: UnsafeRawPointer?
    /// Where the first input goes.
    var destination: UnsafeMutableRawPointer?
    /// From one input to the next.
    var destinationStep = 0
    /// Inputs to decode, at least one.
    var inputs = 0
    /// Those that belong to the first group, if there are so many.
    var firstGroup = 0
    /// Those of each further group.
    var groupSize = 0
    /// What scales are multiplied by.
    var factor: Float = 1

    static func offset(_ field: PartialKeyPath<DecodingArguments>) -> Int {
      guard let offset = MemoryLayout<DecodingArguments>.offset(of: field) else {
        preconditionFailure("not a stored field")
      }
      return offset
    }
  }

  /// A generated decoding kernel, ready to run.
  @safe
  package struct DecodingKernel: Sendable {
    private typealias Function = @convention(c) @Sendable (UnsafeMutableRawPointer) -> Void

    /// The code; none where its pages were refused.
    private let function: Function?

    init(_ shape: DecodingKernelShape) {
      precondition(shape.set.isAvailable, "\(shape.set) cannot run on this machine")
      var emitter = DecodingKernelEmitter(shape)
      let code = ExecutableMemory.Kept(for: "\(shape)", emitter.emit())
      unsafe function = code.map { unsafe unsafeBitCast($0.entry, to: Function.self) }
    }

    /// Whether there is code to run.
    var isGenerated: Bool { unsafe function != nil }

    /// Decodes; traps where there is no code.
    func callAsFunction(_ arguments: UnsafeMutablePointer<DecodingArguments>) {
      guard let function = unsafe function else { preconditionFailure("no code") }
      unsafe function(UnsafeMutableRawPointer(arguments))
    }
  }

  extension DecodingKernelShape: KernelShape {
    package static let kernels = KernelTable<DecodingKernel>()

    package var key: UInt64 {
      var key = KernelKey(set)
      traits.append(to: &key)
      return key.bits
    }

    package func generate() -> DecodingKernel { DecodingKernel(self) }
  }
#endif
