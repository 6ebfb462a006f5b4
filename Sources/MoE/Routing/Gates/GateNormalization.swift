/// The scaling of a gate's logits to one standard deviation: l' = l·τ / std(l).
///
/// The deviation is that over a token's experts, with n − 1 in the divisor. The scale τ is then the
/// only thing that says how decided a token's softmax is. Where all the logits of a token are
/// equal, as with one expert, the deviation is zero, or too small for a factor that single
/// precision has, and there is nothing to scale: the logits stay as they are, and so does their
/// gradient. Experts that are switched off count like the others, as the gate does not know of
/// them.
///
/// **Gradient**: dl = (τ/s)·(g − (g·l)·(l − l̄) / ((n − 1)·s²)).
///
/// It has no parameters. The noise of a gate inside is not handed on, as its scale is no longer
/// that of the logits: add noise around this gate.
///
/// Source: the option `moe_use_logits_norm` of MoE++, arXiv 2410.07348.
public struct GateNormalization: GateModifier, ExpertAgnostic {
  /// The standard deviation τ of the logits.
  public let scale: Float

  /// A scaling.
  ///
  /// - Parameter scale: The standard deviation of the logits.
  public init(scale: Float) { self.scale = scale }

  /// A token's scale is its own.
  public var promises: RoutingPromises { [.tokenLocal, .deterministic] }

  /// Visits nothing.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  /// The scaled logits, and those before for the backward pass.
  ///
  /// - Complexity: That of the gate inside, and O(tokens · experts).
  public func forward(
    _ tokens: Tensor, context: RoutingContext, base: (Tensor) throws -> GateOutput
  ) throws -> (output: GateOutput, saved: Tensor) {
    let before = try base(tokens).logits
    let (rows, columns) = (before.rowCount, before.columnCount)
    var logits = before
    let source = before.scalars
    var scalars = logits.mutableScalars
    for row in 0..<rows {
      let deviation = GateNormalization.moments(source, row, columns).deviation
      guard let factor = factor(deviation) else { continue }
      for index in row * columns..<(row + 1) * columns {
        scalars[index] = Float(Double(source[index]) * factor)
      }
    }
    return (GateOutput(logits: logits), before)
  }

  /// The factor of logits of a deviation; nothing where there is none, or where single
  /// precision has no such number.
  private func factor(_ deviation: Double) -> Double? {
    let factor = Double(scale) / deviation
    return Float(factor).isFinite ? factor : nil
  }

  /// The mean and the standard deviation of a row.
  ///
  /// In double precision, in which the mean of equal numbers is exact: in single precision its
  /// rounding would pass for a deviation, and be scaled up to τ.
  private static func moments(_ scalars: Span<Float>, _ row: Int, _ columns: Int)
    -> (mean: Double, deviation: Double)
  {
    var (sum, squares) = (0.0, 0.0)
    for index in row * columns..<(row + 1) * columns { sum += Double(scalars[index]) }
    let mean = sum / Double(columns)
    for index in row * columns..<(row + 1) * columns {
      let distance = Double(scalars[index]) - mean
      squares += distance * distance
    }
    // With one expert zero divided by zero, a NaN, which counts as no deviation.
    return (mean, (squares / Double(columns - 1)).squareRoot())
  }

  /// The gradients of the gate inside, for the gradient with respect to its logits.
  public func backward(
    _ gradient: LogitGradient, saved before: Tensor,
    base: (LogitGradient) throws -> GateInputGradient
  ) throws -> (input: GateInputGradient, parameters: GateNormalization) {
    let (rows, columns) = (before.rowCount, before.columnCount)
    var result = gradient.logits
    let (source, above) = (before.scalars, gradient.logits.scalars)
    do {
      var scalars = result.mutableScalars
      for row in 0..<rows {
        let (mean, deviation) = GateNormalization.moments(source, row, columns)
        guard let factor = factor(deviation) else { continue }
        let range = row * columns..<(row + 1) * columns
        var dot = 0.0
        for index in range { dot += Double(above[index]) * Double(source[index]) }
        let slope = dot / (Double(columns - 1) * deviation * deviation)
        for index in range {
          scalars[index] = Float(
            factor * (Double(above[index]) - slope * (Double(source[index]) - mean)))
        }
      }
    }
    return (try base(LogitGradient(result)), self)
  }
}

/// A gate whose logits are scaled to one standard deviation.
public typealias NormalizedGate = ModifiedGate<GateNormalization>

extension ModifiedGate where Modifier == GateNormalization {
  /// A gate around another.
  ///
  /// - Parameters:
  ///   - base: The gate inside.
  ///   - scale: The standard deviation of the logits.
  public init(_ base: any Gate, scale: Float) { self.init(base, GateNormalization(scale: scale)) }
}

extension GateSpecification {
  /// This gate, with each token's logits scaled to one standard deviation.
  ///
  /// - Parameter scale: The standard deviation of the logits; above zero.
  /// - Returns: A specification of ``GateNormalization``; a scale that cannot work makes the
  ///   layer's initialiser throw.
  public func normalized(scale: Float = 1) -> GateSpecification {
    modified(promises: [.tokenLocal, .deterministic]) { _, _ in
      guard scale > 0, scale.isFinite else {
        throw MoEError.configuration(
          "scale of the normalized gate", value: "\(scale)", expected: "a finite number above 0")
      }
      return GateNormalization(scale: scale)
    }.planned(plan.map { .normalized($0, scale: scale) })
  }
}
