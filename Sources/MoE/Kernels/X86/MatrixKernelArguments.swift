#if arch(x86_64) && !os(Windows)
  /// The arguments of a matrix kernel, in memory, their address in the first argument register.
  ///
  /// A call computes `tiles` tiles one after the other; `a`, `b`, `c` and `bias` move on by their
  /// steps after each, in place, so set them again before the next call. All strides, steps and
  /// offsets are in bytes.
  ///
  /// Safe to hold: only generated code follows the pointers.
  @safe
  package struct MatrixKernelArguments {
    /// The left panel, the first row, or the array of row pointers.
    package var a: UnsafeRawPointer?
    /// Between rows in place.
    package var aStride = 0
    /// Into gathered rows.
    package var aOffset = 0
    /// From one tile's `a` to the next.
    package var aStep = 0
    /// The first right panel, or the first row in place.
    package var b: UnsafeRawPointer?
    /// Between packed panels, or between rows in place.
    package var bStride = 0
    /// From one tile's `b` to the next.
    package var bStep = 0
    /// Of codes: the addresses of the scales of each of its tiles, then of their zero points.
    package var scales: UnsafeRawPointer?
    /// From one tile's `scales` to the next.
    package var scalesStep = 0
    /// From the addresses of scales to those of zero points.
    package var zeroPointOffset = 0
    /// Steps of k that share scales.
    package var groupSize = 0
    /// What scales are multiplied by.
    package var factor: Float = 1
    /// Where to pack the panel, aligned to 64 bytes.
    package var packed: UnsafeMutableRawPointer?
    /// The output's first row, or the array of row pointers.
    package var c: UnsafeMutableRawPointer?
    /// Between output rows.
    package var cStride = 0
    /// Into scattered rows.
    package var cOffset = 0
    /// From one tile's `c` to the next.
    package var cStep = 0
    /// One value a column of the tile.
    package var bias: UnsafeRawPointer?
    /// From one tile's `bias` to the next.
    package var biasStep = 0
    /// Steps of k; zero leaves chains as they start.
    package var depth = 0
    /// Tiles to compute, at least one.
    package var tiles = 1
    /// Columns of the tile, for masked kernels.
    package var columns = 0
    /// Lines to bring to the second-level cache meanwhile: two every four steps of k.
    package var prefetch: UnsafeRawPointer?
    /// From one pair of lines to the next.
    package var prefetchStride = 0
    /// Where to stop.
    package var prefetchEnd: UnsafeRawPointer?

    /// All zero, for one tile.
    package init() {}

    /// The byte offset of a field, for generated code.
    static func offset(_ field: PartialKeyPath<MatrixKernelArguments>) -> Int {
      guard let offset = MemoryLayout<MatrixKernelArguments>.offset(of: field) else {
        preconditionFailure("not a stored field")
      }
      return offset
    }
  }
#endif
