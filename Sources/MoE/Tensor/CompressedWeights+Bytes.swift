/// What weights in fewer bits are made of.
package enum CompressedPart: CaseIterable, Sendable {
  /// The weights themselves.
  case codes
  /// The scales of groups.
  case scales
  /// The zero points of groups.
  case zeroPoints
}

/// Where the numbers of a matrix stand among those of an array, counted in numbers.
package struct StridedPlaces: Hashable, Sendable {
  /// The place of the first.
  package var first: Int
  /// From a row to the next.
  package var rowStep: Int
  /// From a column to the next.
  package var columnStep: Int

  /// Places in even steps, none below 0.
  package init(first: Int = 0, rowStep: Int, columnStep: Int = 1) {
    self.first = first
    self.rowStep = rowStep
    self.columnStep = columnStep
  }
}

extension CompressedLayout {
  /// How the numbers of a part stand; nothing where there are none.
  package func code(of part: CompressedPart) -> NumberCode? {
    switch part {
    case .codes: code
    case .scales: scale
    case .zeroPoints: hasZeroPoints ? .int8 : nil
    }
  }

  /// The rows of a part: those of the weights, or of blocks that share a scale.
  package func rowCount(of part: CompressedPart) -> Int {
    part == .scales ? (outputSize + scaleRows - 1) / scaleRows : outputSize
  }

  /// The columns of a part: those of the weights, or groups of them.
  package func columnCount(of part: CompressedPart) -> Int {
    part == .codes ? inputSize : groupCount
  }

  /// Where the numbers of a part of a matrix stand in ``CompressedWeights/bytes(of:)``.
  package func filePlaces(of part: CompressedPart, matrix: Int) -> StridedPlaces {
    let columns = columnCount(of: part)
    // A row of four bits begins with a byte.
    let step = code(of: part)?.bits == 4 ? (columns + 1) / 2 * 2 : columns
    return StridedPlaces(first: matrix * rowCount(of: part) * step, rowStep: step)
  }
}

// MARK: - Reading

extension CompressedMatrix {
  /// Takes all numbers of a part from an array as files have it: little-endian, of four bits two in
  /// a byte with the first in its lower half.
  ///
  /// - Parameters:
  ///   - part: A part that there is; another changes nothing.
  ///   - bytes: The array; one that ends before the last place traps.
  ///   - places: Where the numbers stand in it.
  ///   - flip: Bits that are the other way round in the array.
  package func store(
    _ part: CompressedPart, from bytes: RawSpan, at places: StridedPlaces, flipping flip: UInt32 = 0
  ) {
    let (rows, columns) = (layout.rowCount(of: part), layout.columnCount(of: part))
    guard let code = layout.code(of: part), rows > 0, columns > 0 else { return }
    let last = places.first + (rows - 1) * places.rowStep + (columns - 1) * places.columnStep
    require(
      places.first >= 0 && places.rowStep >= 0 && places.columnStep >= 0
        && code.bytes(last + 1) <= bytes.byteCount,
      "CompressedMatrix: \(bytes.byteCount) bytes against place \(last) of \(code)")
    unsafe bytes.withUnsafeBytes { source in
      nonisolated(unsafe) let source = unsafe source
      // Outputs of a tile stand side by side, and share no byte with each other.
      forEachTile(rows: rows, scalars: rows * columns) { rows in
        for column in 0..<columns {
          for row in rows {
            let place = places.first + row * places.rowStep + column * places.columnStep
            let bits = unsafe CompressedMatrix.load(source, place, bits: code.bits) ^ flip
            set(part, row, column, bits)
          }
        }
      }
    }
  }

  private func set(_ part: CompressedPart, _ row: Int, _ column: Int, _ bits: UInt32) {
    switch part {
    case .codes: self[code: row, column] = bits
    case .scales: self[scaleCode: row * layout.scaleRows, column] = bits
    case .zeroPoints: self[zeroPoint: row, column] = Int8(truncatingIfNeeded: bits)
    }
  }

  fileprivate func get(_ part: CompressedPart, _ row: Int, _ column: Int) -> UInt32 {
    switch part {
    case .codes: self[code: row, column]
    case .scales: self[scaleCode: row * layout.scaleRows, column]
    case .zeroPoints: UInt32(UInt8(bitPattern: self[zeroPoint: row, column]))
    }
  }

  @inline(__always)
  private static func load(_ source: UnsafeRawBufferPointer, _ place: Int, bits: Int) -> UInt32 {
    switch bits {
    case 4: UInt32(unsafe source[place / 2]) >> UInt32(place % 2 * 4) & 15
    case 8: UInt32(unsafe source[place])
    case 16:
      UInt32(
        UInt16(
          littleEndian: unsafe source.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self)))
    default:
      UInt32(littleEndian: unsafe source.loadUnaligned(fromByteOffset: 4 * place, as: UInt32.self))
    }
  }
}

/// Calls `body` with the rows of each tile, on several threads where there is enough work.
private func forEachTile(rows: Int, scalars: Int, _ body: (Range<Int>) -> Void) {
  let width = CompressedLayout.tileWidth
  parallelFor((rows + width - 1) / width, scalars: scalars) { tile in
    body(tile * width..<min((tile + 1) * width, rows))
  }
}

// MARK: - Writing

extension CompressedWeights {
  /// All numbers of a part, matrix after matrix and row by row, little-endian.
  ///
  /// Of four bits two stand in a byte, the first in its lower half; each row begins with a byte.
  ///
  /// - Parameter part: A part; of one that there is not, no bytes.
  /// - Returns: What ``CompressedMatrix/store(_:from:at:flipping:)`` takes.
  package func bytes(of part: CompressedPart) -> [UInt8] {
    guard let code = layout.code(of: part) else { return [] }
    let (rows, columns) = (layout.rowCount(of: part), layout.columnCount(of: part))
    let rowBytes = code.bytes(columns)
    let (size, count) = (rows * rowBytes, matrixCount * rows * rowBytes)
    guard count > 0 else { return [] }
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { bytes, used in
      used = count
      nonisolated(unsafe) let bytes = unsafe bytes
      for index in 0..<matrixCount {
        let matrix = matrix(index)
        forEachTile(rows: rows, scalars: rows * columns) { rows in
          for column in stride(from: 0, to: columns, by: code.bits == 4 ? 2 : 1) {
            for row in rows {
              var bits = matrix.get(part, row, column)
              if code.bits == 4, column + 1 < columns {
                bits |= matrix.get(part, row, column + 1) << 4
              }
              let place = index * size + row * rowBytes + column * code.bits / 8
              for byte in 0..<(code.bits + 7) / 8 {
                unsafe bytes[place + byte] = UInt8(truncatingIfNeeded: bits >> UInt32(8 * byte))
              }
            }
          }
        }
      }
    }
  }
}
