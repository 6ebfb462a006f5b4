import Foundation

/// Floats whose last one ends where a page begins that may be neither read nor written: a step too
/// far ends the process.
@safe
final class FencedFloats {
  /// The first float.
  let start: UnsafeMutablePointer<Float>
  private let pages: UnsafeMutableRawPointer
  private let byteCount: Int

  /// Floats of the given values.
  init(_ values: [Float]) {
    let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
    let used = (values.count * 4 + pageSize - 1) / pageSize * pageSize
    byteCount = used + pageSize
    let flags = MAP_PRIVATE | MAP_ANON
    guard let pages = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0),
      unsafe mprotect(pages + used, pageSize, PROT_NONE) == 0
    else { fatalError("no pages") }
    unsafe self.pages = pages
    unsafe start = (pages + used - values.count * 4).assumingMemoryBound(to: Float.self)
    for (index, value) in values.enumerated() { unsafe (start + index).initialize(to: value) }
  }

  deinit { unsafe munmap(pages, byteCount) }
}
