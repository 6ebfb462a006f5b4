#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#endif

/// Pages of two megabytes, of which the processor keeps track of more memory at a time: reading
/// large weights from start to end is 1.3 to 1.4 times as fast.
enum HugePages {
  /// The size of one, on x86-64 and on arm64 with pages of 4 KiB.
  static let size = 2 << 20

  /// Asks the system to back some memory by huge pages; what it makes of it changes no result.
  static func ask(for memory: UnsafeMutableRawPointer, byteCount: Int) {
    #if os(Linux) || os(Android)
      // MADV_HUGEPAGE, which not every C library's header hands to Swift.
      _ = unsafe madvise(memory, byteCount / size * size, 14)
    #endif
  }
}
