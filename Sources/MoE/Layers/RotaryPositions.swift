/// Positions as rotations: pair i of a head at place p is rotated by the angle p·θᵢ, with θᵢ =
/// base^(−2i/n) of n rotated scalars.
///
/// So the product of a query and a key depends on how far apart they stand. Cosines and sines are
/// made in double precision and rounded once.
///
/// **Gradient**: the rotation by the opposite angle.
///
/// Source: Su and others, RoFormer, arXiv 2104.09864.
public struct RotaryPositions: Sendable, Hashable, Codable {
  /// The scalars that make a pair.
  public enum Pairing: String, Sendable, Hashable, Codable {
    /// Scalar i of the first half and scalar i of the second: GPT-NeoX, Llama as published for
    /// transformers, and most models.
    case halves
    /// Neighbours: GPT-J, DeepSeek.
    case interleaved
  }

  /// The base of the angles.
  public var base: Double
  /// The number n of scalars of a head that are rotated, from its start; all unless given.
  public var dimension: Int?
  /// The scalars that make a pair.
  public var pairing: Pairing
  /// What places are divided by, so that longer sequences have angles that were trained.
  public var scale: Double

  /// Rotations of the given kind.
  ///
  /// - Parameters:
  ///   - base: The base of the angles.
  ///   - dimension: The number of scalars of a head that are rotated; all unless given.
  ///   - pairing: The scalars that make a pair.
  ///   - scale: What places are divided by.
  public init(
    base: Double = 10_000, dimension: Int? = nil, pairing: Pairing = .halves, scale: Double = 1
  ) {
    self.base = base
    self.dimension = dimension
    self.pairing = pairing
    self.scale = scale
  }

  /// Throws where heads of a size cannot be rotated so.
  func check(headSize: Int) throws {
    for (name, value) in [("base", base), ("scale", scale)] where !(value > 0 && value.isFinite) {
      throw MoEError.configuration(
        "\(name) of rotary positions", value: "\(value)", expected: "a finite number above 0")
    }
    let count = dimension ?? headSize
    guard count > 0, count % 2 == 0, count <= headSize else {
      throw MoEError.configuration(
        "rotated scalars of a head", value: "\(count)", expected: "an even number up to \(headSize)"
      )
    }
  }

  /// The cosines and sines of some places, one row each.
  struct Table: Sendable {
    var cosines: Tensor
    var sines: Tensor
    /// The row of each token.
    var rows: [Int]
  }

  /// The table of tokens at some places.
  func table(places: [Int], headSize: Int) -> Table {
    var rows: [Int: Int] = [:]
    var distinct: [Int] = []
    let tokenRows = places.map { place in
      if let row = rows[place] { return row }
      rows[place] = distinct.count
      distinct.append(place)
      return distinct.count - 1
    }
    let count = dimension ?? headSize
    let logarithm = NormalDistribution.logarithm(base)
    let frequencies = (0..<count / 2).map {
      DoublePrecision.exponential(-2 * Double($0) / Double(count) * logarithm) / scale
    }
    let angles = distinct.flatMap { place in
      frequencies.map { DoublePrecision.cosineAndSine(Double(place) * $0) }
    }
    let shape = [distinct.count, frequencies.count]
    return Table(
      cosines: Tensor(angles.map { Float($0.cosine) }, shape: shape),
      sines: Tensor(angles.map { Float($0.sine) }, shape: shape), rows: tokenRows)
  }

  /// Rows whose heads are rotated by their places.
  ///
  /// - Parameters:
  ///   - matrix: A matrix of whole heads; another number of columns traps.
  ///   - headSize: The scalars of a head.
  ///   - places: The place of each row in its sequence; another number of them traps.
  ///   - backwards: Whether to rotate by the opposite angles, as a gradient is.
  /// - Returns: A matrix of the same shape.
  public func rotated(
    _ matrix: Tensor, headSize: Int, places: [Int], backwards: Bool = false
  ) -> Tensor {
    var result = matrix
    let table = table(places: places, headSize: headSize)
    rotate(&result, headSize: headSize, by: table, backwards: backwards)
    return result
  }

  /// Rotates each head of some rows.
  func rotate(_ matrix: inout Tensor, headSize: Int, by table: Table, backwards: Bool = false) {
    matrix.rotatePairs(
      headSize: headSize, cosines: table.cosines, sines: backwards ? -table.sines : table.sines,
      angles: table.rows, isInterleaved: pairing == .interleaved)
  }
}
