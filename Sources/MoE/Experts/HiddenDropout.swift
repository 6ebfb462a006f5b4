/// The dropout of the hidden rows of experts in one pass.
///
/// Each expert has noise of its own; which columns of a row are zero is a pure function of the
/// token's position id and the column. Slots of a soft mixture, which are no tokens, go by their
/// place among those of the expert.
///
/// Source: the expert dropout of Switch Transformers, arXiv 2101.03961.
struct HiddenDropout: Sendable {
  private let mask: DropoutMask
  /// The noise of each expert.
  private let noises: [Noise]
  /// The expert and the position id of each position.
  private let rows: [(expert: Int, position: Int)]

  /// The dropout of a pass; nothing in inference or where the rate is zero.
  init?(rate: Double, _ input: GroupedTokens, _ context: LayerContext) {
    guard rate > 0, context.mode.isTraining else { return nil }
    mask = DropoutMask(rate: rate)
    let count = input.rows.groupCount
    noises = (0..<count).map { context.purpose.noise.branch(input.firstExpert + $0) }
    rows = (0..<count).flatMap { expert in
      let positions = input.rows.positions(of: expert)
      return positions.map { place in
        let token = input.tokens.map { context.batch.position(of: Int($0[place])) }
        return (expert, token ?? place - positions.lowerBound)
      }
    }
  }

  /// Leaves out scalars of hidden rows, one row a position, or of the gradient with respect to
  /// them.
  func apply(to hidden: inout Tensor) {
    mask.apply(to: &hidden) { row, block in
      noises[rows[row].expert].words(.experts, position: rows[row].position, block: block)
    }
  }
}
