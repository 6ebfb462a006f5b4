#if arch(x86_64) && !os(Windows)
  /// The left operand, packed once for all parts of a product that read the same rows.
  ///
  /// Parts for threads are cut along the columns; were each to pack its own rows, all but one would
  /// do so in vain.
  extension GeneratedProduct {
    /// Some tiles of one size, and where they go.
    package struct LeftRun {
      var tiles: RowTiles.Group
      var steps: Range<Int>
      var byteOffset: Int
    }

    /// The rows as the loops take them: blocks that the second-level cache holds, cut to tiles.
    func rowBlocks(_ rows: Range<Int>) -> [RowTiles] {
      let limit = blocking.rows
      let count = (rows.count + limit - 1) / limit
      return (0..<count).map { block in
        let start = rows.lowerBound + rows.count * block / count
        let end = rows.lowerBound + rows.count * (block + 1) / count
        return RowTiles(start..<end, limit: set.tileRows)
      }
    }

    /// Bytes that so many tiles take over so many steps.
    func leftBytes(tiles: Int, steps: Int) -> Int { 4 * set.leftPanelStride * tiles * steps }

    /// Bytes that all of the rows take when packed.
    package func packedLeftBytes(rows: Range<Int>) -> Int {
      leftBytes(tiles: rowBlocks(rows).reduce(0) { $0 + $1.count }, steps: depth)
    }

    /// The rows that are to be packed, in runs of a few tiles: by the steps that are packed at
    /// once, in these by the rows.
    package func leftRuns(rows: Range<Int>) -> [LeftRun] {
      let (blocks, longest) = (rowBlocks(rows), 4)
      var runs: [LeftRun] = []
      var byteOffset = 0
      for steps in blocking.parts(depth) {
        for group in blocks.flatMap(\.groups) {
          for tile in stride(from: 0, to: group.tiles, by: longest) {
            let tiles = RowTiles.Group(
              firstRow: group.firstRow + tile * group.rows, firstTile: group.firstTile + tile,
              rows: group.rows, tiles: min(longest, group.tiles - tile))
            runs.append(LeftRun(tiles: tiles, steps: steps, byteOffset: byteOffset))
            byteOffset += leftBytes(tiles: tiles.tiles, steps: steps.count)
          }
        }
      }
      return runs
    }

    /// Packs a run to where it belongs from `destination` on, which is aligned to 64 bytes.
    package func packLeft(_ run: LeftRun, into destination: UnsafeMutableRawPointer) {
      unsafe packLeft(
        firstRow: run.tiles.firstRow, tileRows: run.tiles.rows, tiles: run.tiles.tiles,
        firstStep: run.steps.lowerBound, depth: run.steps.count,
        into: destination + run.byteOffset)
    }
  }
#endif
