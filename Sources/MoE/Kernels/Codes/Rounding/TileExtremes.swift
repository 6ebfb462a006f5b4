/// The least and the largest finite numbers of groups, on the kernel set in use.
struct TileExtremes {
  private let lowest: TileFold<ExtremeFolds.Lowest>
  private let highest: TileFold<ExtremeFolds.Highest>
  private let largest: TileFold<ExtremeFolds.LargestMagnitude>
  /// Whether both ends of a group count, or the magnitude alone.
  private let hasBothEnds: Bool

  /// Looks the generated code up, or generates it.
  ///
  /// - Parameter layout: What the groups are of.
  init(_ layout: CompressedLayout) {
    hasBothEnds = layout.hasZeroPoints
    lowest = TileFold(ExtremeFolds.Lowest())
    highest = TileFold(ExtremeFolds.Highest())
    largest = TileFold(ExtremeFolds.LargestMagnitude())
  }

  /// The steps of what it finds: the least and the largest number, or the largest magnitude.
  static func folds(_ layout: CompressedLayout) -> [VectorProgram] {
    layout.hasZeroPoints
      ? [ExtremeFolds.Lowest().program, ExtremeFolds.Highest().program]
      : [ExtremeFolds.LargestMagnitude().program]
  }

  /// The least and the largest of some vectors, side by side, and 0 where it is beyond them; what
  /// is not a number counts for nothing.
  ///
  /// Where zero is in the middle of a group's codes, the least is the largest magnitude with the
  /// other sign.
  ///
  /// - Parameters:
  ///   - panel: The vectors.
  ///   - count: How many there are.
  ///   - onlyFinite: Whether infinite numbers count for nothing, too.
  /// - Returns: An end of the range in each lane.
  func callAsFunction(
    _ panel: TilePanel, _ count: Int, onlyFinite: Bool = false
  ) -> (low: TileVector, high: TileVector) {
    guard !onlyFinite else {
      var (low, high) = (TileVector(), TileVector())
      for step in 0..<count {
        let numbers = panel[step].finiteOrZero
        (low, high) = (numbers.lower(low), numbers.higher(high))
      }
      return hasBothEnds ? (low, high) : magnitude(high.higher(TileVector() - low))
    }
    guard hasBothEnds else { return magnitude(largest(panel, count)) }
    return (lowest(panel, count), highest(panel, count))
  }

  @inline(__always)
  private func magnitude(_ largest: TileVector) -> (low: TileVector, high: TileVector) {
    (TileVector() - largest, largest)
  }
}

/// A fold over the inputs of a tile, each output apart.
private struct TileFold<Fold: VectorFold> {
  private let kernel: FoldKernel<Fold>

  init(_ fold: Fold) { kernel = FoldKernel(fold) }

  @inline(__always)
  func callAsFunction(_ panel: TilePanel, _ count: Int) -> TileVector {
    let scalars = count * TileVector.scalarCount
    if let lanes = unsafe kernel.generatedLanes(count: scalars, panel.numbers) { return lanes }
    var lanes = TileVector(repeating: Fold.initial)
    for step in 0..<count {
      lanes = kernel.fold(lanes, panel[step], panel[step]).lanes
    }
    return lanes
  }
}
