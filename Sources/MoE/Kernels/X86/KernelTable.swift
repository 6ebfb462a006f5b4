#if arch(x86_64) && !os(Windows)
  import Synchronization

  /// The traits that tell one generated kernel of a kind from the others.
  package protocol KernelShape: Hashable, Sendable {
    /// The kernels of that kind.
    associatedtype Kernel: Sendable
    /// Those that were generated so far.
    static var kernels: KernelTable<Self> { get }
    /// Generates the kernel of this shape; traps where the machine cannot run it.
    func generate() -> Kernel
  }

  extension KernelShape {
    /// The kernel of this shape; traps where the machine cannot run it, so ask
    /// ``InstructionSet/isAvailable`` first.
    package var kernel: Kernel { Self.kernels.kernel(self) }
  }

  /// Generated kernels by shape, kept for the life of the process: each is generated once.
  ///
  /// Looking up a kernel that is there takes no lock, so that threads which start on small parts of
  /// a product do not wait for one another. Entries are only added: each stands in front of the
  /// list of its bucket, and is published after it has been written.
  @safe
  package final class KernelTable<Shape: KernelShape>: Sendable {
    @safe
    private struct Entry {
      let shape: Shape
      let kernel: Shape.Kernel
      let next: UnsafeMutablePointer<Entry>?
    }

    /// A power of two, of about as many as kernels that one program uses.
    private static var bucketCount: Int { 256 }

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

    /// The kernel of a shape, which is generated where it is not there yet.
    package func kernel(_ shape: Shape) -> Shape.Kernel {
      let bucket = unsafe buckets + (shape.hashValue & (Self.bucketCount - 1))
      if let kernel = unsafe find(shape, bucket) { return kernel }
      return entryCount.withLock { count in
        // Another thread may have been faster.
        if let kernel = unsafe find(shape, bucket) { return kernel }
        let kernel = shape.generate()
        let entry = UnsafeMutablePointer<Entry>.allocate(capacity: 1)
        unsafe entry.initialize(
          to: Entry(
            shape: shape, kernel: kernel, next: bucket.pointee.load(ordering: .relaxed)))
        unsafe bucket.pointee.store(entry, ordering: .releasing)
        count += 1
        return kernel
      }
    }

    private func find(
      _ shape: Shape, _ bucket: UnsafeMutablePointer<Atomic<UnsafeMutablePointer<Entry>?>>
    ) -> Shape.Kernel? {
      var entry = unsafe bucket.pointee.load(ordering: .acquiring)
      while let current = unsafe entry {
        if unsafe current.pointee.shape == shape { return unsafe current.pointee.kernel }
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
