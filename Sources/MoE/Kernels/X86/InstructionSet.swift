#if arch(x86_64) && !os(Windows)
  /// A family of vector instructions that kernels are generated for.
  package enum InstructionSet: UInt8, CaseIterable, Hashable, Sendable {
    case avx2, avx512

    /// Whether this machine runs it.
    package var isAvailable: Bool {
      switch self {
      case .avx2: CPUFeatures.current.avx2
      case .avx512: CPUFeatures.current.avx512
      }
    }

    /// Those that this machine runs, the best last.
    package static var available: [InstructionSet] { allCases.filter(\.isAvailable) }

    /// The best that this machine runs.
    package static var best: InstructionSet? { available.last }

    /// Floats in a vector.
    package var lanes: Int { self == .avx512 ? 16 : 8 }

    /// Vector registers.
    package var registerCount: Int { self == .avx512 ? 32 : 16 }

    /// A vector as wide as the set's.
    package func register(_ number: Int) -> VectorRegister {
      self == .avx512 ? .z(number) : .y(number)
    }
  }
#endif
