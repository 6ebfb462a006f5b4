#if arch(x86_64) && !os(Windows)
  /// How a product is cut into parts for threads.
  ///
  /// Along the columns, so that each part packs its own panels of the right operand, while the rows
  /// of the left one are packed once for all; or, where there are too few columns, along the rows,
  /// so that each part packs its own rows.
  package struct ProductCut {
    /// When rows are packed for all parts, and how small parts may be.
    package struct Limits {
      /// The columns, at least, of a part that packs the rows itself: that costs about as much as
      /// 16 columns of arithmetic.
      package var columns = 256
      /// The same where the rows are packed already: nothing brings the first panel of a part
      /// nearer.
      package var sharingColumns = 128
      /// Scalars of the left operand from which it is packed for all parts: a core packs so many in
      /// ten microseconds, of which it takes a fifth that threads wait for one another.
      package var sharedScalars = 1 << 16
      /// Bytes, at most, of rows of one product that are packed at once, where there are enough
      /// rows to take turns.
      package var sharedBytes = 64 << 20

      /// Those that hold outside of tests.
      package init() {}
    }

    let fusion: GeneratedFusion
    /// Whether all parts of a turn read the same rows, packed before.
    let sharesLeft: Bool
    /// How often rows are packed for all parts, and these computed.
    package let turns: Int
    private let along: Int
    private let down: Int

    /// Cuts a product that nothing follows.
    package init(_ product: GeneratedProduct, parts: Int, limits: Limits = Limits()) {
      self.init(GeneratedFusion(product), parts: parts, limits: limits)
    }

    /// Cuts a product into about so many parts; into more where they cost nothing, as these leave
    /// less to wait for.
    package init(_ fusion: GeneratedFusion, parts: Int, limits: Limits = Limits()) {
      self.fusion = fusion
      let product = fusion.first
      let columns = product.panelCount * product.set.panelWidth
      let mostDown = max(1, product.rows / (4 * product.set.tileRows))
      sharesLeft =
        parts > 1 && columns >= 2 * limits.sharingColumns
        && product.rows > 2 * product.set.tileRows
        && product.rows * product.depth >= limits.sharedScalars
      if sharesLeft {
        along = min(2 * parts, columns / limits.sharingColumns)
        down = 1
        let bytes = product.packedLeftBytes(rows: 0..<product.rows)
        turns = min(mostDown, max(1, (bytes + limits.sharedBytes - 1) / limits.sharedBytes))
      } else {
        // As many as asked for, and not three for two threads; an even number, which can be halved.
        let parts = parts > 1 ? parts + parts % 2 : 1
        along = (1...parts).last { parts % $0 == 0 && $0 * limits.columns <= columns } ?? 1
        down = min(parts / along, mostDown)
        turns = product.rows > 0 ? 1 : 0
      }
    }

    /// The rows of a turn.
    func rows(_ turn: Int) -> Range<Int> {
      fusion.first.rows * turn / turns..<fusion.first.rows * (turn + 1) / turns
    }

    /// The parts of a turn, of about the same size.
    package func parts(_ turn: Int) -> [(rows: Range<Int>, panels: Range<Int>)] {
      let rows = rows(turn)
      let panelCount = fusion.first.panelCount
      return (0..<down).flatMap { row in
        (0..<along).map { column in
          let start = rows.lowerBound + rows.count * row / down
          let end = rows.lowerBound + rows.count * (row + 1) / down
          return (
            start..<end, panelCount * column / along..<panelCount * (column + 1) / along
          )
        }
      }
    }
  }

  /// The work of all threads at once: rows of some products.
  package struct ProductTurn {
    /// Some rows and panels of one product, and where those rows are packed if they are.
    private struct Part {
      var fusion: GeneratedFusion
      var rows: Range<Int>
      var panels: Range<Int>
      var leftOffset: Int?

      var size: Int { rows.count * panels.count * fusion.effort }
    }

    private var runs: [(product: GeneratedProduct, run: GeneratedProduct.LeftRun, offset: Int)] = []
    private var parts: [Part] = []
    private var leftBytes = 0

    /// The turn of that number of some products.
    package init(_ cuts: [ProductCut], _ turn: Int) {
      for cut in cuts where turn < cut.turns {
        let offset = cut.sharesLeft ? leftBytes : nil
        if let offset {
          let rows = cut.rows(turn)
          let product = cut.fusion.first
          runs += product.leftRuns(rows: rows).map { (product, $0, offset) }
          leftBytes += product.packedLeftBytes(rows: rows)
        }
        parts += cut.parts(turn).map {
          Part(fusion: cut.fusion, rows: $0.rows, panels: $0.panels, leftOffset: offset)
        }
      }
    }

    /// Packs what is shared, then computes the parts.
    package func run(threads: Int) {
      let scalar = MemoryLayout<Float>.stride
      let left = AlignedStorage(uninitializedCapacity: leftBytes / scalar)
      defer { withExtendedLifetime(left) {} }
      parallelFor(
        runs.count, threads: threads, scratch: {},
        { _, item in
          let (product, run, offset) = runs[item]
          unsafe product.packLeft(run, into: UnsafeMutableRawPointer(left.base) + offset)
        })
      var parts = parts
      var workspaceBytes = 0
      for index in parts.indices {
        if let offset = parts[index].leftOffset {
          unsafe parts[index].fusion.takePackedRows(left.base + offset / scalar)
        }
        workspaceBytes = max(
          workspaceBytes,
          parts[index].fusion.workspaceBytes(
            rows: parts[index].rows.count, panels: parts[index].panels.count))
      }
      // The largest first, so that no thread starts on one when the others are done.
      if threads > 1 { parts.sort { $0.size > $1.size } }
      parallelFor(
        parts.count, threads: threads,
        scratch: { AlignedStorage(uninitializedCapacity: workspaceBytes / scalar) },
        { workspace, item in
          unsafe parts[item].fusion(
            rows: parts[item].rows, panels: parts[item].panels,
            workspace: UnsafeMutableRawPointer(workspace.base))
        })
    }
  }
#endif
