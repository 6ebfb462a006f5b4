import MoE
import Testing

@Suite(.onEveryKernelSet) struct WeightMatrixTests {
  @Test func sizes() {
    let single = WeightMatrix(Tensor(zeros: [3, 5]))
    #expect((single.groupCount, single.outputSize, single.inputSize) == (1, 3, 5))
    let several = WeightMatrix(Tensor(zeros: [2, 3, 5]))
    #expect((several.groupCount, several.outputSize, several.inputSize) == (2, 3, 5))
  }

  @Test func writingDropsThePanels() {
    var weight = WeightMatrix(Tensor(scattered: [17, 8], seed: 1))
    let input = Tensor(scattered: [7, 8], seed: 2)
    let plain = input.product(weight.operand())
    #expect(!weight.isPacked)
    weight.pack()
    let packed = weight
    #expect(weight.isPacked)
    #expect(input.product(weight.operand()).bits == plain.bits)
    weight.tensor *= 2
    #expect(!weight.isPacked && packed.isPacked)
    #expect(input.product(weight.operand()).bits == (2 * plain).bits)
    #expect(input.product(packed.operand()).bits == plain.bits)
  }

  @Test func operandsHaveTheBitsOfTheProductsThatTheyStandFor() {
    let tensor = Tensor(scattered: [17, 8], seed: 3)
    let bias = Tensor(scattered: [17], seed: 4)
    var weight = WeightMatrix(tensor)
    let (input, gradient) = (
      Tensor(scattered: [7, 8], seed: 5), Tensor(scattered: [7, 17], seed: 6)
    )
    let expected = input.matmul(tensor, transposingRight: true).addingToEachRow(bias)
    for isPacked in [false, true] {
      if isPacked { weight.pack() }
      #expect(input.product(weight.operand(bias: bias)).bits == expected.bits)
      expectBits(
        input.product(weight.operand(bias: bias, epilogue: .rectify)).scalarArray,
        Activation.relu(expected).scalarArray)
      #expect(gradient.product(weight.backwardOperand).bits == gradient.matmul(tensor).bits)
    }
  }

  /// Parameters are handed out in place, to visitors and through the property: nothing is copied.
  @Test func layersHandOutTheirWeightsInPlace() {
    var linear = Linear(weight: Tensor(scattered: [5, 4], seed: 7))
    var grouped = GroupedLinear(weight: Tensor(scattered: [2, 5, 4], seed: 8))
    let addresses = (linear.weight.address, grouped.weight.address)
    linear.weight[0, 0] = 1
    linear.weight *= 2
    linear.visitParameters { _, parameter in parameter += 1 }
    grouped.weight[0, 0, 0] = 1
    grouped.weight *= 2
    grouped.visitParameters { _, parameter in parameter += 1 }
    #expect((linear.weight.address, grouped.weight.address) == addresses)
  }

  @Test func traps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = WeightMatrix(Tensor(zeros: [3]))
    }
    #expect(result?.standardErrorSays("weight of shape [3]") == true)
  }
}
