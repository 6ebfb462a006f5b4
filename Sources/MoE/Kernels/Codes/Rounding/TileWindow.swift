/// Numbers of some tiles of a weight, from row-major memory turned around: input by input, a tile's
/// 16 outputs side by side, which are 0 beyond the last.
///
/// As many inputs as stay in the nearest cache are turned around at a time.
@safe
struct TileWindow: ~Copyable {
  /// Inputs that are turned around at a time, a multiple of every usual group size.
  static let inputCount = 256

  private let source: RowMajorMatrix
  private let (outputSize, inputSize): (Int, Int)
  /// The most tiles that are here together.
  private let tileCount: Int
  private let panels: AlignedStorage
  /// The tiles and inputs that are here.
  private var (tiles, inputs): (Range<Int>, Range<Int>) = (0..<0, 0..<0)

  /// A window of nothing.
  ///
  /// - Parameters:
  ///   - source: The weight.
  ///   - layout: How large it is.
  ///   - tileCount: The most tiles that are turned around together.
  init(_ source: RowMajorMatrix, _ layout: CompressedLayout, tileCount: Int) {
    self.source = source
    (outputSize, inputSize) = (layout.outputSize, layout.inputSize)
    self.tileCount = tileCount
    panels = AlignedStorage(
      uninitializedCapacity: tileCount * TileWindow.inputCount * CompressedLayout.tileWidth)
  }

  /// Moves to some tiles and at least some inputs, at most ``inputCount``.
  mutating func move(to tiles: Range<Int>, _ inputs: Range<Int>) {
    guard
      self.tiles != tiles || inputs.lowerBound < self.inputs.lowerBound
        || inputs.upperBound > self.inputs.upperBound
    else { return }
    self.tiles = tiles
    self.inputs =
      inputs.lowerBound..<min(inputSize, inputs.lowerBound + TileWindow.inputCount)
    for tile in tiles { unsafe pack(tile, panels.base + offset(tile)) }
  }

  /// The numbers of a tile from an input on, both in the window.
  @inline(__always)
  func panel(_ tile: Int, _ input: Int) -> TilePanel {
    let width = CompressedLayout.tileWidth
    let step = (input - inputs.lowerBound) * width
    // The window after this one: of the same tiles, or the first one of the next.
    let isLast = input + TileWindow.inputCount >= inputSize
    let nextTile = min(isLast ? tile + tileCount : tile, (outputSize - 1) / width)
    let nextInput = isLast ? input % TileWindow.inputCount : input + TileWindow.inputCount
    return unsafe TilePanel(
      numbers: UnsafePointer(panels.base + offset(tile) + step),
      next: source.row(nextTile * width) + nextInput,
      nextStride: source.rowStride * MemoryLayout<Float>.stride)
  }

  private func offset(_ tile: Int) -> Int {
    (tile - tiles.lowerBound) * inputs.count * CompressedLayout.tileWidth
  }

  private func pack(_ tile: Int, _ panel: UnsafeMutablePointer<Float>) {
    let width = CompressedLayout.tileWidth
    let outputs = tile * width..<min(outputSize, (tile + 1) * width)
    #if arch(x86_64) && !os(Windows)
      if let set = KernelSet.current.instructions {
        var arguments = PackingArguments()
        let first = unsafe source.row(outputs.lowerBound) + inputs.lowerBound
        unsafe arguments.source = UnsafeRawPointer(first)
        arguments.sourceStride = MemoryLayout<Float>.stride * source.rowStride
        unsafe arguments.destination = UnsafeMutableRawPointer(panel)
        arguments.depth = inputs.count
        let kernel = PackingKernelShape(
          set, .transposed, columns: outputs.count, width: width
        ).kernel
        return unsafe kernel(&arguments)
      }
    #endif
    unsafe source.pack(
      .panelAlongRows, range: outputs, depth: inputs, width: width, copies: 1, into: panel)
  }
}

/// Numbers of a tile, turned around, and where those stand that will be needed next.
@safe
struct TilePanel {
  /// The numbers, input by input, 16 side by side on a 64-byte boundary.
  let numbers: UnsafePointer<Float>
  /// The first row of what comes after, perhaps beyond the end of the matrix.
  let next: UnsafePointer<Float>
  /// Bytes from one of its rows to the next.
  let nextStride: Int

  /// The numbers at an input.
  @inline(__always)
  subscript(input: Int) -> TileVector {
    unsafe .load(numbers + input * CompressedLayout.tileWidth)
  }
}
