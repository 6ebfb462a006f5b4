/// Rounds a matrix of single precision to the codes of its layout.
///
/// Outputs are taken 16 at a time, side by side, or as many as share a scale; each thread takes
/// others, and what a group becomes depends on its own numbers alone.
struct MatrixRounding<Coding: TileCoding> {
  /// The matrix that is rounded, row by row.
  let source: RowMajorMatrix
  /// The codes to write, with the factor of their scales.
  let matrix: CompressedMatrix
  /// Other scales to try than that of the maximum.
  let search: ScaleSearch
  private let extremes: TileExtremes
  private let squares: GroupError<Coding>
  private let writer: CodeWriter<Coding>
  /// What rounds many groups at once, where that can be.
  private let groupWriter: GroupWriter<Coding>?

  init(
    _ source: RowMajorMatrix, to matrix: CompressedMatrix, _ coding: Coding, _ search: ScaleSearch
  ) {
    self.source = source
    self.matrix = matrix
    self.search = search
    extremes = TileExtremes(matrix.layout)
    squares = unsafe GroupError(
      matrix.layout.code, coding, columnWeights: search.columnWeights)
    writer = CodeWriter(matrix.layout.code, coding)
    groupWriter = search.ranges.isEmpty ? GroupWriter(matrix, coding) : nil
  }

  private var layout: CompressedLayout { matrix.layout }

  /// Tiles that are rounded together.
  private var bandTiles: Int { max(1, layout.scaleRows / CompressedLayout.tileWidth) }

  /// Rounds all of it.
  func run() {
    let layout = layout
    let bands = (layout.tileCount + bandTiles - 1) / bandTiles
    guard layout.inputSize > 0 else { return }
    let isShared =
      layout.outputSize * layout.inputSize > SharedEffort.scalars(wakes: !ThreadTeam.isManned)
    let rule = layout.scale == nil ? nil : GroupScaleRule(layout, factor: matrix.factor)
    func makeWindow() -> TileWindow { TileWindow(source, layout, tileCount: bandTiles) }
    // Neighbours one after another, of which each is fetched while the one before is rounded; but
    // enough items for all threads to end together.
    let run = max(1, min(4, bands / 16))
    let items = (bands + run - 1) / run
    parallelFor(items, threads: isShared ? nil : 1, scratch: makeWindow) { window, item in
      for band in item * run..<min(bands, (item + 1) * run) {
        let tiles = band * bandTiles..<min(layout.tileCount, (band + 1) * bandTiles)
        round(tiles, rule, &window)
      }
    }
  }

  /// Rounds all groups of some tiles, as many at once as can be.
  private func round(_ tiles: Range<Int>, _ rule: GroupScaleRule?, _ window: inout TileWindow) {
    var group = 0
    while group < layout.groupCount {
      let groups = group..<max(group + 1, groupsAtOnce(from: group))
      if !roundAtOnce(groups, of: tiles, &window) {
        for group in groups { round(group, of: tiles, rule, &window) }
      }
      group = groups.upperBound
    }
  }

  /// Groups up to which the window reaches from one on, but for a last one that is not filled up.
  private func groupsAtOnce(from group: Int) -> Int {
    min(group + TileWindow.inputCount / layout.groupSize, layout.inputSize / layout.groupSize)
  }

  /// Rounds whole groups of one tile at once; returns whether it did.
  private func roundAtOnce(
    _ groups: Range<Int>, of tiles: Range<Int>, _ window: inout TileWindow
  ) -> Bool {
    let inputs = groups.lowerBound * layout.groupSize..<groups.upperBound * layout.groupSize
    guard let groupWriter, inputs.upperBound <= layout.inputSize else { return false }
    window.move(to: tiles, inputs)
    let tile = tiles.lowerBound
    return groupWriter.write(window.panel(tile, inputs.lowerBound), groups: groups, tile: tile)
  }

  private func round(
    _ group: Int, of tiles: Range<Int>, _ rule: GroupScaleRule?, _ window: inout TileWindow
  ) {
    let start = group * layout.groupSize
    let inputs = start..<min(layout.inputSize, start + layout.groupSize)
    var scales = GroupScales<TileVector>()
    if let rule {
      scales = choose(rule, tiles, inputs, &window)
      store(scales, group, tiles)
    }
    forEachPiece(inputs, tiles, &window) { piece, tile, panel in
      let place = tile * layout.tileBytes + layout.codeBytes(inputs: piece.lowerBound)
      unsafe writer.write(panel, count: piece.count, scales, to: matrix.codes + place)
    }
  }

