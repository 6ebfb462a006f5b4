/// Adam with a second moment that is kept as a product of row and column means: of a matrix of n ×
/// m numbers it keeps n + m.
///
/// Of a matrix with gradient G, with β = 1 − t^−0.8 at step t:
/// r ← β·r + (1 − β)·mean over columns of (G² + ε₁), c likewise over rows, V = r·cᵀ / mean(r),
/// U = G / √V, θ ← θ − α·U / max(1, RMS(U)/d). Vectors keep V whole. The size α of a step is
/// η, or, where it is relative, max(ε₂, RMS(θ))·min(η, 1/√t).
///
/// Each matrix of a stack, such as the weights of experts of shape [experts, out, in], is one by
/// itself, with means and a clipped step of its own. Biases, norms and constants of experts, which
/// go by their names, count as vectors whatever their shape.
///
/// Source: Shazeer and Stern, arXiv 1804.04235, algorithms 4 to 6; there is no first moment.
public struct Adafactor: DecayingOptimizer {
  /// The size of a step, η, or its bound where steps are relative.
  public var learningRate: Float
  /// Whether the size of a step is relative to the size of the parameters.
  public let isRelative: Bool
  /// The largest root mean square of a step before its size is taken, d.
  public let clippingThreshold: Float
  /// The number that is added to squares of gradients, ε₁.
  public let epsilon: Float
  /// The smallest size of parameters that relative steps count with, ε₂.
  public let smallestScale: Float
  /// The decay of parameters, λ.
  public var weightDecay: Float
  /// Which parameters decay, by name.
  public var decays: @Sendable (String) -> Bool
  /// The number of updates so far.
  public private(set) var step = 0
  /// The means of squares of matrices, over columns and over rows.
  var factors = ParameterStates(
    "factors",
    parts: [
      .init(name: "rows", form: .rows, isNotNegative: true),
      .init(name: "columns", form: .columns, isNotNegative: true),
    ])
  /// The means of squares of what is no matrix.
  var squares = ParameterStates("squares", parts: [.init(isNotNegative: true)])

  /// A fresh optimiser.
  ///
  /// - Parameters:
  ///   - learningRate: The size of a step, or its bound where steps are relative.
  ///   - isRelative: Whether the size of a step is relative to the size of the parameters.
  ///   - clippingThreshold: The largest root mean square of a step; not positive traps.
  ///   - epsilon: The number that is added to squares of gradients; not positive traps.
  ///   - smallestScale: The smallest size of parameters that relative steps count with.
  ///   - weightDecay: The decay of parameters.
  ///   - decays: Which parameters decay, by name; all but biases unless given.
  public init(
    learningRate: Float = 1e-2, isRelative: Bool = false, clippingThreshold: Float = 1,
    epsilon: Float = 1e-30, smallestScale: Float = 1e-3, weightDecay: Float = 0,
    decays: @escaping @Sendable (String) -> Bool = { !ParameterSelection.biases($0) }
  ) {
    require(
      clippingThreshold > 0 && epsilon > 0,
      "Adafactor: clippingThreshold \(clippingThreshold) and epsilon \(epsilon), expected more "
        + "than 0")
    self.learningRate = learningRate
    self.isRelative = isRelative
    self.clippingThreshold = clippingThreshold
    self.epsilon = epsilon
    self.smallestScale = smallestScale
    self.weightDecay = weightDecay
    self.decays = decays
  }

