import MoE

extension Ceiling {
  /// Reading some arrays and writing back to some of them, as an optimiser's step does, with next
  /// to no arithmetic.
  ///
  /// Writing where one has read spares memory the reading that a copy's writing costs, so that
  /// copying as many bytes would be too low a ceiling.
  ///
  /// - Parameters:
  ///   - mix: The arrays.
  ///   - count: The scalars of each.
  ///   - threads: The threads that share them.
  ///   - effort: How long one measurement is to take.
  /// - Returns: A rate of bytes, read or written.
  static func updating(
    _ mix: StreamMix, count: Int, threads: Int, effort: Measurement.Effort
  ) -> Ceiling {
    #if arch(x86_64) && !os(Windows)
      if InstructionSet.best != nil {
        let pieces = max(1, min(threads, count >> 12))
        let pieceCount = count / pieces
        let arrays = (0..<mix.inputCount).map { _ in AlignedStorage(filledWith: 1, count: count) }
        return Ceiling(
          .gigabytesPerSecond, threads: threads, busyThreads: pieces, effort: effort,
          amount: mix.bytes(count: pieces * pieceCount)
        ) { repeats in
          // The best instructions that the machine has, whatever kernels were asked for.
          KernelSet.withCurrent(KernelSet.available.last ?? .portable) {
            parallelFor(pieces, threads: threads, scratch: {}) { _, piece in
              let range = piece * pieceCount..<(piece + 1) * pieceCount
              for _ in 0..<repeats { mix.run(over: range, arrays) }
            }
          }
        }
      }
    #endif
    // From another module a portable kernel is not specialised: it would be no ceiling.
    return copying(bytes: Int(mix.bytes(count: count)), threads: threads, effort: effort)
  }
}

/// Arrays that are gone through together; all are read, and all but one written back.
enum StreamMix {
  /// A parameter and its gradient, as in SGD.
  case parameter
  /// These and a state, as in SGD with momentum.
  case parameterAndState
  /// These and two states, as in AdamW.
  case parameterAndTwoStates

  /// How many arrays there are.
  var inputCount: Int {
    switch self {
    case .parameter: 2
    case .parameterAndState: 3
    case .parameterAndTwoStates: 4
    }
  }

  /// The bytes that are read or written of arrays of so many scalars.
  func bytes(count: Int) -> Double {
    Double((2 * inputCount - 1) * count * MemoryLayout<Float>.stride)
  }

  fileprivate func run(over range: Range<Int>, _ arrays: [AlignedStorage]) {
    let (x, g) = unsafe (arrays[0].base, arrays[1].base)
    switch self {
    case .parameter: unsafe VectorKernel(Sum()).run(over: range, VectorPointers(x, g, to: x))
    case .parameterAndState:
      let y = unsafe arrays[2].base
      unsafe VectorKernel(TwoSums()).run(over: range, VectorPointers(x, g, y, to: x, y))
    case .parameterAndTwoStates:
      let (y, z) = unsafe (arrays[2].base, arrays[3].base)
      unsafe VectorKernel(ThreeSums()).run(over: range, VectorPointers(x, g, y, z, to: x, y, z))
    }
  }
}

/// The sum of both arguments.
private struct Sum: BinaryFunction {
  func callAsFunction<V: VectorArithmetic>(_ x: V, _ g: V) -> V { x + g }
}

/// The sums of the second argument and each other.
private struct TwoSums: VectorFunction {
  static var inputCount: Int { 3 }
  static var outputCount: Int { 2 }
  func callAsFunction<V: VectorArithmetic>(_ x: V, _ g: V, _ y: V, _ z: V) -> (V, V, V) {
    (x + g, y + g, z)
  }
}

/// The same of three.
private struct ThreeSums: VectorFunction {
  static var inputCount: Int { 4 }
  static var outputCount: Int { 3 }
  func callAsFunction<V: VectorArithmetic>(_ x: V, _ g: V, _ y: V, _ z: V) -> (V, V, V) {
    (x + g, y + g, z + g)
  }
}
