/// Experts that share a base, each with a residual of low rank: Eₑ(x) = base(x) + s·Bₑ·Aₑ·x.
///
/// The base is computed once for a token, however many experts of the group take it; an expert of
/// its own has no more than r·(inputSize + outputSize) parameters. With k experts whose weights add
/// up to one a token gets base(x), and the weighted sum of their residuals.
///
/// The base may be any layer of the same sizes. As the residual stands beside the whole of it, a
/// base that is ``Linear`` has its map adapted, W + s·Bₑ·Aₑ, and a feed-forward network a linear
/// path beside it.
///
/// **Shapes**: A, `down`, is [experts, rank, inputSize]; B, `up`, [experts, outputSize, rank].
///
/// **Initial values**: A as ``Linear``, B zero, so that every expert starts as the base.
///
/// **Gradient**: exact for the base, too, whose output has the weights of all the token's experts
/// in the group.
///
/// Source: LoRA, arXiv 2106.09685; as experts, LoRAMoE, arXiv 2312.09979.
public struct LowRankExperts<Base: Layer>: ExpertGroup {
  /// The layer that the experts share.
  public var base: Base
  /// The map Aₑ of each expert to its rank.
  public var down: GroupedLinear
  /// The map Bₑ of each expert to its output.
  public var up: GroupedLinear
  /// The factor s of the residuals.
  public let scale: Float

  /// Experts of the given parts.
  ///
  /// - Parameters:
  ///   - base: What the experts share.
  ///   - down: The map of each expert to its rank.
  ///   - up: The map of each expert to its output; other sizes than those of the others trap.
  ///   - scale: The factor of the residuals.
  public init(base: Base, down: GroupedLinear, up: GroupedLinear, scale: Float = 1) {
    require(
      down.expertCount == up.expertCount && down.outputSize == up.inputSize
        && down.inputSize == base.inputSize && up.outputSize == base.outputSize,
      "LowRankExperts: down \(down.weight.shape) and up \(up.weight.shape) against a base from "
        + "\(base.inputSize) to \(base.outputSize)")
    self.base = base
    self.down = down
    self.up = up
    self.scale = scale
  }

  /// Experts that start as the base.
  ///
  /// - Parameters:
  ///   - base: What the experts share.
  ///   - count: The number of experts.
  ///   - rank: The rank of the residuals.
  ///   - scale: The factor of the residuals.
  ///   - generator: The source of randomness.
  public init(
    base: Base, count: Int, rank: Int, scale: Float = 1,
    using generator: inout some RandomNumberGenerator
  ) {
    self.init(
      base: base,
      down: GroupedLinear(
        count: count, inputSize: base.inputSize, outputSize: rank, bias: false, using: &generator),
      up: GroupedLinear(weight: Tensor(zeros: [count, base.outputSize, rank])), scale: scale)
  }

  /// The number of experts.
  public var expertCount: Int { down.expertCount }

  /// The size of a token.
  public var inputSize: Int { down.inputSize }

  /// The size of an expert's output.
  public var outputSize: Int { up.outputSize }

  /// Visits the parameters of `base`, `down` and `up`, under these names.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try base.visitParameters(under: "base", visit)
    try down.visitParameters(under: "down", visit)
    try up.visitParameters(under: "up", visit)
  }

  /// Visits the buffers of `base`, under this name.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    try base.visitBuffers(under: "base", visit)
  }

  /// Throws what the base throws.
  public func checkBuffers() throws { try base.checkBuffers() }

  /// Visits the weights of the base and of both maps.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try base.visitWeights(under: "base", visit)
    try down.visitWeights(under: "down", visit)
    try up.visitWeights(under: "up", visit)
  }

  /// The result of a forward pass.
  public struct Pass: ExpertPass {
    /// One row for each position.
    public var output: ExpertOutput
    let input: GroupedTokens
    let saved: Saved?
  }

  /// What the backward pass reads.
  struct Saved: Sendable {
    var distinct: DistinctRows
    var base: Base.Pass
    /// s·A·x of each position.
    var hidden: Tensor
  }

  /// The outputs, and in training the pass of the base and the rows of low rank with them.
  ///
  /// - Throws: What the base throws.
  public func forward(_ input: GroupedTokens, context: LayerContext) throws -> Pass {
    let rows = input.rows
    let distinct = DistinctRows(rows, of: input.matrix.rowCount)
    var ofBase = context
    // A layer inside sees the batch that its rows are of.
    ofBase.batch = input.batch(at: distinct.firstPositions, of: context.batch)
    let base = try base.forward(distinct.taken(from: input.matrix), context: ofBase)
    let hidden = down.forward(.picked(input.matrix), rows: rows) * scale
    var output = up.forward(.ordered(hidden), rows: rows)
    GroupedRows(offsets: rows.offsets, indices: distinct.places)
      .add(.picked(base.output), to: &output)
    return Pass(
      output: .rows(output), input: input,
      saved: context.mode.isTraining
        ? Saved(distinct: distinct, base: base, hidden: hidden) : nil)
  }

  /// The gradients, those of the base from the weights of all positions of a token together.
  ///
  /// - Throws: What the base throws.
  public func backward(
    _ outputGradient: GroupedGradient, pass: Pass
  ) throws -> ExpertGradient<LowRankExperts> {
    let saved = kept(pass.saved, by: "LowRankExperts")
    let (rows, distinct) = (pass.input.rows, saved.distinct)
    let places = distinct.places.map(Int.init)
    var residual = up.weightedBackward(outputGradient, input: saved.hidden, rows: rows)
    var ofBase = distinct.taken(from: outputGradient.matrix)
    residual.weights += ofBase.rowDots(saved.base.output).gatheringEntries(places)
    var sums = Tensor(zeros: [ofBase.rowCount])
    sums.scatterAddEntries(outputGradient.weights, at: places)
    ofBase.scaleRows(by: sums)
    let base = try base.backward(ofBase, pass: saved.base)
    residual.input *= scale
    var rowGradient = down.inputGradient(.ordered(residual.input), rows: rows)
    // The layer adds up the rows of one token: the base's may stand in any of them.
    rowGradient.scatterAddEntries(base.input, at: distinct.firstPositions)
    return ExpertGradient(
      rows: rowGradient, weights: residual.weights,
      parameters: LowRankExperts(
        base: base.parameters,
        down: down.parameterGradient(
          .ordered(residual.input), input: .picked(pass.input.matrix), rows: rows),
        up: residual.parameters, scale: scale))
  }
}

/// The rows of a matrix that some positions pick, each once.
struct DistinctRows: Sendable {
  /// The rows, in ascending order.
  let rows: [Int]
  /// For each position, the place of its row among these.
  let places: [Int32]
  /// For each of these the first position that picks it.
  let firstPositions: [Int]
  private let isWhole: Bool

  /// - Complexity: O(positions + rows of the matrix).
  init(_ picked: GroupedRows, of rowCount: Int) {
    var first = [Int](repeating: -1, count: rowCount)
    for (position, row) in picked.indices.enumerated() where first[Int(row)] < 0 {
      first[Int(row)] = position
    }
    let rows = first.indices.filter { first[$0] >= 0 }
    var place = [Int32](repeating: -1, count: rowCount)
    for (index, row) in rows.enumerated() { place[row] = Int32(index) }
    self.rows = rows
    places = picked.indices.map { place[Int($0)] }
    firstPositions = rows.map { first[$0] }
    isWhole = rows.count == rowCount
  }

  /// The rows of a matrix; all of it without a copy.
  func taken(from matrix: Tensor) -> Tensor { isWhole ? matrix : matrix.gatheringEntries(rows) }
}
