#if arch(x86_64) && !os(Windows)
  /// The generated kernels that the library's products can ask for, by shape.
  ///
  /// Those over weights in fewer bits are left out: with each code and scale they would be thousands,
  /// and plain Swift decodes, and rounds, where they are not to be had. The others follow from the
  /// loops of ``GeneratedProduct``: whoever makes these ask for more adds it here.
  package enum PreparedKernels {
    /// The shapes of matrix kernels.
    package static func matrixShapes(_ set: InstructionSet) -> [MatrixKernelShape] {
      tiles(set) + skinny(set)
    }

    /// The shapes of packing kernels: panels of the right operand, and tiles of the left one.
    package static func packingShapes(_ set: InstructionSet) -> [PackingKernelShape] {
      let panels = [PackingKernelShape.Source.contiguous, .transposed].flatMap { source in
        (1...set.panelWidth).map { columns in
          PackingKernelShape(set, source, columns: columns, width: set.panelWidth)
        }
      }
      let tiles = [PackingKernelShape.Source.contiguous, .transposed, .gathered].flatMap { source in
        (1...set.tileRows).map { rows in
          PackingKernelShape(set, source, columns: rows, width: set.leftPanelStride)
        }
      }
      return panels + tiles
    }

    /// Generates all of them that are not there yet.
    package static func generate(for set: InstructionSet) {
      for shape in packingShapes(set) { _ = shape.kernel }
      for shape in matrixShapes(set) { _ = shape.kernel }
      StreamingCopy.prepare(set)
    }

    /// The kernels of ``PanelLoop``: tiles of packed rows.
    private static func tiles(_ set: InstructionSet) -> [MatrixKernelShape] {
      var shapes: [MatrixKernelShape] = []
      for rows in 1...set.tileRows {
        let tile = MatrixKernelShape(set, rows: rows, left: .panel(stride: set.leftPanelStride))
        for shape in parts(of: tile) {
          for accumulates in [false, true] {
            var shape = shape
            shape.accumulates = accumulates
            shapes += finished(shape)
            // Weights are the transposed operand, so that no bias meets rows in place.
            for right in [MatrixKernelShape.Right.rows, .rowsPacking] {
              shape.right = right
              shapes.append(shape)
            }
          }
        }
      }
      return shapes
    }

    /// The kernels of ``SkinnyProduct``: one to six rows in place.
    private static func skinny(_ set: InstructionSet) -> [MatrixKernelShape] {
      var shapes: [MatrixKernelShape] = []
      for rows in 1...SkinnyProduct.mostRows {
        for left in [MatrixKernelShape.Left.rows, .gathered] {
          let tile = MatrixKernelShape(set, rows: rows, left: left)
          var several = tile
          several.panels = set.panels(forRows: rows)
          if several.panels > 1 { shapes += finished(several) }
          for shape in parts(of: tile) {
            var shape = shape
            shapes += finished(shape)
            shape.accumulates = true
            shapes += finished(shape)
            (shape.accumulates, shape.right) = (false, .rows)
            shapes.append(shape)
          }
          if rows <= set.rowsOverColumns {
            var columns = tile
            columns.right = .columns
            shapes += finished(columns)
          }
        }
      }
      return shapes
    }

    /// A tile of a whole panel, and those of a panel that is partial.
    private static func parts(of tile: MatrixKernelShape) -> [MatrixKernelShape] {
      [(2, false), (2, true), (1, false), (1, true)].map { vectors, isMasked in
        var shape = tile
        (shape.vectors, shape.isMasked) = (vectors, isMasked)
        return shape
      }
    }

    /// A shape with each way that a chain can end.
    private static func finished(_ shape: MatrixKernelShape) -> [MatrixKernelShape] {
      ProductEpilogue.allCases.flatMap { epilogue in
        [false, true].map { hasBias in
          var shape = shape
          (shape.hasBias, shape.epilogue) = (hasBias, epilogue)
          return shape
        }
      }
    }
  }
#endif
