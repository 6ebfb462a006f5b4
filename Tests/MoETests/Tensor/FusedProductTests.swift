import MoE
import Testing

/// A function that runs over products while they are near has the bits of the products and the
/// function after them.
@Suite(.namingCombinations, .onEveryKernelSet) struct FusedProductTests {
  /// Rows of no expert, of few, of a tile and of several blocks; columns around those that are
  /// finished together; depths of one part and of two.
  private static let shapes: [(rows: [[Int]], columns: Int, depth: Int)] = [
    ([[0, 1], [], [2]], 17, 9),
    ([[3], Array(0..<7), Array(0..<29)], 40, 33),
    ([Array(0..<150), [5, 6]], 67, 21),
    ([Array(0..<9), Array(0..<150)], 300, 12),
    ([Array(0..<20)], 35, 1030),
    ([Array(0..<130), [1]], 290, 1030),
    ([[], []], 8, 8),
    ([Array(0..<8)], 33, 0),
  ]

  private func check(threads: Int) {
    for (number, (groups, columns, depth)) in FusedProductTests.shapes.enumerated() {
      let rows = GroupedRows(groups)
      // What blocks and parts there are is a matter of generated kernels; others take seconds here.
      if KernelSet.current == .portable && rows.count * columns * depth > 1 << 17 { continue }
      let source = Tensor(scattered: [160, depth], seed: 1)
      let operands = [
        GroupedOperand.picked(source), .ordered(Tensor(scattered: [rows.count, depth], seed: 2)),
      ]
      let matrices = (3..<5).map {
        Tensor(scattered: [groups.count, columns, depth], seed: UInt64($0))
      }
      let bias = Tensor(scattered: [groups.count, columns], seed: 6)
      for (operand, isPacked) in [(operands[0], false), (operands[0], true), (operands[1], true)] {
        let factors = matrices.map {
          WeightOperand(
            $0, transposing: true, bias: bias,
            packed: isPacked ? PackedPanels($0, transposing: true) : nil)
        }
        Compute.sharingAllWork(among: threads) {
          let apart = rows.products(operand, factors)
          let gated = GatedActivation.silu(apart[0], apart[1])
          let single = Activation.gelu(apart[0])
          for keeps in [false, true] {
            let note = "shape \(number), packed \(isPacked), keeping \(keeps)"
            let both = rows.products(
              operand, factors,
              then: FusedFunction(
                ActivationFunctions.Gated(activation: ActivationFunctions.SiLU())),
              keepingProducts: keeps)
            expectBits(both.result.scalarArray, gated.scalarArray, note)
            let one = rows.products(
              operand, [factors[0]], then: FusedFunction(ActivationFunctions.GELU()),
              keepingProducts: keeps)
            expectBits(one.result.scalarArray, single.scalarArray, note)
            #expect(both.products.count == (keeps ? 2 : 0))
            for (kept, product) in zip(both.products, apart) {
              expectBits(kept.scalarArray, product.scalarArray, note)
            }
          }
        }
      }
    }
  }

  @Test(arguments: [1, 2, 3]) func bitsOfSeparateSteps(threads: Int) { check(threads: threads) }

  /// Rows that are gathered, scaled and multiplied by others have the bits of the steps.
  @Test func gatheredAndScaledRows() {
    let rows = GroupedRows([[4, 0], [], [4, 2, 1]])
    let source = Tensor(scattered: [5, 37], seed: 7)
    let factors = Tensor(scattered: [rows.count], seed: 8)
    var picked = source.gatheringEntries(rows.indices.map(Int.init))
    expectBits(rows.gathering(.picked(source)).scalarArray, picked.scalarArray)
    let other = Tensor(scattered: [rows.count, 37], seed: 9)
    let dots = picked.rowDots(other)
    var together = picked
    picked.scaleRows(by: factors)
    expectBits(
      rows.gathering(.picked(source), times: factors).scalarArray, picked.scalarArray)
    expectBits(
      together.scaleRows(by: factors, afterDotsWith: other).scalarArray, dots.scalarArray)
    expectBits(together.scalarArray, picked.scalarArray)
  }
}
