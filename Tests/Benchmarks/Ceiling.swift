import MoE
import TestSupport

/// What the machine can do at best: the rate that work is compared with.
struct Ceiling {
  /// What the rate counts.
  let unit: Unit
  /// The operations or bytes of one measurement.
  let amount: Double
  private let clock: Clock
  private let busyThreads: Int
  private let burst: () -> Void

  /// A ceiling from work that is repeated for about as long as asked for.
  ///
  /// - Parameters:
  ///   - unit: What the rate counts.
  ///   - threads: The threads that the work that is compared with it runs on.
  ///   - busyThreads: Those that have something to do here; all unless given.
  ///   - effort: How long one measurement is to take.
  ///   - amount: The operations or bytes of the work, done once.
  ///   - work: Does the work a number of times.
  init(
    _ unit: Unit, threads: Int, busyThreads: Int? = nil, effort: Measurement.Effort,
    amount: Double, _ work: @escaping (_ repeats: Int) -> Void
  ) {
    let clock = Clock(threads: threads)
    work(1)
    let repeats = clock.repeats(toTake: effort.ceilingTime, work)
    self.unit = unit
    self.amount = amount * Double(repeats)
    self.clock = clock
    self.busyThreads = busyThreads ?? threads
    burst = { work(repeats) }
  }

  /// What one measurement gives.
  struct Rate {
    var seconds: Double
    var rate: Double
    /// The share of the time that the threads ran; less than 1 where other processes did.
    var occupancy: Double
  }

  /// Measures once.
  func rate() -> Rate {
    var seconds = 0.0
    let busy = Clock.process.time { seconds = clock.time(burst) }
    return Rate(
      seconds: seconds, rate: amount / seconds / 1e9,
      occupancy: busy / seconds / Double(busyThreads))
  }
}

// MARK: - Arithmetic

extension Ceiling {
  /// Multiply-adds: on registers alone or, for the portable kernels, whose peak is the compiler's
  /// doing, those of their microkernel on panels in the first-level cache.
  static func arithmetic(
    _ set: KernelSet, threads: Int, effort: Measurement.Effort
  ) -> Ceiling {
    // Several pieces a thread, so that a slow core does not hold up the others.
    let pieces = threads == 1 ? 1 : 8 * threads
    #if arch(x86_64) && !os(Windows)
      if let peak = set.instructions.flatMap({ PeakKernel($0) }) {
        let iterations = 20
        return Ceiling(
          .gflops, threads: threads, effort: effort,
          amount: Double(peak.operationsPerIteration * iterations * pieces)
        ) { repeats in
          parallelFor(pieces, threads: threads, scratch: {}) { _, _ in
            peak(iterations: iterations * repeats)
          }
        }
      }
    #endif
    return Ceiling(
      .gflops, threads: threads, effort: effort,
      amount: Double(PortablePanels.operations * pieces)
    ) { repeats in
      parallelFor(pieces, threads: threads, scratch: { PortablePanels() }) { panels, _ in
        for _ in 0..<repeats { panels.multiply() }
      }
    }
  }
}

/// Panels of the portable microkernel that fit a first-level cache of 32 KiB.
struct PortablePanels {
  static let depth = 192
  static let operations =
    2 * MatrixMicrokernel.rowCount * MatrixMicrokernel.columnCount * depth
  let left = AlignedStorage(
    filledWith: 0.5, count: depth * MatrixMicrokernel.rowCount * MatrixMicrokernel.leftCopies)
  let right = AlignedStorage(filledWith: 1, count: depth * MatrixMicrokernel.columnCount)
  let output = AlignedStorage(
    filledWith: 0, count: MatrixMicrokernel.rowCount * MatrixMicrokernel.columnCount)

  /// One tile of the product.
  func multiply() {
    unsafe MatrixMicrokernel.run(
      depth: PortablePanels.depth, left: left.base, right: right.base, output: output.base,
      outputStride: MatrixMicrokernel.columnCount, accumulates: false)
  }
}

