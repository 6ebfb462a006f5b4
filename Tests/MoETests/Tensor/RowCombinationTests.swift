import MoE
import Testing

@Suite(.namingCombinations) struct RowCombinationTests {
  /// Of 1, 2²⁴ and −2²⁴ the order of the slots decides what is left.
  @Test func slotsAreAddedInOrder() {
    let rows = Tensor([1, 0x1p24, -0x1p24], shape: [3, 1])
    let positions: [Int32] = [0, 1, 2, 1, 2, 0, 1, 0, 2]
    let combined = rows.combiningRows(at: positions, slotCount: 3)
    #expect(combined == [[0], [1], [0]])
    let ones = Tensor(repeating: 1, shape: [3, 3])
    #expect(rows.combiningRows(at: positions, slotCount: 3, weights: ones) == combined)
  }

  /// Against a loop in double precision: each slot is one multiply-add of a chain.
  @Test func agreesWithALoop() {
    withEvery("columns", in: [1, 7, 8, 9, 17]) { columns in
      withEvery("slots", in: [1, 2, 3, 8]) { slots in
        let rows = Tensor(scattered: [5, columns], seed: 1)
        let positions = (0..<7 * slots).map { Int32($0 * $0 % 5) }
        let weights = Tensor(scattered: [7, slots], seed: 2)
        for weights in [nil, weights] {
          let combined = rows.combiningRows(at: positions, slotCount: slots, weights: weights)
          #expect(combined.shape == [7, columns])
          var (values, magnitudes) = ([Double](), [Double]())
          for result in 0..<7 {
            for column in 0..<columns {
              let products = (0..<slots).map { slot in
                Double(rows[Int(positions[result * slots + slot]), column])
                  * Double(weights?[result, slot] ?? 1)
              }
              values.append(products.reduce(0, +))
              magnitudes.append(products.reduce(0) { $0 + $1.magnitude })
            }
          }
          expectScalars(
            of: combined, near: values,
            within: magnitudes.map { Tolerance.product(depth: slots, magnitude: $0) })
        }
      }
    }
  }

  /// Several matrices are read as if they were one, and a last row is added after all slots.
  @Test func partsAreReadWhereTheyStand() {
    withEvery("columns", in: [1, 8, 19]) { columns in
      let parts = [4, 0, 1, 6].enumerated().map {
        Tensor(scattered: [$1, columns], seed: 20 + UInt64($0))
      }
      let whole = Tensor(concatenatingEntries: parts)
      let positions = (0..<150).map { (slot: Int) -> Int32 in
        slot % 5 == 0 ? -1 : Int32(slot * 7 % 11)
      }
      let weights = Tensor(scattered: [50, 3], seed: 30)
      let combined = Tensor(
        combiningRowsOf: parts, columnCount: columns, at: positions, slotCount: 3,
        weights: weights)
      #expect(
        combined.bits == whole.combiningRows(at: positions, slotCount: 3, weights: weights).bits)
      // One more row, which is as a fourth slot; with zero it adds nothing, whatever it holds.
      var own = Tensor(scattered: [50, columns], seed: 31)
      var factors = Tensor(scattered: [50], seed: 32)
      for row in [3, 17] { factors[row] = 0 }
      func withLast() -> Tensor {
        Tensor(
          combiningRowsOf: parts, columnCount: columns, at: positions, slotCount: 3,
          weights: weights, then: (rows: own, weights: factors))
      }
      let last = withLast()
      let fourth = (0..<50).flatMap { (row: Int) -> [Int32] in
        Array(positions[3 * row..<3 * row + 3]) + [Int32(11 + row)]
      }
      let all = (0..<50).flatMap { (row: Int) -> [Float] in
        [weights[row, 0], weights[row, 1], weights[row, 2], factors[row]]
      }
      let four = Tensor(concatenatingEntries: [whole, own]).combiningRows(
        at: fourth, slotCount: 4, weights: Tensor(all, shape: [50, 4]))
      #expect(last == four)
      own[3, 0] = .nan
      #expect(withLast().bits == last.bits)
      for threads in [2, 5] {
        #expect(Compute.sharingAllWork(among: threads) { withLast() }.bits == last.bits)
      }
    }
  }

  @Test func corners() {
    let rows: Tensor = [[1, 2], [3, 4]]
    #expect(rows.combiningRows(at: [], slotCount: 2).shape == [0, 2])
    #expect(rows.combiningRows(at: [1, 1, 1], slotCount: 1) == [[3, 4], [3, 4], [3, 4]])
    #expect(rows.combiningRows(at: [1, 1, 1], slotCount: 3) == [[9, 12]])
    // A row of weight zero counts as nothing, unless it has no finite value.
    let poisoned = Tensor([1, 2, .nan, .infinity], shape: [2, 2])
    let combined = poisoned.combiningRows(at: [0, 1], slotCount: 2, weights: [[1, 0]])
    #expect(combined.isNaNThroughout)
  }

  @Test func sameBitsForAnyThreadCountAndAlone() {
    let rows = Tensor(scattered: [40, 19], seed: 3)
    let positions = (0..<900).map { Int32($0 * 7 % 40) }
    let weights = Tensor(scattered: [300, 3], seed: 4)
    let alone = Compute.sharingAllWork(among: 1) {
      rows.combiningRows(at: positions, slotCount: 3, weights: weights)
    }
    let shared = Compute.sharingAllWork(among: 4) {
      rows.combiningRows(at: positions, slotCount: 3, weights: weights)
    }
    #expect(shared.bits == alone.bits)
    for row in [0, 1, 299] {
      let single = rows.combiningRows(
        at: Array(positions[3 * row..<3 * row + 3]), slotCount: 3,
        weights: weights[entries: row..<row + 1])
      #expect(single.bits == alone[entry: row].bits)
    }
  }

  @Test func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [2, 3]).combiningRows(at: [0, 2], slotCount: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [2, 3]).combiningRows(at: [-2], slotCount: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [2, 3]).combiningRows(at: [0, 1], slotCount: 1, weights: [[1, 1]])
    }
  }
}
