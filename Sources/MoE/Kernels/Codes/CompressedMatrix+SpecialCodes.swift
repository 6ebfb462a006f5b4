import Synchronization

/// What generated kernels leave to plain Swift: numbers that are not finite, and scales of sizes
/// that no rounding of sensible weights gives.
extension CompressedMatrix {
  /// Whether there are codes or scales that generated kernels do not know.
  package func findSpecialCodes() -> Bool {
    if unsafe isFound(layout.code, .init(start: codes, count: layout.codeByteCount)) {
      return true
    }
    guard let scale = layout.scale else { return false }
    if unsafe isFound(scale, .init(start: scales, count: layout.scaleByteCount)) { return true }
    switch layout.code {
    // Decoded to 2⁻¹²⁰ or 2⁻¹¹² of themselves, which scales make up for.
    case .float8E4M3: return !areScales(below: 0x1p7)
    case .float8E5M2: return !areScales(below: 0x1p15)
    default: return scale == .float8E4M3 && !(factor.magnitude < 0x1p119)
    }
  }

  private func isFound(_ code: NumberCode, _ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let bits = code.specialBits, let base = bytes.baseAddress else { return false }
    let isFound = Atomic(false)
    nonisolated(unsafe) let start = unsafe base
    let run = scalarsPerRun * MemoryLayout<Float>.stride
    let scalars = bytes.count / MemoryLayout<Float>.stride
    parallelRuns(of: bytes.count, run: run, scalars: scalars) { range in
      guard !isFound.load(ordering: .relaxed) else { return }
      let own = unsafe UnsafeRawBufferPointer(start: start + range.lowerBound, count: range.count)
      if unsafe contains(bits, own) { isFound.store(true, ordering: .relaxed) }
    }
    return isFound.load(ordering: .relaxed)
  }

  /// Whether there is a byte that has all of some bits.
  private func contains(_ bits: UInt8, _ bytes: UnsafeRawBufferPointer) -> Bool {
    typealias Vector = SIMD16<UInt8>
    let width = Vector.scalarCount
    let wanted = Vector(repeating: bits)
    var found = SIMDMask<SIMD16<Int8>>()
    for place in stride(from: 0, to: bytes.count / width * width, by: width) {
      let vector = unsafe bytes.loadUnaligned(fromByteOffset: place, as: Vector.self)
      found .|= (vector & wanted) .== wanted
    }
    let rest = unsafe bytes[(bytes.count / width * width)...]
    return unsafe any(found) || rest.contains { $0 & bits == bits }
  }

  private func areScales(below limit: Float) -> Bool {
    layout.scale == .float32
      && (0..<layout.scaleCount).allSatisfy { index in
        let scale = unsafe scales.loadUnaligned(fromByteOffset: 4 * index, as: Float.self)
        return scale.magnitude < limit
      }
  }
}
