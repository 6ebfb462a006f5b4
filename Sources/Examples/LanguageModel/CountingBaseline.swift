import Foundation

/// What can be had without a network: the frequencies of bytes, or of bytes behind each byte.
package struct CountingBaseline: Sendable, Equatable {
  /// The mean loss of a byte by how often each byte stands in the training text.
  package let ofBytes: Double
  /// The same by how often it stands there behind the byte before it.
  package let ofPairs: Double

  /// The baselines of a text: each count is one more than it is, so that nothing is impossible.
  package init(_ corpus: Corpus) {
    var bytes = [Double](repeating: 1, count: 256)
    var pairs = [Double](repeating: 1, count: 256 * 256)
    var totals = [Double](repeating: 256, count: 256)
    var before: UInt8?
    for byte in corpus.training {
      bytes[Int(byte)] += 1
      if let before {
        pairs[256 * Int(before) + Int(byte)] += 1
        totals[Int(before)] += 1
      }
      before = byte
    }
    let total = bytes.reduce(0, +)
    var (sumOfBytes, sumOfPairs) = (0.0, 0.0)
    before = corpus.validation.first
    for byte in corpus.validation.dropFirst() {
      sumOfBytes -= log(bytes[Int(byte)] / total)
      if let last = before {
        sumOfPairs -= log(pairs[256 * Int(last) + Int(byte)] / totals[Int(last)])
      }
      before = byte
    }
    let count = Double(max(1, corpus.validation.count - 1))
    (ofBytes, ofPairs) = (sumOfBytes / count, sumOfPairs / count)
  }
}
