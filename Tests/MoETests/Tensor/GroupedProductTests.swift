import MoE
import TestSupport
import Testing

@Suite(.namingCombinations) struct GroupedProductTests {
  struct Grouping: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let rows: GroupedRows
  }

  /// Groupings of the rows of a matrix of ten.
  static let groupings = [
    Grouping(testDescription: "no groups", rows: GroupedRows([])),
    Grouping(testDescription: "empty groups", rows: GroupedRows([[], []])),
    Grouping(testDescription: "all rows", rows: .all(10)),
    Grouping(
      testDescription: "uneven groups",
      rows: GroupedRows([[9], [], [0, 2, 4, 6, 8, 1, 3], [], [5, 0]])),
    Grouping(
      testDescription: "repeated rows",
      rows: GroupedRows([[3, 3, 3, 3, 3, 3, 3], [0, 3, 0], [7], [3]])),
  ]

  static let rowCount = 10

  /// The rows of a group by themselves.
  private func rows(_ matrix: Tensor, of group: Int, _ rows: GroupedRows) -> Tensor {
    matrix.gatheringEntries(rows.positions(of: group).map { Int(rows.indices[$0]) })
  }

  /// The same rows, in the order of the positions.
  private func ordered(_ matrix: Tensor, _ rows: GroupedRows) -> Tensor {
    matrix.gatheringEntries(rows.indices.map(Int.init))
  }

  @Test(arguments: groupings, [false, true])
  func products(_ grouping: Grouping, _ transposing: Bool) {
    let rows = grouping.rows
    withEvery("depth", in: [0, 1, 7, 17]) { depth in
      withEvery("width", in: [0, 1, 8, 13]) { width in
        let matrix = Tensor(scattered: [Self.rowCount, depth], seed: 1)
        let matrices = Tensor(
          scattered: transposing
            ? [rows.groupCount, width, depth] : [rows.groupCount, depth, width], seed: 2)
        let product = rows.product(.picked(matrix), matrices, transposing: transposing)
        #expect(product.shape == [rows.count, width])
        #expect(
          rows.product(.ordered(ordered(matrix, rows)), matrices, transposing: transposing).bits
            == product.bits)
        for group in 0..<rows.groupCount {
          let part = product[entries: rows.positions(of: group)]
          let own = self.rows(matrix, of: group, rows)
          let reference = own.referenceProduct(
            matrices[entry: group], transposingRight: transposing)
          expectScalars(
            of: part, near: reference.values,
            within: reference.magnitudes.map { Tolerance.product(depth: depth, magnitude: $0) })
          // A row's bits are those it has in a product of its own.
          #expect(
            part.bits == own.matmul(matrices[entry: group], transposingRight: transposing).bits)
        }
      }
    }
  }

  @Test(arguments: groupings) func outerProducts(_ grouping: Grouping) {
    let rows = grouping.rows
    withEvery("m", in: [0, 1, 7, 17]) { m in
      withEvery("n", in: [1, 8, 13]) { n in
        let left = Tensor(scattered: [Self.rowCount, m], seed: 3)
        let right = Tensor(scattered: [Self.rowCount, n], seed: 4)
        let sums = rows.outerProducts(.picked(left), .picked(right))
        #expect(sums.shape == [rows.groupCount, m, n])
        let orderedSums = rows.outerProducts(
          .ordered(ordered(left, rows)), .ordered(ordered(right, rows)))
        #expect(orderedSums.bits == sums.bits)
        let mixed = rows.outerProducts(.picked(left), .ordered(ordered(right, rows)))
        #expect(mixed.bits == sums.bits)
        for group in 0..<rows.groupCount {
          let (a, b) = (self.rows(left, of: group, rows), self.rows(right, of: group, rows))
          let reference = a.referenceProduct(b, transposingLeft: true)
          expectScalars(
            of: sums[entry: group], near: reference.values,
            within: reference.magnitudes.map {
              Tolerance.product(depth: rows.positions(of: group).count, magnitude: $0)
            })
          if rows.positions(of: group).isEmpty {
            #expect(sums[entry: group] == Tensor(zeros: [m, n]))
          }
        }
      }
    }
  }

  @Test(arguments: groupings) func sums(_ grouping: Grouping) {
    let rows = grouping.rows
    withEvery("columns", in: [0, 1, 8, 13]) { columns in
      let matrix = Tensor(scattered: [Self.rowCount, columns], seed: 5)
      let factors = Tensor(scattered: [rows.count], seed: 6)
      withEvery("weighted", in: [false, true]) { isWeighted in
        let sums = rows.sums(.picked(matrix), times: isWeighted ? factors : nil)
        #expect(sums.shape == [rows.groupCount, columns])
        #expect(
          rows.sums(.ordered(ordered(matrix, rows)), times: isWeighted ? factors : nil).bits
            == sums.bits)
        for group in 0..<rows.groupCount {
          let positions = rows.positions(of: group)
          let own = self.rows(matrix, of: group, rows)
          let row =
            isWeighted
            ? factors[entries: positions].reshaped(to: [1, positions.count])
            : Tensor(repeating: 1, shape: [1, positions.count])
          let reference = row.referenceProduct(own)
          expectScalars(
            of: sums[entry: group], near: reference.values,
            within: reference.magnitudes.map {
              Tolerance.product(depth: positions.count, magnitude: $0)
            })
        }
      }
    }
  }

  @Test(arguments: groupings) func dots(_ grouping: Grouping) {
    let rows = grouping.rows
    withEvery("columns", in: [0, 1, 8, 13, 65]) { columns in
      let matrix = Tensor(scattered: [Self.rowCount, columns], seed: 7)
      let others = Tensor(scattered: [rows.groupCount, columns], seed: 8)
      var (values, tolerances): ([Double], [Double]) = ([], [])
      for group in 0..<rows.groupCount {
        for position in rows.positions(of: group) {
          let products = zip(
            matrix[entry: Int(rows.indices[position])].doubles, others[entry: group].doubles
          ).map { $0 * $1 }
          values.append(products.reduce(0, +))
          tolerances.append(
            Tolerance.laneDot(
              count: columns, magnitude: products.reduce(0) { $0 + $1.magnitude }))
        }
      }
      expectScalars(of: rows.dots(matrix, others), near: values, within: tolerances)
    }
  }

  /// Positions are added in their order: of 1, 2²⁴ and −2²⁴ it decides what is left.
  @Test func positionsAreAddedInOrder() {
    let matrix = Tensor([1, 0x1p24, -0x1p24], shape: [3, 1])
    let rows = GroupedRows([[0, 1, 2], [1, 2, 0], [1, 0, 2]])
    #expect(rows.sums(.picked(matrix)) == [[0], [1], [0]])
    #expect(
      rows.outerProducts(.picked(matrix), .picked(Tensor(repeating: 1, shape: [3, 1])))
        == [[[0]], [[1]], [[0]]])
  }

  @Test func sameBitsForAnyThreadCount() {
    let rows = GroupedRows((0..<6).map { group in (0..<40).map { ($0 * (group + 3)) % 64 } })
    let matrix = Tensor(scattered: [64, 33], seed: 11)
    let matrices = Tensor(scattered: [6, 33, 137], seed: 12)
    #expect(
      rows.count * 33 * 137 > Compute.sharingAllWork(among: 2) { SharedEffort.product(wakes: true) }
    )
    func bits(_ threads: Int) -> [[UInt32]] {
      Compute.sharingAllWork(among: threads) {
        let product = rows.product(.picked(matrix), matrices, transposing: false)
        return [
          product.bits, rows.outerProducts(.picked(matrix), .ordered(product)).bits,
          rows.sums(.picked(matrix)).bits,
        ]
      }
    }
    let alone = bits(1)
    for threads in [2, 3, 8] { #expect(bits(threads) == alone) }
  }

  @Test func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = GroupedRows([[3]]).product(
        .picked(Tensor(zeros: [3, 2])), Tensor(zeros: [1, 2, 2]), transposing: false)
    }
    await #expect(processExitsWith: .failure) {
      _ = GroupedRows([[0, 1]]).product(
        .ordered(Tensor(zeros: [3, 2])), Tensor(zeros: [1, 2, 2]), transposing: false)
    }
    await #expect(processExitsWith: .failure) {
      _ = GroupedRows([[0]]).product(
        .picked(Tensor(zeros: [3, 2])), Tensor(zeros: [1, 4, 2]), transposing: false)
    }
    await #expect(processExitsWith: .failure) {
      _ = GroupedRows([[0]]).product(
        .picked(Tensor(zeros: [3, 2])), Tensor(zeros: [2, 2, 2]), transposing: false)
    }
    await #expect(processExitsWith: .failure) {
      _ = GroupedRows([[0]]).dots(Tensor(zeros: [3, 2]), Tensor(zeros: [2, 2]))
    }
  }
}