// MARK: - Memory

extension Ceiling {
  /// Reading memory straight through, with the widest loads that the machine has.
  ///
  /// - Parameters:
  ///   - bytes: How much is read; the same bytes again and again, which caches keep if they can.
  ///   - threads: The threads that share it.
  ///   - effort: How long one measurement is to take.
  /// - Returns: A rate of bytes.
  static func reading(bytes: Int, threads: Int, effort: Measurement.Effort) -> Ceiling {
    let pieces = Pieces(bytes: bytes, threads: threads)
    let memory = AlignedStorage(filledWith: 1, count: pieces.byteCount / 4)
    return Ceiling(
      .gigabytesPerSecond, threads: threads, busyThreads: pieces.count, effort: effort,
      amount: Double(pieces.byteCount)
    ) { repeats in
      parallelFor(pieces.count, threads: threads, scratch: {}) { _, piece in
        for _ in 0..<repeats {
          unsafe read(memory.base + piece * pieces.bytesEach / 4, bytes: pieces.bytesEach)
        }
      }
    }
  }

  /// Copying from one place to another.
  ///
  /// - Parameters:
  ///   - bytes: How much is read and written, together.
  ///   - threads: The threads that share it.
  ///   - effort: How long one measurement is to take.
  /// - Returns: A rate of bytes.
  static func copying(bytes: Int, threads: Int, effort: Measurement.Effort) -> Ceiling {
    let pieces = Pieces(bytes: bytes / 2, threads: threads)
    let source = AlignedStorage(filledWith: 1, count: pieces.byteCount / 4)
    let destination = AlignedStorage(filledWith: 0, count: pieces.byteCount / 4)
    return Ceiling(
      .gigabytesPerSecond, threads: threads, busyThreads: pieces.count, effort: effort,
      amount: Double(2 * pieces.byteCount)
    ) { repeats in
      parallelFor(pieces.count, threads: threads, scratch: {}) { _, piece in
        let (start, count) = (piece * pieces.bytesEach / 4, pieces.bytesEach / 4)
        for _ in 0..<repeats {
          unsafe (destination.base + start).update(from: source.base + start, count: count)
        }
      }
    }
  }

  private static func read(_ start: UnsafePointer<Float>, bytes: Int) {
    #if arch(x86_64) && !os(Windows)
      if let stream { return unsafe stream(UnsafeRawPointer(start), bytes: bytes) }
    #endif
    let vectors = unsafe UnsafeRawPointer(start).assumingMemoryBound(to: FloatVector.self)
    var sums = (FloatVector(), FloatVector(), FloatVector(), FloatVector())
    for index in stride(from: 0, to: bytes / MemoryLayout<FloatVector>.stride, by: 4) {
      unsafe sums.0 += vectors[index]
      unsafe sums.1 += vectors[index + 1]
      unsafe sums.2 += vectors[index + 2]
      unsafe sums.3 += vectors[index + 3]
    }
    blackHole(sums)
  }

  #if arch(x86_64) && !os(Windows)
    private static let stream = InstructionSet.best.flatMap { StreamKernel($0) }
  #endif

  /// Memory cut for threads: one piece for each, which it goes through again and again, so that
  /// handing work over does not count.
  private struct Pieces {
    let count: Int
    let bytesEach: Int
    var byteCount: Int { count * bytesEach }

    init(bytes: Int, threads: Int) {
      count = max(1, min(threads, bytes >> 16))
      // Reading goes by 512 bytes.
      bytesEach = max(1, (bytes / count + 511) / 512) * 512
    }
  }
}

extension AlignedStorage {
  /// Memory that holds one value throughout.
  convenience init(filledWith value: Float, count: Int) {
    self.init(uninitializedCapacity: count)
    unsafe base.initialize(repeating: value, count: count)
  }
}
