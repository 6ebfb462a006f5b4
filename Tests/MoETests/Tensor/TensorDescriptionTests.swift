import MoE
import Testing

@Suite struct TensorDescriptionTests {
  @Test func small() {
    #expect("\([1, -2.5, 3] as Tensor)" == "Tensor[3] [1.0, -2.5, 3.0]")
    #expect("\([[1, 2], [3, 4]] as Tensor)" == "Tensor[2, 2]\n[[1.0, 2.0],\n [3.0, 4.0]]")
  }

  @Test func singleScalar() {
    #expect("\(Tensor([2.5], shape: []))" == "Tensor(2.5)")
    #expect("\(Tensor([.nan], shape: []))" == "Tensor(nan)")
    #expect("\(Tensor([-Float.nan], shape: []))" == "Tensor(nan)")
  }

  @Test func cube() {
    let cube: Tensor = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
    #expect(
      "\(cube)" == """
        Tensor[2, 2, 2]
        [[[1.0, 2.0],
          [3.0, 4.0]],
         [[5.0, 6.0],
          [7.0, 8.0]]]
        """)
  }

  @Test func longAxesAreCutInTheMiddle() {
    let seven = Tensor((0..<7).map(Float.init))
    #expect("\(seven)" == "Tensor[7] [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]")
    let eight = Tensor((0..<8).map(Float.init))
    #expect("\(eight)" == "Tensor[8] [0.0, 1.0, 2.0, …, 5.0, 6.0, 7.0]")
    let tall = Tensor((0..<18).map(Float.init), shape: [9, 2])
    #expect(
      "\(tall)" == """
        Tensor[9, 2]
        [[0.0, 1.0],
         [2.0, 3.0],
         [4.0, 5.0],
         …,
         [12.0, 13.0],
         [14.0, 15.0],
         [16.0, 17.0]]
        """)
  }

  @Test func empty() {
    #expect("\(Tensor(zeros: [0]))" == "Tensor[0] []")
    #expect("\(Tensor(zeros: [2, 0]))" == "Tensor[2, 0]\n[[],\n []]")
    #expect("\(Tensor(zeros: [0, 5]))" == "Tensor[0, 5]\n[]")
  }

  @Test func slicesShowTheirOwnScalars() {
    let matrix: Tensor = [[1, 2], [3, 4]]
    #expect("\(matrix[entry: 1])" == "Tensor[2] [3.0, 4.0]")
  }

  @Test(
    arguments: [
      (1.234567, "1.235"), (12.34567, "12.35"), (123.4567, "123.5"), (1234.567, "1235.0"),
      (123456.7, "123457.0"), (9.9999, "10.0"), (0.1234567, "0.1235"), (0.01234567, "0.01235"),
      (0.001234567, "0.001235"), (0.02, "0.02"), (0.001, "0.001"), (-0.5678912, "-0.5679"),
      (0, "0.0"), (-0.0, "-0.0"), (1e-4, "0.0001"), (1.5e-7, "1.5e-07"), (1e6, "1000000.0"),
      (1e8, "1e+08"),
      (.infinity, "inf"), (-.infinity, "-inf"), (.nan, "nan"),
      (.greatestFiniteMagnitude, "3.4028235e+38"), (.leastNonzeroMagnitude, "1e-45"),
    ] as [(Float, String)])
  func fourSignificantDigits(_ value: Float, _ text: String) {
    #expect("\(Tensor([value]))" == "Tensor[1] [\(text)]")
  }
}
