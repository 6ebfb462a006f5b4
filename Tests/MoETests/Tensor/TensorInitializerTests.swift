import MoE
import Testing

@Suite struct TensorInitializerTests {
  @Test func zeros() {
    let tensor = Tensor(zeros: [2, 3])
    #expect(tensor.shape == [2, 3])
    #expect(tensor.count == 6)
    #expect(tensor.rank == 2)
    #expect(tensor.bits == [UInt32](repeating: 0, count: 6))
  }

  @Test func repeatedValue() {
    #expect(Tensor(repeating: -1.5, shape: [3]).scalarArray == [-1.5, -1.5, -1.5])
    #expect(Tensor(repeating: .nan, shape: [2, 2]).isNaNThroughout)
    #expect(Tensor(repeating: 7, shape: []).scalarArray == [7])
    #expect(Tensor(repeating: 7, shape: [4, 0]).scalarArray == [])
  }

  @Test func scalars() {
    let vector = Tensor([1, 2, 3])
    #expect(vector.shape == [3])
    #expect(vector.scalarArray == [1, 2, 3])
    let cube = Tensor([1, 2, 3, 4, 5, 6], shape: [1, 3, 2])
    #expect(cube.shape == [1, 3, 2])
    #expect(cube[0, 1, 0] == 3)
    #expect(cube[0, 2, 1] == 6)
    #expect(Tensor([]).shape == [0])
    #expect(Tensor([], shape: [3, 0, 2]).shape == [3, 0, 2])
    #expect(Tensor([5], shape: []).shape == [])
    #expect(Tensor([5], shape: [1, 1, 1, 1, 1]).rank == 5)
  }

  @Test func literals() {
    let vector: Tensor = [1, 2.5, -3]
    #expect(vector.shape == [3])
    #expect(vector.scalarArray == [1, 2.5, -3])
    let matrix: Tensor = [[1, 2, 3], [4, 5, 6]]
    #expect(matrix.shape == [2, 3])
    #expect(matrix.scalarArray == [1, 2, 3, 4, 5, 6])
    let cube: Tensor = [[[1], [2]], [[3], [4]], [[5], [6]]]
    #expect(cube.shape == [3, 2, 1])
    #expect(cube.scalarArray == [1, 2, 3, 4, 5, 6])
    let deep: Tensor = [[[[[0.5]]]]]
    #expect(deep.shape == [1, 1, 1, 1, 1])
  }

  @Test func emptyLiterals() {
    #expect(([] as Tensor).shape == [0])
    #expect(([[]] as Tensor).shape == [1, 0])
    #expect(([[], [], []] as Tensor).shape == [3, 0])
    #expect(([[[]], [[]]] as Tensor).shape == [2, 1, 0])
  }

  @Test(arguments: [[], [0], [0, 3], [3, 0], [1, 1], [2, 3, 4], [5, 1, 0, 2]])
  func countsRowsAndColumns(_ shape: [Int]) {
    let tensor = Tensor(zeros: shape)
    #expect(tensor.count == shape.reduce(1, *))
    #expect(tensor.rank == shape.count)
    #expect(tensor.columnCount == shape.last ?? 1)
    #expect(tensor.rowCount == shape.dropLast().reduce(1, *))
    #expect(tensor.scalars.count == tensor.count)
    #expect(tensor.scalarArray.count == tensor.count)
  }

  @Test func freshStorageIsAligned() {
    let source: Tensor = [[1, 2, 3], [4, 5, 6]]
    for count in [0, 1, 3, 15, 16, 17, 1000] {
      let tensors = [
        Tensor(zeros: [count]), Tensor(repeating: 1, shape: [count]),
        Tensor([Float](repeating: 2, count: count)), Tensor(zeros: [count]) + 1,
      ]
      for tensor in tensors { #expect(tensor.address % UInt(AlignedStorage.alignment) == 0) }
    }
    // What copying on write allocates is fresh as well, though the slice itself began within a
    // line.
    var slice = source[entries: 1..<2]
    #expect(slice.address == source.address + 12)
    slice[0, 0] = 7
    #expect(slice.address % UInt(AlignedStorage.alignment) == 0)
    #expect(AlignedStorage.alignment == 64)
  }
}
