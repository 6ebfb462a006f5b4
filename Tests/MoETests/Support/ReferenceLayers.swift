import Foundation
import MoE

/// Layers as their formulas say them, in `Double`, one row at a time.
///
/// Weights are row-major arrays, as [outputSize, inputSize]; those of expert e of a bank start at e
/// times the size of one.
enum Reference {
  /// The parameters of a linear map, or of one for each expert.
  struct Map {
    var weight: [Double]
    var bias: [Double]?
    var outputSize: Int

    init(_ parameters: [String: [Double]], _ name: String, outputSize: Int) {
      weight = parameters["\(name).weight"] ?? []
      bias = parameters["\(name).bias"]
      self.outputSize = outputSize
    }
  }

  /// W·x + b.
  static func linear(_ x: [Double], _ map: Map, expert: Int = 0) -> [Double] {
    let (weight, outputSize) = (map.weight, map.outputSize)
    var y = [Double](repeating: 0, count: outputSize)
    var index = expert * outputSize * x.count
    for row in 0..<outputSize {
      var sum = 0.0
      for scalar in x {
        sum += weight[index] * scalar
        index += 1
      }
      y[row] = sum
    }
    if let bias = map.bias {
      for row in 0..<outputSize { y[row] += bias[expert * outputSize + row] }
    }
    return y
  }

  static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  static func activation(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .identity: x
    case .relu: max(x, 0)
    case .squaredReLU: max(x, 0) * max(x, 0)
    // Φ by the complement, which keeps its digits in the left tail.
    case .gelu: x * 0.5 * erfc(-x / 2.0.squareRoot())
    case .geluTanh: x * sigmoid(2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))
    case .silu: x * sigmoid(x)
    case .tanh: Foundation.tanh(x)
    case .sigmoid: sigmoid(x)
    }
  }

  static func gated(_ activation: GatedActivation, _ g: Double, _ u: Double) -> Double {
    func clip(_ limit: Float) -> Double { max(min(u, Double(limit)), -Double(limit)) }
    switch activation {
    case .gated(let function): return Reference.activation(function, g) * u
    case .gptOSS(let alpha, let limit):
      let bounded = min(g, Double(limit))
      return (clip(limit) + 1) * bounded * sigmoid(Double(alpha) * bounded)
    case .clamped(let limit):
      return Reference.activation(.silu, min(g, Double(limit))) * clip(limit)
    case .clampedAfter(let limit):
      return min(Reference.activation(.silu, g), Double(limit)) * clip(limit)
    case .softcapped(let gate, let up):
      let (a, b) = (Double(gate), Double(up))
      return a * Foundation.tanh(g / a) * sigmoid(g) * b * Foundation.tanh(u / b)
    }
  }

  /// W₂·f(W₁·x + b₁) + b₂.
  static func feedForward(
    _ x: [Double], up: Map, down: Map, _ activation: Activation, expert: Int = 0
  ) -> [Double] {
    var hidden = linear(x, up, expert: expert)
    for index in hidden.indices { hidden[index] = Reference.activation(activation, hidden[index]) }
    return linear(hidden, down, expert: expert)
  }

  /// W_d·f(W_g·x, W_u·x).
  static func gatedFeedForward(
    _ x: [Double], gate: Map, up: Map, down: Map, _ activation: GatedActivation, expert: Int = 0
  ) -> [Double] {
    let gates = linear(x, gate, expert: expert)
    var hidden = linear(x, up, expert: expert)
    for index in hidden.indices {
      hidden[index] = gated(activation, gates[index], hidden[index])
    }
    return linear(hidden, down, expert: expert)
  }

  static func softmax(_ logits: [Double]) -> [Double] {
    let largest = logits.max() ?? 0
    let powers = logits.map { exp($0 - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// The mean over rows of −ln softmax(l)ₖ.
  static func crossEntropy(_ logits: [[Double]], labels: [Int]) -> Double {
    let losses = zip(logits, labels).map { row, label in -log(softmax(row)[label]) }
    return losses.reduce(0, +) / Double(labels.count)
  }

  static func meanSquaredError(_ output: [Double], _ target: [Double]) -> Double {
    zip(output, target).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(output.count)
  }

  /// Σ y ⊙ r: the loss whose gradient with respect to y is r.
  static func inner(_ y: [[Double]], _ r: [[Double]]) -> Double {
    zip(y, r).reduce(0) { sum, rows in zip(rows.0, rows.1).reduce(sum) { $0 + $1.0 * $1.1 } }
  }
}

extension Reference {
  /// The scalars of a tensor, exactly.
  static func scalars(_ tensor: Tensor) -> [Double] { tensor.scalarArray.map(Double.init) }

  /// The rows of a matrix.
  static func rows(_ tensor: Tensor) -> [[Double]] {
    rows(scalars(tensor), columns: tensor.columnCount)
  }

  static func rows(_ scalars: [Double], columns: Int) -> [[Double]] {
    stride(from: 0, to: scalars.count, by: max(columns, 1)).map {
      Array(scalars[$0..<$0 + columns])
    }
  }

  /// The parameters of a value by name, exactly.
  static func parameters(_ value: some Parameterized) -> [String: [Double]] {
    Dictionary(
      uniqueKeysWithValues: value.namedParameters.map { ($0.name, scalars($0.parameter)) })
  }
}
