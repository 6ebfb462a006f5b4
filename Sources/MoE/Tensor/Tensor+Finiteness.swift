extension Tensor {
  /// Whether no scalar is infinite or NaN.
  ///
  /// - Complexity: O(`count`), one pass over memory.
  package var isFinite: Bool {
    let run = scalarsPerRun
    let fold = FoldKernel(RowKernels.Finiteness())
    if count <= run { return unsafe withUnsafeScalars { unsafe fold.run(count: count, $0) } == 0 }
    var partial = Tensor(zeros: [(count + run - 1) / run])
    unsafe withUnsafeScalars { source in
      unsafe partial.withUnsafeMutableScalars { partial in
        parallelRuns(of: count, run: run) { range in
          unsafe partial[range.lowerBound / run] = unsafe fold.run(
            count: range.count, source + range.lowerBound)
        }
      }
    }
    return partial.scalarArray.allSatisfy { $0 == 0 }
  }
}
