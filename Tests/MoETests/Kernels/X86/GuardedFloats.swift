#if arch(x86_64) && !os(Windows)
  /// Floats between guard bands, to show that nothing beside them was written.
  @safe
  final class GuardedFloats {
    private static let band = 64
    private static let sentinel = Float(bitPattern: 0x7FC0_BEEF)

    let count: Int
    private let memory: UnsafeMutablePointer<Float>

    /// `count` floats, the first aligned to 64 bytes plus `offset` floats.
    init(_ count: Int, offset: Int = 0, _ value: (Int) -> Float = { _ in 0 }) {
      self.count = count
      let total = count + offset + 2 * Self.band
      unsafe memory = UnsafeMutableRawPointer.allocate(byteCount: 4 * total, alignment: 64)
        .assumingMemoryBound(to: Float.self)
      for index in 0..<total { unsafe (memory + index).initialize(to: Self.sentinel) }
      unsafe start = memory + Self.band + offset
      for index in 0..<count { unsafe start[index] = value(index) }
    }

    deinit { unsafe memory.deallocate() }

    let start: UnsafeMutablePointer<Float>

    subscript(index: Int) -> Float {
      get { unsafe start[index] }
      set { unsafe start[index] = newValue }
    }

    /// Whether both bands still hold what they were filled with.
    var isIntact: Bool {
      (1...Self.band / 2).allSatisfy {
        unsafe start[-$0].bitPattern == Self.sentinel.bitPattern
          && start[count + $0 - 1].bitPattern == Self.sentinel.bitPattern
      }
    }
  }

  /// Small numbers without pattern, the same in every run.
  struct TestNumbers {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// In -1..<1, with all bits of the significand in use.
    mutating func next() -> Float {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Float(Int64(bitPattern: state) >> 32) / 0x1p31
    }
  }
#endif
