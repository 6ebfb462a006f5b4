/// The weight of a linear map, or of one map a group, with its panels where it is packed.
///
/// **Shapes**: [outputSize, inputSize], or [groups, outputSize, inputSize].
///
/// All products with a weight go through the operands that it gives, so that how its numbers are
/// kept is known here alone. Panels never outlive a change: writing to ``tensor`` drops them.
package struct WeightMatrix: Sendable {
  /// The matrices, in rows of inputSize; writing to them drops the panels.
  package var tensor: Tensor { didSet { panels = nil } }
  private var panels: PackedPanels?

  /// A weight of the given numbers, not packed.
  ///
  /// - Parameter tensor: One matrix, or one a group; a tensor of another rank traps.
  package init(_ tensor: Tensor) {
    require(
      tensor.rank == 2 || tensor.rank == 3,
      "weight of shape \(tensor.shape), expected [outputSize, inputSize] or one a group")
    self.tensor = tensor
  }

  /// The number of matrices.
  package var groupCount: Int { tensor.rank == 2 ? 1 : tensor.sizes[0] }

  /// The columns of the rows that are multiplied by the weight.
  package var inputSize: Int { tensor.columnCount }

  /// The columns of the results.
  package var outputSize: Int { tensor.sizes[tensor.rank - 2] }

  /// Whether there are panels for the kernels in use.
  package var isPacked: Bool { panels?.isForCurrentKernels ?? false }

  /// Packs the matrices, unless they are packed for the kernels in use.
  ///
  /// - Complexity: O(`tensor.count`), in time and in memory.
  package mutating func pack() {
    if !isPacked { panels = PackedPanels(tensor, transposing: true) }
  }

  /// The factor of rows of inputSize: W·x + b of each, and what follows in the tail.
  ///
  /// - Parameters:
  ///   - bias: One row a matrix, of outputSize; another shape traps.
  ///   - epilogue: What happens to each result last.
  /// - Returns: An operand that reads the panels where they are for the kernels in use.
  package func operand(
    bias: Tensor? = nil, epilogue: ProductEpilogue = .none
  ) -> WeightOperand {
    WeightOperand(tensor, transposing: true, bias: bias, packed: panels, epilogue: epilogue)
  }

  /// The factor of rows of outputSize on the way back: Wᵀ·g of each.
  package var backwardOperand: WeightOperand { WeightOperand(tensor, transposing: false) }
}
