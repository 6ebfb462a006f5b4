#if canImport(Glibc)
  import Glibc
#endif

extension Compute {
  /// Gives the memory that is kept for later tensors back to the system.
  ///
  /// Blocks of memory that tensors no longer use are kept for the next tensors of about their size, at
  /// most as much as is in use and 256 MiB more. Call this when a large piece of work is over, such as a
  /// training, and the process lives on. Tensors that are in use are not touched; the next large
  /// ones cost a little more.
  ///
  /// - Returns: How many bytes were kept.
  @discardableResult
  public static func releaseMemory() -> Int {
    let byteCount = StoragePool.release()
    trimHeap()
    return byteCount
  }

  /// Makes the C library give back what it keeps itself: the GNU one puts blocks of up to 32 MiB on
  /// its heap.
  private static func trimHeap() {
    #if canImport(Glibc)
      typealias Trim = @convention(c) (Int) -> Int32
      // No header of the module has it.
      if let address = unsafe dlsym(nil, "malloc_trim") {
        _ = unsafe unsafeBitCast(address, to: Trim.self)(0)
      }
    #endif
  }
}
