/// Up to eight neighbouring scalars: where a portable kernel reads and writes in one step.
package struct VectorSlot {
  /// The index of the first scalar.
  package let start: Int
  /// How many scalars: eight, or fewer at the end.
  package let count: Int

  /// The scalars at this place, lanes beyond the end zero.
  @inline(__always)
  package func load(_ source: UnsafePointer<Float>) -> FloatVector {
    if count == FloatVector.scalarCount {
      return unsafe UnsafeRawPointer(source + start).loadUnaligned(as: FloatVector.self)
    }
    var vector = FloatVector()
    for lane in 0..<count { vector[lane] = unsafe source[start + lane] }
    return vector
  }

  /// Writes the lanes that are not beyond the end.
  @inline(__always)
  package func store(_ vector: FloatVector, to destination: UnsafeMutablePointer<Float>) {
    if count == FloatVector.scalarCount {
      return unsafe UnsafeMutableRawPointer(destination + start).storeBytes(
        of: vector, as: FloatVector.self)
    }
    for lane in 0..<count { unsafe destination[start + lane] = vector[lane] }
  }
}

/// Calls `body` for each eight scalars of a range, the last ones fewer.
@inline(__always)
package func forEachVector(in range: Range<Int>, _ body: (VectorSlot) -> Void) {
  let width = FloatVector.scalarCount
  let whole = range.lowerBound + range.count / width * width
  for start in stride(from: range.lowerBound, to: whole, by: width) {
    body(VectorSlot(start: start, count: width))
  }
  if whole < range.upperBound { body(VectorSlot(start: whole, count: range.upperBound - whole)) }
}

/// The scalars that one thread takes at a time in a loop over a large tensor: enough that handing
/// them over costs little, few enough (128 KiB) that they stay in a second-level cache.
package let scalarsPerRun = 1 << 15
