/// The gradient of a large batch, from those of its parts, the micro-batches.
///
///     var accumulator = GradientAccumulator<MixtureOfExperts>()
///     for (tokens, targets) in microBatches {
///       let pass = try moe.forward(tokens, context: .training(step: step))
///       let loss = try MeanSquaredError()(pass.output, targets)
///       let gradient = try moe.backward(loss.gradient, pass: pass)
///       accumulator.add(gradient.parameters, weight: Float(tokens.rowCount))
///       passes.append(pass)
///     }
///     if let gradient = accumulator.take() { optimizer.update(&moe, along: gradient) }
///     try moe.finishStep(passes)
///
/// It is g = Σᵢ wᵢ·gᵢ / Σᵢ wᵢ. Where a loss is a mean over tokens and wᵢ is their number in
/// micro-batch i, g is the gradient of the mean over all of them: that of the large batch, but for
/// rounding. A micro-batch alone has the bits of its own gradient. Weights may be of any sizes. A
/// gradient that is not finite makes g so, unless it has no weight.
///
/// Auxiliary losses are taken of each micro-batch by itself, since they are no means over tokens:
/// g has the weighted mean of their gradients, and a balance that holds only over all micro-batches
/// together costs more than in a large batch. What moves after a step, as selection biases, sees
/// all micro-batches where all passes are handed over.
///
/// Gradients are added up in place: beside the sum there is no second copy.
public struct GradientAccumulator<Gradient: Parameterized>: Sendable {
  /// The sum of the weights so far.
  public private(set) var weight: Double = 0
  /// The number of gradients so far.
  public private(set) var count = 0
  /// Σᵢ (wᵢ/w)·gᵢ with w the weight that is the unit: that of the first gradient, which so is as it
  /// was.
  private var sum: Gradient?
  private var unit: Float = 1

  /// How many times the unit a weight is at most: of more, as after a first one of nearly nothing,
  /// it becomes the unit.
  private static var largestRatio: Float { 0x1p24 }

  /// Nothing so far.
  public init() {}

  /// Adds the gradient of a micro-batch.
  ///
  /// - Parameters:
  ///   - gradient: The gradient; of other names or shapes than those before it traps. Hand over the
  ///     first for good, else it is copied.
  ///   - weight: What it counts, such as the number of its tokens; one that is not finite or below
  ///     zero traps. One of zero is left out.
  public mutating func add(_ gradient: consuming Gradient, weight: Float = 1) {
    require(
      weight >= 0 && weight.isFinite,
      "GradientAccumulator: weight \(weight), expected a finite number of at least 0")
    count += 1
    guard weight > 0 else { return }
    self.weight += Double(weight)
    guard var total = sum else {
      unit = weight
      sum = gradient
      return
    }
    // Out of the optional, so that nothing else holds the memory that is changed.
    sum = nil
    if weight / unit > GradientAccumulator.largestRatio {
      let scale = unit / weight
      total.visitParameters { $1 *= scale }
      unit = weight
    }
    total.accumulate(gradient, scale: weight / unit)
    sum = total
  }

  /// The gradient of all that was added, with which the accumulator starts anew; nothing where
  /// nothing was added, or all of it with a weight of zero.
  public mutating func take() -> Gradient? {
    guard var total = sum else {
      // Gradients without a weight were counted.
      self = GradientAccumulator()
      return nil
    }
    let scale = Float(Double(unit) / weight)
    self = GradientAccumulator()
    if scale != 1 { total.visitParameters { $1 *= scale } }
    return total
  }
}

extension GradientAccumulator: CustomStringConvertible {
  /// What was added so far.
  public var description: String {
    let gradients = count == 1 ? "1 gradient" : "\(count) gradients"
    return "GradientAccumulator of \(gradients) of \(Gradient.self), weight \(weight)"
  }
}

extension Parameterized {
  /// Adds a multiple of another value's parameters to this one's, in place.
  ///
  /// - Parameters:
  ///   - other: A value with the same names and shapes; another traps, with both.
  ///   - scale: What the other is multiplied by.
  public mutating func accumulate(_ other: Self, scale: Float = 1) {
    visitParameters(with: other) { _, parameter, other in
      parameter.update(with: other, "accumulate", ArithmeticFunctions.MultiplyAdd(factor: scale))
    }
  }
}
