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
    guard [.float8E4M3, .float8E5M2, .float8E8M0].contains(code) else { return false }
    return unsafe bytes.contains { code.isSpecial(UInt32($0)) }
  }

  private func areScales(below limit: Float) -> Bool {
    layout.scale == .float32
      && (0..<layout.scaleCount).allSatisfy { index in
        let scale = unsafe scales.loadUnaligned(fromByteOffset: 4 * index, as: Float.self)
        return scale.magnitude < limit
      }
  }
}
