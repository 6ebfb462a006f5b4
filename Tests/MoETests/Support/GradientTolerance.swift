import MoE
import Testing

/// How far tensors that were computed in `Float` may be from the exact ones.
///
/// What a chain of n roundings computes is the exact result of inputs that each differ, in relation
/// to their size, by at most n·u to first order, with u = 2⁻²⁴ the unit roundoff; a last rounding
/// of the result itself adds u of it. So the error is at most n·u·(κ + |y|), with κ how much the
/// result y changes for such changes of the inputs. κ is measured: every input is multiplied by 1 +
/// η·δ, with δ drawn evenly from −1 to 1 and η = 2⁻¹², and κ is the largest |Δy| / η of several
/// draws. η is small enough that the change is linear, and 2¹² times larger than u, so that
/// roundings do not show in it.
///
/// κ of random δ is smaller than that of the worst, and true roundings, which are random too, add
/// up as √n where n is counted. The largest of each tensor are taken, as one tensor's errors are of
/// one size.
enum GradientTolerance {
  /// Half the distance from 1 to the next `Float`.
  static let unitRoundoff = 0x1p-24

  /// Multiplies what it is called with by 1 + η·δ, or leaves it as it is.
  struct Perturbation {
    fileprivate var generator: SeededGenerator?
    fileprivate static let size: Float = 0x1p-12

    mutating func callAsFunction(_ tensor: Tensor) -> Tensor {
      guard generator != nil else { return tensor }
      return tensor
        * (1 + Perturbation.size * .uniform(in: -1...1, shape: tensor.shape, using: &generator!))
    }

    mutating func callAsFunction<Value: Parameterized>(_ value: Value) -> Value {
      var value = value
      value.visitParameters { $1 = self($1) }
      return value
    }
  }

  /// A tolerance for each tensor that a computation returns.
  ///
  /// - Parameters:
  ///   - roundings: The roundings of the longest chain from an input to a result.
  ///   - draws: How many perturbed inputs to try.
  ///   - compute: The computation, of inputs that it has passed through the perturbation; nothing
  ///     where the perturbed inputs lead beyond a jump, such as to another selection.
  /// - Returns: The unperturbed results, and a tolerance for each.
  /// - Throws: What the computation throws, and where nearly all draws lead beyond a jump.
  static func tolerances(
    roundings: Int, draws: Int = 3, _ compute: (inout Perturbation) throws -> [Tensor]?
  ) throws -> (results: [Tensor], tolerances: [Double]) {
    var none = Perturbation()
    let results = try #require(try compute(&none))
    var conditions = results.map { _ in 0.0 }
    var tried = 0
    for seed in 0..<UInt64(4 * draws) where tried < draws {
      var perturbation = Perturbation(generator: SeededGenerator(seed: 0x7013 + seed))
      guard let moved = try compute(&perturbation) else { continue }
      tried += 1
      for (index, (result, other)) in zip(results, moved).enumerated() {
        conditions[index] = max(
          conditions[index], largest(result - other) / Double(Perturbation.size))
      }
    }
    try #require(tried == draws, "the selection jumps for nearly every small change")
    let scale = Double(roundings) * unitRoundoff
    return (results, zip(results, conditions).map { scale * ($1 + largest($0)) })
  }

  static func largest(_ tensor: Tensor) -> Double {
    tensor.scalarArray.reduce(0) { max($0, Double($1.magnitude)) }
  }

  /// Expects that each scalar is within a tolerance of its exact value; a NaN never is.
  static func expect(
    _ found: Tensor, near exact: [Double], within tolerance: Double, _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expect(
      found, near: exact, within: exact.map { _ in tolerance }, name,
      sourceLocation: sourceLocation)
  }

  /// Expects that each scalar is within its own tolerance of its exact value; a NaN never is.
  static func expect(
    _ found: Tensor, near exact: [Double], within tolerances: [Double], _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard found.count == exact.count else {
      Issue.record(
        "\(name): \(found.count) scalars, expected \(exact.count)", sourceLocation: sourceLocation)
      return
    }
    let scalars = found.scalarArray
    for index in scalars.indices
    where !((Double(scalars[index]) - exact[index]).magnitude <= tolerances[index]) {
      Issue.record(
        """
        \(name), scalar \(index): \(scalars[index]), expected \(exact[index]) within \
        \(tolerances[index])
        """, sourceLocation: sourceLocation)
      return
    }
  }

  /// The bits of every scalar, with which NaN equals itself and 0 differs from −0.
  static func bits(_ tensor: Tensor) -> [UInt32] { tensor.scalarArray.map(\.bitPattern) }

  /// The bits of a gradient: those of the input and of every parameter by name.
  static func bits(_ gradient: LayerGradient<some Parameterized>) -> [String: [UInt32]] {
    var result = ["input": bits(gradient.input)]
    for (name, parameter) in gradient.parameters.namedParameters { result[name] = bits(parameter) }
    return result
  }
}
