/// Holds the gradients of a backward pass to central differences of the forward pass: the test of a
/// layer, an expert, a gate or a loss of your own.
///
///     let check = try GradientCheck(layer, on: tokens)
///     print(check)
///     print(check.largestError < 0.01)  // true
///
/// Of each parameter, and of the input, a direction v of numbers ±1 is drawn. The loss f is a
/// weighted sum of the outputs with weights drawn at random, and the auxiliary losses. Its slope
/// along v by the backward pass, ⟨g, v⟩, is compared with (4·q(h) − q(2h))/3, where q(h) =
/// (f(θ + h·v) − f(θ − h·v))/2h, whose error is of the order h⁴.
///
/// Errors are in parts of ‖g‖, which is what a slope along such a direction measures as a rule. In
/// single precision an exact gradient comes within about a thousandth where the function is smooth;
/// where it has edges, as a ReLU has, units whose sign changes within the step add up to some
/// hundredths. A wrong sign or a part that was forgotten is an error near one.
///
/// In a layer with a router the choice of experts is held fixed, as it has no gradient. An
/// ``Entry/uncertainty`` as large as the error says that the function jumps or bends within the
/// step, and that another seed or a smaller step may tell more.
public struct GradientCheck: Sendable, Hashable, Codable {
  /// What was found of one parameter, or of the input.
  public struct Entry: Sendable, Hashable, Codable {
    /// The name of the parameter; `input` for the input of a layer.
    public let name: String
    /// The slope along the direction by the backward pass.
    public let slope: Double
    /// The slope by central differences.
    public let difference: Double
    /// How far both are apart, in parts of the norm of the gradient.
    public let error: Double
    /// How far the differences of two steps are apart, in the same parts.
    public let uncertainty: Double
  }

  /// What was found, the input first where there is one, of each the direction with the largest
  /// error.
  public private(set) var entries: [Entry] = []

  /// The largest error; infinite where one is no number.
  public var largestError: Double {
    entries.reduce(0) { max($0, $1.error.isNaN ? .infinity : $1.error) }
  }

  /// Checks the gradient of any model with respect to its parameters.
  ///
  /// - Parameters:
  ///   - gradient: The gradient at the model, each in the place of its parameter.
  ///   - model: Where it was taken.
  ///   - step: By how much numbers are moved, h.
  ///   - directions: How many directions are tried for each parameter.
  ///   - seed: What the directions depend on.
  ///   - loss: The value that the gradient is of, noise held fixed.
  /// - Throws: What `loss` throws.
  public init<Model: Parameterized>(
    of gradient: Model, at model: Model, step: Float = 0x1p-11, directions: Int = 2,
    seed: UInt64 = 0, loss: (Model) throws -> Double
  ) rethrows {
    var generator = SeededGenerator(seed: seed)
    for (name, own) in gradient.namedParameters {
      try add(name, own, step, directions, &generator) { moved in
        var other = model
        other.visitParameters { if $0 == name { $1 += moved } }
        return try loss(other)
      }
    }
  }

  /// Checks the gradient of a function of a tensor, such as that of a loss with respect to its
  /// input.
  ///
  ///     let loss = try MeanSquaredError()(output, target)
  ///     let check = try GradientCheck(of: loss.gradient, at: output) {
  ///       Double(try MeanSquaredError()($0, target).value)
  ///     }
  ///
  /// - Parameters:
  ///   - gradient: The gradient at the tensor.
  ///   - tensor: Where it was taken; another shape traps.
  ///   - step: By how much numbers are moved, h.
  ///   - directions: How many directions are tried.
  ///   - seed: What the directions depend on.
  ///   - loss: The value that the gradient is of.
  /// - Throws: What `loss` throws.
  public init(
    of gradient: Tensor, at tensor: Tensor, step: Float = 0x1p-11, directions: Int = 2,
    seed: UInt64 = 0, loss: (Tensor) throws -> Double
  ) rethrows {
    require(
      gradient.sizes == tensor.sizes,
      "GradientCheck: a gradient of shape \(gradient.shape) at a tensor of shape \(tensor.shape)")
    var generator = SeededGenerator(seed: seed)
    try add("input", gradient, step, directions, &generator) { try loss(tensor + $0) }
  }

