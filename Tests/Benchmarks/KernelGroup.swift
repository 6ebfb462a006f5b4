import MoE

/// Measures the innermost loops of products alone, on operands in the first-level cache.
struct KernelGroup {
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// Each kernel set with a whole tile, with half a tile and with one row, on one thread.
  func run() throws {
    try session.forEachConfiguration(threadCounts: [1]) { set, threads in
      let ceiling = Ceiling.arithmetic(
        set, threads: threads, effort: session.effort(threads: threads))
      #if arch(x86_64) && !os(Windows)
        if let instructions = set.instructions {
          let rowCounts = [instructions.tileRows, instructions.tileRows / 2, 1]
          for rows in rowCounts {
            try measure(GeneratedTile(instructions, rows: rows), against: ceiling)
          }
          return
        }
      #endif
      try measure(PortableTile(), against: ceiling)
    }
  }

  private func measure(_ tile: some KernelTile, against ceiling: Ceiling) throws {
    let name = tile.rows == 1 ? "1 row" : "\(tile.rows) rows"
    let shape = "\(tile.rows)×\(tile.depth)×\(tile.columns)"
    guard session.wants(.kernel, name, shape) else { return }
    // So many tiles in a row that what stands around them does not show.
    let tiles = session.options.isSmoke ? 2 : 1000
    try session.measure(
      Workload(
        group: .kernel, name: name, shape: shape,
        amount: Double(tile.operations * tiles),
        residual: {
          tile.multiply(tiles: 1)
          return tile.residual
        },
        run: { tile.multiply(tiles: tiles) }),
      against: ceiling)
  }
}
