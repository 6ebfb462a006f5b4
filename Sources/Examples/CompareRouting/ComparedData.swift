package import ExampleData
package import MoE

/// Labelled examples as rows of numbers: what every compared model is trained on.
package struct ComparedData: Sendable {
  /// What the data is called.
  package let name: String
  /// The names of the labels.
  package let labels: [String]
  /// The examples that training sees.
  package let training: Examples
  /// The examples that it does not.
  package let test: Examples

  /// The size of a row.
  package var inputSize: Int { training.source.columnCount }

  /// Some examples.
  package struct Examples: Sendable {
    fileprivate let source: Source
    /// The index of the label of each.
    package let labels: [Int]
    /// A number that an example's contents give: what hash routing goes by.
    package let ids: [Int]

    /// How many there are.
    package var count: Int { labels.count }

    /// Some of them as a batch, one row each.
    package func batch(_ indices: some Collection<Int>) -> ComparedBatch {
      ComparedBatch(
        rows: source.tensor(indices), labels: indices.map { labels[$0] },
        ids: indices.map { ids[$0] })
    }
  }

  /// How many different numbers ``Examples/ids`` has.
  package static let idCount = 512

  /// Where rows come from.
  fileprivate enum Source: Sendable {
    case images([[Float]])
    case texts(FeatureMatrix)

    var columnCount: Int {
      switch self {
      case .images(let rows): rows.first?.count ?? 0
      case .texts(let matrix): matrix.columnCount
      }
    }

    func tensor(_ indices: some Collection<Int>) -> Tensor {
      switch self {
      case .images(let rows):
        Tensor(indices.flatMap { rows[$0] }, shape: [indices.count, columnCount])
      case .texts(let matrix): matrix.tensor(rows: indices)
      }
    }
  }
}

/// A batch of examples.
package struct ComparedBatch: Sendable {
  /// One row an example.
  package var rows: Tensor
  /// The index of each label.
  package var labels: [Int]
  /// The number that hash routing goes by, of each.
  package var ids: [Int]
}

extension ComparedData {
  /// The handwritten digits, of which every fifth of a digit is for testing.
  package static func digits() -> ComparedData {
    var counts = [Int](repeating: 0, count: 10)
    var parts: (training: [DigitImages.Image], test: [DigitImages.Image]) = ([], [])
    for image in DigitImages.all {
      counts[image.digit] += 1
      if counts[image.digit] % 5 == 0 {
        parts.test.append(image)
      } else {
        parts.training.append(image)
      }
    }
    func examples(_ images: [DigitImages.Image]) -> Examples {
      let images = mixed(images)
      return Examples(
        source: .images(images.map { $0.pixels.map { Float($0) / Float(DigitImages.darkest) } }),
        labels: images.map(\.digit), ids: images.map { id(of: $0.pixels) })
    }
    return ComparedData(
      name: "digits", labels: (0..<10).map { "\($0)" }, training: examples(parts.training),
      test: examples(parts.test))
  }

  /// Labelled texts.
  ///
  /// - Parameters:
  ///   - name: What the data is called.
  ///   - dataset: The lines, of which those whose label training never saw are left out.
  ///   - featureCount: How many hashed n-grams stand for a text.
  /// - Returns: The data.
  package static func texts(
    _ name: String, _ dataset: Dataset, featureCount: Int = 1024
  ) -> ComparedData {
    let features = TextFeatures(count: featureCount)
    func examples(_ lines: [LabelledLine]) -> Examples {
      let known = mixed(zip(lines, dataset.labelIndices(of: lines)).filter { $1 != nil })
      return Examples(
        source: .texts(FeatureMatrix(known.map(\.0.text), features: features)),
        labels: known.compactMap(\.1), ids: known.map { id(of: Array($0.0.text.utf8)) })
    }
    return ComparedData(
      name: name, labels: dataset.labels, training: examples(dataset.training),
      test: examples(dataset.test))
  }

  /// Examples in an order that has nothing to do with their labels: batches of tests are to be like
  /// those of training, as some strategies look at the whole batch.
  private static func mixed<Element>(_ elements: [Element]) -> [Element] {
    var (elements, generator) = (elements, SeededGenerator(seed: 0))
    elements.shuffle(using: &generator)
    return elements
  }

  /// A number from 0 to below ``idCount`` that bytes alone give: FNV-1a.
  private static func id(of bytes: [UInt8]) -> Int {
    let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    return Int((hash >> 32) % UInt64(idCount))
  }
}