  /// Checks the backward pass of a layer with respect to its input and its parameters.
  ///
  /// - Parameters:
  ///   - layer: The layer.
  ///   - input: A matrix of the layer's input size, of a few rows.
  ///   - context: What the batch is, and the step of training.
  ///   - step: By how much numbers are moved, h.
  ///   - directions: How many directions are tried for each.
  ///   - seed: What the directions and the weights of the outputs depend on.
  /// - Throws: What the passes of the layer throw.
  public init<Checked: Layer>(
    _ layer: Checked, on input: Tensor, context: LayerContext = .training(step: 0),
    step: Float = 0x1p-11, directions: Int = 2, seed: UInt64 = 0
  ) throws {
    var generator = SeededGenerator(seed: seed)
    let pass = try layer.forward(input, context: context)
    let weights = Tensor.normal(shape: pass.output.shape, using: &generator)
    let gradient = try layer.backward(weights, pass: pass)
    let fixed = FixedChoice(of: pass)
    func loss(_ layer: Checked, _ input: Tensor) throws -> Double {
      let (output, auxiliary) = try fixed.forward(layer, input, context)
      return (weights * output).sumInDouble() + auxiliary
    }
    try add("input", gradient.input, step, directions, &generator) {
      try loss(layer, input + $0)
    }
    let ofParameters = try GradientCheck(
      of: gradient.parameters, at: layer, step: step, directions: directions, seed: seed &+ 1
    ) { try loss($0, input) }
    entries += ofParameters.entries
  }

  /// Adds what the directions of one tensor show.
  private mutating func add(
    _ name: String, _ gradient: Tensor, _ step: Float, _ directions: Int,
    _ generator: inout SeededGenerator, _ loss: (_ moved: Tensor) throws -> Double
  ) rethrows {
    require(
      step > 0 && directions >= 1,
      "GradientCheck: step \(step) and directions \(directions), expected above 0 and at least 1")
    let norm = gradient.squaredNorm().squareRoot()
    var worst: Entry?
    for _ in 0..<directions {
      let signs = (0..<gradient.count).map { _ in generator.next() & 1 == 0 ? Float(1) : -1 }
      let direction = Tensor(signs, shape: gradient.shape)
      let (short, long) = (step * direction, 2 * step * direction)
      let near = (try loss(short) - loss(-short)) / (2 * Double(step))
      let far = (try loss(long) - loss(-long)) / (4 * Double(step))
      let slope = (gradient * direction).sumInDouble()
      let difference = (4 * near - far) / 3
      let scale = max(norm, difference.magnitude)
      func part(_ distance: Double) -> Double { distance == 0 ? 0 : distance.magnitude / scale }
      let entry = Entry(
        name: name, slope: slope, difference: difference, error: part(difference - slope),
        uncertainty: part(near - far))
      if worst.map({ entry.error.isNaN || entry.error > $0.error }) ?? true { worst = entry }
    }
    if let worst { entries.append(worst) }
  }
}

/// A layer's function with the choice of experts of one pass, where it makes one.
private struct FixedChoice {
  private let recording: RoutingTrace.Pass?

  init(of pass: some LayerPass) {
    var trace = RoutingTrace()
    if let routed = pass as? any RoutedPass, routed.routing.soft == nil {
      trace.record(routed.routing)
    }
    recording = trace.passes.first
  }

  /// The output, and the sum of the auxiliary losses.
  func forward(
    _ layer: some Layer, _ input: Tensor, _ context: LayerContext
  ) throws -> (output: Tensor, auxiliary: Double) {
    if let recording, let routed = layer as? any RoutedLayer {
      return try FixedChoice.forward(routed, input, context, recording)
    }
    let pass = try layer.forward(input, context: context)
    return (pass.output, (pass as? any RoutedPass)?.auxiliarySum ?? 0)
  }

  private static func forward(
    _ layer: some RoutedLayer, _ input: Tensor, _ context: LayerContext,
    _ recording: RoutingTrace.Pass
  ) throws -> (output: Tensor, auxiliary: Double) {
    var overrides = RoutingOverrides()
    overrides.replay = .learning(recording)
    let pass = try layer.forward(input, context: context, overrides: overrides)
    return (pass.output, pass.auxiliarySum)
  }
}

extension RoutedPass {
  /// The sum of the auxiliary losses in double precision.
  fileprivate var auxiliarySum: Double { losses.reduce(0) { $0 + Double($1.value) } }
}

extension GradientCheck: CustomStringConvertible {
  /// One line for each parameter, the largest error last.
  public var description: String {
    let width = entries.reduce(0) { max($0, $1.name.count) }
    var lines = entries.map { entry in
      let fill = String(repeating: " ", count: width - entry.name.count)
      return "\(entry.name)\(fill)  slope \(Float(entry.slope)), by differences "
        + "\(Float(entry.difference)), error \(GradientCheck.percent(entry.error)), uncertain by "
        + "\(GradientCheck.percent(entry.uncertainty))"
    }
    lines.append("largest error \(GradientCheck.percent(largestError))")
    return lines.joined(separator: "\n")
  }

  private static func percent(_ part: Double) -> String {
    part.isFinite ? "\((part * 100_000).rounded() / 1000)%" : "\(part)"
  }
}
