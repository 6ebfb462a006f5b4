import MoE

/// Measures attention by itself: of whole sequences, with its backward pass, and of one further
/// token.
struct AttentionGroup {
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// Some short sequences, and a long one.
  func run() throws {
    for item in session.options.isSmoke ? AttentionCase.tiny : AttentionCase.all {
      for use in AttentionCase.Use.allCases where item.sequences == 1 || use != .token {
        guard session.wants(.attention, use.rawValue, item.shape) else { continue }
        try session.forEachConfiguration { set, threads in
          let ceiling = Ceiling.arithmetic(
            set, threads: threads, effort: session.effort(threads: threads))
          try session.measure(workload(item, use), against: ceiling)
        }
      }
    }
  }

  private func workload(_ item: AttentionCase, _ use: AttentionCase.Use) -> Workload {
    let attention = item.attention
    let (queries, keys, values) = (item.rows(1, use), item.rows(2), item.rows(3))
    let sequences = item.rowsOfSequences(use)
    let gradient = item.rows(4, use)
    func forward() -> Tensor {
      attention(queries, keys: keys, values: values, sequences: sequences)
    }
    return Workload(
      group: .attention, name: use.rawValue, shape: item.shape, amount: item.operations(use),
      residual: { item.residual(of: forward(), queries, keys, values, use) },
      run: {
        blackHole(forward())
        guard use == .training else { return }
        blackHole(
          attention.backward(
            gradient, queries: queries, keys: keys, values: values, sequences: sequences))
      },
      note: { "\(Int((Double(queries.shape[0]) / $0).rounded())) tokens/s" })
  }
}

/// The sizes of causal attention.
struct AttentionCase {
  /// What is done with it.
  enum Use: String, CaseIterable {
    case whole = "whole sequences"
    case training
    case token = "one further token"
  }

  var sequences: Int
  var length: Int
  var heads: Int
  var headSize: Int

  var shape: String { "\(sequences)×\(length), \(heads) heads of \(headSize)" }

  var attention: ScaledDotProductAttention {
    ScaledDotProductAttention(
      headCount: heads, keyValueHeadCount: heads, headSize: headSize, isCausal: true, window: nil)
  }

  func rows(_ seed: UInt32, _ use: Use = .whole) -> Tensor {
    // Scores of about one.
    let bound: Float = seed == 1 ? 3 / Float(headSize).squareRoot() : 1
    return Tensor(
      scattering: -bound...bound,
      shape: [use == .token ? 1 : sequences * length, heads * headSize], seed: seed)
  }

  func rowsOfSequences(_ use: Use) -> [ScaledDotProductAttention.Sequence] {
    use == .token
      ? [.init(queries: 0..<1, keys: 0..<length)]
      : ScaledDotProductAttention.Sequence.whole(Array(repeating: length, count: sequences))
  }

  /// Those of pairs of a query and a key that it sees: two products, and five more backward.
  func operations(_ use: Use) -> Double {
    let pairs = use == .token ? length : sequences * length * (length + 1) / 2
    return Double(2 * (use == .training ? 7 : 2) * pairs * heads * headSize)
  }

  /// That of some outputs of the last sequence.
  func residual(
    of output: Tensor, _ queries: Tensor, _ keys: Tensor, _ values: Tensor, _ use: Use
  ) -> Double {
    var residual = Residual()
    let first = (sequences - 1) * length
    for place in use == .token ? [length - 1] : Residual.samples(of: length, 8) {
      let query = use == .token ? 0 : first + place
      for head in Residual.samples(of: heads, 2) {
        let columns = head * headSize..<(head + 1) * headSize
        var (scores, size) = ([Double](), 0.0)
        for key in first...first + place {
          let terms = columns.map { Double(queries[query, $0]) * Double(keys[key, $0]) }
          scores.append(terms.reduce(0, +))
          size = max(size, terms.reduce(0) { $0 + $1.magnitude })
        }
        let powers = scores.map { Double(Float($0)) }.map { DoublePrecision.exponential($0) }
        let total = powers.reduce(0, +)
        let column = columns.lowerBound
        var (sum, magnitude) = (0.0, 0.0)
        for (index, power) in powers.enumerated() {
          let term = power / total * Double(values[first + index, column])
          sum += term
          magnitude += term.magnitude
        }
        // An error of a score is one of its power, in relation to that.
        let steps = 2 * scores.count + 2 * headSize * Int(size.rounded(.up)) + 8
        residual.compare(output[query, column], to: sum, magnitude: magnitude, steps: steps)
      }
    }
    return residual.worst
  }

  static let all = [
    AttentionCase(sequences: 8, length: 128, heads: 4, headSize: 32),
    AttentionCase(sequences: 1, length: 1024, heads: 8, headSize: 64),
  ]

  static let tiny = [AttentionCase(sequences: 1, length: 20, heads: 2, headSize: 4)]
}
