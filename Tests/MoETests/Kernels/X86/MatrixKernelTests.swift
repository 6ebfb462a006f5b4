#if arch(x86_64) && !os(Windows)
  import MoE
  import Testing

  @Suite("Matrix kernels, every variant")
  struct MatrixKernelTests {
    /// Every number of rows, every way in and every width that the cache can hold for a set.
    static func shapes(_ set: InstructionSet) -> [MatrixKernelShape] {
      var shapes: [MatrixKernelShape] = []
      for rows in 1...set.tileRows {
        for left: MatrixKernelShape.Left in [
          .panel(stride: set.leftPanelStride), .rows, .gathered,
        ] {
          var shape = MatrixKernelShape(set, rows: rows, left: left)
          for panels in 2...4 where MatrixKernelShape.fits(set, rows: rows, panels: panels) {
            shape.panels = panels
            shapes.append(shape)
          }
          shape.panels = 1
          for vectors in 1...2 {
            shape.vectors = vectors
            for masked in [false, true] {
              shape.isMasked = masked
              for right: MatrixKernelShape.Right in [.packed, .rows, .rowsPacking] {
                shape.right = right
                shapes.append(shape)
              }
            }
          }
        }
      }
      return shapes
    }

    /// Columns of the shape's tile; of masked ones it takes all numbers in turn.
    static func columns(_ shape: MatrixKernelShape, _ number: Int) -> Int {
      let lanes = shape.set.lanes
      return shape.isMasked
        ? (shape.vectors - 1) * lanes + 1 + number % (lanes - 1)
        : shape.vectors * shape.panels * lanes
    }

    @Test(
      "bits are those of one chain a value, with all combinations of options",
      arguments: InstructionSet.available)
    func chains(set: InstructionSet) {
      let trial = MatrixKernelTrial(set)
      for (number, base) in Self.shapes(set).enumerated() {
        for options in 0b0000...0b1111 {
          var shape = base
          shape.accumulates = options & 1 != 0
          shape.hasBias = options & 2 != 0
          shape.epilogue = options & 4 != 0 ? .rectify : .none
          shape.scatters = options & 8 != 0
          let mismatch = trial.mismatch(shape, columns: Self.columns(shape, number + options))
          if let mismatch { Issue.record("\(shape), \(mismatch)") }
        }
      }
    }

    @Test("every column count", arguments: InstructionSet.available)
    func columns(set: InstructionSet) {
      let trial = MatrixKernelTrial(set)
      for columns in 1...set.panelWidth {
        for right: MatrixKernelShape.Right in [.packed, .rows, .rowsPacking] {
          var shape = MatrixKernelShape(set, rows: 3, left: .rows)
          shape.right = right
          shape.vectors = (columns + set.lanes - 1) / set.lanes
          shape.isMasked = columns % set.lanes != 0
          shape.accumulates = columns % 2 == 0
          shape.hasBias = true
          let mismatch = trial.mismatch(shape, columns: columns)
          #expect(mismatch == nil, "\(shape)")
        }
      }
    }
  }
#endif
