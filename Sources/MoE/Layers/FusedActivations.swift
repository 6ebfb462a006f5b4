/// Activations as functions that run over products while they are near: of the maps before them in
/// a feed-forward network.

/// Something that takes any of the functions that an activation may be.
protocol VectorFunctionUser {
  associatedtype Result
  /// Takes the function.
  func use(_ function: some VectorFunction) -> Result
}

extension GatedActivation {
  /// Hands the function of gate and up value to a user of functions.
  func hand<User: VectorFunctionUser>(to user: User) -> User.Result {
    switch self {
    case .gated(let activation):
      activation.hand(to: Gating(user: user)) ?? user.use(ArithmeticFunctions.Multiply())
    case .gptOSS(let alpha, let limit):
      user.use(GatedActivationFunctions.GPTOSS(alpha: alpha, limit: limit))
    case .clamped(let limit): user.use(GatedActivationFunctions.Clamped(limit: limit))
    case .clampedAfter(let limit): user.use(GatedActivationFunctions.ClampedAfter(limit: limit))
    case .softcapped(let gateCap, let upCap):
      user.use(GatedActivationFunctions.Softcapped(gate: gateCap, up: upCap))
    }
  }

  /// Makes f(x)·y of a function f, and hands it on.
  private struct Gating<User: VectorFunctionUser>: VectorFunctionUser {
    let user: User

    func use(_ function: some VectorFunction) -> User.Result {
      user.use(ActivationFunctions.Gated(activation: function))
    }
  }

  /// Takes the function of two tensors.
  struct Combination: VectorFunctionUser {
    let gate: Tensor
    let up: Tensor

    func use(_ function: some VectorFunction) -> Tensor {
      gate.combined(with: up, "GatedActivation", function)
    }
  }
}

extension Linear {
  /// An activation of two maps of one input, f(W_g·x + b_g, W_u·x + b_u), and the rows of both maps
  /// where they are kept: as ``GroupedLinear`` of one expert.
  static func gated(
    _ gate: Linear, _ up: Linear, by activation: GatedActivation, _ input: Tensor,
    keepingProducts: Bool
  ) -> (hidden: Tensor, products: (gates: Tensor, ups: Tensor)?) {
    if MatrixProduct.isSmall(
      rows: input.rowCount, columns: gate.outputSize, depth: gate.inputSize)
    {
      let (gates, ups) = forward(gate, up, input)
      return (activation(gates, ups), keepingProducts ? (gates, ups) : nil)
    }
    let (hidden, products) = activation.hand(
      to: Products(
        input: input, factors: [gate.operand, up.operand], keepsProducts: keepingProducts))
    return (hidden, products.isEmpty ? nil : (products[0], products[1]))
  }

  /// Takes the function of products of an input.
  private struct Products: VectorFunctionUser {
    let input: Tensor
    let factors: [WeightOperand]
    let keepsProducts: Bool

    func use(_ function: some VectorFunction) -> WeightOperand.Fused {
      input.products(factors, then: FusedFunction(function), keepingProducts: keepsProducts)
    }
  }
}

extension GroupedLinear {
  /// An activation of two maps of each expert on the same rows: f(W_g·x + b_g, W_u·x + b_u).
  ///
  /// In the bits of the maps and the activation after them, without their rows in memory unless they
  /// are kept.
  ///
  /// - Parameters:
  ///   - gate: The map of the gate.
  ///   - up: The map of the other factor, of the same shape; another traps.
  ///   - activation: The function f.
  ///   - input: Rows of the size that the maps take; others trap.
  ///   - rows: The rows of each expert, one group an expert; another number of groups traps.
  ///   - keepingProducts: Whether the rows of both maps are wanted too.
  /// - Returns: One row a position; the rows of gate and up, or nothing.
  /// - Complexity: O(`rows.count` · inputSize · outputSize) multiply-adds.
  package static func gated(
    _ gate: GroupedLinear, _ up: GroupedLinear, by activation: GatedActivation,
    _ input: GroupedOperand, rows: GroupedRows, keepingProducts: Bool
  ) -> (hidden: Tensor, products: (gates: Tensor, ups: Tensor)?) {
    if MatrixProduct.isSmall(rows: rows.count, columns: gate.outputSize, depth: gate.inputSize) {
      let (gates, ups) = forward(gate, up, input, rows: rows)
      return (activation(gates, ups), keepingProducts ? (gates, ups) : nil)
    }
    let (hidden, products) = activation.hand(
      to: Products(
        rows: rows, input: input, factors: [gate.operand, up.operand],
        keepsProducts: keepingProducts))
    return (hidden, products.isEmpty ? nil : (products[0], products[1]))
  }

  /// An activation of the map of each expert on its rows, and the rows before it where they are
  /// wanted.
  func activated(
    by activation: Activation, _ input: GroupedOperand, rows: GroupedRows, keepingProducts: Bool
  ) -> (hidden: Tensor, before: Tensor?) {
    guard
      let (hidden, products) = activation.hand(
        to: Products(
          rows: rows, input: input, factors: [operand], keepsProducts: keepingProducts))
    else {
      let hidden = forward(input, rows: rows)
      return (hidden, keepingProducts ? hidden : nil)
    }
    return (hidden, products.first)
  }

  /// Takes the function of products with each expert's matrices.
  private struct Products: VectorFunctionUser {
    let rows: GroupedRows
    let input: GroupedOperand
    let factors: [WeightOperand]
    let keepsProducts: Bool

    func use(_ function: some VectorFunction) -> WeightOperand.Fused {
      rows.products(input, factors, then: FusedFunction(function), keepingProducts: keepsProducts)
    }
  }
}
