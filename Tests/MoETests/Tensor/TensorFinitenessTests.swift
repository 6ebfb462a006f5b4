import MoE
import Testing

@Suite struct TensorFinitenessTests {
  /// One broken scalar, at the ends of runs and vectors.
  @Test(.onEveryKernelSet, arguments: [0, 1, 17, 1 << 15, 1 << 15 + 1, 100_000])
  func oneScalarIsFound(count: Int) {
    var tensor = Tensor(repeating: .greatestFiniteMagnitude, shape: [count])
    #expect(tensor.isFinite)
    for index in Set([0, 15, 16, count / 2, count - 1]) where (0..<count).contains(index) {
      for value in [Float.nan, .infinity, -.infinity] {
        tensor[index] = value
        #expect(!tensor.isFinite)
        tensor[index] = -0.0
      }
    }
    #expect(tensor.isFinite)
  }
}
