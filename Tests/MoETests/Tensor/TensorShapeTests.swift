import MoE
import Testing

/// Shapes whose sizes stand in the value, and those of more axes.
struct TensorShapeTests {
  /// A shape of each rank.
  static let shapes: [[Int]] = [[], [5], [2, 3], [4, 0, 6], [1, 2, 3, 4], [2, 1, 2, 1, 3]]

  @Test(arguments: shapes) func sizesAreThoseOfTheArray(_ sizes: [Int]) {
    let shape = TensorShape(sizes)
    #expect(shape.rank == sizes.count)
    #expect(shape.array == sizes)
    #expect(sizes.indices.map { shape[$0] } == sizes)
    let tensor = Tensor(zeros: sizes)
    #expect(tensor.shape == sizes && tensor.sizes == shape)
    #expect(tensor.count == sizes.reduce(1, *))
    #expect(tensor.rowCount == sizes.dropLast().reduce(1, *))
    #expect(tensor.columnCount == sizes.last ?? 1)
    #expect(tensor.reshaped(to: [tensor.count]).reshaped(to: sizes).shape == sizes)
  }

  @Test func shapesAreEqualWhereTheirSizesAre() {
    for (index, first) in Self.shapes.enumerated() {
      for (other, second) in Self.shapes.enumerated() {
        #expect((TensorShape(first) == TensorShape(second)) == (index == other))
      }
    }
    #expect(TensorShape(7) == TensorShape([7]))
    #expect(TensorShape(7, 8) == TensorShape([7, 8]))
    #expect(TensorShape(7, 8, 9) == TensorShape([7, 8, 9]))
    // What is not there is no axis of no scalars.
    #expect(TensorShape([]) != TensorShape(0) && TensorShape(0) != TensorShape(0, 0))
    #expect(TensorShape([1, 2, 3, 4]) != TensorShape([1, 2, 3, 5]))
  }

  @Test(arguments: shapes) func entriesHaveTheOtherAxes(_ sizes: [Int]) {
    guard let count = sizes.first, count > 0 else { return }
    let tensor = Tensor((0..<sizes.reduce(1, *)).map { Float($0) }, shape: sizes)
    #expect(tensor[entries: 0..<1].shape == [1] + sizes.dropFirst())
    #expect(tensor[entry: count - 1].shape == Array(sizes.dropFirst()))
    #expect(tensor.gatheringEntries([0, 0, 0]).shape == [3] + sizes.dropFirst())
    #expect(tensor.rowSums().shape == Array(sizes.dropLast()))
  }

  /// What is copied with every pass stays small: a tensor is a line of the cache and counts its
  /// scalars' holders alone, and of a batch or overrides of which nothing is known nothing is
  /// counted.
  @Test func whatIsCopiedIsSmall() {
    #expect(MemoryLayout<Tensor>.size <= 64)
    #expect(MemoryLayout<Batch>.size <= 8)
    #expect(MemoryLayout<RoutingOverrides>.size <= 8)
  }

  /// An axis that does not exist traps, as in an array.
  @Test func anAxisThatIsNotThereTraps() async {
    await #expect(processExitsWith: .failure) { _ = TensorShape(2, 3)[2] }
    await #expect(processExitsWith: .failure) { _ = TensorShape([1, 2, 3, 4])[-1] }
  }
}
