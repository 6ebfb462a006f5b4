/// What becomes of the hidden rows of feed-forward networks and experts between the two passes of
/// training.
///
/// Hidden rows, what the first maps give before the activation, are most of what a training step
/// keeps: tokens × k × hidden size, twice that for gated experts. Keeping them costs memory;
/// recomputing costs the products of the first maps again, a third of the forward pass more of
/// arithmetic for gated experts. Gradients have the same bits either way.
///
///     let context = LayerContext(.training(step: 7), hiddenRows: .recomputed)
///
/// Source: Chen and others, "Training Deep Nets with Sublinear Memory Cost", arXiv 1604.06174.
public enum HiddenRows: Sendable, Hashable, Codable {
  /// The forward pass keeps them for the backward pass.
  case kept
  /// The backward pass makes them again from the input of the maps.
  case recomputed
}

/// The hidden rows that a forward pass left to the backward pass.
enum SavedRows<Rows: Sendable>: Sendable {
  /// None: the pass was one of inference.
  case none
  case kept(Rows)
  case recomputed

  /// What a pass leaves: the rows where it kept them.
  init(_ rows: Rows?, _ context: LayerContext) {
    self = rows.map { .kept($0) } ?? (context.mode.isTraining ? .recomputed : .none)
  }

  /// The rows; traps after a pass of inference.
  ///
  /// - Parameters:
  ///   - layer: The name of the layer whose pass it is.
  ///   - recompute: Makes the rows again.
  /// - Returns: The rows, kept or made again.
  func rows(of layer: StaticString, recompute: () -> Rows) -> Rows {
    switch self {
    case .none: MoE.kept(nil, by: layer)
    case .kept(let rows): rows
    case .recomputed: recompute()
    }
  }
}
