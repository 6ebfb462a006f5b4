/// How often each class was taken for each, over any number of batches, and what follows from it.
///
///     var matrix = ConfusionMatrix(classNames: ["cat", "dog", "bird"])
///     matrix.add(predictions: [0, 0, 1, 2], labels: [0, 1, 1, 2])
///     print(matrix)
///
/// prints one row a class, with what it was taken for, and its scores.
public struct ConfusionMatrix: Sendable, Hashable, Codable {
  /// The names of the classes.
  public let classNames: [String]
  /// The label of rows that do not count.
  public let ignoredLabel: Int?
  /// How often each class, the first index, was taken for each, the second.
  public private(set) var counts: [[Int]]

  /// A matrix of nothing yet.
  ///
  /// - Parameters:
  ///   - classNames: The names of the classes.
  ///   - ignoredLabel: The label of rows that do not count.
  public init(classNames: [String], ignoredLabel: Int? = nil) {
    self.classNames = classNames
    self.ignoredLabel = ignoredLabel
    counts = Array(
      repeating: [Int](repeating: 0, count: classNames.count), count: classNames.count)
  }

  /// A matrix of nothing yet, of classes that are called by their numbers.
  ///
  /// - Parameters:
  ///   - classCount: The number of classes.
  ///   - ignoredLabel: The label of rows that do not count.
  public init(classCount: Int, ignoredLabel: Int? = nil) {
    self.init(classNames: (0..<classCount).map { "\($0)" }, ignoredLabel: ignoredLabel)
  }

  /// A matrix from a file.
  ///
  /// - Throws: `DecodingError` where there is not one count of each class for each, or a count that
  ///   no rows give.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    classNames = try values.decode([String].self, forKey: .classNames)
    ignoredLabel = try values.decodeIfPresent(Int.self, forKey: .ignoredLabel)
    counts = try values.decode([[Int]].self, forKey: .counts)
    let sizes = [counts.count] + counts.map(\.count)
    if let size = sizes.first(where: { $0 != classNames.count }) {
      throw decoder.refusing(
        "number of classes of a confusion matrix", value: "\(size)",
        expected: "\(classNames.count), as there are names")
    }
    var total = 0
    for row in counts {
      for count in row {
        try decoder.checkCount(count, "rows of a class")
        total += count
        try decoder.checkCount(total, "rows")
      }
    }
  }

  /// Takes some rows into account.
  ///
  /// - Parameters:
  ///   - predictions: The class that each row was taken for; one that is none traps.
  ///   - labels: The class that each is, or the ignored label; one that is none, or another number
  ///     of them, traps.
  public mutating func add(predictions: [Int], labels: [Int]) {
    require(
      predictions.count == labels.count,
      "ConfusionMatrix: \(predictions.count) predictions against \(labels.count) labels")
    for (prediction, label) in zip(predictions, labels) where label != ignoredLabel {
      require(
        counts.indices.contains(prediction) && counts.indices.contains(label),
        "ConfusionMatrix: class \(label) taken for \(prediction), expected 0..<\(counts.count)")
      counts[label][prediction] += 1
    }
  }

  /// Takes a batch into account: each row is taken for the class of its largest logit.
  ///
  /// - Parameters:
  ///   - logits: A matrix of one column a class.
  ///   - labels: The class of each row, or the ignored label.
  public mutating func add(_ logits: Tensor, labels: [Int]) {
    add(predictions: logits.rowArgmax(), labels: labels)
  }

  /// The number of rows that count.
  public var count: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

  /// The share of rows that were taken for what they are; 0 of no rows.
  public var accuracy: Double {
    ConfusionMatrix.share(counts.indices.reduce(0) { $0 + counts[$1][$1] }, of: count)
  }

  /// The scores of a class.
  ///
  /// - Parameter index: The number of the class; one that is none traps.
  /// - Returns: Its scores.
  public subscript(class index: Int) -> ClassScores {
    let taken = counts.reduce(0) { $0 + $1[index] }
    let support = counts[index].reduce(0, +)
    return ClassScores(
      precision: ConfusionMatrix.share(counts[index][index], of: taken),
      recall: ConfusionMatrix.share(counts[index][index], of: support), support: support)
  }

  /// The scores of each class.
  public var classScores: [ClassScores] { counts.indices.map { self[class: $0] } }

  /// The means of the scores of all classes, each of which counts alike; F1 is the mean of theirs.
  public var macroAverage: ClassScores {
    let scores = classScores
    func mean(_ score: (ClassScores) -> Double) -> Double {
      scores.reduce(0) { $0 + score($1) } / Double(max(1, scores.count))
    }
    return ClassScores(
      precision: mean(\.precision), recall: mean(\.recall), f1: mean(\.f1), support: count)
  }

  /// The scores of all rows together, each of which counts alike: where every row has one label,
  /// all of them are the accuracy.
  public var microAverage: ClassScores {
    ClassScores(precision: accuracy, recall: accuracy, support: count)
  }

  static func share(_ part: Int, of whole: Int) -> Double {
    whole > 0 ? Double(part) / Double(whole) : 0
  }
}

/// How well a class was found.
public struct ClassScores: Sendable, Hashable, Codable {
  /// The share of what was taken for the class that is of it; 0 where nothing was.
  public let precision: Double
  /// The share of the class that was found; 0 where there is none.
  public let recall: Double
  /// The harmonic mean of precision and recall; 0 where both are.
  public let f1: Double
  /// The number of rows of the class.
  public let support: Int

  /// Scores of the given parts.
  init(precision: Double, recall: Double, f1: Double? = nil, support: Int) {
    self.precision = precision
    self.recall = recall
    let sum = precision + recall
    self.f1 = f1 ?? (sum > 0 ? 2 * precision * recall / sum : 0)
    self.support = support
  }
}

extension ConfusionMatrix: CustomStringConvertible {
  /// A table: one row a class with the counts of what it was taken for, its precision, recall, F1
  /// and rows, and the averages under it.
  public var description: String {
    func line(_ name: String, _ counts: [String], _ scores: ClassScores) -> [String] {
      [name] + counts
        + [scores.precision, scores.recall, scores.f1].map(ConfusionMatrix.percent)
        + ["\(scores.support)"]
    }
    let empty = [String](repeating: "", count: classNames.count)
    var rows = [["is \\ taken for"] + classNames + ["precision", "recall", "F1", "rows"]]
    for (name, (own, scores)) in zip(classNames, zip(counts, classScores)) {
      rows.append(line(name, own.map(String.init), scores))
    }
    rows.append(line("macro average", empty, macroAverage))
    rows.append(line("micro average", empty, microAverage))
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, text in
        let space = String(repeating: " ", count: widths[column] - text.count)
        return column == 0 ? text + space : space + text
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  /// A share in percent with one digit behind the point.
  private static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10)%"
  }
}
