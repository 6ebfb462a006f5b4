import MoE
import Testing

@Suite struct TensorEqualityTests {
  @Test func sameScalarsAndShape() {
    let tensor: Tensor = [[1, 2], [3, 4]]
    #expect(tensor == [[1, 2], [3, 4]])
    #expect(tensor != [[1, 2], [3, 5]])
    #expect(tensor != [[0, 2], [3, 4]])
    #expect(tensor[entries: 1..<2] == [[3, 4]])
    #expect(tensor[entries: 0..<1] != tensor[entries: 1..<2])
  }

  @Test func otherShapes() {
    #expect(Tensor([1, 2, 3, 4]) != [[1, 2], [3, 4]])
    #expect(Tensor(zeros: [0, 3]) != Tensor(zeros: [3, 0]))
    #expect(Tensor(zeros: [0, 3]) == Tensor(zeros: [0, 3]))
    #expect(Tensor([1], shape: []) != Tensor([1]))
    #expect(Tensor([1], shape: []) == Tensor([1], shape: []))
  }

  @Test func zeroEqualsMinusZero() {
    #expect(Tensor([0, 1]) == Tensor([-0.0, 1]))
  }

  /// As with `Float`, a tensor with a NaN does not equal itself, memory shared or not.
  @Test func nanEqualsNothing() {
    let tensor = Tensor([1, .nan])
    #expect(tensor != tensor)
    #expect(tensor != Tensor([1, .nan]))
    #expect(Tensor([.infinity]) == Tensor([.infinity]))
    #expect(Tensor([.infinity]) != Tensor([-.infinity]))
  }
}
