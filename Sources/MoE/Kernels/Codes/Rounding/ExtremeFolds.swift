/// The ends of a range of numbers, of which those that are not numbers count for nothing.
enum ExtremeFolds {
  /// The least number, or 0 where none is below.
  struct Lowest: VectorFold {
    static var inputCount: Int { 1 }
    @inline(__always)
    func callAsFunction<V: VectorArithmetic>(_ lanes: V, _ a: V, _ b: V) -> (lanes: V, stored: V) {
      (a.lower(lanes), a)
    }
    @inline(__always)
    static func combine<V: VectorArithmetic>(_ first: V, _ second: V) -> V { first.lower(second) }
  }

  /// The largest number, or 0 where none is above.
  struct Highest: VectorFold {
    static var inputCount: Int { 1 }
    @inline(__always)
    func callAsFunction<V: VectorArithmetic>(_ lanes: V, _ a: V, _ b: V) -> (lanes: V, stored: V) {
      (a.higher(lanes), a)
    }
    @inline(__always)
    static func combine<V: VectorArithmetic>(_ first: V, _ second: V) -> V { first.higher(second) }
  }

  /// The largest magnitude, or 0 where there are no numbers.
  struct LargestMagnitude: VectorFold {
    static var inputCount: Int { 1 }
    @inline(__always)
    func callAsFunction<V: VectorArithmetic>(_ lanes: V, _ a: V, _ b: V) -> (lanes: V, stored: V) {
      (a.magnitudes.higher(lanes), a)
    }
    @inline(__always)
    static func combine<V: VectorArithmetic>(_ first: V, _ second: V) -> V { first.higher(second) }
  }

  /// The largest finite magnitude, or 0 where there are none.
  struct LargestFiniteMagnitude: VectorFold {
    static var inputCount: Int { 1 }
    @inline(__always)
    func callAsFunction<V: VectorArithmetic>(_ lanes: V, _ a: V, _ b: V) -> (lanes: V, stored: V) {
      (a.finiteOrZero.magnitudes.higher(lanes), a)
    }
    @inline(__always)
    static func combine<V: VectorArithmetic>(_ first: V, _ second: V) -> V { first.higher(second) }
  }
}
