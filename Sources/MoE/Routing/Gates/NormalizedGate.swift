/// A gate whose logits are scaled to one standard deviation: l' = l·τ / std(l).
///
/// The deviation is that over a token's experts, with n − 1 in the divisor. The scale τ is then the only thing
/// that says how decided a token's softmax is. Where all the logits of a token are equal, as with one
/// expert, the deviation is zero and there is nothing to scale: the logits stay as they are, and so does
/// their gradient. Experts that are switched off count like the others, as the gate does not know of them.
///
/// **Gradient**: dl = (τ/s)·(g − (g·l)·(l − l̄) / ((n − 1)·s²)).
///
/// It has no parameters of its own; those of the gate inside keep their names. The noise of a gate inside is
/// not handed on, as its scale is no longer that of the logits: add noise around this gate.
///
/// Source: the option `moe_use_logits_norm` of MoE++, arXiv 2410.07348.
public struct NormalizedGate: Gate {
  /// The gate inside.
  public var base: any Gate
  /// The standard deviation τ of the logits.
  public let scale: Float

  /// A gate around another.
  ///
  /// - Parameters:
  ///   - base: The gate inside.
  ///   - scale: The standard deviation of the logits.
  public init(_ base: any Gate, scale: Float) {
    self.base = base
    self.scale = scale
  }

  /// The size of a token.
  public var inputSize: Int { base.inputSize }

  /// The number of experts.
  public var expertCount: Int { base.expertCount }

  /// Visits the parameters of the gate inside, under their own names.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try base.visitParameters(visit)
  }

  /// Packs the weights of the gate inside.
  public mutating func packWeights() { base.packWeights() }

  /// Visits the state of the gate inside.
  public mutating func visitBuffers(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try base.visitBuffers(visit)
  }

  /// The scaled logits.
  ///
  /// - Complexity: That of the gate inside, and O(tokens · experts).
  public func forward(_ tokens: Tensor, context: RoutingContext) throws -> GatePass {
    let inner = try base.forward(tokens, context: context)
    let (rows, columns) = (inner.logits.rowCount, inner.logits.columnCount)
    var logits = inner.logits
    let source = inner.logits.scalars
    var scalars = logits.mutableScalars
    for row in 0..<rows {
      let factor = Double(scale) / NormalizedGate.moments(source, row, columns).deviation
      guard factor.isFinite else { continue }
      for index in row * columns..<(row + 1) * columns {
        scalars[index] = Float(Double(source[index]) * factor)
      }
    }
    return GatePass(logits: logits, around: inner)
  }

  /// The mean and the standard deviation of a row.
  ///
  /// In double precision, in which the mean of equal numbers is exact: in single precision its rounding would pass
  /// for a deviation, and be scaled up to τ.
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
  public func backward(_ gradient: LogitGradient, tokens: Tensor, pass: GatePass) -> GateGradient {
    let inner = pass.inner
    let (rows, columns) = (inner.logits.rowCount, inner.logits.columnCount)
    var result = gradient.logits
    let (source, above) = (inner.logits.scalars, gradient.logits.scalars)
    var scalars = result.mutableScalars
    for row in 0..<rows {
      let (mean, deviation) = NormalizedGate.moments(source, row, columns)
      let factor = Double(scale) / deviation
      guard factor.isFinite else { continue }
      let range = row * columns..<(row + 1) * columns
      var dot = 0.0
      for index in range { dot += Double(above[index]) * Double(source[index]) }
      let slope = dot / (Double(columns - 1) * deviation * deviation)
      for index in range {
        scalars[index] = Float(
          factor * (Double(above[index]) - slope * (Double(source[index]) - mean)))
      }
    }
    var back = base.backward(LogitGradient(result), tokens: tokens, pass: inner)
    back.parameters = NormalizedGate(back.parameters, scale: scale)
    return back
  }
}

extension GateSpecification {
  /// This gate, with each token's logits scaled to one standard deviation.
  ///
  /// - Parameter scale: The standard deviation of the logits; above zero.
  /// - Returns: A specification of ``NormalizedGate``; a scale that cannot work makes the layer's initialiser
  ///   throw.
  public func normalized(scale: Float = 1) -> GateSpecification {
    around { base, _ in
      guard scale > 0, scale.isFinite else {
        throw MoEError.configuration(
          "scale of the normalized gate", value: "\(scale)", expected: "a finite number above 0")
      }
      return NormalizedGate(base, scale: scale)
    }
  }
}
