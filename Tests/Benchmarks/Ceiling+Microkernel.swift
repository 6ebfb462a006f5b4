import MoE

extension Ceiling {
  /// What the innermost loop of products reaches by itself, on whole tiles out of packed panels in
  /// the first-level cache: what a product would reach if packing, caches and edges cost nothing.
  ///
  /// - Parameters:
  ///   - set: The kernels.
  ///   - threads: The threads, each with panels of its own.
  ///   - effort: How long one measurement is to take.
  /// - Returns: A rate of operations.
  static func microkernel(
    _ set: KernelSet, threads: Int, effort: Measurement.Effort
  ) -> Ceiling {
    #if arch(x86_64) && !os(Windows)
      if let instructions = set.instructions {
        return microkernel(threads: threads, effort: effort) {
          GeneratedTile(instructions, rows: instructions.tileRows)
        }
      }
    #endif
    return microkernel(threads: threads, effort: effort) { PortableTile() }
  }

  private static func microkernel<Tile: KernelTile>(
    threads: Int, effort: Measurement.Effort, _ tile: @escaping () -> Tile
  ) -> Ceiling {
    // Several pieces a thread, so that a slow core does not hold up the others.
    let pieces = threads == 1 ? 1 : 8 * threads
    let tilesEach = 4
    // A tile for each piece: threads write to theirs.
    let tiles = (0..<pieces).map { _ in tile() }
    return Ceiling(
      .gflops, threads: threads, effort: effort,
      amount: Double(tiles[0].operations * tilesEach * pieces)
    ) { repeats in
      parallelFor(pieces, threads: threads, scratch: {}) { _, piece in
        tiles[piece].multiply(tiles: tilesEach * repeats)
      }
    }
  }
}
