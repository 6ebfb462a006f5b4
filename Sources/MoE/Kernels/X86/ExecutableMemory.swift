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
  import Foundation
  import Synchronization

  /// Pages that hold generated machine code: written first, made executable after, never both.
  ///
  /// The pages live as long as the object; those that are ``Kept`` as long as the process. Each piece
  /// of code has pages of its own: one that came later to a page with others would make that page
  /// writable while they run.
  ///
  /// Whether a process may make pages executable shows when ``CPUFeatures`` are read, once: where
  /// it may not, the portable kernels run. From then on the kernel set is settled, and so are the
  /// bits of all results. Where pages are refused later, the kernel that they were for, whichever
  /// that is, runs as plain Swift with fused multiply-adds: in the same bits, and many times
  /// slower. A line on standard error says so.
  package final class ExecutableMemory: Sendable {
    private let address: UInt
    private let length: Int

    /// A call that the system did not let this process make.
    package struct Refusal: Error, CustomStringConvertible {
      /// The call that failed.
      let call: String
      /// The system's number for the reason.
      let number: Int32

      /// The call and the system's words for the reason.
      package var description: String { unsafe "\(call): \(String(cString: strerror(number)))" }
    }

    /// Copies `code` to fresh pages and makes them executable.
    package init(_ code: [UInt8]) throws(Refusal) {
      let pageSize = 4096
      let length = max(code.count + pageSize - 1, pageSize) / pageSize * pageSize
      #if canImport(Darwin)
        let flags = MAP_PRIVATE | MAP_ANON
      #else
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
      #endif
      let pages = unsafe mmap(nil, length, PROT_READ | PROT_WRITE, flags, -1, 0)
      // MAP_FAILED is all ones; the macro does not import everywhere.
      guard let pages = unsafe pages, UInt(bitPattern: pages) != UInt.max else {
        throw Refusal(call: "mmap", number: errno)
      }
      unsafe code.withUnsafeBytes { bytes in
        if let source = bytes.baseAddress {
          unsafe pages.copyMemory(from: source, byteCount: bytes.count)
        }
      }
      guard unsafe mprotect(pages, length, PROT_READ | PROT_EXEC) == 0 else {
        let refusal = Refusal(call: "mprotect", number: errno)
        unsafe munmap(pages, length)
        throw refusal
      }
      self.address = UInt(bitPattern: pages)
      self.length = length
    }

    /// Pages for a kernel of a set that is in use, or nothing where they are refused, which is said
    /// once.
    package static func pages(
      for kernel: @autoclosure () -> String, _ code: [UInt8]
    ) -> ExecutableMemory? {
      do {
        return try ExecutableMemory(code)
      } catch {
        if !hasSaidSo.exchange(true, ordering: .relaxed) {
          let line =
            "MoE: no executable memory for \(kernel()): \(error); plain Swift runs in its place, "
            + "slower; call Compute.prepare() before pages are refused, or set MOE_KERNELS=portable\n"
          FileHandle.standardError.write(Data(line.utf8))
        }
        return nil
      }
    }

    private static let hasSaidSo = Atomic(false)

    /// Code that lives as long as the process: who runs it need not count who holds it.
    @safe
    struct Kept {
      /// The first instruction.
      let entry: UnsafeRawPointer

      /// Pages for a kernel of a set that is in use, which are never given back; nothing where they
      /// are refused, which is said once.
      init?(for kernel: @autoclosure () -> String, _ code: [UInt8]) {
        guard let memory = pages(for: kernel(), code) else { return nil }
        kept.withLock { $0.append(memory) }
        unsafe entry = memory.entry
      }
    }

    private static let kept = Locked<[ExecutableMemory]>([])

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
