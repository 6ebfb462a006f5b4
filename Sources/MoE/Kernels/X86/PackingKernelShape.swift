#if arch(x86_64) && !os(Windows)
  /// The panels that one generated packing kernel fills: the key it is cached under.
  ///
  /// Packing copies `columns` neighbouring rows or columns of a matrix into a panel: k-major,
  /// `width` floats a step of k, zeros beyond the last column.
  package struct PackingKernelShape: Hashable, Sendable {
    /// How the source lies in memory.
    package enum Source: Hashable, Sendable {
      /// A step's columns lie together; steps are a stride apart.
      case contiguous
      /// A column's steps lie together; columns are a stride apart.
      case transposed
      /// As `transposed`, each column's address taken from an array.
      case gathered
    }

    /// The instructions to use.
    package var set: InstructionSet
    package var source: Source
    /// Columns to copy, 1 to `width`.
    package var columns: Int
    /// Floats a step takes in the panel: one or two vectors.
    package var width: Int

    /// Traps unless the columns fit.
    package init(_ set: InstructionSet, _ source: Source, columns: Int, width: Int) {
      precondition(width == set.lanes || width == 2 * set.lanes, "panels of \(width) floats")
      precondition((1...width).contains(columns), "\(columns) columns in panels of \(width)")
      self.set = set
      self.source = source
      self.columns = columns
      self.width = width
    }
  }

  /// The arguments of a packing kernel, in memory, their address in the first argument register.
  ///
  /// A call fills `panels` panels; `source` and `destination` move on by their steps after each, in
  /// place. Strides, steps and offsets are in bytes.
  ///
  /// Safe to hold: only generated code follows the pointers.
  @safe
  package struct PackingArguments {
    /// The first element, or the array of column addresses.
    package var source: UnsafeRawPointer?
    /// Between steps of k (contiguous) or columns (transposed).
    package var sourceStride = 0
    /// Into gathered columns.
    package var sourceOffset = 0
    /// From one panel's source to the next.
    package var sourceStep = 0
    /// The panel, aligned to a vector.
    package var destination: UnsafeMutableRawPointer?
    /// From one panel to the next.
    package var destinationStep = 0
    /// Steps of k.
    package var depth = 0
    /// Panels to fill, at least one.
    package var panels = 1

    /// All zero, for one panel.
    package init() {}
  }
#endif
