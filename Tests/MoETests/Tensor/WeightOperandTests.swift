import MoE
import Testing

/// What follows a product in its tail has the bits that it has as a step of its own.
@Suite(.namingCombinations, .onEveryKernelSet) struct WeightOperandTests {
  /// Rows around those of the small tiles and the large ones, columns around a panel, depths of one
  /// block and of several.
  private static func withEveryShape(_ body: (_ rows: Int, _ columns: Int, _ depth: Int) -> Void) {
    withEvery("rows", in: [0, 1, 6, 7, 15, 29]) { rows in
      withEvery("columns", in: [0, 1, 16, 17, 40]) { columns in
        withEvery("depth", in: [0, 1, 9, 40]) { depth in body(rows, columns, depth) }
      }
    }
    withEvery("long", in: [1, 9]) { rows in
      body(rows, 35, MatrixProduct.depthBlock + 1)
      body(rows, 35, 1025)
    }
  }

  private func check(
    _ left: Tensor, _ right: Tensor, _ bias: Tensor, _ comment: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let plain = left.matmul(right)
    let biased = plain.addingToEachRow(bias)
    for transposing in [false, true] {
      let matrix = transposing ? right.transposed() : right
      for packed in [nil, PackedPanels(matrix, transposing: transposing)] {
        func product(_ bias: Tensor?, _ epilogue: ProductEpilogue) -> [Float] {
          left.product(
            WeightOperand(
              matrix, transposing: transposing, bias: bias, packed: packed, epilogue: epilogue)
          ).scalarArray
        }
        let note = "\(comment) transposing \(transposing), packed \(packed != nil)"
        expectBits(product(nil, .none), plain.scalarArray, note, sourceLocation: sourceLocation)
        expectBits(product(bias, .none), biased.scalarArray, note, sourceLocation: sourceLocation)
        expectBits(
          product(nil, .rectify), Activation.relu(plain).scalarArray, note,
          sourceLocation: sourceLocation)
        expectBits(
          product(bias, .rectify), Activation.relu(biased).scalarArray, note,
          sourceLocation: sourceLocation)
      }
    }
  }

  @Test func biasAndRectifierHaveTheBitsOfSeparateSteps() {
    Self.withEveryShape { rows, columns, depth in
      check(
        Tensor(scattered: [rows, depth], seed: 1), Tensor(scattered: [depth, columns], seed: 2),
        Tensor(scattered: [columns], seed: 3))
    }
  }

  /// NaN and infinity come through, from the product as from the bias, and −0 is kept.
  @Test func valuesThatAreNotFinitePass() {
    let columns = 19
    for rows in [1, 4, 9, 16] {
      var left = Tensor(scattered: [rows, 5], seed: 4)
      left[rows - 1, 2] = .nan
      left[0, 1] = -.infinity
      var bias = Tensor(scattered: [columns], seed: 5)
      (bias[0], bias[7], bias[17], bias[18]) = (.nan, -.infinity, -0.0, .nan)
      check(left, Tensor(scattered: [5, columns], seed: 6), bias)
      check(Tensor(zeros: [rows, 5]), Tensor(repeating: -1, shape: [5, columns]), bias)
    }
  }

  @Test func sameBitsForAnyThreadCount() {
    let (rows, columns, depth) = (66, 521, 33)
    #expect(
      rows * columns * depth
        > Compute.sharingAllWork(among: 2) { SharedEffort.product(wakes: true) }
    )
    let left = Tensor(scattered: [rows, depth], seed: 7)
    for threads in [1, 2, 3] {
      Compute.sharingAllWork(among: threads) {
        check(
          left, Tensor(scattered: [depth, columns], seed: 8),
          Tensor(scattered: [columns], seed: 9), "\(threads) threads")
      }
    }
  }

  /// Several factors together give what each gives by itself, group by group.
  @Test func factorsComputedTogether() {
    let rows = GroupedRows([[4, 0, 0], [], [2, 4, 1, 0], [3]])
    let matrix = Tensor(scattered: [5, 20], seed: 10)
    let bias = Tensor(scattered: [4, 33], seed: 11)
    let matrices = [
      Tensor(scattered: [4, 33, 20], seed: 12), Tensor(scattered: [4, 9, 20], seed: 13),
    ]
    let factors = [
      WeightOperand(
        matrices[0], transposing: true, bias: bias,
        packed: PackedPanels(matrices[0], transposing: true)),
      WeightOperand(matrices[1], transposing: true, epilogue: .rectify),
    ]
    let products = rows.products(.picked(matrix), factors)
    #expect(products.map(\.shape) == [[8, 33], [8, 9]])
    for group in 0..<4 {
      let positions = rows.positions(of: group)
      let own = matrix.gatheringEntries(rows.indices[positions].map(Int.init))
      #expect(
        products[0][entries: positions].bits
          == own.matmul(matrices[0][entry: group], transposingRight: true)
          .addingToEachRow(bias[entry: group]).bits)
      #expect(
        products[1][entries: positions].bits
          == Activation.relu(own.matmul(matrices[1][entry: group], transposingRight: true)).bits)
    }
    #expect(rows.products(.picked(matrix), []).isEmpty)
  }

  @Test func traps() async {
    let bias = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = WeightOperand(Tensor(zeros: [2, 3]), transposing: true, bias: Tensor(zeros: [3]))
    }
    #expect(bias?.standardErrorSays("bias of shape [3] against matrices [2, 3]") == true)
    let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = WeightOperand(Tensor(zeros: [2]), transposing: true)
    }
    #expect(rank?.standardErrorSays("factor of shape [2], expected one matrix") == true)
  }
}
