/// Up to eight neighbouring scalars: where a vector kernel reads and writes in one step.
package struct VectorSlot {
  /// The index of the first scalar.
  package let start: Int
  /// How many scalars: eight, or fewer at the end.
  package let count: Int

  /// The scalars at this place, lanes beyond the end filled with `padding`.
  @inline(__always)
  package func load(_ source: UnsafePointer<Float>, padding: Float = 0) -> FloatVector {
    if count == FloatVector.scalarCount {
      return unsafe UnsafeRawPointer(source + start).loadUnaligned(as: FloatVector.self)
    }
    var vector = FloatVector(repeating: padding)
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

/// The scalars that one thread takes at a time in a loop over a large tensor: enough that handing them
/// over costs little, few enough (128 KiB) that they stay in a second-level cache.
package let scalarsPerRun = 1 << 15

extension Tensor {
  /// A tensor of the same shape whose scalars are `body` of this one's, eight at a time.
  @inline(__always)
  package func mapVectors(_ body: (FloatVector) -> FloatVector) -> Tensor {
    var result = Tensor(uninitialized: shape)
    unsafe withUnsafeScalars { source in
      unsafe result.withUnsafeMutableScalars { destination in
        parallelRuns(of: count, run: scalarsPerRun) { range in
          forEachVector(in: range) { slot in
            unsafe slot.store(body(slot.load(source)), to: destination)
          }
        }
      }
    }
    return result
  }

  /// A tensor whose scalars are `body` of this one's and those of another of the same shape.
  @inline(__always)
  package func zipVectors(
    _ other: Tensor, _ name: StaticString, _ body: (FloatVector, FloatVector) -> FloatVector
  ) -> Tensor {
    precondition(shape == other.shape, "\(name): shape \(shape) against \(other.shape)")
    var result = Tensor(uninitialized: shape)
    unsafe withUnsafeScalars { first in
      unsafe other.withUnsafeScalars { second in
        unsafe result.withUnsafeMutableScalars { destination in
          parallelRuns(of: count, run: scalarsPerRun) { range in
            forEachVector(in: range) { slot in
              unsafe slot.store(body(slot.load(first), slot.load(second)), to: destination)
            }
          }
        }
      }
    }
    return result
  }

  /// Replaces each scalar by `body` of it and its counterpart in a tensor of the same shape.
  @inline(__always)
  package mutating func updateVectors(
    with other: Tensor, _ name: StaticString, _ body: (FloatVector, FloatVector) -> FloatVector
  ) {
    precondition(shape == other.shape, "\(name): shape \(shape) against \(other.shape)")
    let count = count
    unsafe withUnsafeMutableScalars { own in
      unsafe other.withUnsafeScalars { second in
        parallelRuns(of: count, run: scalarsPerRun) { range in
          forEachVector(in: range) { slot in
            unsafe slot.store(body(slot.load(own), slot.load(second)), to: own)
          }
        }
      }
    }
  }

  /// Replaces each scalar by `body` of it.
  @inline(__always)
  package mutating func updateVectors(_ body: (FloatVector) -> FloatVector) {
    let count = count
    unsafe withUnsafeMutableScalars { own in
      parallelRuns(of: count, run: scalarsPerRun) { range in
        forEachVector(in: range) { slot in unsafe slot.store(body(slot.load(own)), to: own) }
      }
    }
  }
}
