/// Steps along the nearest orthogonal matrix to the momentum, for matrices; ``AdamW`` for the rest.
///
/// B ← μ·B + G, M = G + μ·B (or B without Nesterov's momentum), O ≈ U·Vᵀ of M = U·S·Vᵀ,
/// θ ← θ − η·(s·O + λ·θ), with s by ``Scale``. O comes from steps of Newton and Schulz,
/// X ← a·X + (b·A + c·A²)·X with A = X·Xᵀ, from X = M/‖M‖, with a = 3.4445, b = −4.7750 and
/// c = 2.0315: singular values end near 1, between about 0.7 and 1.2.
///
/// Each matrix of a stack, such as the weights of experts of shape [experts, out, in], is one by
/// itself. Vectors, and by name biases, norms, constants of experts, embeddings and heads go to an
/// ``AdamW``, whose rate keeps its ratio to this one's.
///
/// Source: Jordan and others, "Muon: An optimizer for hidden layers in neural networks", 2024;
/// Liu and others, arXiv 2502.16982, for the second scale.
public struct Muon: DecayingOptimizer {
  /// What a step of a matrix is multiplied by, for its shape.
  public enum Scale: Sendable, Hashable, Codable {
    /// max(1, rows/columns)^½, so that outputs move alike for every shape; rates are about 0.02.
    case spectral
    /// 0.2·max(rows, columns)^½, the root mean square of a usual step of ``AdamW``, so that both
    /// have the same rate.
    case matchingAdamW
  }

  /// The size of a step, η.
  public var learningRate: Float
  /// The share μ of the last momentum that is kept.
  public let momentum: Float
  /// Whether the step looks ahead along the momentum.
  public let isNesterov: Bool
  /// What a step is multiplied by, for the shape of its matrix.
  public let scale: Scale
  /// The number of steps of Newton and Schulz.
  public let iterations: Int
  /// The decay of matrices, λ.
  public var weightDecay: Float
  /// Which matrices decay, by name.
  public var decays: @Sendable (String) -> Bool
  /// Which matrices are trained by this; others go to ``others``.
  public let matrices: ParameterSelection
  /// What trains all other parameters.
  public private(set) var others: AdamW
  /// The rate of ``others`` over this one's.
  private let ratio: Float
  /// The momentum of each matrix.
  var momenta = ParameterStates("momenta")

  private static let coefficients: (a: Float, b: Float, c: Float) = (3.4445, -4.7750, 2.0315)

  /// A fresh optimiser.
  ///
  /// - Parameters:
  ///   - learningRate: The size of a step; not positive traps.
  ///   - momentum: The share of the last momentum that is kept; from 0 to below 1, others trap.
  ///   - isNesterov: Whether the step looks ahead along the momentum.
  ///   - scale: What a step is multiplied by, for the shape of its matrix.
  ///   - iterations: The number of steps of Newton and Schulz, at least one; others trap.
  ///   - weightDecay: The decay of matrices.
  ///   - decays: Which matrices decay, by name; all unless given.
  ///   - matrices: Which matrices are trained by this; all but embeddings and heads unless given.
  ///   - others: What trains all other parameters; its rate stays as many times this one's as it is
  ///     now.
  public init(
    learningRate: Float = 1e-3, momentum: Float = 0.95, isNesterov: Bool = true,
    scale: Scale = .matchingAdamW, iterations: Int = 5, weightDecay: Float = 0.1,
    decays: @escaping @Sendable (String) -> Bool = { _ in true },
    matrices: ParameterSelection = !ParameterSelection.embeddings.union(.heads),
    others: AdamW = AdamW(learningRate: 1e-3)
  ) {
    require(learningRate > 0, "Muon: learningRate \(learningRate), expected more than 0")
    require((0..<1).contains(momentum), "Muon: momentum \(momentum), expected 0..<1")
    require(iterations > 0, "Muon: \(iterations) iterations, expected at least 1")
    self.learningRate = learningRate
    self.momentum = momentum
    self.isNesterov = isNesterov
    self.scale = scale
    self.iterations = iterations
    self.weightDecay = weightDecay
    self.decays = decays
    self.matrices = matrices
    self.others = others
    ratio = others.learningRate == learningRate ? 1 : others.learningRate / learningRate
  }

  /// Lets all parameters decay alike, those that ``others`` trains among them.
  ///
  /// - Parameter weightDecay: The decay λ.
  public mutating func decayAll(by weightDecay: Float) {
    self.weightDecay = weightDecay
    decays = { _ in true }
    others.decayAll(by: weightDecay)
  }

  /// One step for every parameter; names or shapes that differ from those of the gradient trap.
  ///
  /// Traps too where ``restoreBuffers(_:)`` took over the momenta of another model, which
  /// ``check(_:)`` throws for.
  public mutating func update<Model: Parameterized>(_ model: inout Model, along gradient: Model) {
    let (isOwn, isOther) = (areOwn, areOthers)
    momenta.claim(ParameterSubset(model, where: isOwn), Muon.self)
    others.learningRate = learningRate * ratio
    let rest = ParameterSubset(gradient, where: isOther)
    ParameterSubset.change(&model, where: isOther) { others.update(&$0, along: rest) }
    model.updateParameters(along: gradient) { name, parameter, gradient in
      guard isOwn(name, gradient.sizes) else { return }
      let direction = momentumDirection(name, gradient)
      let step = OptimizerFunctions.DecayedStep(
        shrinkage: decays(name) ? 1 - learningRate * weightDecay : 1,
        rate: learningRate * scale.factor(of: gradient.shape))
      parameter.update(with: orthogonal(direction), "Muon", step)
    }
  }

