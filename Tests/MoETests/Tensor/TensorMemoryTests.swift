import MoE
import Testing

/// What shares memory, what is copied, and that a value never changes under its holder's hands.
@Suite struct TensorMemoryTests {
  @Test func copiesShareUntilOneChanges() {
    let original: Tensor = [[1, 2], [3, 4]]
    var copy = original
    #expect(copy.sharesMemory(with: original))
    copy[1, 0] = 9
    #expect(!copy.sharesMemory(with: original))
    #expect(original.scalarArray == [1, 2, 3, 4])
    #expect(copy.scalarArray == [1, 2, 9, 4])
  }

  @Test func uniqueTensorsAreChangedInPlace() {
    var tensor: Tensor = [[1, 2], [3, 4]]
    let address = tensor.address
    tensor[0, 0] = 5
    tensor += 1
    tensor *= [[1, 2], [3, 4]]
    tensor[entries: 1..<2] = [[0, 0]]
    tensor.addToEachRow([1, 1])
    tensor.scatterAddEntries([[10, 20]], at: [0])
    tensor.scaleRows(by: [2, 3])
    #expect(tensor.address == address)
    #expect(tensor.scalarArray == [34, 54, 3, 3])
  }

  @Test func reshapingShares() {
    let tensor = Tensor(scattered: [4, 6], seed: 1)
    var other = tensor.reshaped(to: [2, 3, 4])
    #expect(other.shape == [2, 3, 4])
    #expect(other.sharesMemory(with: tensor))
    #expect(other.bits == tensor.bits)
    other[1, 2, 3] = 100
    #expect(tensor[3, 5] != 100)
    #expect(tensor.reshaped(to: [24]).reshaped(to: [4, 6]) == tensor)
    #expect(Tensor(zeros: [0, 5]).reshaped(to: [7, 0]).shape == [7, 0])
    #expect(Tensor([3]).reshaped(to: []).shape == [])
    #expect(Tensor([3], shape: []).reshaped(to: [1, 1]).scalarArray == [3])
  }

  @Test func slicesShare() {
    let tensor: Tensor = [[1, 2], [3, 4], [5, 6], [7, 8]]
    let middle = tensor[entries: 1..<3]
    #expect(middle.shape == [2, 2])
    #expect(middle.scalarArray == [3, 4, 5, 6])
    #expect(middle.sharesMemory(with: tensor))
    let inner = middle[entries: 1..<2]
    #expect(inner.scalarArray == [5, 6])
    #expect(inner.sharesMemory(with: tensor))
    let row = tensor[entry: 3]
    #expect(row.shape == [2])
    #expect(row.scalarArray == [7, 8])
    #expect(row.sharesMemory(with: tensor))
    #expect(tensor[entry: 2][entry: 1].shape == [])
    #expect(tensor[entry: 2][entry: 1].scalarArray == [6])
    for position in 0...4 {
      #expect(tensor[entries: position..<position].shape == [0, 2])
      #expect(tensor[entries: position..<position].scalarArray == [])
    }
    #expect(tensor[entries: 0..<4] == tensor)
  }

  @Test func changingASliceLeavesItsParent() {
    let tensor: Tensor = [[1, 2], [3, 4], [5, 6]]
    var slice = tensor[entries: 1..<3]
    slice *= 10
    #expect(slice.scalarArray == [30, 40, 50, 60])
    #expect(tensor.scalarArray == [1, 2, 3, 4, 5, 6])
    #expect(!slice.sharesMemory(with: tensor))
  }

  @Test func changingAParentLeavesItsSlices() {
    var tensor: Tensor = [[1, 2], [3, 4], [5, 6]]
    let slice = tensor[entries: 1..<3]
    let reshaped = tensor.reshaped(to: [6])
    tensor -= tensor
    #expect(tensor.scalarArray == [0, 0, 0, 0, 0, 0])
    #expect(slice.scalarArray == [3, 4, 5, 6])
    #expect(reshaped.scalarArray == [1, 2, 3, 4, 5, 6])
  }

  /// A slice that outlives its parent owns the memory, offset and all, and is changed where it
  /// stands.
  @Test func aSliceMayOutliveItsParent() {
    func lastRows() -> Tensor { (Tensor([0, 1, 2, 3, 4, 5], shape: [3, 2]) + 1)[entries: 1..<3] }
    var slice = lastRows()
    let address = slice.address
    slice[0, 1] = 40
    slice += 1
    #expect(slice.scalarArray == [4, 41, 6, 7])
    #expect(slice.address == address)
    #expect((slice + slice).scalarArray == [8, 82, 12, 14])
    #expect(slice[entries: 1..<2].scalarArray == [6, 7])
  }

  @Test func rowsAreWrittenInPlace() {
    var tensor = Tensor(zeros: [4, 2])
    let address = tensor.address
    tensor[entries: 1..<3] = [[1, 2], [3, 4]]
    tensor[entries: 4..<4] = Tensor(zeros: [0, 2])
    #expect(tensor.scalarArray == [0, 0, 1, 2, 3, 4, 0, 0])
    #expect(tensor.address == address)
    tensor[entries: 1..<3] += [[10, 10], [10, 10]]
    #expect(tensor.scalarArray == [0, 0, 11, 12, 13, 14, 0, 0])
  }

  /// The ranges overlap, and what is read must be what stood there before.
  @Test func rowsOfItselfAreWrittenWhole() {
    var tensor: Tensor = [[1], [2], [3], [4]]
    tensor[entries: 1..<4] = tensor[entries: 0..<3]
    #expect(tensor.scalarArray == [1, 1, 2, 3])
    tensor[entries: 0..<3] = tensor[entries: 1..<4]
    #expect(tensor.scalarArray == [1, 2, 3, 3])
  }

  @Test func rowsOfASliceAreWrittenAtTheirOffset() {
    let tensor: Tensor = [[1, 1], [2, 2], [3, 3], [4, 4]]
    var slice = tensor[entries: 1..<4]
    slice[entries: 1..<2] = [[0, 9]]
    #expect(slice.scalarArray == [2, 2, 0, 9, 4, 4])
    #expect(tensor.scalarArray == [1, 1, 2, 2, 3, 3, 4, 4])
  }

  @Test func onlyTheSliceIsCopied() {
    let tensor = Tensor(scattered: [1000, 4], seed: 2)
    var slice = tensor[entries: 7..<9]
    let before = slice.scalarArray
    slice[0, 0] = 5
    #expect(slice.scalarArray == [5] + before.dropFirst())
    #expect(slice.count == 8)
  }
}
