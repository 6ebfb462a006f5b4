/// The source of a vector kernel's code: a function or a fold.
package protocol TraceableKernel: Sendable {
  /// The numbers that are known only when the kernel runs, by slot; eight at most.
  var scalars: FloatVector { get }
  /// The steps of the kernel, which are the same for all values of a type.
  var program: VectorProgram { get }
}

extension TraceableKernel {
  package var scalars: FloatVector { FloatVector() }
}

/// A function of up to four vectors, with up to three results: one kernel, for every kernel set.
///
/// Write it with the operations of ``VectorArithmetic`` alone, without a look at values: it is run
/// once to generate code, and once for every eight floats where no code can be generated.
package protocol VectorFunction: TraceableKernel {
  /// How many of the four arguments are used.
  static var inputCount: Int { get }
  /// How many of the three results are used.
  static var outputCount: Int { get }
  /// The function.
  func callAsFunction<V: VectorArithmetic>(_ a: V, _ b: V, _ c: V, _ d: V) -> (V, V, V)
}

extension VectorFunction {
  package var program: VectorProgram { VectorProgram(tracing: self) }
}

extension FloatVector {
  /// The numbers of a kernel that are known only when it runs, by slot.
  static func slots(
    _ first: Float, _ second: Float = 0, _ third: Float = 0, _ fourth: Float = 0,
    _ fifth: Float = 0, _ sixth: Float = 0, _ seventh: Float = 0, _ eighth: Float = 0
  ) -> FloatVector {
    FloatVector(first, second, third, fourth, fifth, sixth, seventh, eighth)
  }
}

/// A function of one vector.
package protocol UnaryFunction: VectorFunction {
  /// The function.
  func callAsFunction<V: VectorArithmetic>(_ x: V) -> V
}

extension UnaryFunction {
  package static var inputCount: Int { 1 }
  package static var outputCount: Int { 1 }
  @inline(__always)
  package func callAsFunction<V: VectorArithmetic>(_ a: V, _ b: V, _ c: V, _ d: V) -> (V, V, V) {
    (self(a), b, c)
  }
}

/// A function of two vectors.
package protocol BinaryFunction: VectorFunction {
  /// The function.
  func callAsFunction<V: VectorArithmetic>(_ x: V, _ y: V) -> V
}

extension BinaryFunction {
  package static var inputCount: Int { 2 }
  package static var outputCount: Int { 1 }
  @inline(__always)
  package func callAsFunction<V: VectorArithmetic>(_ a: V, _ b: V, _ c: V, _ d: V) -> (V, V, V) {
    (self(a, b), c, d)
  }
}

/// A fold over a row of one or two vectors at each place, which may write a result there, too.
///
/// Sixteen lanes are folded apart, each over every sixteenth scalar, and combined at the end by
/// halves: an order that depends on the length alone.
package protocol VectorFold: TraceableKernel {
  /// How many of the two arguments are used.
  static var inputCount: Int { get }
  /// Whether the second result is written.
  static var isStored: Bool { get }
  /// The number that every lane starts from.
  static var initial: Float { get }
  /// The lanes after one more place, and what is written there.
  func callAsFunction<V: VectorArithmetic>(_ lanes: V, _ a: V, _ b: V) -> (lanes: V, stored: V)
  /// Two vectors of lanes made one, in the end.
  static func combine<V: VectorArithmetic>(_ first: V, _ second: V) -> V
}

extension VectorFold {
  package var program: VectorProgram { VectorProgram(tracing: self) }
  package static var isStored: Bool { false }
  package static var initial: Float { 0 }
  @inline(__always)
  package static func combine<V: VectorArithmetic>(_ first: V, _ second: V) -> V { first + second }
}
