import Foundation
import MoE
import Testing

/// A gated activation with the errors that its kernels may make.
struct GatedForm: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let activation: GatedActivation

  /// Those that are more than an activation times another factor, with limits that tests reach.
  static let clamped = [
    GatedForm(testDescription: "gpt-oss", activation: .gptOSS()),
    GatedForm(testDescription: "gpt-oss, 0.5", activation: .gptOSS(alpha: -0.8, limit: 0.5)),
    GatedForm(testDescription: "clamped", activation: .clamped(limit: 10)),
    GatedForm(testDescription: "clamped, 0.5", activation: .clamped(limit: 0.5)),
    GatedForm(testDescription: "clamped after", activation: .clampedAfter(limit: 7)),
    GatedForm(testDescription: "clamped after, 0.25", activation: .clampedAfter(limit: 0.25)),
    GatedForm(testDescription: "softcapped", activation: .softcapped()),
    GatedForm(testDescription: "softcapped, 0.5", activation: .softcapped(gate: 0.5, up: 0.3)),
  ]

  /// All of them.
  static let all =
    Activation.allCases.map {
      GatedForm(testDescription: "gated \($0)", activation: .gated($0))
    } + clamped

  /// How near a pair of operands is to a number where the function has a kink.
  func distanceToKink(_ g: Double, _ u: Double) -> Double {
    func distance(_ x: Double, _ limit: Float) -> Double { (x - Double(limit)).magnitude }
    switch activation {
    case .gated(let activation):
      return activation == .relu || activation == .squaredReLU ? g.magnitude : .infinity
    case .gptOSS(_, let limit), .clamped(let limit):
      return min(distance(g, limit), distance(u.magnitude, limit))
    case .clampedAfter(let limit):
      return min(
        distance(Reference.activation(.silu, g), limit), distance(u.magnitude, limit))
    case .softcapped: return .infinity
    }
  }

  // MARK: - Bounds

  /// What the errors are made of: σ of the argument z that the kernel takes it of, and the factors
  /// beside it.
  private struct Parts {
    var z: Double
    var s: Double
    var gate: Double
    var up: Double
  }

  private func parts(_ g: Double, _ u: Double) -> Parts {
    func clip(_ limit: Float) -> Double { max(min(u, Double(limit)), -Double(limit)) }
    let (z, gate, up): (Double, Double, Double)
    switch activation {
    case .gated: (z, gate, up) = (g, g, u)
    case .gptOSS(let alpha, let limit):
      gate = min(g, Double(limit))
      (z, up) = (Double(alpha) * gate, clip(limit) + 1)
    case .clamped(let limit):
      gate = min(g, Double(limit))
      (z, up) = (gate, clip(limit))
    case .clampedAfter(let limit): (z, gate, up) = (g, g, clip(limit))
    case .softcapped(let a, let b):
      (z, gate) = (g, Double(a) * tanh(g / Double(a)))
      up = Double(b) * tanh(u / Double(b))
    }
    return Parts(z: z, s: Reference.sigmoid(z), gate: gate, up: up)
  }

  /// The units in the last place that a value may be off.
  ///
  /// σ errs by 3 units, and each product by a half: those with the gate and with u′, and the sum u +
  /// 1. The rounding of α·g moves σ by |z|·(1 − σ) times as much. A softcap adds the 2 units of tanh
  /// and the roundings of the division and the product, twice.
  func valueUnits(_ g: Double, _ u: Double) -> Double {
    switch activation {
    case .gated: return 9.5
    case .gptOSS:
      let parts = parts(g, u)
      return 4.5 + parts.z.magnitude * (1 - parts.s) / 2
    case .clamped, .clampedAfter: return 4
    case .softcapped: return 10
    }
  }

  /// ε is the distance from 1 to the next `Float`, which bounds a unit in the last place of y by
  /// ε·|y|.
  private static let epsilon = 0x1p-23

  /// How far the value at a pair may be from the exact one y.
  ///
  /// What is below the range of normal numbers has whole units of 2⁻¹⁴⁹, which the products
  /// multiply.
  func valueBound(_ g: Double, _ u: Double, _ y: Double) -> Double {
    let parts = parts(g, u)
    let scale = max(1, parts.gate.magnitude) * max(1, parts.up.magnitude)
    return valueUnits(g, u) * (GatedForm.epsilon * y.magnitude + 0x1p-149 * scale)
  }

  /// How far the derivatives at a pair may be from the exact ones.
  ///
  /// With s = σ(z), the gate's is u′·(s + c·s·(1 − s)), where s errs by 3 units and by what the
  /// rounding of z makes of it, and so does 1 − s without the relation to its size; c is z or the
  /// softcapped gate. A softcap's 1 − t² errs by 2t·2.5·t for t, and by a rounding of each
  /// operation, so by 6 units of one.
  func slopeBounds(_ g: Double, _ u: Double) -> (gate: Double, up: Double) {
    let parts = parts(g, u)
    let product = parts.gate * parts.s
    let moved = parts.z.magnitude * (1 - parts.s)
    let least = 0x1p-145 * max(1, parts.gate.magnitude) * max(1, parts.up.magnitude)
    var (gate, up) = (
      parts.s * (7 + moved) * (1 + parts.z.magnitude) * parts.up.magnitude,
      (4.5 + moved / 2) * product.magnitude
    )
    if case .softcapped = activation {
      gate = parts.up.magnitude * parts.s * (14 + 13 * parts.gate.magnitude)
      up = 14 * product.magnitude
    }
    return (GatedForm.epsilon * gate + least, GatedForm.epsilon * up + least)
  }
}
