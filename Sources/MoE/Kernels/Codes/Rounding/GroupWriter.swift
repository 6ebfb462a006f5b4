/// Rounds whole groups of a tile by their maxima at once, where generated code does.
struct GroupWriter<Coding: TileCoding> {
  #if arch(x86_64) && !os(Windows)
    private let matrix: CompressedMatrix
    private let generated: RoundingKernel
  #endif

  /// Looks the generated code up, or generates it; nothing where groups are rounded one by one.
  ///
  /// - Parameters:
  ///   - matrix: The codes to write, with the factor of their scales.
  ///   - coding: How numbers become codes.
  init?(_ matrix: CompressedMatrix, _ coding: Coding) {
    #if arch(x86_64) && !os(Windows)
      let layout = matrix.layout
      guard layout.scale != nil, layout.scaleRows == 1,
        layout.groupSize <= TileWindow.inputCount,
        layout.groupSize % CompressedLayout.tileWidth == 0,
        let kernel = RoundingKernel.current(
          for: BlockCoding(code: layout.code, coding: coding), scalesOf: layout)
      else { return nil }
      self.matrix = matrix
      generated = kernel
    #else
      return nil
    #endif
  }

  /// Rounds some groups, and writes codes, scales and zero points.
  ///
  /// - Parameters:
  ///   - panel: The numbers of the first group and on.
  ///   - groups: The groups, of as many inputs each.
  ///   - tile: The tile.
  /// - Returns: Whether all is as defined: not where numbers are infinite, or scales would make
  ///   them so.
  func write(_ panel: TilePanel, groups: Range<Int>, tile: Int) -> Bool {
    #if arch(x86_64) && !os(Windows)
      let layout = matrix.layout
      let start = groups.lowerBound * layout.groupSize
      let target = unsafe matrix.codes + tile * layout.tileBytes + layout.codeBytes(inputs: start)
      var arguments = unsafe RoundingArguments(panel, to: target, inputs: layout.groupSize)
      unsafe arguments.scaleCodes = UnsafeMutableRawPointer(
        mutating: matrix.scaleAddress(tile: tile, group: groups.lowerBound))
      unsafe arguments.zeroPoints = UnsafeMutableRawPointer(
        mutating: matrix.zeroPointAddress(tile: tile, group: groups.lowerBound))
      arguments.groups = groups.count
      arguments.factor = matrix.factor
      generated(&arguments)
      return arguments.furthest.max() < .infinity
    #else
      return false
    #endif
  }
}
