#if arch(x86_64) && !os(Windows)
  import Synchronization

  /// The traits that tell one generated kernel of a kind from the others.
  package protocol KernelShape: Sendable {
    /// The kernels of that kind.
    associatedtype Kernel: Sendable
    /// Those that were generated so far.
    static var kernels: KernelTable<Kernel> { get }
    /// A number that no other shape of the kind has: to look a kernel up takes less than to hash
    /// its traits one by one.
    var key: UInt64 { get }
    /// Generates the kernel of this shape; traps where the machine cannot run it.
    func generate() -> Kernel
  }

  extension KernelShape {
    /// The kernel of this shape; traps where the machine cannot run it, so ask
    /// ``InstructionSet/isAvailable`` first.
    package var kernel: Kernel { Self.kernels.kernel(key) { generate() } }
  }

  /// The traits of a shape one after another in the bits of a number.
  struct KernelKey {
    private(set) var bits: UInt64
    private var count = 1

    /// The instructions alone.
    init(_ set: InstructionSet) { bits = set == .avx512 ? 1 : 0 }

    /// Appends a trait; traps where it does not fit.
    @inline(__always)
    mutating func append(_ trait: Int, bits width: Int) {
      precondition(trait >= 0 && trait >> width == 0 && count + width <= 64, "trait \(trait)")
      bits |= UInt64(trait) << UInt64(count)
      count += width
    }
  }

  /// Generated kernels by the key of their shape, kept for the life of the process: each is generated
  /// once.
  ///
  /// Looking up a kernel that is there takes no lock, so that threads which start on small parts of
  /// a product do not wait for one another. Entries are only added: each stands in front of the
  /// list of its bucket, and is published after it has been written.
  @safe
  package final class KernelTable<Kernel: Sendable>: Sendable {
    @safe
    private struct Entry {
      let key: UInt64
      let kernel: Kernel
      let next: UnsafeMutablePointer<Entry>?
    }

    /// A power of two, of about as many as kernels that one program uses.
    private static var bucketCount: Int { 1 << bucketBits }
    private static var bucketBits: Int { 8 }

    private nonisolated(unsafe) let buckets:
      UnsafeMutablePointer<Atomic<UnsafeMutablePointer<Entry>?>>
    /// The number of entries, which one thread at a time may raise.
    private let entryCount = Locked(0)

    /// A table without kernels.
    package init() {
      unsafe buckets = .allocate(capacity: Self.bucketCount)
      for index in 0..<Self.bucketCount {
        unsafe (buckets + index).initialize(to: Atomic(nil))
      }
    }

    /// How many kernels were generated so far.
    package var count: Int { entryCount.withLock { $0 } }

    /// The kernel of a key, which is generated where it is not there yet.
    package func kernel(_ key: UInt64, generate: () -> Kernel) -> Kernel {
      // The golden ratio spreads keys that differ in a few bits over the upper ones.
      let hash = (key &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - Self.bucketBits)
      let bucket = unsafe buckets + Int(hash)
      if let kernel = unsafe find(key, bucket) { return kernel }
      return entryCount.withLock { count in
        // Another thread may have been faster.
        if let kernel = unsafe find(key, bucket) { return kernel }
        let kernel = generate()
        let entry = UnsafeMutablePointer<Entry>.allocate(capacity: 1)
        unsafe entry.initialize(
          to: Entry(
            key: key, kernel: kernel, next: bucket.pointee.load(ordering: .relaxed)))
        unsafe bucket.pointee.store(entry, ordering: .releasing)
        count += 1
        return kernel
      }
    }

    private func find(
      _ key: UInt64, _ bucket: UnsafeMutablePointer<Atomic<UnsafeMutablePointer<Entry>?>>
    ) -> Kernel? {
      var entry = unsafe bucket.pointee.load(ordering: .acquiring)
      while let current = unsafe entry {
        if unsafe current.pointee.key == key { return unsafe current.pointee.kernel }
        unsafe entry = current.pointee.next
      }
      return nil
    }

    deinit {
      for index in 0..<Self.bucketCount {
        var entry = unsafe buckets[index].load(ordering: .acquiring)
        while let current = unsafe entry {
          unsafe entry = current.pointee.next
          unsafe current.deinitialize(count: 1)
          unsafe current.deallocate()
        }
      }
      unsafe buckets.deinitialize(count: Self.bucketCount)
      unsafe buckets.deallocate()
    }
  }
#endif
