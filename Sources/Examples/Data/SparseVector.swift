package import MoE

/// The scalars of a vector that are not zero.
package struct SparseVector: Sendable, Equatable {
  /// Their indices, ascending.
  package var indices: [Int32] = []
  /// Their values.
  package var values: [Float] = []

  /// Takes the square root of each sum, keeping its sign, and scales the vector to length one.
  ///
  /// The square root damps n-grams that a text repeats; the length makes long and short texts
  /// alike.
  package init(damping sums: [Float]) {
    var squaredLength = 0.0
    for (index, sum) in sums.enumerated() where sum != 0 {
      indices.append(Int32(index))
      values.append(sum < 0 ? -(-sum).squareRoot() : sum.squareRoot())
      squaredLength += Double(sum.magnitude)
    }
    let scale = Float(1 / squaredLength.squareRoot())
    for index in values.indices { values[index] *= scale }
  }
}

/// The features of many texts, kept sparse and made dense a batch at a time.
///
/// A short text has some hundred features that are not zero, of some thousand. Kept dense, 20,000
/// texts of 4,096 features would take 330 MB; kept sparse they take about a tenth.
package struct FeatureMatrix: Sendable {
  /// The number of features of a text.
  package let columnCount: Int
  private var offsets = [0]
  private var indices: [Int32] = []
  private var values: [Float] = []

  /// The features of the given texts.
  package init(_ texts: some Sequence<String>, features: TextFeatures) {
    columnCount = features.count
    for text in texts {
      let vector = features.vector(of: text)
      indices += vector.indices
      values += vector.values
      offsets.append(indices.count)
    }
  }

  /// The number of texts.
  package var rowCount: Int { offsets.count - 1 }

  /// The features of some texts as a dense matrix, one row a text in the order given.
  package func tensor(rows: some Collection<Int>) -> Tensor {
    var tensor = Tensor(zeros: [rows.count, columnCount])
    var scalars = tensor.mutableScalars
    for (position, row) in rows.enumerated() {
      for entry in offsets[row]..<offsets[row + 1] {
        scalars[position * columnCount + Int(indices[entry])] = values[entry]
      }
    }
    return tensor
  }
}
