#if arch(x86_64) && !os(Windows)
  import MoE
  import Testing

  /// Products cut for threads, with rows packed for all parts or by each part.
  @Suite struct ProductCutTests {
    private static let (rows, columns, depth) = (150, 200, 1100)

    /// Two products, so that one's rows stand behind the other's.
    private struct Problem {
      let set: InstructionSet
      let isTransposed: Bool
      let left: GuardedFloats
      let right: GuardedFloats

      init(_ set: InstructionSet, isTransposed: Bool) {
        self.set = set
        self.isTransposed = isTransposed
        var numbers = TestNumbers(5)
        left = GuardedFloats(rows * depth) { _ in numbers.next() }
        right = GuardedFloats(depth * columns) { _ in numbers.next() }
      }

      func product(rows: Int, to output: GuardedFloats) -> GeneratedProduct {
        unsafe GeneratedProduct(
          set, rows: rows, columns: columns, depth: depth,
          left: .matrix(
            GeneratedProduct.Source(
              left.start, stride: isTransposed ? ProductCutTests.rows : depth,
              isTransposed: isTransposed)),
          right: .matrix(GeneratedProduct.Source(right.start, stride: columns)),
          output: .matrix(output.start, stride: columns))
      }

      /// The bits of the products, computed by turns on so many threads; nothing if one was written
      /// beside.
      func run(parts: Int, threads: Int, _ limits: ProductCut.Limits, turns: Int? = 1) -> [UInt32] {
        let outputs = [GuardedFloats(rows * columns), GuardedFloats((rows - 40) * columns)]
        defer { withExtendedLifetime(outputs) {} }
        let cuts = outputs.map {
          ProductCut(product(rows: $0.count / columns, to: $0), parts: parts, limits: limits)
        }
        let most = cuts.map(\.turns).max() ?? 0
        #expect(turns.map { $0 == most } ?? (most > 1))
        for turn in 0..<most { ProductTurn(cuts, turn).run(threads: threads) }
        guard outputs.allSatisfy(\.isIntact) else { return [] }
        return outputs.flatMap { output in (0..<output.count).map { output[$0].bitPattern } }
      }
    }

    @Test(arguments: InstructionSet.available, [false, true])
    func bitsDependOnNoCut(_ set: InstructionSet, _ isTransposed: Bool) {
      let problem = Problem(set, isTransposed: isTransposed)
      var alone = ProductCut.Limits()
      alone.sharedScalars = .max
      let expected = problem.run(parts: 1, threads: 1, alone)
      #expect(!expected.isEmpty)
      // Along the columns, and along the rows too.
      for columns in [32, 1000] {
        alone.columns = columns
        #expect(problem.run(parts: 4, threads: 2, alone) == expected)
      }
      var shared = ProductCut.Limits()
      (shared.sharedScalars, shared.sharingColumns) = (1, 32)
      #expect(problem.run(parts: 4, threads: 2, shared) == expected)
      // So little room that rows must take turns, of four tiles at least.
      shared.sharedBytes = 1
      #expect(problem.run(parts: 4, threads: 2, shared, turns: nil) == expected)
    }

    /// Three parts would leave one of two threads idle for half of the time.
    @Test(.ifCodeRuns) func partsAreAsManyAsAskedFor() {
      for set in InstructionSet.available {
        let output = GuardedFloats(1)
        for columns in [256, 512, 768, 1000, 1024, 5000] {
          let product = unsafe GeneratedProduct(
            set, rows: 600, columns: columns, depth: 8,
            left: .matrix(GeneratedProduct.Source(output.start, stride: 8)),
            right: .matrix(GeneratedProduct.Source(output.start, stride: columns)),
            output: .matrix(output.start, stride: columns))
          for parts in [1, 2, 4, 6, 8] {
            let cut = ProductCut(product, parts: parts)
            let pieces = cut.parts(0)
            #expect(pieces.count == parts, "\(columns) columns, \(parts) parts")
            let area = pieces.reduce(0) { $0 + $1.rows.count * $1.panels.count }
            #expect(area == 600 * product.panelCount)
          }
        }
      }
    }
  }
#endif
