/// What a layer does with the sums of its experts: y = N(N_r(routed) + shared) + b, where every part
/// may be missing.
///
/// N_r is a norm of what the routed experts gave together, before shared experts are added; N one of
/// the whole; b is a bias.
///
/// **Shapes**: `routedNorm.weight`, `norm.weight` and `bias` [outputSize].
///
/// **Gradient**: that of each norm; db is the sum over tokens.
///
/// Source: both norms of Gemma 4, the bias of JetMoE, arXiv 2404.07413, the norm of A.X-K1.
public struct OutputStage: Parameterized {
  /// The norm N_r of what the routed experts gave.
  public var routedNorm: Norm?
  /// The norm N of the whole.
  public var norm: Norm?
  /// The bias b.
  public var bias: Tensor?

  /// A stage of the given parts.
  ///
  /// - Parameters:
  ///   - routedNorm: The norm of what the routed experts gave.
  ///   - norm: The norm of the whole.
  ///   - bias: The bias, one number a column.
  public init(routedNorm: Norm? = nil, norm: Norm? = nil, bias: Tensor? = nil) {
    self.routedNorm = routedNorm
    self.norm = norm
    self.bias = bias
  }

  /// Visits the parameters of `routedNorm` and of `norm`, under these names, and `bias`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try routedNorm?.visitParameters(under: "routedNorm", visit)
    try norm?.visitParameters(under: "norm", visit)
    if var own = bias.take() {
      defer { bias = own }
      try visit("bias", &own)
    }
  }

  /// Throws where a part is of another size than the layer's output.
  func check(outputSize: Int) throws {
    for (name, size) in [
      ("norm of the routed experts' output", routedNorm?.inputSize),
      ("norm of a mixture's output", norm?.inputSize),
    ] {
      guard let size, size != outputSize else { continue }
      throw MoEError.configuration(name, value: "\(size)", expected: "\(outputSize)")
    }
    if let bias, bias.sizes != TensorShape(outputSize) {
      throw MoEError.shape("bias of the output", found: bias.shape, expected: "[\(outputSize)]")
    }
  }

  /// All that the backward pass reads.
  struct Saved: Sendable {
    var routed: Norm.Pass?
    var whole: Norm.Pass?
  }

  /// The norm of what the routed experts gave.
  func norming(routed: inout Tensor, context: LayerContext) -> Norm.Pass? {
    guard let pass = routedNorm?.forward(routed, context: context) else { return nil }
    routed = pass.output
    return context.mode.isTraining ? pass : nil
  }

  /// The norm and the bias of the whole.
  func finishing(_ output: inout Tensor, context: LayerContext) -> Norm.Pass? {
    let pass = norm?.forward(output, context: context)
    if let pass { output = pass.output }
    if let bias { output.addToEachRow(bias) }
    return context.mode.isTraining ? pass : nil
  }

  /// The gradient with respect to the whole, of which the parameters' are set in `parameters`.
  func wholeGradient(
    _ gradient: Tensor, _ saved: Saved, parameters: inout OutputStage?
  ) -> Tensor {
    if bias != nil { parameters?.bias = gradient.columnSums() }
    guard let norm, let pass = saved.whole else { return gradient }
    let back = norm.backward(gradient, pass: pass)
    parameters?.norm = back.parameters
    return back.input
  }

  /// The gradient with respect to what the routed experts gave.
  func routedGradient(
    _ gradient: Tensor, _ saved: Saved, parameters: inout OutputStage?
  ) -> Tensor {
    guard let routedNorm, let pass = saved.routed else { return gradient }
    let back = routedNorm.backward(gradient, pass: pass)
    parameters?.routedNorm = back.parameters
    return back.input
  }
}

/// A plan for what a layer does with the sums of its experts, before the layer gives it a size.
public struct OutputSpecification: Sendable, Hashable, Codable {
  /// The norm of what the routed experts gave.
  public var routedNorm: NormSpecification?
  /// The norm of the whole.
  public var norm: NormSpecification?
  /// Whether there is a bias, which starts at zero.
  public var bias: Bool

  /// A plan.
  ///
  /// - Parameters:
  ///   - routedNorm: The norm of what the routed experts gave.
  ///   - norm: The norm of the whole.
  ///   - bias: Whether there is a bias.
  public init(
    routedNorm: NormSpecification? = nil, norm: NormSpecification? = nil, bias: Bool = false
  ) {
    self.routedNorm = routedNorm
    self.norm = norm
    self.bias = bias
  }

  /// The stage of outputs of a size.
  func stage(outputSize: Int) throws -> OutputStage {
    OutputStage(
      routedNorm: try routedNorm?.norm(size: outputSize), norm: try norm?.norm(size: outputSize),
      bias: bias ? Tensor(zeros: [outputSize]) : nil)
  }
}