  /// The momentum of a matrix, which is moved first.
  private mutating func momentumDirection(_ name: String, _ gradient: Tensor) -> Tensor {
    var direction = gradient
    momenta.update(name, shape: gradient.shape) { own in
      own[0].update(with: gradient, "Muon", OptimizerFunctions.Velocity(momentum: momentum))
      direction =
        isNesterov
        ? gradient.combined(
          with: own[0], "Muon", ArithmeticFunctions.MultiplyAdd(factor: momentum)) : own[0]
    }
    return direction
  }

  /// The nearest orthogonal matrix to each matrix, about.
  private func orthogonal(_ tensor: Tensor) -> Tensor {
    guard tensor.rank == 3 else { return newtonSchulz(tensor) }
    guard tensor.count > 0 else { return tensor }
    let (rows, columns) = (tensor.sizes[1], tensor.sizes[2])
    // One pass: the products of all matrices share the workers that the first has woken.
    return Compute.pass {
      let matrices = (0..<tensor.sizes[0]).map {
        newtonSchulz(tensor.slice($0..<$0 + 1).reshaped(to: [rows, columns]))
      }
      return Tensor(concatenatingEntries: matrices).reshaped(to: tensor.sizes)
    }
  }

  /// The steps of Newton and Schulz on one matrix.
  private func newtonSchulz(_ matrix: Tensor) -> Tensor {
    let norm = matrix.norm()
    // Of a matrix of zeros every orthogonal one is as near: nothing moves.
    guard matrix.count > 0, norm != 0 else { return matrix }
    let isTall = matrix.sizes[0] > matrix.sizes[1]
    let (a, b, c) = Muon.coefficients
    var x = matrix / norm
    for _ in 0..<iterations {
      // The smaller of both products with itself; Xᵀ·X of a tall matrix acts from the right.
      let square = x.matmul(x, transposingLeft: isTall, transposingRight: !isTall)
      var polynomial = square.matmul(square)
      polynomial *= c
      polynomial.update(with: square, "Muon", ArithmeticFunctions.MultiplyAdd(factor: b))
      var next = isTall ? x.matmul(polynomial) : polynomial.matmul(x)
      next.update(with: x, "Muon", ArithmeticFunctions.MultiplyAdd(factor: a))
      x = next
    }
    return x
  }

  /// Which parameters are trained by this.
  private var areOwn: @Sendable (String, TensorShape) -> Bool {
    let matrices = matrices
    return { ParameterSelection.areMatrices($0, $1) && matrices($0) }
  }

  /// Which go to the others.
  private var areOthers: @Sendable (String, TensorShape) -> Bool {
    let areOwn = areOwn
    return { !areOwn($0, $1) }
  }
}

extension Muon.Scale {
  /// What a step of a matrix, or of each of a stack, is multiplied by.
  fileprivate func factor(of shape: [Int]) -> Float {
    let (rows, columns) = (Float(shape[shape.count - 2]), Float(shape[shape.count - 1]))
    return switch self {
    case .spectral: max(1, rows / max(1, columns)).squareRoot()
    case .matchingAdamW: 0.2 * max(rows, columns).squareRoot()
    }
  }
}

extension Muon {
  /// Visits `momenta.…`, with the name of the parameter, of each matrix that was updated, and the
  /// buffers of the ``AdamW`` under `others`.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    try momenta.visitBuffers(visit)
    try others.visitBuffers(under: "others", visit)
  }

  /// Throws where a momentum is not finite, and what the ``AdamW`` throws.
  public func checkBuffers() throws {
    try momenta.checkBuffers()
    try others.checkBuffers()
  }

  /// Takes over saved buffers; of none, the optimiser is as it was before its first update.
  ///
  /// Where it throws, nothing has changed.
  ///
  /// - Parameter buffers: What ``Buffered/namedBuffers`` gave, by name.
  /// - Throws: ``MoEError`` where a name is not known, and what ``checkBuffers()`` throws.
  public mutating func restoreBuffers(_ buffers: [String: Tensor]) throws {
    var restored = self
    let start = "others."
    let (ofOthers, own) = ParameterStates.parting(buffers) { $0.hasPrefix(start) }
    try restored.momenta.restore(own)
    try restored.others.restoreBuffers(
      Dictionary(
        uniqueKeysWithValues: ofOthers.map { (String($0.key.dropFirst(start.count)), $0.value) }))
    try restored.checkBuffers()
    self = restored
  }

  /// Throws where what was gathered is not of the model's parameters; nothing before the first
  /// update.
  public func check(_ model: some Parameterized) throws {
    try momenta.check(ParameterSubset(model, where: areOwn))
    try others.check(ParameterSubset(model, where: areOthers))
  }

  /// Lets go of what was gathered of some parameters.
  ///
  /// - Parameter isForgotten: Whether that of a parameter of a name is let go.
  public mutating func forget(where isForgotten: (String) -> Bool) {
    momenta.forget(where: isForgotten)
    others.forget(where: isForgotten)
  }

  /// Takes what was gathered to where an edit takes the parameters.
  ///
  /// - Throws: What the edit throws, and where it draws other numbers each time.
  public mutating func follow<Model: Parameterized>(
    _ model: Model, _ edit: (inout Model) throws -> Void
  ) throws {
    var moved = self
    try moved.momenta.follow(ParameterSubset(model, where: areOwn)) { try edit(&$0.base) }
    try moved.others.follow(ParameterSubset(model, where: areOthers)) { try edit(&$0.base) }
    self = moved
  }
}
