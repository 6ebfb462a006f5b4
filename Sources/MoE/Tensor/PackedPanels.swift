/// Matrices of one shape as the right operands of products, in the order that one set of kernels
/// reads.
///
/// The panels stand beside the matrices, and know nothing of changes to them: that is the owner's
/// part.
package struct PackedPanels: Sendable {
  private let set: KernelSet
  private let storage: AlignedStorage?
  private let scalarsPerMatrix: Int

  /// Packs matrices for the kernels in use.
  ///
  /// The portable kernels keep no panels: they pack what fits their caches as they go.
  ///
  /// - Parameters:
  ///   - matrices: Of shape [groups, m, n], or a single matrix.
  ///   - transposing: Whether to pack the transposes.
  /// - Complexity: O(`matrices.count`), in time and in memory.
  package init(_ matrices: Tensor, transposing: Bool) {
    set = KernelSet.current
    let factor = WeightOperand(matrices, transposing: transposing)
    #if arch(x86_64) && !os(Windows)
      if let instructions = set.instructions {
        scalarsPerMatrix = GeneratedProduct.packedCount(
          depth: factor.depth, columns: factor.width, set: instructions)
        let storage = AlignedStorage(
          uninitializedCapacity: scalarsPerMatrix * factor.groupCount)
        PackedPanels.pack(matrices, factor, instructions, into: storage, scalarsPerMatrix)
        self.storage = storage
        return
      }
    #endif
    (storage, scalarsPerMatrix) = (nil, 0)
  }

  /// Whether the panels are for the kernels in use.
  package var isForCurrentKernels: Bool { KernelSet.current == set }

  /// The panels of a matrix, for as long as this value lives; nothing where they are for other
  /// kernels than those that are to read them.
  func panels(of group: Int, for kernels: KernelSet) -> UnsafePointer<Float>? {
    guard let storage, kernels == set else { return nil }
    return unsafe UnsafePointer(storage.base + group * scalarsPerMatrix)
  }

  #if arch(x86_64) && !os(Windows)
    private static func pack(
      _ matrices: Tensor, _ factor: WeightOperand, _ set: InstructionSet,
      into storage: AlignedStorage, _ scalarsPerMatrix: Int
    ) {
      let (depth, columns) = (factor.depth, factor.width)
      let panelCount = (columns + set.panelWidth - 1) / set.panelWidth
      let run = max(1, scalarsPerRun / max(1, set.panelWidth * depth))
      let runCount = (panelCount + run - 1) / run
      unsafe matrices.withUnsafeScalars { base in
        parallelFor(factor.groupCount * runCount, scalars: storage.capacity) { item in
          let (group, first) = (item / runCount, item % runCount * run)
          unsafe GeneratedProduct.pack(
            GeneratedProduct.Source(
              base + group * depth * columns, stride: factor.transposing ? depth : columns,
              isTransposed: factor.transposing),
            depth: depth, columns: columns, set: set,
            panels: first..<min(first + run, panelCount),
            into: storage.base + group * scalarsPerMatrix)
        }
      }
    }
  #endif
}
