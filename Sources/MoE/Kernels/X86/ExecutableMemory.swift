#if arch(x86_64) && !os(Windows)
  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #elseif canImport(Android)
    import Android
  #elseif canImport(Darwin)
    import Darwin
  #endif

  /// Pages that hold generated machine code: written first, made executable after, never both.
  ///
  /// The pages live as long as the object. A process that may not make pages executable gets `nil`
  /// and runs the portable kernels.
  package final class ExecutableMemory: Sendable {
    private let address: UInt
    private let length: Int

    /// Copies `code` to fresh pages and makes them executable; `nil` where the system refuses.
    package init?(_ code: [UInt8]) {
      let pageSize = 4096
      let length = max(code.count + pageSize - 1, pageSize) / pageSize * pageSize
      #if canImport(Darwin)
        let flags = MAP_PRIVATE | MAP_ANON
      #else
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
      #endif
      let pages = unsafe mmap(nil, length, PROT_READ | PROT_WRITE, flags, -1, 0)
      // MAP_FAILED is all ones; the macro does not import everywhere.
      guard let pages = unsafe pages, UInt(bitPattern: pages) != UInt.max else { return nil }
      unsafe code.withUnsafeBytes { bytes in
        if let source = bytes.baseAddress {
          unsafe pages.copyMemory(from: source, byteCount: bytes.count)
        }
      }
      guard unsafe mprotect(pages, length, PROT_READ | PROT_EXEC) == 0 else {
        unsafe munmap(pages, length)
        return nil
      }
      self.address = UInt(bitPattern: pages)
      self.length = length
    }

    deinit {
      if let pages = unsafe UnsafeMutableRawPointer(bitPattern: address) {
        unsafe munmap(pages, length)
      }
    }

    /// The first instruction.
    package var entry: UnsafeRawPointer {
      // Never zero: `init` refuses a null mapping.
      unsafe UnsafeRawPointer(bitPattern: address)!
    }
  }
#endif
