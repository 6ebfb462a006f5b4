#if arch(x86_64) && !os(Windows)
  import MoE
  import Testing

  /// Kernels are looked up by a number, which has to tell all shapes apart.
  struct KernelKeyTests {
    @Test func matrixKernelsHaveKeysOfTheirOwn() {
      var keys: Set<UInt64> = []
      var count = 0
      for set in InstructionSet.allCases {
        for left in [
          MatrixKernelShape.Left.panel(stride: 1), .panel(stride: 8), .panel(stride: 16), .rows,
          .gathered,
        ] {
          for right in [MatrixKernelShape.Right.packed, .rows, .rowsPacking, .columns] {
            for rows in 1...set.tileRows {
              for (vectors, panels) in [(1, 1), (2, 1), (2, 2), (2, 3), (2, 4)] {
                for flags in 0..<32 {
                  var shape = MatrixKernelShape(set, rows: rows, left: left)
                  (shape.right, shape.vectors, shape.panels) = (right, vectors, panels)
                  shape.accumulates = flags & 1 != 0
                  shape.isMasked = flags & 2 != 0
                  shape.hasBias = flags & 4 != 0
                  shape.scatters = flags & 8 != 0
                  shape.epilogue = flags & 16 != 0 ? .rectify : .none
                  keys.insert(shape.key)
                  count += 1
                }
              }
            }
          }
        }
      }
      #expect(keys.count == count)
    }

    @Test func packingKernelsHaveKeysOfTheirOwn() {
      let shapes = InstructionSet.allCases.flatMap { PreparedKernels.packingShapes($0) }
      #expect(Set(shapes.map(\.key)).count == Set(shapes).count)
    }
  }
#endif
