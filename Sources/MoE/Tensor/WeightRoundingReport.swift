/// What rounding weights to fewer bits cost, tensor by tensor.
///
/// It prints as a table:
///
/// ```text
/// tensor        format              error  largest                bytes
/// experts.up    int4, groups of 32  7.58%   0.0136   63.0 of 448.0 MiB
/// experts.down  MXFP4                 11%   0.0301   59.5 of 448.0 MiB
/// all                                               122.5 of 896.0 MiB
/// ```
public struct WeightRoundingReport: Hashable, Codable, Sendable {
  /// What rounding a tensor cost.
  public struct Entry: Hashable, Codable, Sendable {
    /// The name of the parameter.
    public let name: String
    /// What it was rounded to.
    public let format: WeightFormat
    /// The root of the mean square of what weights are off by, in parts of the root of their own
    /// mean square; 0 for weights that are all zero.
    ///
    /// Weights that are not finite take no part in any error.
    public let relativeError: Double
    /// The most that a weight is off by; infinite where one became so.
    public let largestError: Double
    /// Bytes in single precision.
    public let bytesBefore: Int
    /// Bytes in the format, scales and zero points included.
    public let bytesAfter: Int
  }

  /// The tensors that were rounded.
  public var entries: [Entry]

  /// A report of some tensors, none unless given.
  public init(_ entries: [Entry] = []) { self.entries = entries }

  /// Bytes of all tensors in single precision.
  public var bytesBefore: Int { entries.reduce(0) { $0 + $1.bytesBefore } }

  /// The error of all tensors together: each counts by its numbers, as bytes have them.
  public var relativeError: Double {
    let squares = entries.reduce(0.0) {
      $0 + Double($1.bytesBefore) * $1.relativeError * $1.relativeError
    }
    return bytesBefore == 0 ? 0 : (squares / Double(bytesBefore)).squareRoot()
  }

  /// Bytes of all tensors in their formats.
  public var bytesAfter: Int { entries.reduce(0) { $0 + $1.bytesAfter } }
}

extension WeightRoundingReport.Entry {
  /// What rounding a tensor cost.
  ///
  /// - Parameters:
  ///   - name: The name of the parameter.
  ///   - original: The weights before.
  ///   - weights: The weights after; those of another shape trap.
  package init(name: String, original: Tensor, weights: CompressedWeights) {
    require(
      original.shape == weights.shape,
      "WeightRoundingReport: shape \(original.shape) against \(weights.shape)")
    let tiles = weights.layout.tileCount
    var sums = [ErrorSums](repeating: ErrorSums(), count: weights.matrixCount * tiles)
    let (outputs, inputs) = (weights.layout.outputSize, weights.layout.inputSize)
    unsafe original.withUnsafeScalars { scalars in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        nonisolated(unsafe) let (scalars, sums) = unsafe (scalars, sums)
        let isShared = original.count > scalarsPerRun
        let width = CompressedLayout.tileWidth
        parallelFor(
          unsafe sums.count, threads: isShared ? nil : 1,
          scratch: { AlignedStorage(uninitializedCapacity: width * inputs) }
        ) { rows, item in
          let (index, tile) = item.quotientAndRemainder(dividingBy: tiles)
          unsafe weights.matrix(index).decompress(tile: tile, to: rows.base)
          let first = unsafe scalars + (index * outputs + tile * width) * inputs
          for place in 0..<min(width, outputs - tile * width) * inputs {
            unsafe sums[item].add(first[place], rows.base[place])
          }
        }
      }
    }
    // In the order of the tiles, whatever thread took which.
    let total = sums.reduce(into: ErrorSums()) { $0.add($1) }
    self.init(
      name: name, format: weights.format,
      relativeError: total.numbers == 0 ? 0 : (total.errors / total.numbers).squareRoot(),
      largestError: total.largest,
      bytesBefore: original.count * MemoryLayout<Float>.stride, bytesAfter: weights.byteCount)
  }
}

/// Sums over some weights.
private struct ErrorSums {
  /// Of squared errors, and of squares.
  var (errors, numbers) = (0.0, 0.0)
  /// The largest error.
  var largest = 0.0

  @inline(__always)
  mutating func add(_ original: Float, _ rounded: Float) {
    guard original.isFinite else { return }
    let (number, error) = (Double(original), Double(original) - Double(rounded))
    errors += error * error
    numbers += number * number
    largest = max(largest, error.magnitude)
  }

  mutating func add(_ other: ErrorSums) {
    errors += other.errors
    numbers += other.numbers
    largest = max(largest, other.largest)
  }
}

extension WeightRoundingReport: CustomStringConvertible {
  /// A table of the tensors, and the bytes of all.
  public var description: String {
    let names = ["tensor", "format", "error", "largest", "bytes"]
    let lines = entries.map { entry in
      [
        entry.name, "\(entry.format)", percent(entry.relativeError), number(entry.largestError),
        bytes(entry.bytesAfter, of: entry.bytesBefore),
      ]
    }
    let total = ["all", "", "", "", bytes(bytesAfter, of: bytesBefore)]
    let table = [names] + lines + (entries.count == 1 ? [] : [total])
    let widths = names.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    return table.map { line in
      line.indices.map { column in
        let fill = String(repeating: " ", count: widths[column] - line[column].count)
        // Words from the left, numbers to the right.
        return column < 2 ? line[column] + fill : fill + line[column]
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  private func percent(_ part: Double) -> String { number(100 * part) + "%" }

  /// A number in three digits.
  private func number(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "\(value)" }
    // By a power of ten, so that the quotient is the number nearest to the digits.
    var (power, isSmall) = (1.0, false)
    while value.magnitude * power < 100, power < 1e300 { (power, isSmall) = (power * 10, true) }
    while value.magnitude / power >= 1000, !isSmall { power *= 10 }
    let digits = (isSmall ? value * power : value / power).rounded()
    let rounded = isSmall ? digits / power : digits * power
    return rounded == rounded.rounded() && rounded < 1e6 ? "\(Int(rounded))" : "\(rounded)"
  }

  private func bytes(_ part: Int, of whole: Int) -> String {
    // One unit for all lines, so that they can be compared.
    let (unit, name) = bytesBefore < 1 << 20 ? (0x1p10, "KiB") : (0x1p20, "MiB")
    func number(_ count: Int) -> String { "\((Double(count) / unit * 10).rounded() / 10)" }
    return "\(number(part)) of \(number(whole)) \(name)"
  }
}
