import MoE

/// A stack of mixtures as its formulas say it, in `Double`, token by token, for given routes.
///
/// Blocks have a root mean square norm and a residual, gates a residual of logits, and weights are
/// the softmax of all logits.
struct ReferenceStack {
  /// A kind of expert: its output of a token, from the parameters of its group.
  enum Kind {
    case gated(hiddenSize: Int)
    case zero
    case copy
    case constant
  }

  var size: Int
  /// The kind of each expert, with its group and its number in that.
  var experts: [(kind: Kind, group: Int, index: Int)]
  var epsilon: Double
  var blockCount: Int
  /// The attention of each block, behind a norm and beside a residual.
  var attention: ReferenceAttention?

  init(size: Int, groups: [(kind: Kind, count: Int)], epsilon: Double, blockCount: Int) {
    self.size = size
    self.epsilon = epsilon
    self.blockCount = blockCount
    experts = groups.enumerated().flatMap { group, part in
      (0..<part.count).map { (part.kind, group, $0) }
    }
  }

  struct Result {
    var output: [[Double]]
    /// The logits of each block and token.
    var logits: [[[Double]]]
  }

  /// Runs the stack; `routes` are the experts of each block, token and slot, −1 where none takes
  /// the token.
  func callAsFunction(
    _ tokens: [[Double]], _ parameters: [String: [Double]], routes: [[[Int]]]
  ) -> Result {
    var stream = tokens
    var logits: [[[Double]]] = []
    for block in 0..<blockCount {
      if let attention {
        let weight = parameters["blocks.\(block).attentionNorm.weight"]!
        let seen = attention(
          stream.map { rootMeanSquareNorm($0, weight) }, parameters,
          prefix: "blocks.\(block).attention.")
        for (token, row) in seen.enumerated() {
          for column in 0..<size { stream[token][column] += row[column] }
        }
      }
      let prefix = "blocks.\(block).feedForward"
      let gate = Reference.Map(parameters, "\(prefix).router.gate", outputSize: experts.count)
      let residual = Reference.Map(
        parameters, "\(prefix).router.gate.residual", outputSize: experts.count)
      var own: [[Double]] = []
      for token in stream.indices {
        let x = rootMeanSquareNorm(
          stream[token], parameters["blocks.\(block).feedForwardNorm.weight"]!)
        var line = Reference.linear(x, gate)
        if let previous = logits.last {
          line = zip(line, Reference.linear(previous[token], residual)).map { $0 + $1 }
        }
        own.append(line)
        let weights = Reference.softmax(line)
        for expert in routes[block][token] where expert >= 0 {
          let output = output(of: expert, x, parameters, prefix)
          for column in 0..<size { stream[token][column] += weights[expert] * output[column] }
        }
      }
      logits.append(own)
    }
    return Result(output: stream, logits: logits)
  }

  func rootMeanSquareNorm(_ x: [Double], _ weight: [Double]) -> [Double] {
    let mean = x.reduce(0) { $0 + $1 * $1 } / Double(x.count)
    let scale = 1 / (mean + epsilon).squareRoot()
    return zip(x, weight).map { $0 * scale * $1 }
  }

  private func output(
    of expert: Int, _ x: [Double], _ parameters: [String: [Double]], _ prefix: String
  ) -> [Double] {
    let (kind, group, index) = experts[expert]
    let name = "\(prefix).expertGroups.\(group)"
    switch kind {
    case .zero: return x.map { _ in 0 }
    case .copy: return x
    case .constant:
      let map = Reference.Map(parameters, "\(name).mix", outputSize: 2)
      let shares = Reference.softmax(Reference.linear(x, map, expert: index))
      let constant = parameters["\(name).constant"]![index * size..<(index + 1) * size]
      return zip(x, constant).map { shares[0] * $0 + shares[1] * $1 }
    case .gated(let hiddenSize):
      return Reference.gatedFeedForward(
        x, gate: Reference.Map(parameters, "\(name).gate", outputSize: hiddenSize),
        up: Reference.Map(parameters, "\(name).up", outputSize: hiddenSize),
        down: Reference.Map(parameters, "\(name).down", outputSize: size), .silu, expert: index)
    }
  }
}
