import Foundation
import MoE

/// Attention as its formula says it, in `Double`, query by query.
struct ReferenceAttention {
  var headCount: Int
  var keyValueHeadCount: Int
  var headSize: Int
  var isCausal = true
  var window: Int?
  var rotary: RotaryPositions?
  /// The ε of root mean square norms of the heads of queries and keys, where there are such.
  var epsilon: Double?
  var lengths: [Int]

  /// The heads of one expert of a mixture.
  init(_ mixture: MixtureOfAttentionHeads, lengths: [Int]) {
    headCount = mixture.headCount
    keyValueHeadCount = mixture.keyValueHeadCount
    headSize = mixture.headSize
    isCausal = mixture.isCausal
    window = mixture.window
    rotary = mixture.rotary
    self.lengths = lengths
  }

  init(_ attention: MultiHeadAttention, lengths: [Int]) {
    headCount = attention.headCount
    keyValueHeadCount = attention.keyValueHeadCount
    headSize = attention.headSize
    isCausal = attention.isCausal
    window = attention.window
    rotary = attention.rotary
    if case .rms(let norm) = attention.queryNorm { epsilon = Double(norm.epsilon) }
    self.lengths = lengths
  }

  /// The outputs of all tokens, from the maps named under a prefix.
  func callAsFunction(
    _ tokens: [[Double]], _ parameters: [String: [Double]], prefix: String = ""
  ) -> [[Double]] {
    let size = tokens.first?.count ?? 0
    func map(_ name: String, _ outputSize: Int) -> Reference.Map {
      Reference.Map(parameters, prefix + name, outputSize: outputSize)
    }
    let (query, key) = (
      map("query", headCount * headSize), map("key", keyValueHeadCount * headSize)
    )
    let (value, output) = (map("value", keyValueHeadCount * headSize), map("output", size))
    var result: [[Double]] = []
    var start = 0
    for length in lengths {
      let own = Array(tokens[start..<start + length])
      start += length
      let (ofQueries, ofKeys) = (
        parameters[prefix + "queryNorm.weight"], parameters[prefix + "keyNorm.weight"]
      )
      let queries = own.enumerated().map {
        rotated(normed(Reference.linear($1, query), ofQueries), place: $0)
      }
      let keys = own.enumerated().map {
        rotated(normed(Reference.linear($1, key), ofKeys), place: $0)
      }
      let values = own.map { Reference.linear($0, value) }
      for place in own.indices {
        let heads = (0..<headCount).flatMap {
          head($0, place: place, queries[place], keys, values)
        }
        result.append(Reference.linear(heads, output))
      }
    }
    return result
  }

  /// The output of one head for one query.
  func head(
    _ head: Int, place: Int, _ query: [Double], _ keys: [[Double]], _ values: [[Double]]
  ) -> [Double] {
    let shared = head * keyValueHeadCount / headCount
    let first = window.map { place - $0 + 1 } ?? 0
    let seen = keys.indices.filter { $0 >= first && (!isCausal || $0 <= place) }
    let scores = seen.map { key -> Double in
      var sum = 0.0
      for index in 0..<headSize {
        sum += query[head * headSize + index] * keys[key][shared * headSize + index]
      }
      return sum / Double(headSize).squareRoot()
    }
    let probabilities = Reference.softmax(scores)
    var result = [Double](repeating: 0, count: headSize)
    for (key, probability) in zip(seen, probabilities) {
      for index in 0..<headSize {
        result[index] += probability * values[key][shared * headSize + index]
      }
    }
    return result
  }

  /// w ⊙ x / √(mean(x²) + ε) of each head.
  private func normed(_ row: [Double], _ weight: [Double]?) -> [Double] {
    guard let weight, let epsilon else { return row }
    var row = row
    for start in stride(from: 0, to: row.count, by: headSize) {
      let square = row[start..<start + headSize].reduce(0) { $0 + $1 * $1 }
      let scale = 1 / (square / Double(headSize) + epsilon).squareRoot()
      for index in 0..<headSize { row[start + index] *= scale * weight[index] }
    }
    return row
  }

  func rotated(_ row: [Double], place: Int) -> [Double] {
    guard let rotary else { return row }
    var row = row
    let count = rotary.dimension ?? headSize
    for start in stride(from: 0, to: row.count, by: headSize) {
      for pair in 0..<count / 2 {
        let frequency = pow(rotary.base, -2 * Double(pair) / Double(count))
        let angle = Double(place) / rotary.scale * frequency
        let (first, second) =
          rotary.pairing == .halves
          ? (start + pair, start + count / 2 + pair) : (start + 2 * pair, start + 2 * pair + 1)
        let (x, y) = (row[first], row[second])
        row[first] = x * cos(angle) - y * sin(angle)
        row[second] = y * cos(angle) + x * sin(angle)
      }
    }
    return row
  }
}
