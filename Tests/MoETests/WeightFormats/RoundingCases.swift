import MoE

/// Formats and sizes that tests of weights in fewer bits go through.
enum RoundingCases {
  /// Every format of fewer bits than single precision, with every kind of scale.
  static let formats: [WeightFormat] =
    [.bfloat16, .float16, .mxfp4, .nvfp4]
    + WeightFormat.Float8Scales.allCases.flatMap {
      [.float8E4M3(scales: $0), .float8E5M2(scales: $0)]
    }
    + WeightFormat.ScaleFormat.allCases.flatMap { scales in
      [false, true].flatMap { zeros -> [WeightFormat] in
        [
          .int8(groupSize: 32, zeroPoints: zeros, scales: scales),
          .int4(groupSize: 32, zeroPoints: zeros, scales: scales),
        ]
      }
    } + [.int8(), .int4(groupSize: 16), .int4(groupSize: 48, zeroPoints: true)]

  /// Outputs about a tile and two.
  static let outputSizes = [1, 15, 16, 17, 33]
  /// Inputs about a pair, a group and a block.
  static let inputSizes = [1, 2, 31, 32, 33, 64, 130]
}

extension CompressedWeights {
  /// All that is kept of each matrix: codes, scales, zero points, and the factor.
  var content: [Content] {
    (0..<matrixCount).map { index in
      let matrix = matrix(index)
      return unsafe Content(
        codes: Array(
          UnsafeRawBufferPointer(start: matrix.codes, count: layout.codeByteCount)),
        scales: Array(
          UnsafeRawBufferPointer(start: matrix.scales, count: layout.scaleByteCount)),
        zeroPoints: Array(
          UnsafeBufferPointer(start: matrix.zeroPoints, count: layout.zeroPointByteCount)),
        factor: matrix.factor)
    }
  }

  struct Content: Hashable {
    var codes: [UInt8]
    var scales: [UInt8]
    var zeroPoints: [Int8]
    var factor: Float
  }

  /// The groups of a matrix: the outputs and inputs that share a scale.
  var groups: [(outputs: Range<Int>, inputs: Range<Int>)] {
    stride(from: 0, to: layout.outputSize, by: layout.scaleRows).flatMap { output in
      (0..<layout.groupCount).map { group in
        (
          output..<min(layout.outputSize, output + layout.scaleRows),
          group * layout.groupSize..<min(layout.inputSize, (group + 1) * layout.groupSize)
        )
      }
    }
  }
}
