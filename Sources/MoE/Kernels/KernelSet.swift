extension ComputeSettings {
  /// The kernels to run on: those that were asked for, else those of the process.
  var kernelSet: KernelSet { kernels ?? .standard }
}

/// The kernels that the library's work runs on.
package enum KernelSet: String, Sendable, CaseIterable {
  /// SIMD code that the Swift compiler made for the baseline of the processor's family.
  case portable
  /// Code generated at run time for x86-64 with AVX2 and FMA.
  case avx2
  /// Code generated at run time for x86-64 with AVX-512.
  case avx512

  /// The kernel set of the innermost ``withCurrent(_:_:)``; else the one that `MOE_KERNELS` names,
  /// where this machine can run it; else the best that this machine can run.
  package static var current: KernelSet {
    ComputeSettings.current.kernelSet
  }

  /// Runs `body`, and all that it calls, on the given kernel set; one that cannot run here traps.
  package static func withCurrent<Result>(
    _ set: KernelSet, _ body: () throws -> Result
  ) rethrows -> Result {
    require(set.isAvailable, "kernel set \(set.rawValue) cannot run on this machine")
    return try settings(with: set)(body)
  }

  /// Runs `body`, and all that it awaits, on the given kernel set; one that cannot run here traps.
  package static func withCurrent<Result>(
    _ set: KernelSet, _ body: () async throws -> Result
  ) async rethrows -> Result {
    require(set.isAvailable, "kernel set \(set.rawValue) cannot run on this machine")
    return try await settings(with: set).whileAwaiting(body)
  }

  private static func settings(with set: KernelSet) -> ComputeSettings {
    var settings = ComputeSettings.current
    settings.kernels = set
    return settings
  }

  fileprivate static let standard: KernelSet = {
    let names = available.map(\.rawValue).joined(separator: ", ")
    let forced = EnvironmentSetting.value(
      "MOE_KERNELS", expected: "one of \(names) on this machine"
    ) {
      KernelSet(rawValue: $0.lowercased()).flatMap { $0.isAvailable ? $0 : nil }
    }
    return forced ?? available.last ?? .portable
  }()

  /// The kernel sets that this machine can run, the best last.
  package static var available: [KernelSet] { allCases.filter(\.isAvailable) }

  /// Whether this machine can run it.
  package var isAvailable: Bool {
    #if arch(x86_64) && !os(Windows)
      instructions?.isAvailable ?? true
    #else
      self == .portable
    #endif
  }

  #if arch(x86_64) && !os(Windows)
    /// The set that code is generated for with some instructions.
    init(_ instructions: InstructionSet) {
      self = instructions == .avx512 ? .avx512 : .avx2
    }

    /// The instructions that code is generated with.
    package var instructions: InstructionSet? {
      switch self {
      case .portable: nil
      case .avx2: .avx2
      case .avx512: .avx512
      }
    }
  #endif
}
