/// Weights in fewer bits than a float, with a scale for each block, as floats: each is one product,
/// rounded once.
extension Tensor {
  /// Numbers of four bits, of which 32 share a power of two: the microscaling format MXFP4.
  ///
  /// A number is a sign, two bits of exponent and one of fraction: 0, ½, 1, 1½, 2, 3, 4 and 6. Two
  /// stand in a byte, the first in its lower half.
  ///
  /// Source: OCP Microscaling Formats (MX) Specification, version 1.0; gpt-oss.
  ///
  /// - Parameters:
  ///   - blocks: Two numbers a byte, row by row; another number of bytes than the shape needs traps.
  ///   - scales: The exponent of each 32 numbers, with bias 127; likewise.
  ///   - shape: The size along each axis, the last a multiple of 32.
  package init(mxfp4 blocks: RawSpan, scales: RawSpan, shape: [Int]) {
    self.init(uninitialized: shape)
    let size = Tensor.mxfp4BlockSize
    require(
      columnCount % size == 0 && blocks.byteCount == count / 2
        && scales.byteCount == count / size,
      "Tensor: \(blocks.byteCount) and \(scales.byteCount) bytes as MXFP4 of shape \(shape)")
    let blockCount = count / size
    guard blockCount > 0 else { return }
    let (values, powers) = (NumberCode.float4Values, NumberCode.e8m0Values)
    unsafe blocks.withUnsafeBytes { blocks in
      unsafe scales.withUnsafeBytes { scales in
        unsafe values.withUnsafeBufferPointer { values in
          unsafe powers.withUnsafeBufferPointer { powers in
            unsafe withUnsafeMutableScalars { scalars in
              // Runs write to disjoint places.
              nonisolated(unsafe) let (blocks, scales, values, powers, scalars) = unsafe (
                blocks, scales, values, powers, scalars
              )
              parallelRuns(of: blockCount, run: scalarsPerRun / size) { range in
                for block in range {
                  let scale = unsafe powers[Int(scales[block])]
                  for byte in block * size / 2..<(block + 1) * size / 2 {
                    let pair = unsafe blocks[byte]
                    unsafe scalars[2 * byte] = unsafe values[Int(pair & 0xF)] * scale
                    unsafe scalars[2 * byte + 1] = unsafe values[Int(pair >> 4)] * scale
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// How many numbers share a scale in MXFP4.
  package static let mxfp4BlockSize = 32

  /// Whole numbers of four bits from −8 on, each times the scale of its group: eight stand in 32 bits,
  /// the first in the lowest.
  ///
  /// Source: the format `pack-quantized` of compressed-tensors.
  ///
  /// - Parameters:
  ///   - words: Eight numbers each, row by row; another number of bytes than the shape needs traps.
  ///   - scales: One number for each group of a row, of shape [rows, groups].
  ///   - shape: [rows, columns], the columns a multiple of 8 and of the groups.
  package init(int4 words: RawSpan, scales: Tensor, shape: [Int]) {
    self.init(uninitialized: shape)
    let (rows, columns) = (rowCount, columnCount)
    let groups = scales.columnCount
    require(
      columns % 8 == 0 && words.byteCount == count / 2 && scales.rowCount == rows && groups > 0
        && columns % groups == 0,
      "Tensor: \(words.byteCount) bytes and scales of shape \(scales.shape) as int4 of shape "
        + "\(shape)")
    guard count > 0 else { return }
    let groupSize = columns / groups
    unsafe words.withUnsafeBytes { words in
      unsafe scales.withUnsafeScalars { scales in
        unsafe withUnsafeMutableScalars { scalars in
          nonisolated(unsafe) let (words, scales, scalars) = unsafe (words, scales, scalars)
          parallelRuns(of: rows, run: max(1, scalarsPerRun / columns)) { range in
            for row in range {
              for column in 0..<columns {
                let place = row * columns + column
                let pair = unsafe words[place / 2]
                let number = Int(place % 2 == 0 ? pair & 0xF : pair >> 4) - 8
                unsafe scalars[place] =
                  unsafe Float(number) * scales[row * groups + column / groupSize]
              }
            }
          }
        }
      }
    }
  }

  /// Multiplies each block of a matrix by a number of its own.
  ///
  /// - Parameters:
  ///   - scales: One number a block, of shape [⌈rows / height⌉, ⌈columns / width⌉]; another traps.
  ///   - height: The rows of a block.
  ///   - width: The columns of a block.
  package mutating func scaleBlocks(by scales: Tensor, height: Int, width: Int) {
    require(
      rank == 2 && height > 0 && width > 0
        && scales.shape == [(shape[0] + height - 1) / height, (shape[1] + width - 1) / width],
      "scaleBlocks: scales of shape \(scales.shape) against shape \(shape) in blocks of "
        + "\(height) × \(width)")
    let (rows, columns, across) = (shape[0], shape[1], scales.columnCount)
    unsafe scales.withUnsafeScalars { scales in
      unsafe withUnsafeMutableScalars { scalars in
        nonisolated(unsafe) let (scales, scalars) = unsafe (scales, scalars)
        parallelRuns(of: rows, run: max(1, scalarsPerRun / max(columns, 1))) { range in
          for row in range {
            for column in 0..<columns {
              unsafe scalars[row * columns + column] *=
                scales[row / height * across + column / width]
            }
          }
        }
      }
    }
  }
}
