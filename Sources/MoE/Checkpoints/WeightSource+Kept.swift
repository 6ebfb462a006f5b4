import Foundation

extension WeightSource {
  /// A bank of matrices in the format that the file has them in, with its very codes and scales.
  ///
  /// - Parameters:
  ///   - places: Where each matrix stands, in a tensor that has been checked.
  ///   - rows: The rows of each.
  ///   - columns: The columns of each.
  /// - Returns: Weights of shape [matrices, rows, columns]; nothing where they are in single
  ///   precision, in several formats, or in one that no ``WeightFormat`` is.
  /// - Throws: ``CheckpointError/names(file:missing:unexpected:)`` where a tensor is not there.
  func kept(
    _ places: [ExpertLayout.Place], rows: Int, columns: Int
  ) throws -> CompressedWeights? {
    guard let first = places.first, let format = format(first, columns: columns) else {
      return nil
    }
    // All of them first: what is given up in the middle would have been read for nothing.
    for place in places.dropFirst() {
      guard self.format(place, columns: columns) == format else { return nil }
    }
    let parts = try places.map { try self.parts($0, columns: columns, format) }
    return CompressedWeights(format, shape: [places.count, rows, columns]) { index, matrix in
      let part = parts[index]
      matrix.store(
        .codes, from: part.codes.bytes, at: part.codePlaces, flipping: part.flip)
      if let scales = part.scales {
        matrix.store(.scales, from: scales.bytes, at: part.scalePlaces)
      }
      return 1
    }
  }

  /// The format of a matrix; nothing for what cannot be kept.
  private func format(_ place: ExpertLayout.Place, columns: Int) -> WeightFormat? {
    guard isEncoded(place.name) else {
      return switch checkpoint[place.name]?.format {
      case .bfloat16: .bfloat16
      case .float16: .float16
      default: nil
      }
    }
    // What shares a scale are columns of the tensor, which have to be columns of the matrix.
    guard place.numbers.columnStep == 1 else { return nil }
    switch encoding {
    case .plain: return nil
    case .mxfp4: return .mxfp4
    case .float8(let height, let width):
      let size = WeightSource.blockSize
      // Blocks begin with the rows of the matrix.
      guard height == size, width == size, place.numbers.rowStep == columns,
        place.numbers.first % (size * max(columns, 1)) == 0
      else { return nil }
      return .float8E4M3(scales: .blocks)
    case .int4:
      guard let scales = checkpoint[encoding.names(place.name)[1]],
        let groups = scales.shape.last, groups > 0,
        let scaleFormat = WeightFormat.ScaleFormat(scales.format)
      else { return nil }
      let tile = CompressedLayout.tileWidth
      // One group may end where the row does.
      let size = groups == 1 ? (columns + tile - 1) / tile * tile : columns / groups
      guard size > 0, size % tile == 0 else { return nil }
      return .int4(groupSize: size, zeroPoints: false, scales: scaleFormat)
    }
  }

  /// The sides of the blocks of ``WeightFormat/float8E4M3(scales:)``.
  private static let blockSize = 128

  /// The arrays that a matrix is read from.
  private struct Parts {
    var codes: Data
    var codePlaces: StridedPlaces
    var flip: UInt32 = 0
    var scales: Data?
    var scalePlaces = StridedPlaces(rowStep: 0)
  }

  private func parts(
    _ place: ExpertLayout.Place, columns: Int, _ format: WeightFormat
  ) throws -> Parts {
    func bytes(_ name: String) throws -> StoredTensor {
      guard let tensor = checkpoint[name] else {
        throw CheckpointError.names(file: checkpoint.path, missing: [name], unexpected: [])
      }
      return tensor
    }
    let numbers = place.numbers
    guard isEncoded(place.name) else {
      return Parts(codes: try bytes(place.name).bytes, codePlaces: numbers)
    }
    let names = encoding.names(place.name)
    var parts = Parts(codes: try bytes(names[0]).bytes, codePlaces: numbers)
    let scales = try bytes(names[1])
    func groups(of size: Int) -> StridedPlaces {
      StridedPlaces(first: numbers.first / size, rowStep: numbers.rowStep / size)
    }
    switch encoding {
    case .plain: break
    case .mxfp4:
      (parts.scales, parts.scalePlaces) = (scales.bytes, groups(of: Tensor.mxfp4BlockSize))
    case .float8(let height, let width):
      // Scales may stand in fewer bits, and are then the same in single precision.
      parts.scales = StoredTensor(scales.tensor).bytes
      let across = (columns + width - 1) / width
      let block = numbers.first / max(columns, 1) / height
      parts.scalePlaces = StridedPlaces(first: block * across, rowStep: across)
    case .int4:
      // In the file zero is 8.
      parts.flip = 8
      parts.scales = scales.bytes
      parts.scalePlaces = groups(of: max(columns / max(scales.shape.last ?? 1, 1), 1))
    }
    return parts
  }
}

extension WeightFormat.ScaleFormat {
  /// The format of scales that stand so in a file; nothing for others.
  init?(_ format: ScalarFormat) {
    switch format {
    case .float32: self = .float32
    case .float16: self = .float16
    case .bfloat16: self = .bfloat16
    default: return nil
    }
  }
}
