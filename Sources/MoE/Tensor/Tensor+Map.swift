/// Loops over all scalars, on several threads where there are many.
extension Tensor {
  /// A tensor of the same shape whose scalars are a function of this one's.
  package func map(_ function: some UnaryFunction) -> Tensor {
    var result = Tensor(uninitialized: sizes)
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
    with other: Tensor, _ name: StaticString, _ function: some VectorFunction
  ) -> Tensor {
    require(sizes == other.sizes, "\(name): shape \(shape) against \(other.shape)")
    var result = Tensor(uninitialized: sizes)
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
    require(sizes == other.sizes, "\(name): shape \(shape) against \(other.shape)")
    let (count, kernel) = (count, VectorKernel(function))
    unsafe withUnsafeMutableScalars { own in
      unsafe other.withUnsafeScalars { second in
        parallelRuns(of: count, run: scalarsPerRun) {
          unsafe kernel.run(over: $0, VectorPointers(own, second, to: own))
        }
      }
    }
  }

  /// Replaces each scalar by the first of two functions of it and its counterparts in two tensors of
  /// the same shape, and returns a tensor of the second.
  package mutating func split(
    with second: Tensor, _ third: Tensor, _ name: StaticString, _ function: some VectorFunction
  ) -> Tensor {
    require(
      sizes == second.sizes && sizes == third.sizes,
      "\(name): shapes \(shape), \(second.shape) and \(third.shape)")
    var result = Tensor(uninitialized: sizes)
    let (count, kernel) = (count, VectorKernel(function))
    unsafe withUnsafeMutableScalars { own in
      unsafe second.withUnsafeScalars { b in
        unsafe third.withUnsafeScalars { c in
          unsafe result.withUnsafeMutableScalars { destination in
            parallelRuns(of: count, run: scalarsPerRun) {
              unsafe kernel.run(over: $0, VectorPointers(own, b, c, to: own, destination))
            }
          }
        }
      }
    }
    return result
  }

  /// Replaces the scalars of two tensors of one shape by a function of them and those of a third.
  ///
  /// The function's inputs are this tensor, `other` and `second`; its outputs go to this and
  /// `second`.
  package mutating func update(
    with other: Tensor, _ second: inout Tensor, _ name: StaticString,
    _ function: some VectorFunction
  ) {
    require(
      shape == other.shape && shape == second.shape,
      "\(name): shapes \(shape), \(other.shape) and \(second.shape)")
    let (count, kernel) = (count, VectorKernel(function))
    unsafe withUnsafeMutableScalars { a in
      unsafe other.withUnsafeScalars { b in
        unsafe second.withUnsafeMutableScalars { c in
          parallelRuns(of: count, run: scalarsPerRun) {
            unsafe kernel.run(over: $0, VectorPointers(a, b, c, to: a, c))
          }
        }
      }
    }
  }

  /// Replaces the scalars of three tensors of one shape by a function of them and those of a
  /// fourth.
  ///
  /// The function's inputs are this tensor, `other`, `second` and `third`; its outputs go to this,
  /// `second` and `third`.
  package mutating func update(
    with other: Tensor, _ second: inout Tensor, _ third: inout Tensor, _ name: StaticString,
    _ function: some VectorFunction
  ) {
    require(
      sizes == other.sizes && sizes == second.sizes && sizes == third.sizes,
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
