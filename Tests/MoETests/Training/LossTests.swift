import MoE
import Testing

@Suite struct LossTests {
  // MARK: - Cross-entropy

  @Test(arguments: [1, 2, 5, 9])
  func crossEntropyMatchesTheReference(classes: Int) throws {
    var generator = SeededGenerator(seed: 101)
    let logits = Tensor.normal(
      standardDeviation: 3, shape: [6, classes], using: &generator)
    let labels = (0..<6).map { $0 * 7 % classes }
    // The exponential and the logarithm of 2 units, sums over classes and rows, and 6 more.
    let (results, tolerances) = try GradientTolerance.tolerances(
      roundings: 4 + 4 + classes + 6 + 6
    ) { perturb in
      let loss = try CrossEntropy()(perturb(logits), labels: labels)
      return [Tensor([loss.value]), loss.gradient]
    }
    let exact = Reference.crossEntropy(Reference.rows(logits), labels: labels)
    GradientTolerance.expect(results[0], near: [exact], within: tolerances[0], "value")
    let derivatives = centralDifferences(at: ["logits": Reference.scalars(logits)]) {
      Reference.crossEntropy(Reference.rows($0["logits"]!, columns: classes), labels: labels)
    }
    // What differences of a sum of logarithms round off, where the gradient of one class is zero.
    GradientTolerance.expect(
      results[1], near: derivatives["logits"]!, within: tolerances[1] + 1e-10, "gradient")
    #expect(results[1].shape == logits.shape)
  }

  @Test func crossEntropyOfHugeLogitsIsFinite() throws {
    let loss = try CrossEntropy()([[1e4, -1e4, 0], [-1e30, 1e30, 0]], labels: [1, 1])
    #expect(loss.value == 1e4)
    #expect(loss.gradient == [[0.5, -0.5, 0], [0, 0, 0]])
  }

  @Test func crossEntropyOfEvenLogitsIsTheLogarithmOfTheClasses() throws {
    let loss = try CrossEntropy()(Tensor(zeros: [3, 4]), labels: [0, 1, 2])
    // ln 4 = 1.3862943611…; the logarithm of 2 units, and a rounding of the mean.
    #expect(abs(Double(loss.value) - 1.3862943611198906) <= 3 * 0x1p-23)
    let (third, row): (Float, [Float]) = (1.0 / 3, [-0.25, 0.0833333333])
    #expect(abs(loss.gradient[0, 0] - 3 * row[0] * third) <= 4 * 0x1p-24)
    #expect(abs(loss.gradient[0, 3] - row[1]) <= 4 * 0x1p-24)
  }

  @Test func crossEntropyOfNoRowsIsZero() throws {
    let loss = try CrossEntropy()(Tensor(zeros: [0, 4]), labels: [])
    #expect(loss.value == 0)
    #expect(loss.gradient.shape == [0, 4])
  }

  @Test func crossEntropyRefusesLabelsThatAreNoClasses() {
    let logits = Tensor(zeros: [3, 4])
    let cases: [(Tensor, [Int], String)] = [
      (logits, [0, 4, 1], "label of row 1 is 4, expected 0 to 3"),
      (logits, [0, 1, -1], "label of row 2 is -1, expected 0 to 3"),
      (logits, [0, 1], "logits has shape [3, 4], expected [2, classes]"),
      (logits, [], "logits has shape [3, 4], expected [0, classes]"),
      (Tensor(zeros: [4]), [1], "logits has shape [4], expected [1, classes]"),
      (Tensor(zeros: [1, 2, 3]), [1], "logits has shape [1, 2, 3], expected [1, classes]"),
    ]
    for (logits, labels, sentence) in cases {
      let error = #expect(throws: MoEError.self) { _ = try CrossEntropy()(logits, labels: labels) }
      #expect(error?.description == sentence)
    }
  }

  // MARK: - Mean squared error

  @Test func meanSquaredErrorMatchesTheReference() throws {
    var generator = SeededGenerator(seed: 102)
    let output = Tensor.normal(shape: [3, 5], using: &generator)
    let target = Tensor.normal(shape: [3, 5], using: &generator)
    // The difference, and a factor; the sum is in double precision.
    let (results, tolerances) = try GradientTolerance.tolerances(roundings: 4) { perturb in
      let loss = try MeanSquaredError()(perturb(output), perturb(target))
      return [Tensor([loss.value]), loss.gradient]
    }
    let targets = Reference.scalars(target)
    let point = ["output": Reference.scalars(output)]
    GradientTolerance.expect(
      results[0], near: [Reference.meanSquaredError(point["output"]!, targets)],
      within: tolerances[0], "value")
    GradientTolerance.expect(
      results[1],
      near: centralDifferences(at: point) {
        Reference.meanSquaredError($0["output"]!, targets)
      }["output"]!, within: tolerances[1], "gradient")
  }

  @Test func meanSquaredErrorWorkedOutByHand() throws {
    let loss = try MeanSquaredError()([[1, 2], [3, 4]], [[1, 0], [5, 1]])
    #expect(loss.value == 4.25)
    #expect(loss.gradient == [[0, 1], [-1, 1.5]])
    let none = try MeanSquaredError()(Tensor(zeros: [0, 2]), Tensor(zeros: [0, 2]))
    #expect(none.value == 0)
    #expect(none.gradient.shape == [0, 2])
  }

  @Test func meanSquaredErrorRefusesAnotherShape() {
    let error = #expect(throws: MoEError.self) {
      _ = try MeanSquaredError()(Tensor(zeros: [2, 3]), Tensor(zeros: [3, 2]))
    }
    #expect(
      error?.description == "target has shape [3, 2], expected [2, 3], as the output has")
  }
}
