#if arch(x86_64) && !os(Windows)
  /// The tile that one generated matrix kernel computes: the key it is cached under.
  ///
  /// A kernel works on tiles of `rows` × (`panels` · panel width) outputs. Every output is one
  /// chain of fused multiply-adds in k order, from zero or from what the output held, so its bits
  /// depend on neither the tile nor the instruction set nor how k is cut.
  package struct MatrixKernelShape: Hashable, Sendable {
    /// Where the kernel finds the rows of the left operand.
    package enum Left: Hashable, Sendable {
      /// Packed k-major: `stride` floats a step of k, the row's number into it. Stride 1 is a row.
      case panel(stride: Int)
      /// Rows in place, `aStride` bytes apart, k contiguous.
      case rows
      /// An array of pointers to rows, k contiguous, `aOffset` bytes into each.
      case gathered
    }

    /// Where the kernel finds the columns of the right operand.
    package enum Right: Hashable, Sendable {
      /// Packed k-major, panel width floats a step, zeros beyond the last column.
      case packed
      /// A row-major matrix in place, `bStride` bytes between steps of k.
      case rows
      /// As `rows`, and packed to `packed` on the way: packing hides behind the multiplications.
      case rowsPacking
      /// A column-major matrix in place, `bStride` bytes between columns; depth is a multiple of
      /// four.
      case columns
      /// Codes in tiles, `bStride` bytes apart, with the scales that `scales` points to; depth and
      /// groups are multiples of a turn, and panels may be several.
      case codes(CodeTraits)
    }

    /// The instructions to use.
    package var set: InstructionSet
    /// Rows of the tile, 1 to `InstructionSet.tileRows`.
    package var rows: Int
    /// Vectors of a panel that hold columns: 1 or 2.
    package var vectors = 2
    /// Neighbouring panels computed at once, 1 to 4; more than one for few rows.
    package var panels = 1
    package var left: Left
    package var right = Right.packed
    /// Chains start from the output instead of zero.
    package var accumulates = false
    /// The last vector holds fewer columns than lanes; `columns` says how many.
    package var isMasked = false
    /// One addition of `bias` follows the chain.
    package var hasBias = false
    /// The last step of a finished chain, after the bias.
    package var epilogue = ProductEpilogue.none
    /// The output is an array of pointers to rows, written `cOffset` bytes into each.
    package var scatters = false

    /// A shape with full panels, from zero, without bias.
    package init(_ set: InstructionSet, rows: Int, left: Left) {
      self.set = set
      self.rows = rows
      self.left = left
    }

    /// What is known of the right operand where it stands in fewer bits.
    package var codeTraits: CodeTraits? {
      if case .codes(let traits) = right { traits } else { nil }
    }

    /// Vectors across the tile.
    package var totalVectors: Int { vectors * panels }

    /// Whether the registers suffice for that many rows and whole panels at once.
    package static func fits(_ set: InstructionSet, rows: Int, panels: Int) -> Bool {
      // Beside the tile, one operand of a step stays and the other passes through one register.
      rows * 2 * panels + min(rows, 2 * panels) + 1 <= set.registerCount
    }

    /// Traps unless the registers suffice.
    func check() {
      precondition((1...set.tileRows).contains(rows), "tile of \(rows) rows")
      precondition((1...2).contains(vectors), "\(vectors) vectors a panel")
      precondition((1...4).contains(panels), "\(panels) panels")
      precondition(
        panels == 1 || (vectors == 2 && !isMasked && (right == .packed || codeTraits != nil)),
        "several panels must be whole and packed")
      precondition(
        panels == 1 || Self.fits(set, rows: rows, panels: panels),
        "\(rows) rows of \(totalVectors) vectors exceed the registers")
      precondition(
        right != .columns || (!isMasked && rows <= set.rowsOverColumns),
        "\(rows) rows over columns in place, or only some of the columns")
    }
  }

  extension InstructionSet {
    /// Most rows of a tile: what leaves registers for a step's operands.
    package var tileRows: Int { self == .avx512 ? 14 : 6 }
    /// Columns of a packed panel: two vectors.
    package var panelWidth: Int { 2 * lanes }
    /// Floats a step of k in a packed panel of left rows: `tileRows`, rounded up to a vector.
    package var leftPanelStride: Int { lanes }
    /// Most rows over columns in place, which need registers to be transposed in.
    package var rowsOverColumns: Int { self == .avx512 ? 6 : 5 }
    /// The largest tile the registers hold for a few rows over packed panels.
    package func panels(forRows rows: Int) -> Int {
      switch (self, rows) {
      case (_, 1): 4
      case (_, 2...3), (.avx512, 4...6): 2
      default: 1
      }
    }
  }
#endif