  /// Calls `body` with parts of some inputs, as many as fit in the window, for each of some tiles.
  @inline(__always)
  private func forEachPiece(
    _ inputs: Range<Int>, _ tiles: Range<Int>, _ window: inout TileWindow,
    _ body: (Range<Int>, Int, TilePanel) -> Void
  ) {
    for start in stride(from: inputs.lowerBound, to: inputs.upperBound, by: TileWindow.inputCount) {
      let piece = start..<min(inputs.upperBound, start + TileWindow.inputCount)
      window.move(to: tiles, piece)
      for tile in tiles { body(piece, tile, window.panel(tile, start)) }
    }
  }

  // MARK: Scales

  /// The scales of a group of each output, or the one of all, in all lanes.
  private func choose(
    _ rule: GroupScaleRule, _ tiles: Range<Int>, _ inputs: Range<Int>, _ window: inout TileWindow
  ) -> GroupScales<TileVector> {
    let (low, high) = range(tiles, inputs, &window)
    var best = rule.scales(from: low, to: high)
    guard !search.ranges.isEmpty else { return best }
    let unit = ScaleSearch.unit(high.higher(TileVector() - low))
    var least = error(best, unit, tiles, inputs, &window)
    for range in search.ranges {
      let other = rule.scales(from: low * range.low, to: high * range.high)
      let error = error(other, unit, tiles, inputs, &window)
      let isBetter = error .< least
      least.replace(with: error, where: isBetter)
      var isReplaced = SIMDMask<SIMD16<Int32>>()
      for lane in 0..<TileVector.scalarCount { isReplaced[lane] = isBetter[lane] }
      best = best.replacing(with: other, where: isReplaced)
    }
    return best
  }

  /// The least and the largest finite numbers, and 0 where it is beyond them.
  private func range(
    _ tiles: Range<Int>, _ inputs: Range<Int>, _ window: inout TileWindow
  ) -> (low: TileVector, high: TileVector) {
    var (low, high) = (TileVector(), TileVector())
    forEachPiece(inputs, tiles, &window) { piece, _, panel in
      let found = extremes(panel, piece.count)
      (low, high) = (low.lower(found.low), high.higher(found.high))
    }
    // Infinite numbers are rare: they are looked for afterwards.
    let infinity = TileVector(repeating: .infinity)
    if any((low .== -infinity) .| (high .== infinity)) {
      (low, high) = (TileVector(), TileVector())
      forEachPiece(inputs, tiles, &window) { piece, _, panel in
        let found = extremes(panel, piece.count, onlyFinite: true)
        (low, high) = (low.lower(found.low), high.higher(found.high))
      }
    }
    guard layout.scaleRows > 1 else { return (low, high) }
    return (TileVector(repeating: low.min()), TileVector(repeating: high.max()))
  }

  /// The squared error of each group, in parts of the square of `unit`.
  private func error(
    _ scales: GroupScales<TileVector>, _ unit: TileVector, _ tiles: Range<Int>,
    _ inputs: Range<Int>, _ window: inout TileWindow
  ) -> SIMD16<Double> {
    var total = SIMD16<Double>()
    forEachPiece(inputs, tiles, &window) { piece, _, panel in
      let sum = squares(panel, piece, scales, unit: unit)
      for lane in 0..<TileVector.scalarCount { total[lane] += Double(sum[lane]) }
    }
    return layout.scaleRows > 1 ? SIMD16(repeating: total.sum()) : total
  }

  /// Writes the scales of a group, and its zero points.
  private func store(_ scales: GroupScales<TileVector>, _ group: Int, _ tiles: Range<Int>) {
    let output = tiles.lowerBound * CompressedLayout.tileWidth
    guard layout.scaleRows == 1, let format = layout.scale else {
      matrix[scaleCode: output, group] = scales.codes.bits[0]
      return
    }
    let place = unsafe matrix.scales + format.bytes(layout.scaleIndex(output: output, group: group))
    let codes = scales.codes.bits
    switch format.bits {
    case 32: unsafe place.storeBytes(of: codes, as: TileBits.self)
    case 16: unsafe place.storeBytes(of: .init(truncatingIfNeeded: codes), as: SIMD16<UInt16>.self)
    default: unsafe place.storeBytes(of: .init(truncatingIfNeeded: codes), as: SIMD16<UInt8>.self)
    }
    guard layout.hasZeroPoints else { return }
    let zeros = unsafe UnsafeMutableRawPointer(
      matrix.zeroPoints + layout.zeroPointIndex(output: output, group: group))
    unsafe zeros.storeBytes(
      of: SIMD16<Int8>(truncatingIfNeeded: scales.zeros.shiftedWholeNumbers.bits),
      as: SIMD16<Int8>.self)
  }
}
