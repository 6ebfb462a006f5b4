#if arch(x86_64) && !os(Windows)
  import MoE
  import Testing

  @Suite("Matrix products")
  struct GeneratedProductTests {
    /// The shape of a product and how its operands lie.
    struct Problem {
      var rows: Int
      var columns: Int
      var depth: Int
      var transposesLeft = false
      var transposesRight = false
      var packs = false
      var gathers = false
      var scatters = false
      var accumulates = false
      var hasBias = false

      /// Runs the product in parts of rows and panels; returns the bits and whether all stayed
      /// within the derived bound and the output's bounds.
      func run(
        _ set: InstructionSet, rowCuts: [Int] = [], checks: Bool = true, level2: Int? = nil
      ) -> ([UInt32], Bool) {
        var numbers = TestNumbers(rows + 7 * columns + 49 * depth)
        let a = GuardedFloats(rows * depth) { _ in numbers.next() }
        let b = GuardedFloats(depth * columns) { _ in numbers.next() }
        let bias = GuardedFloats(columns) { _ in numbers.next() }
        let c = GuardedFloats(rows * columns, offset: 1) { _ in numbers.next() }
        let before = (0..<c.count).map { c[$0] }
        let pointers = UnsafeMutablePointer<UnsafeRawPointer>.allocate(capacity: rows + 1)
        let outputs = UnsafeMutablePointer<UnsafeMutableRawPointer>.allocate(capacity: rows + 1)
        for row in 0..<rows {
          unsafe pointers[row] = UnsafeRawPointer(a.start + row * depth)
          unsafe outputs[row] = UnsafeMutableRawPointer(c.start + row * columns)
        }
        defer {
          unsafe pointers.deallocate()
          unsafe outputs.deallocate()
        }
        let right = unsafe GeneratedProduct.Source(
          b.start, stride: transposesRight ? depth : columns, isTransposed: transposesRight)
        var product = unsafe GeneratedProduct(
          set, rows: rows, columns: columns, depth: depth,
          left: gathers
            ? .gathered(pointers)
            : .matrix(
              GeneratedProduct.Source(
                a.start, stride: transposesLeft ? rows : depth, isTransposed: transposesLeft)),
          right: .matrix(right),
          output: scatters ? .scattered(outputs) : .matrix(c.start, stride: columns))
        product.accumulates = accumulates
        if let level2 { product.blocking = MatrixBlocking(set, level2: level2) }
        if hasBias { unsafe product.bias = UnsafePointer(bias.start) }
        let packed = GuardedFloats(
          GeneratedProduct.packedCount(depth: depth, columns: columns, set: set))
        if packs {
          let middle = product.panelCount / 2
          for part in [0..<middle, middle..<product.panelCount] {
            unsafe GeneratedProduct.pack(
              right, depth: depth, columns: columns, set: set, panels: part, into: packed.start)
          }
          product.right = unsafe .packed(packed.start)
        }
        let bounds = [0] + rowCuts + [rows]
        for (start, end) in zip(bounds, bounds.dropFirst()) {
          let middle = product.panelCount / 3
          for panels in [0..<middle, middle..<product.panelCount] {
            let bytes = product.workspaceBytes(rows: end - start, panels: panels.count)
            let workspace = GuardedFloats(bytes / 4)
            unsafe product(rows: start..<end, panels: panels, workspace: workspace.start)
            if !workspace.isIntact { return ([], false) }
          }
        }
        let bits = (0..<c.count).map { c[$0].bitPattern }
        guard checks else { return (bits, c.isIntact) }
        for row in 0..<rows {
          for column in 0..<columns {
            var sum = 0.0
            var magnitude = 0.0
            for step in 0..<depth {
              let left = Double(a[transposesLeft ? step * rows + row : row * depth + step])
              let other = b[transposesRight ? column * depth + step : step * columns + column]
              sum += left * Double(other)
              magnitude += abs(left * Double(other))
            }
            if accumulates {
              sum += Double(before[row * columns + column])
              magnitude += abs(Double(before[row * columns + column]))
            }
            if hasBias {
              sum += Double(bias[column])
              magnitude += abs(Double(bias[column]))
            }
            // depth + 2 roundings, each of at most half an ulp of a partial sum.
            let bound = Double(depth + 2) * 0x1p-24 * magnitude * (1 + 0x1p-10)
            if abs(Double(c[row * columns + column]) - sum) > bound { return (bits, false) }
          }
        }
        return (bits, c.isIntact)
      }
    }

    static let sizes = [1, 2, 3, 5, 6, 7, 13, 14, 15, 17, 31, 32, 33]

    @Test("all sizes, orientations and options", arguments: InstructionSet.available)
    func sweep(set: InstructionSet) {
      var number = 0
      for rows in Self.sizes {
        for columns in Self.sizes {
          for depth in [1, 4, 11] {
            number += 1
            var problem = Problem(rows: rows, columns: columns, depth: depth)
            problem.transposesLeft = number & 1 != 0
            problem.transposesRight = number & 2 != 0
            problem.packs = number % 3 == 0
            problem.gathers = !problem.transposesLeft && number % 5 < 2
            problem.scatters = number % 7 < 3
            problem.accumulates = number % 11 < 5
            problem.hasBias = number % 13 < 6
            #expect(problem.run(set).1, "\(problem)")
          }
        }
      }
    }

    @Test("every column remainder", arguments: InstructionSet.available)
    func remainders(set: InstructionSet) {
      for columns in set.panelWidth...2 * set.panelWidth {
        for transposes in [false, true] {
          var problem = Problem(rows: 4, columns: columns, depth: 9)
          problem.transposesRight = transposes
          #expect(problem.run(set).1, "\(problem)")
        }
      }
    }

    @Test("few rows, several panels at once", arguments: InstructionSet.available)
    func skinny(set: InstructionSet) {
      for rows in 1...7 {
        for columns in [64, 129, 300] {
          var problem = Problem(rows: rows, columns: columns, depth: 6)
          problem.packs = columns != 129
          problem.hasBias = rows % 2 == 0
          problem.accumulates = rows % 3 == 0
          problem.gathers = rows % 4 == 1
          #expect(problem.run(set).1, "\(problem)")
        }
      }
    }

    @Test("few rows over a transposed matrix", arguments: InstructionSet.available)
    func skinnyOverColumns(set: InstructionSet) {
      // With and without whole panels, whole turns of the kernel, and parts that are packed at
      // once.
      for columns in [15, 64, 129] {
        for depth in [0, 3, 4, 21, 300, 513] {
          var problem = Problem(rows: 7, columns: columns, depth: depth)
          problem.hasBias = depth % 2 == 0
          problem.accumulates = columns == 64
          problem.transposesRight = true
          for rows in 1...7 {
            problem.rows = rows
            problem.gathers = rows % 3 == 1
            #expect(problem.run(set).1, "\(problem)")
          }
        }
      }
    }

    @Test("bits of few rows over a transposed matrix are those of a packed one", .ifCodeRuns)
    func bitsOverColumns() {
      for set in InstructionSet.available {
        for depth in [64, 301] {
          var problem = Problem(rows: 7, columns: 70, depth: depth)
          problem.transposesRight = true
          let expected = problem.run(.avx2, checks: false).0
          for cuts in [[1, 3], [2], [5], [6]] {
            for packs in [false, true] {
              problem.packs = packs
              #expect(problem.run(set, rowCuts: cuts, checks: false).0 == expected)
            }
          }
        }
      }
    }

    @Test("depths beyond every block", arguments: InstructionSet.available)
    func deep(set: InstructionSet) {
      for depth in [255, 256, 257, 512, 1023, 1025, 2100] {
        var problem = Problem(rows: 3, columns: 5, depth: depth)
        problem.hasBias = true
        problem.accumulates = depth % 2 == 0
        #expect(problem.run(set).1, "\(problem)")
        problem.packs = true
        #expect(problem.run(set).1, "\(problem)")
      }
    }

    /// Blocks of one tile: later ones read the panels that the first must have packed.
    @Test("a second-level cache that holds but one tile", arguments: InstructionSet.available)
    func smallCache(set: InstructionSet) {
      for rows in [set.tileRows + 1, 3 * set.tileRows] {
        for depth in [5, 1100] {
          var problem = Problem(rows: rows, columns: 70, depth: depth)
          for (transposes, packs) in [(false, false), (true, false), (false, true)] {
            (problem.transposesRight, problem.packs) = (transposes, packs)
            #expect(problem.run(set, level2: 4 << 10).1, "\(problem)")
          }
        }
      }
    }

    @Test("bits depend on neither set, cut, packing nor gathering", .ifCodeRuns)
    func bits() {
      for depth in [64, 1100] {
        let problem = Problem(rows: 61, columns: 70, depth: depth)
        let expected = problem.run(.avx2, checks: false).0
        for set in InstructionSet.available {
          for cuts in [[], [1], [30], [1, 2, 17, 31, 45]] {
            var variant = problem
            variant.packs = cuts.count % 2 == 1
            variant.gathers = cuts.count > 1
            variant.scatters = cuts.count == 5
            #expect(variant.run(set, rowCuts: cuts, checks: false).0 == expected)
          }
        }
      }
    }

    @Test("infinities, not-numbers and denormals pass as in scalar code", .ifCodeRuns)
    func specials() {
      let values: [Float] = [.infinity, -.infinity, .nan, 0x1p-140, 0, -0.0, 1, 0x1p127]
      for set in InstructionSet.available {
        let a = GuardedFloats(8) { values[$0] }
        let b = GuardedFloats(8) { values[$0] }
        let c = GuardedFloats(64)
        let product = unsafe GeneratedProduct(
          set, rows: 8, columns: 8, depth: 1, left: .matrix(.init(a.start, stride: 1)),
          right: .matrix(.init(b.start, stride: 8)), output: .matrix(c.start, stride: 8))
        let workspace = GuardedFloats(product.workspaceBytes(rows: 8, panels: 1) / 4)
        unsafe product(rows: 0..<8, panels: 0..<1, workspace: workspace.start)
        for row in 0..<8 {
          for column in 0..<8 {
            let expected = Float(0).addingProduct(values[row], values[column])
            let found = c[8 * row + column]
            #expect(found == expected || (found.isNaN && expected.isNaN))
          }
        }
      }
    }

    @Test("nothing to do does nothing; no depth gives zeros", .ifCodeRuns)
    func empty() {
      for set in InstructionSet.available {
        #expect(Problem(rows: 0, columns: 4, depth: 4).run(set).1)
        #expect(Problem(rows: 4, columns: 0, depth: 4).run(set).1)
        #expect(Problem(rows: 4, columns: 4, depth: 0).run(set).1)
        #expect(Problem(rows: 20, columns: 40, depth: 0).run(set).1)
      }
    }
  }
#endif
