import MoE
import Testing

@Suite struct TensorSubscriptTests {
  @Test func everyPositionOfEveryRank() {
    for shape in [[], [5], [2, 3], [2, 3, 4], [2, 1, 3, 2]] {
      let count = shape.reduce(1, *)
      var tensor = Tensor((0..<count).map(Float.init), shape: shape)
      switch shape.count {
      case 0:
        #expect(tensor[] == 0)
        tensor[] = 8
        #expect(tensor.scalarArray == [8])
      case 1:
        for index in 0..<5 { #expect(tensor[index] == Float(index)) }
      case 2:
        for row in 0..<2 {
          for column in 0..<3 { #expect(tensor[row, column] == Float(row * 3 + column)) }
        }
      case 3: #expect(tensor[1, 2, 3] == 23)
      default: #expect(tensor[1, 0, 2, 1] == 11)
      }
    }
  }

  @Test func writing() {
    var tensor = Tensor(zeros: [2, 3, 2])
    tensor[1, 2, 0] = 5
    tensor[0, 0, 1] -= 2
    #expect(tensor.scalarArray == [0, -2, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0])
    var matrix: Tensor = [[1, 2], [3, 4]]
    matrix[1, 0] *= 10
    #expect(matrix.scalarArray == [1, 2, 30, 4])
  }

  @Test func spans() {
    var tensor: Tensor = [[1, 2], [3, 4]]
    let copy = tensor
    func sum(_ scalars: Span<Float>) -> Float {
      var sum: Float = 0
      for index in scalars.indices { sum += scalars[index] }
      return sum
    }
    func double(_ scalars: inout MutableSpan<Float>) {
      for index in scalars.indices { scalars[index] *= 2 }
    }
    #expect(sum(tensor.scalars) == 10)
    var changing = tensor.mutableScalars
    double(&changing)
    #expect(tensor.scalarArray == [2, 4, 6, 8])
    #expect(copy.scalarArray == [1, 2, 3, 4])
    let slice = copy[entries: 1..<2]
    #expect(slice.scalars.count == 2)
    #expect(slice.scalars[0] == 3)
    var mutableSlice = slice
    var span = mutableSlice.mutableScalars
    span[1] = 0
    #expect(mutableSlice.scalarArray == [3, 0])
    #expect(copy.scalarArray == [1, 2, 3, 4])
    var empty = Tensor(zeros: [0])
    #expect(empty.scalars.count == 0)
    #expect(empty.mutableScalars.count == 0)
  }
}
