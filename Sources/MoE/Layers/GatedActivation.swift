/// A function of two operands, scalar by scalar, between the maps of a gated network: the gate
/// g = W_g·x and the up value u = W_u·x.
///
/// | Case | Function | Models |
/// |---|---|---|
/// | ``gated(_:)`` | f(g)·u | most: SwiGLU ``silu``, GEGLU ``gelu``, ReGLU ``relu`` |
/// | ``gptOSS(alpha:limit:)`` | (u′ + 1)·g′·σ(α·g′) | gpt-oss, MiniMax-M3 |
/// | ``clamped(limit:)`` | silu(g′)·u′ | DeepSeek-V4, GLM-5.3, Hy4 |
/// | ``clampedAfter(limit:)`` | min(silu(g), L)·u′ | Step-3.5, Step-3.7 |
/// | ``softcapped(gate:up:)`` | a·tanh(g/a)·σ(g)·b·tanh(u/b) | Inkling 2 |
///
/// Here g′ = min(g, L), and u′ is u within ±L: a gate has a limit above alone. What is beyond a limit
/// has no gradient; at the limit the gradient passes, as through PyTorch's clamp.
///
/// NaN stays NaN, and no other number becomes one but at infinities: a gate of −∞ times its σ of
/// zero, as in PyTorch (not of ``softcapped(gate:up:)``, which is finite everywhere), or infinity
/// times zero in ``gated(_:)``.
public enum GatedActivation: Sendable, Hashable, Codable {
  /// f(g)·u: an activation of the gate, times the up value (Shazeer, arXiv 2002.05202).
  case gated(Activation)
  /// (u′ + 1)·g′·σ(α·g′), with g limited above and u on both sides: the activation of gpt-oss
  /// (OpenAI, 2025).
  case gptOSS(alpha: Float = 1.702, limit: Float = 7)
  /// silu(g′)·u′, with g limited above before its activation and u on both sides (DeepSeek-V4, whose
  /// limit is 10).
  case clamped(limit: Float)
  /// min(silu(g), L)·u′, with the gate's activation limited above and u on both sides (Step-3.5).
  case clampedAfter(limit: Float)
  /// a·tanh(g/a)·σ(g)·b·tanh(u/b), with the caps a of the gate and b of the up value: smooth limits
  /// (Inkling 2).
  case softcapped(gate: Float = 4, up: Float = 25)

  private enum GatedCodingKeys: String, CodingKey { case _0 = "activation" }

  /// g·u: the bilinear network.
  public static let identity = GatedActivation.gated(.identity)
  /// max(g, 0)·u: ReGLU.
  public static let relu = GatedActivation.gated(.relu)
  /// max(g, 0)²·u.
  public static let squaredReLU = GatedActivation.gated(.squaredReLU)
  /// gelu(g)·u: GEGLU.
  public static let gelu = GatedActivation.gated(.gelu)
  /// GEGLU with the approximation ``Activation/geluTanh``.
  public static let geluTanh = GatedActivation.gated(.geluTanh)
  /// silu(g)·u: SwiGLU.
  public static let silu = GatedActivation.gated(.silu)
  /// tanh(g)·u.
  public static let tanh = GatedActivation.gated(.tanh)
  /// σ(g)·u: the first gated linear unit.
  public static let sigmoid = GatedActivation.gated(.sigmoid)

  /// The function of each pair of scalars, in one pass over memory.
  ///
  /// - Parameters:
  ///   - gate: The operand g, of any shape.
  ///   - up: The operand u, of the same shape; another traps.
  /// - Returns: A tensor of the same shape.
  /// - Complexity: O(`gate.count`).
  public func callAsFunction(_ gate: Tensor, _ up: Tensor) -> Tensor {
    hand(to: Combination(gate: gate, up: up))
  }

  /// The gradients with respect to both operands, from that with respect to the output.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the output.
  ///   - gate: The operand g, of the same shape; another traps.
  ///   - up: The operand u, of the same shape; another traps.
  /// - Returns: Two tensors of the same shape.
  /// - Complexity: O(`gate.count`), in one pass over memory.
  public func gradients(
    _ outputGradient: consuming Tensor, gate: Tensor, up: Tensor
  ) -> (gate: Tensor, up: Tensor) {
    let upGradient = split(&outputGradient, gate: gate, up: up)
    return (outputGradient, upGradient)
  }

  /// Makes a gradient with respect to the output into that with respect to the gate, and returns
  /// that with respect to the up value.
  ///
  /// - Parameters:
  ///   - gradient: The gradient with respect to the output.
  ///   - gate: The operand g, of the same shape; another traps.
  ///   - up: The operand u, of the same shape; another traps.
  /// - Returns: The gradient with respect to the up value.
  /// - Complexity: O(`gate.count`), in one pass over memory; in place where the gradient's memory is
  ///   shared with no other tensor.
  public func split(_ gradient: inout Tensor, gate: Tensor, up: Tensor) -> Tensor {
    func parts(_ function: some VectorFunction) -> Tensor {
      gradient.split(with: gate, up, "GatedActivation.split", function)
    }
    return switch self {
    case .gated(let activation): activation.split(&gradient, at: gate, times: up)
    case .gptOSS(let alpha, let limit):
      parts(GatedActivationFunctions.GPTOSSGradient(alpha: alpha, limit: limit))
    case .clamped(let limit): parts(GatedActivationFunctions.ClampedGradient(limit: limit))
    case .clampedAfter(let limit):
      parts(GatedActivationFunctions.ClampedAfterGradient(limit: limit))
    case .softcapped(let gateCap, let upCap):
      parts(GatedActivationFunctions.SoftcappedGradient(gate: gateCap, up: upCap))
    }
  }
}

extension GatedActivation {
  /// Throws where a limit or a cap is not a finite number above zero, or α is not finite.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)``.
  public func check() throws {
    if let (name, value, expected) = fault {
      throw MoEError.configuration(name, value: "\(value)", expected: expected)
    }
  }

  /// Traps where ``check()`` throws: for initialisers of layers, which take made parts.
  func requireValid(_ layer: StaticString) {
    if let (name, value, expected) = fault {
      fatalError("\(layer): \(name) \(value), expected \(expected)")
    }
  }

  /// The first number that is out of its range.
  private var fault: (name: String, value: Float, expected: String)? {
    let limits: [(String, Float)] =
      switch self {
      case .gated: []
      case .gptOSS(_, let limit), .clamped(let limit), .clampedAfter(let limit):
        [("activation limit", limit)]
      case .softcapped(let gate, let up):
        [("activation cap of the gate", gate), ("activation cap of up", up)]
      }
    if case .gptOSS(let alpha, _) = self, !alpha.isFinite {
      return ("activation alpha", alpha, "a finite number")
    }
    return limits.first { !($0.1 > 0 && $0.1.isFinite) }
      .map { ($0.0, $0.1, "a finite number above 0") }
  }
}
