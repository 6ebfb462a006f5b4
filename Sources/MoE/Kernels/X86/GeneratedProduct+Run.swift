#if arch(x86_64) && !os(Windows)
  /// The loops around the kernels.
  ///
  /// From the outside: k in parts that are packed at once; rows in blocks that the second-level
  /// cache holds; panels of B; tiles of rows, which the kernel itself runs through.
  extension GeneratedProduct {
    /// Bytes of scratch memory that `callAsFunction` needs for that many rows and panels.
    package func workspaceBytes(rows: Int, panels: Int) -> Int {
      if let skinny = SkinnyProduct(self, rows: 0..<rows, panels: 0..<panels) {
        return skinny.workspaceBytes
      }
      return leftWorkspaceBytes(rows: rows) + rightWorkspaceBytes(rows: rows, panels: panels)
    }

    /// Bytes for a block of packed rows, where they are not packed already.
    func leftWorkspaceBytes(rows: Int) -> Int {
      guard unsafe packedLeft == nil else { return 0 }
      let tiles = (min(rows, blocking.rows) + set.tileRows - 1) / set.tileRows + 1
      let line = AlignedStorage.alignment
      return (leftBytes(tiles: tiles, steps: blocking.longest(depth)) + line - 1) / line * line
    }

    /// Bytes for panels of B, where they are not packed already: for one at a time where no block of
    /// rows comes back to them.
    func rightWorkspaceBytes(rows: Int, panels: Int) -> Int {
      if case .packed = right { return 0 }
      return 4 * set.panelWidth * blocking.longest(depth) * (rows > blocking.rows ? panels : 1)
    }

    /// Computes a part of the product; parts with different rows or panels may run at once, each
    /// with a workspace of its own, aligned to 64 bytes.
    ///
    /// Where rows are packed already, a part is of all of them.
    package func callAsFunction(
      rows: Range<Int>, panels: Range<Int>, workspace: UnsafeMutableRawPointer
    ) {
      guard !rows.isEmpty, !panels.isEmpty else { return }
      if let skinny = SkinnyProduct(self, rows: rows, panels: panels) {
        unsafe skinny.run(workspace: workspace)
        return
      }
      let blocks = rowBlocks(rows)
      let right = unsafe workspace + leftWorkspaceBytes(rows: rows.count)
      var packed = unsafe packedLeft.map { unsafe UnsafeRawPointer($0) }
      // A product of no depth has one empty part, which sets the output.
      for steps in blocking.parts(depth) {
        for (number, tiles) in blocks.enumerated() {
          let left = unsafe packed ?? packLeft(tiles, steps: steps, into: workspace)
          unsafe multiply(
            tiles, packedLeft: left, panels: panels, of: panels, steps: steps,
            isFirst: number == 0, isOnly: blocks.count == 1, workspace: right)
          unsafe packed = packed.map {
            unsafe $0 + leftBytes(tiles: tiles.count, steps: steps.count)
          }
        }
      }
    }

    /// One block of A's rows against some of a part's panels, over the steps that are packed at
    /// once.
    func multiply(
      _ tiles: RowTiles, packedLeft left: UnsafeRawPointer, panels: Range<Int>,
      of all: Range<Int>, steps: Range<Int>, isFirst: Bool, isOnly: Bool,
      workspace: UnsafeMutableRawPointer
    ) {
      let loop = PanelLoop(self, tiles: tiles, steps: steps, packsRight: isFirst, isOnly: isOnly)
      switch right {
      case .packed(let base):
        let keptBytes = 4 * set.panelWidth * depth
        unsafe loop.run(
          panels, packedLeft: left,
          packed: UnsafeMutableRawPointer(mutating: base) + panels.lowerBound * keptBytes
            + 4 * set.panelWidth * steps.lowerBound,
          stride: keptBytes)
      case .matrix, .compressed:
        // Where no block comes back to them, all panels take one place, which stays near.
        let panelBytes = isOnly ? 0 : 4 * set.panelWidth * steps.count
        unsafe loop.run(
          panels, packedLeft: left,
          packed: workspace + (panels.lowerBound - all.lowerBound) * panelBytes,
          stride: panelBytes)
      }
    }

    /// Packs one block of A's rows.
    func packLeft(
      _ tiles: RowTiles, steps: Range<Int>, into destination: UnsafeMutableRawPointer
    ) -> UnsafeRawPointer {
      for group in tiles.groups {
        unsafe packLeft(
          firstRow: group.firstRow, tileRows: group.rows, tiles: group.tiles,
          firstStep: steps.lowerBound, depth: steps.count,
          into: destination + leftBytes(tiles: group.firstTile, steps: steps.count))
      }
      return UnsafeRawPointer(destination)
    }
  }

  /// Rows cut to tiles of one size or of two that differ by one, so that no tile is left small.
  struct RowTiles {
    /// Neighbouring tiles of one size.
    struct Group {
      var firstRow: Int
      var firstTile: Int
      var rows: Int
      var tiles: Int
    }

    let rows: Range<Int>
    let count: Int
    private(set) var groups: [Group] = []

    init(_ rows: Range<Int>, limit: Int) {
      self.rows = rows
      count = (rows.count + limit - 1) / limit
      let small = rows.count / count
      let large = rows.count % count
      if large > 0 {
        groups.append(
          Group(firstRow: rows.lowerBound, firstTile: 0, rows: small + 1, tiles: large))
      }
      groups.append(
        Group(
          firstRow: rows.lowerBound + large * (small + 1), firstTile: large, rows: small,
          tiles: count - large))
    }
  }
#endif
