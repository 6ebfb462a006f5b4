extension CompressedWeights {
  /// Weights of single precision, rounded to a format.
  ///
  /// Each weight becomes the number of its format that is nearest to its quotient by the scale of
  /// its group, of two equally near the one whose code is even; one out of reach becomes the
  /// furthest. The scale is rounded to its own code first, and weights are divided by what it is
  /// then. By maximum, a scale is
  ///
  /// - in whole numbers max/127 or max/7, so that codes are −127…127 or −7…7; with zero points
  ///   (max − min)/255 or /15 of the range from min to max and 0, and the code of 0 is the whole
  ///   number nearest to −128 − min/scale or −8 − min/scale;
  /// - max/448 in float8 E4M3 and max/57,344 in E5M2;
  /// - in MXFP4 the largest power of two that is at most max, divided by 4;
  /// - in NVFP4 max/6, divided by the factor of the matrix, which is its largest weight/(448 · 6).
  ///
  /// All numbers have a defined result. A scale is never rounded to 0 where its group has another
  /// weight, nor up so far that the largest weight would be infinite, so that finite weights stay
  /// finite and none is further off than 0 would be; groups of zeros give zeros. Neither infinite
  /// weights nor those that are not numbers count in a maximum or an error. An infinite one becomes
  /// the furthest number of its group; it stays infinite in bfloat16 and float16, where finite
  /// ones too large for the format become so. What is not a number stays so in formats with a
  /// fraction of more than one bit, and becomes 0 in the others. −0 stays so in formats with a
  /// fraction, and becomes 0 in whole numbers.
  ///
  /// The result has the same bits for any number of threads, on all kernels.
  ///
  /// - Parameters:
  ///   - tensor: Weights of shape [outputSize, inputSize] or [groups, outputSize, inputSize];
  ///     another number of axes traps.
  ///   - format: A format of fewer bits than single precision.
  ///   - rounding: How scales are chosen.
  ///   - columnWeights: What the squared errors at each input count, none below 0, of as many
  ///     scalars as a row, or as a row for each matrix; another number traps.
  package init(
    _ tensor: Tensor, format: WeightFormat, rounding: WeightRounding = .byMaximum,
    columnWeights: Tensor? = nil
  ) {
    require(
      tensor.rank == 2 || tensor.rank == 3,
      "CompressedWeights: shape \(tensor.shape), expected 2 or 3 axes")
    let shape = tensor.shape.suffix(2)
    let (outputs, inputs) = (shape[shape.startIndex], shape[shape.startIndex + 1])
    let count = tensor.rank == 3 ? tensor.shape[0] : 1
    let weightCount = columnWeights?.count ?? inputs
    require(
      weightCount == inputs || weightCount == count * inputs,
      "CompressedWeights: \(weightCount) column weights against \(count) matrices of \(inputs) "
        + "columns")
    let weightStride = weightCount == inputs ? 0 : inputs
    self.init(format, shape: tensor.shape, isZeroed: false) { index, matrix in
      unsafe tensor.withUnsafeScalars { scalars in
        let source = unsafe RowMajorMatrix(
          base: scalars + index * outputs * inputs, rowStride: inputs)
        guard let columnWeights else {
          return unsafe matrix.round(
            source, candidates: rounding.candidateCount, columnWeights: nil)
        }
        return unsafe columnWeights.withUnsafeScalars {
          unsafe matrix.round(
            source, candidates: rounding.candidateCount,
            columnWeights: $0 + index * weightStride)
        }
      }
    }
  }
}
