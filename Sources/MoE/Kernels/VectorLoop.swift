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

/// The scalars that one thread takes at a time in a loop over a large tensor: enough that handing them
/// over costs little, few enough (128 KiB) that they stay in a second-level cache.
package let scalarsPerRun = 1 << 15

extension Tensor {
  /// A tensor of the same shape whose scalars are a function of this one's.
  package func map(_ function: some UnaryFunction) -> Tensor {
    var result = Tensor(uninitialized: shape)
    let kernel = VectorKernel(function)
    unsafe withUnsafeScalars { source in
      unsafe result.withUnsafeMutableScalars { destination in
        parallelRuns(of: count, run: scalarsPerRun) {
          unsafe kernel.run(over: $0, VectorPointers(source, to: destination))
        }
      }
    }
    return result
  }

  /// A tensor whose scalars are a function of this one's and those of another of the same shape.
  package func combined(
    with other: Tensor, _ name: StaticString, _ function: some BinaryFunction
  ) -> Tensor {
    require(shape == other.shape, "\(name): shape \(shape) against \(other.shape)")
    var result = Tensor(uninitialized: shape)
    let kernel = VectorKernel(function)
    unsafe withUnsafeScalars { first in
      unsafe other.withUnsafeScalars { second in
        unsafe result.withUnsafeMutableScalars { destination in
          parallelRuns(of: count, run: scalarsPerRun) {
            unsafe kernel.run(over: $0, VectorPointers(first, second, to: destination))
          }
        }
      }
    }
    return result
  }

  /// Replaces each scalar by a function of it.
  package mutating func update(_ function: some UnaryFunction) {
    let (count, kernel) = (count, VectorKernel(function))
    unsafe withUnsafeMutableScalars { own in
      parallelRuns(of: count, run: scalarsPerRun) {
        unsafe kernel.run(over: $0, VectorPointers(own, to: own))
      }
    }
  }

  /// Replaces each scalar by a function of it and its counterpart in a tensor of the same shape.
  package mutating func update(
    with other: Tensor, _ name: StaticString, _ function: some BinaryFunction
  ) {
    require(shape == other.shape, "\(name): shape \(shape) against \(other.shape)")
    let (count, kernel) = (count, VectorKernel(function))
    unsafe withUnsafeMutableScalars { own in
      unsafe other.withUnsafeScalars { second in
        parallelRuns(of: count, run: scalarsPerRun) {
          unsafe kernel.run(over: $0, VectorPointers(own, second, to: own))
        }
      }
    }
  }

  /// Replaces the scalars of three tensors of one shape by a function of them and those of a fourth.
  ///
  /// The function's inputs are this tensor, `other`, `second` and `third`; its outputs go to this, `second`
  /// and `third`.
  package mutating func update(
    with other: Tensor, _ second: inout Tensor, _ third: inout Tensor, _ name: StaticString,
    _ function: some VectorFunction
  ) {
    require(
      shape == other.shape && shape == second.shape && shape == third.shape,
      "\(name): shapes \(shape), \(other.shape), \(second.shape) and \(third.shape)")
    let (count, kernel) = (count, VectorKernel(function))
    unsafe withUnsafeMutableScalars { a in
      unsafe other.withUnsafeScalars { b in
        unsafe second.withUnsafeMutableScalars { c in
          unsafe third.withUnsafeMutableScalars { d in
            parallelRuns(of: count, run: scalarsPerRun) {
              unsafe kernel.run(over: $0, VectorPointers(a, b, c, d, to: a, c, d))
            }
          }
        }
      }
    }
  }
}