  /// One step for every parameter; names or shapes that differ from those of the gradient trap.
  ///
  /// Traps too where ``restoreBuffers(_:)`` took over the means of another model, which
  /// ``check(_:)`` throws for.
  public mutating func update<Model: Parameterized>(_ model: inout Model, along gradient: Model) {
    factors.claim(ParameterSubset(model, where: ParameterSelection.areMatrices), Adafactor.self)
    squares.claim(ParameterSubset(model, where: ParameterSelection.areVectors), Adafactor.self)
    step += 1
    // t^−0.8, in arithmetic that is the same on every system.
    let logarithm = NormalDistribution.logarithm(Double(step))
    let share = Float(DoublePrecision.exponential(-0.8 * logarithm))
    let largest: Double =
      isRelative ? min(Double(learningRate), 1 / Double(step).squareRoot()) : Double(learningRate)
    model.updateParameters(along: gradient) { name, parameter, gradient in
      let isMatrix = ParameterSelection.areMatrices(name, gradient.sizes)
      var direction =
        isMatrix
        ? matrixDirection(name, gradient, share) : vectorDirection(name, gradient, share)
      let matrices = isMatrix && gradient.rank == 3 ? gradient.sizes[0] : 1
      let factors = sizes(of: parameter, direction, matrices: matrices, largest)
      if decays(name), weightDecay != 0 { parameter *= 1 - learningRate * weightDecay }
      if matrices == 1 {
        direction *= factors[0]
      } else {
        let rows = gradient.sizes[1]
        direction.scaleRows(
          by: Tensor(factors.flatMap { [Float](repeating: $0, count: rows) }))
      }
      parameter -= direction
    }
  }

  /// Sets the number of updates, where a buffer of it was a whole number.
  mutating func setStep(_ count: Int?) { step = count ?? step }

  /// G / √V of each matrix of a stack, whose means are moved first.
  private mutating func matrixDirection(
    _ name: String, _ gradient: Tensor, _ share: Float
  ) -> Tensor {
    let shape = gradient.shape
    let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
    let average = OptimizerFunctions.Average(share: share)
    var direction = gradient
    factors.update(name, shape: shape) { own in
      let ofRows = gradient.rowDots(gradient) / Float(max(1, columns)) + epsilon
      let ofColumns = gradient.columnSquareSums() / Float(max(1, rows)) + epsilon
      own[0].update(with: ofRows.reshaped(to: own[0].shape), "Adafactor", average)
      own[1].update(with: ofColumns.reshaped(to: own[1].shape), "Adafactor", average)
      guard gradient.count > 0 else { return }
      var scales = own[0].reshaped(to: [gradient.count / (rows * columns), rows])
      let means = scales.rowMeans()
      scales = scales.inverses()
      scales.scaleRows(by: means)
      direction.scaleMatrices(
        rows: scales.squareRoot().reshaped(to: [gradient.count / columns]),
        columns: own[1].inverses().squareRoot())
    }
    return direction
  }

  /// G / √V of what is no matrix, whose means are moved first.
  private mutating func vectorDirection(
    _ name: String, _ gradient: Tensor, _ share: Float
  ) -> Tensor {
    var direction = gradient
    squares.update(name, shape: gradient.shape) { own in
      own[0].update(
        with: gradient * gradient + epsilon, "Adafactor", OptimizerFunctions.Average(share: share))
      direction /= own[0].squareRoot()
    }
    return direction
  }

  /// α / max(1, RMS(U)/d) of each matrix.
  private func sizes(
    of parameter: Tensor, _ direction: Tensor, matrices: Int, _ largest: Double
  ) -> [Float] {
    // Of a matrix in a stack in the bits that it has alone.
    let size = Double(max(1, direction.count / max(1, matrices)))
    func meanSquares(_ tensor: Tensor) -> [Double] {
      guard matrices > 1 else { return [tensor.squaredNorm() / size] }
      return (0..<matrices).map { tensor.slice($0..<$0 + 1).squaredNorm() / size }
    }
    let scales =
      isRelative
      ? meanSquares(parameter).map { max(Double(smallestScale), $0.squareRoot()) * largest }
      : [Double](repeating: largest, count: matrices)
    return zip(scales, meanSquares(direction)).map { scale, square in
      // A NaN is no excess, and stays in the direction.
      let excess = square.squareRoot() / Double(clippingThreshold)
      return Float(excess > 1 ? scale / excess : scale)
    }
  }
}

extension Tensor {
  /// One over each scalar.
  fileprivate func inverses() -> Tensor { 1 / self }
}
