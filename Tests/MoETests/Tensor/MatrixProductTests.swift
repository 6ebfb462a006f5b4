import MoE
import TestSupport
import Testing

@Suite(.namingCombinations, .onEveryKernelSet) struct MatrixProductTests {
  /// One of the four products: A·B, Aᵀ·B, A·Bᵀ, Aᵀ·Bᵀ.
  struct Form: Sendable, CustomTestStringConvertible {
    let left: Bool
    let right: Bool
    var testDescription: String { "A\(left ? "ᵀ" : "")·B\(right ? "ᵀ" : "")" }

    /// Operands of the given sizes, each stored so that this product is of them.
    func operands(_ rows: Int, _ columns: Int, _ depth: Int) -> (Tensor, Tensor) {
      (
        Tensor(scattered: left ? [depth, rows] : [rows, depth], seed: UInt64(rows + 1)),
        Tensor(scattered: right ? [columns, depth] : [depth, columns], seed: UInt64(columns + 77))
      )
    }

    func product(_ a: Tensor, _ b: Tensor) -> Tensor {
      a.matmul(b, transposingLeft: left, transposingRight: right)
    }

    func reference(_ a: Tensor, _ b: Tensor) -> (values: [Double], magnitudes: [Double]) {
      a.referenceProduct(b, transposingLeft: left, transposingRight: right)
    }
  }

  static let forms = [
    Form(left: false, right: false), Form(left: true, right: false),
    Form(left: false, right: true), Form(left: true, right: true),
  ]

  /// Around the 6 × 8 tile of the microkernel.
  static let sizes = [0, 1, 5, 6, 7, 8, 9, 17]

  private func check(_ form: Form, _ rows: Int, _ columns: Int, _ depth: Int) {
    let (a, b) = form.operands(rows, columns, depth)
    let product = form.product(a, b)
    let reference = form.reference(a, b)
    #expect(product.shape == [rows, columns])
    expectScalars(
      of: product, near: reference.values,
      within: reference.magnitudes.map { Tolerance.product(depth: depth, magnitude: $0) })
  }

  @Test(arguments: forms) func everySmallSize(_ form: Form) {
    withEvery("rows", in: Self.sizes) { rows in
      withEvery("columns", in: Self.sizes) { columns in
        withEvery("depth", in: Self.sizes) { depth in check(form, rows, columns, depth) }
      }
    }
  }

  /// Depths on either side of one block and two, tiles of more rows or columns than one thread
  /// takes.
  @Test(arguments: forms) func largeSizes(_ form: Form) {
    let block = MatrixProduct.depthBlock
    var shapes = [(7, 9, block - 1), (6, 8, block), (5, 17, block + 1), (7, 9, 2 * block + 1)]
    shapes += [(257, 7, 9), (5, 521, 6), (63, 63, 17), (63, 257, 513)]
    #if !DEBUG
      shapes += [(257, 513, 63), (513, 63, 257), (200, 530, 300), (1, 1025, 1025)]
    #endif
    withEvery("shape", in: shapes) { shape in check(form, shape.0, shape.1, shape.2) }
  }

  @Test(arguments: forms) func identities(_ form: Form) {
    withEvery("size", in: [1, 5, 6, 7, 8, 9, 17, 33]) { size in
      withEvery("other", in: [1, 6, 13]) { other in
        let (a, _) = form.operands(other, size, size)
        var identity = Tensor(zeros: [size, size])
        for index in 0..<size { identity[index, index] = 1 }
        #expect(form.product(a, identity) == (form.left ? a.transposed() : a))
        let (_, b) = form.operands(size, other, size)
        #expect(form.product(identity, b) == (form.right ? b.transposed() : b))
      }
    }
  }

