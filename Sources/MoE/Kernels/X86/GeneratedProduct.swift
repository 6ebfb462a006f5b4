#if arch(x86_64) && !os(Windows)
  /// One product C = A·B or C += A·B on generated kernels, of which threads compute disjoint parts.
  ///
  /// A is rows × depth, B depth × columns. Every output is one chain of fused multiply-adds in k
  /// order, whatever part, tile or block it falls in.
  @safe
  package struct GeneratedProduct {
    /// A matrix in memory: rows `stride` floats apart, or its transpose's rows.
    @safe
    package struct Source {
      let base: UnsafePointer<Float>
      let stride: Int
      let isTransposed: Bool

      /// Element (i, j) is `base[i * stride + j]`, or `base[j * stride + i]` if transposed.
      package init(_ base: UnsafePointer<Float>, stride: Int, isTransposed: Bool = false) {
        unsafe self.base = base
        self.stride = stride
        self.isTransposed = isTransposed
      }
    }

    /// The rows of A.
    @safe
    package enum Left {
      case matrix(Source)
      /// The address of every row, k contiguous.
      case gathered(UnsafePointer<UnsafeRawPointer>)
    }

    /// The columns of B.
    @safe
    package enum Right {
      case matrix(Source)
      /// Packed by `pack(_:depth:columns:set:panels:into:)`.
      case packed(UnsafePointer<Float>)
      /// In fewer bits: outputs are the columns, or the depth.
      case compressed(CompressedMatrix, PackedAxis)
    }

    /// The rows of C.
    @safe
    package enum Output {
      /// Rows `stride` floats apart.
      case matrix(UnsafeMutablePointer<Float>, stride: Int)
      /// The address of every row.
      case scattered(UnsafePointer<UnsafeMutableRawPointer>)
    }

    package var set: InstructionSet
    package var rows: Int
    package var columns: Int
    package var depth: Int
    package var left: Left
    package var right: Right
    package var output: Output
    /// Adds to the output instead of replacing it.
    package var accumulates = false
    /// The rows that parts are computed of, packed by `packLeft(_:into:)`; each part packs its own
    /// where there are none.
    package var packedLeft: UnsafePointer<Float>?
    /// One value a column, added once to the finished chain.
    package var bias: UnsafePointer<Float>?
    /// Applied last.
    package var epilogue = ProductEpilogue.none
    /// How far loops go before they turn.
    package var blocking: MatrixBlocking

    /// A product from zero, without bias.
    package init(
      _ set: InstructionSet, rows: Int, columns: Int, depth: Int, left: Left, right: Right,
      output: Output
    ) {
      self.set = set
      self.rows = rows
      self.columns = columns
      self.depth = depth
      self.left = left
      self.right = right
      self.output = output
      blocking = MatrixBlocking(set)
    }

    /// Panels of B's columns, the last perhaps partial.
    package var panelCount: Int { (columns + set.panelWidth - 1) / set.panelWidth }
  }

  /// How far loops go before they turn, from what the caches hold.
  ///
  /// Blocking never shows in results: chains pass from part to part through C exactly.
  package struct MatrixBlocking: Sendable {
    /// Steps of k packed at once and run through by one kernel call.
    let depth: Int
    /// Rows of A packed at once: they stay in the second-level cache with B's panels.
    let rows: Int

    /// The blocking for a second-level cache of so many bytes; zero where the size is unknown.
    package init(_ set: InstructionSet, level2 size: Int = CPUFeatures.current.level2) {
      let level2 = size > 0 ? size : 512 << 10
      depth = 1024
      let tile = 4 * set.leftPanelStride * depth
      // More rows gain nothing, and lose where rows of C a power of two apart share cache sets.
      rows = min(max(level2 / 2 / tile, 1), (512 << 10) / tile) * set.tileRows
    }

    /// Cuts a depth to parts of about the same size.
    func parts(_ depth: Int) -> [Range<Int>] {
      let count = max((depth + self.depth - 1) / self.depth, 1)
      // Whole turns of the kernels' loops, and whole blocks of weights in fewer bits.
      let size = ((depth + count - 1) / count + 7) / 8 * 8
      return (0..<count).map { min($0 * size, depth)..<min(($0 + 1) * size, depth) }
    }

    /// The longest part.
    func longest(_ depth: Int) -> Int { parts(depth).first?.count ?? 0 }
  }
#endif
