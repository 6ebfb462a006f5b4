extension CompressedMatrix {
  /// Rounds a matrix of single precision to the codes and scales of this one.
  ///
  /// - Parameters:
  ///   - source: The matrix, of the layout's sizes.
  ///   - candidates: The number of scales of a group to try beside that of its maximum.
  ///   - columnWeights: What the squared error counts at each input; the same if there are none.
  /// - Returns: The factor of the scales.
  package func round(
    _ source: RowMajorMatrix, candidates: Int, columnWeights: UnsafePointer<Float>?
  ) -> Float {
    var search = ScaleSearch()
    if candidates > 0, layout.scale != nil {
      search = ScaleSearch(layout, candidates: candidates)
      unsafe search.columnWeights = unsafe columnWeights
    }
    var matrix = self
    // Scales of eight bits with a fraction reach little further than the groups of a matrix do.
    matrix.factor = layout.scale == .float8E4M3 ? factor(source) : 1
    func run(_ coding: some TileCoding) {
      MatrixRounding(source, to: matrix, coding, search).run()
    }
    // A search may use the code that is furthest below, which no maximum is divided for.
    let lowest: Float = search.ranges.isEmpty ? 1 : 0
    switch layout.code {
    case .bfloat16: run(BrainCoding())
    case .float16: run(SmallFloatCoding<HalfFormat>())
    case .float8E4M3: run(SmallFloatCoding<E4M3Format>())
    case .float8E5M2: run(SmallFloatCoding<E5M2Format>())
    case .float4E2M1: run(SmallFloatCoding<E2M1Format>())
    case .int8 where layout.hasZeroPoints: run(WholeNumberCoding(least: -128, largest: 127))
    case .int4 where layout.hasZeroPoints: run(WholeNumberCoding(least: -8, largest: 7))
    case .int8: run(SymmetricCoding(least: lowest - 128, largest: 127))
    case .int4: run(SymmetricCoding(least: lowest - 8, largest: 7))
    case .float32, .float8E8M0: require(false, "no weights stand as \(layout.code)")
    }
    return matrix.factor
  }

  /// The factor with which the largest finite number has the largest code and the largest scale.
  private func factor(_ source: RowMajorMatrix) -> Float {
    let (rows, columns) = (layout.outputSize, layout.inputSize)
    let run = max(1, scalarsPerRun / max(columns, 1))
    let runs = (rows + run - 1) / run
    let kernel = FoldKernel(ExtremeFolds.LargestFiniteMagnitude())
    let maxima = unsafe [Float](unsafeUninitializedCapacity: runs) { maxima, count in
      nonisolated(unsafe) let maxima = unsafe maxima
      parallelFor(runs, scalars: rows * columns) { item in
        var largest: Float = 0
        for row in item * run..<min(rows, (item + 1) * run) {
          largest = max(largest, unsafe kernel.run(count: columns, source.row(row)))
        }
        unsafe (maxima.baseAddress! + item).initialize(to: largest)
      }
      count = runs
    }
    let largest = maxima.max() ?? 0
    let reach = E4M3Format.furthest * E2M1Format.furthest
    // A factor of 0 would lose the tiniest matrices.
    return largest == 0 ? 1 : max(largest / reach, .leastNonzeroMagnitude)
  }
}