  @Test(arguments: forms) func sameBitsForAnyThreadCount(_ form: Form) {
    let (rows, columns, depth) = (66, 521, 33)
    #expect(
      rows * columns * depth
        > Compute.sharingAllWork(among: 2) { SharedEffort.product(wakes: true) }
    )
    let (a, b) = form.operands(rows, columns, depth)
    let alone = Compute.sharingAllWork(among: 1) { form.product(a, b) }
    for threads in [2, 3, 8] {
      #expect(Compute.sharingAllWork(among: threads) { form.product(a, b) }.bits == alone.bits)
    }
    check(form, rows, columns, depth)
  }

  /// A row alone, or some rows or columns, have the bits that they have among all.
  @Test func partsHaveTheBitsOfTheWhole() {
    let depth = 2 * MatrixProduct.depthBlock + 5
    let a = Tensor(scattered: [20, depth], seed: 1)
    let b = Tensor(scattered: [depth, 19], seed: 2)
    let whole = a.matmul(b)
    for rows in [0..<1, 5..<6, 19..<20, 3..<10, 1..<20] {
      let part = a[entries: rows].matmul(b)
      #expect(part.bits == whole[entries: rows].bits)
    }
    let transposed = b.transposed()
    for columns in [0..<1, 7..<9, 18..<19, 2..<19] {
      let part = a.matmul(transposed[entries: columns], transposingRight: true)
      #expect(part.transposed().bits == whole.transposed()[entries: columns].bits)
    }
  }

  /// All forms of the same product have the same bits: how an operand stands in memory does not
  /// tell.
  @Test func formsAgreeInEveryBit() {
    let depth = MatrixProduct.depthBlock + 3
    let (a, b) = Self.forms[0].operands(13, 17, depth)
    let bits = a.matmul(b).bits
    #expect(a.transposed().matmul(b, transposingLeft: true).bits == bits)
    #expect(a.matmul(b.transposed(), transposingRight: true).bits == bits)
    #expect(
      a.transposed().matmul(b.transposed(), transposingLeft: true, transposingRight: true).bits
        == bits)
  }

  /// Each element is a chain of multiply-adds from depth 0 upwards: of 1, 2²⁴ and −2²⁴ the order
  /// decides what is left, and whole numbers leave it to no rounding of a product.
  @Test func depthIsAChain() {
    func dot(_ terms: [Float], at positions: [Int], depth: Int) -> Float {
      var row = Tensor(zeros: [1, depth])
      for (term, position) in zip(terms, positions) { row[0, position] = term }
      return row.matmul(Tensor(repeating: 1, shape: [depth, 1]))[0, 0]
    }
    let block = MatrixProduct.depthBlock
    let large: Float = 0x1p24
    let places = [
      [0, 1, 2], [3, 100, 101], [block - 1, block, block + 1], [0, block, 2 * block],
    ]
    for positions in places {
      #expect(dot([1, large, -large], at: positions, depth: 2 * block + 1) == 0)
      #expect(dot([large, -large, 1], at: positions, depth: 2 * block + 1) == 1)
      #expect(dot([large, 1, -large], at: positions, depth: 2 * block + 1) == 0)
    }
  }

  @Test(arguments: [Float.nan, .infinity]) func poisonSpreadsAlongItsRowAndColumn(_ poison: Float) {
    let (rows, columns, depth) = (7, 9, 11)
    for (row, step) in [(0, 0), (6, 10), (3, 5)] {
      var a = Tensor(repeating: 1, shape: [rows, depth])
      let b = Tensor(repeating: 1, shape: [depth, columns])
      a[row, step] = poison
      let product = a.matmul(b)
      for index in 0..<rows * columns {
        let scalar = product.scalars[index]
        if index / columns == row {
          #expect(poison.isNaN ? scalar.isNaN : scalar == poison)
        } else {
          #expect(scalar == Float(depth))
        }
      }
      let transposed = b.matmul(
        a, transposingLeft: true, transposingRight: true)
      #expect(transposed.transposed().scalarArray.map(\.isNaN) == product.scalarArray.map(\.isNaN))
    }
    // Zero times what is not finite is NaN: nothing skips zeros.
    var a = Tensor(zeros: [1, 9])
    let b = Tensor(repeating: poison, shape: [9, 1])
    #expect(a.matmul(b)[0, 0].isNaN)
    a[0, 0] = 1
    #expect(a.matmul(b)[0, 0].isNaN)
  }

  @Test func sumsOfNothingAreZero() {
    #expect(Tensor(zeros: [3, 0]).matmul(Tensor(zeros: [0, 2])) == Tensor(zeros: [3, 2]))
    #expect(Tensor(zeros: [0, 4]).matmul(Tensor(zeros: [4, 2])).shape == [0, 2])
    #expect(Tensor(zeros: [2, 4]).matmul(Tensor(zeros: [4, 0])).shape == [2, 0])
  }

  // MARK: - Guards

  /// The output lies among NaNs, with a gap after each row: what it held before is never read, and
  /// nothing outside it is written.
  @Test(arguments: forms) func nothingBesideTheOutputIsTouched(_ form: Form) {
    let guardBits = RowKernelTests.guardBits
    let margin = 24
    withEvery("rows", in: [1, 5, 6, 7, 13]) { rows in
      withEvery("columns", in: [1, 7, 8, 9, 17]) { columns in
        withEvery("depth", in: [0, 1, 9]) { depth in
          withEvery("gap", in: [0, 1, 11]) { gap in
            let (a, b) = form.operands(rows, columns, depth)
            let stride = columns + gap
            var buffer = Tensor(
              repeating: Float(bitPattern: guardBits), shape: [2 * margin + rows * stride])
            unsafe a.withUnsafeScalars { left in
              unsafe b.withUnsafeScalars { right in
                unsafe buffer.withUnsafeMutableScalars { output in
                  unsafe MatrixProduct.compute([
                    MatrixProduct(
                      left: RowMajorMatrix(base: left, rowStride: a.shape[1]),
                      form.left ? .depthAlongRows : .panelAlongRows,
                      right: RowMajorMatrix(base: right, rowStride: b.shape[1]),
                      form.right ? .panelAlongRows : .depthAlongRows,
                      rowCount: rows, columnCount: columns, depth: depth,
                      output: output + margin, outputStride: stride)
                  ])
                }
              }
            }
            var expected = [UInt32](repeating: guardBits, count: buffer.count)
            let product = form.product(a, b)
            for row in 0..<rows {
              for column in 0..<columns {
                expected[margin + row * stride + column] = product[row, column].bitPattern
              }
            }
            #expect(buffer.bits == expected)
          }
        }
      }
    }
  }

  /// Several products at once, each into its own place, some of them of no rows, columns or depth.
  @Test func productsComputedTogether() {
    let shapes = [(3, 4, 5), (0, 4, 5), (7, 0, 5), (2, 3, 0), (13, 9, 20), (1, 1, 1)]
    let form = Self.forms[0]
    let operands = shapes.map { form.operands($0.0, $0.1, $0.2) }
    let offsets = shapes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.0 * $1.1) }
    let total = offsets[shapes.count]
    for threads in [1, 3] {
      var buffer = Tensor(repeating: .nan, shape: [total])
      // The operands stay alive, and where they are, for as long as `operands` does.
      unsafe buffer.withUnsafeMutableScalars { output in
        Compute.sharingAllWork(among: threads) {
          MatrixProduct.compute(
            shapes.indices.map { index in
              let (rows, columns, depth) = shapes[index]
              return unsafe operands[index].0.withUnsafeScalars { left in
                unsafe operands[index].1.withUnsafeScalars { right in
                  unsafe MatrixProduct(
                    left: RowMajorMatrix(base: left, rowStride: depth), .panelAlongRows,
                    right: RowMajorMatrix(base: right, rowStride: columns), .depthAlongRows,
                    rowCount: rows, columnCount: columns, depth: depth,
                    output: output + offsets[index], outputStride: columns)
                }
              }
            })
        }
      }
      withExtendedLifetime(operands) {}
      expectBits(
        buffer.scalarArray, operands.flatMap { form.product($0.0, $0.1).scalarArray })
    }
    MatrixProduct.compute([])
  }
}
