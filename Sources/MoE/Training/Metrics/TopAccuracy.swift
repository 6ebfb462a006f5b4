/// The share of rows whose label is among the n classes with the largest logits, over any number of
/// batches.
///
///     var accuracy = TopAccuracy(2)
///     accuracy.add([[3, 1, 2], [1, 2, 3]], labels: [2, 0])
///     print(accuracy.value)  // 0.5
///
/// Of equal logits the first come first. A NaN counts as larger than any number, and so takes one
/// of the n places; a label whose own logit is NaN is never among them.
public struct TopAccuracy: Sendable, Hashable, Codable {
  /// The number n of classes that are looked at.
  public let top: Int
  /// The label of rows that do not count.
  public let ignoredLabel: Int?
  /// The number of rows that count.
  public private(set) var count = 0
  /// The number of those whose label is among the n.
  public private(set) var correctCount = 0

  /// An accuracy of nothing yet.
  ///
  /// - Parameters:
  ///   - top: The number of classes that are looked at; below one traps.
  ///   - ignoredLabel: The label of rows that do not count.
  public init(_ top: Int = 1, ignoredLabel: Int? = nil) {
    require(top >= 1, "TopAccuracy: top \(top), expected at least 1")
    self.top = top
    self.ignoredLabel = ignoredLabel
  }

  /// An accuracy from a file.
  ///
  /// - Throws: `DecodingError` for numbers that no batches give.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let top = try values.decode(Int.self, forKey: .top)
    guard top >= 1 else {
      throw decoder.refusing(
        "number of classes of an accuracy", value: "\(top)", expected: "at least 1")
    }
    self.init(top, ignoredLabel: try values.decodeIfPresent(Int.self, forKey: .ignoredLabel))
    count = try values.decode(Int.self, forKey: .count)
    correctCount = try values.decode(Int.self, forKey: .correctCount)
    try decoder.checkCount(count, "rows")
    guard (0...count).contains(correctCount) else {
      throw decoder.refusing(
        "number of rows whose label is found", value: "\(correctCount)", expected: "0 to \(count)")
    }
  }

  /// The share of rows whose label is among the n; 0 of no rows.
  public var value: Double { count > 0 ? Double(correctCount) / Double(count) : 0 }

  /// Takes a batch into account.
  ///
  /// - Parameters:
  ///   - logits: A matrix of one column a class.
  ///   - labels: The class of each row, or the ignored label; another that is no class, or another
  ///     number of labels than of rows, traps.
  public mutating func add(_ logits: Tensor, labels: [Int]) {
    require(
      logits.rank == 2 && logits.sizes[0] == labels.count,
      "TopAccuracy: logits of shape \(logits.shape) against \(labels.count) labels")
    let classes = logits.sizes[1]
    let scalars = logits.scalars
    for (row, label) in labels.enumerated() where label != ignoredLabel {
      require(
        (0..<classes).contains(label), "TopAccuracy: label \(label), expected 0..<\(classes)")
      count += 1
      let start = row * classes
      let own = scalars[start + label]
      var above = 0
      for column in 0..<classes where column != label {
        let other = scalars[start + column]
        // Whatever is not known to be below counts as above.
        if !(other < own || other == own && column > label) { above += 1 }
        if above >= top { break }
      }
      if above < top, !own.isNaN { correctCount += 1 }
    }
  }

  /// Takes what another has counted into account.
  ///
  /// - Parameter other: Of the same number of classes; another traps.
  public mutating func add(_ other: TopAccuracy) {
    require(top == other.top, "TopAccuracy: top \(top) against \(other.top)")
    count += other.count
    correctCount += other.correctCount
  }
}

extension TopAccuracy: CustomStringConvertible {
  /// The share, and what it is of.
  public var description: String {
    let percent = (value * 1000).rounded() / 10
    return "\(percent)% (\(correctCount) of \(count))"
  }
}
