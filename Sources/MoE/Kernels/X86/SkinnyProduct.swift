#if arch(x86_64) && !os(Windows)
  /// One to six rows against many columns: B is read once, straight through, and not packed.
  ///
  /// Several panels at once give enough chains to hide the latency of a multiply-add; the kernel
  /// itself steps from panels to panels, through all of k.
  @safe
  struct SkinnyProduct {
    /// Beyond that, rows a power of two apart would compete for the same cache sets.
    static let mostRows = 6

    let product: GeneratedProduct
    let rows: Range<Int>
    let panels: Range<Int>
    let shape: MatrixKernelShape

    /// `nil` where the operands must be packed first.
    init?(_ product: GeneratedProduct, rows: Range<Int>, panels: Range<Int>) {
      guard rows.count <= Self.mostRows, case .matrix = product.output else { return nil }
      let left: MatrixKernelShape.Left
      switch product.left {
      case .gathered: left = .gathered
      case .matrix(let source):
        if source.isTransposed { return nil }
        left = .rows
      }
      var shape = MatrixKernelShape(product.set, rows: rows.count, left: left)
      switch product.right {
      case .matrix(let source): shape.right = source.isTransposed ? .columns : .rows
      case .packed: break
      // Those are transposed, which packing does.
      case .compressed(_, .depthAlongRows): return nil
      case .compressed(let matrix, .panelAlongRows):
        shape.right = .codes(CodeTraits(matrix.layout))
      }
      shape.accumulates = product.accumulates
      shape.hasBias = unsafe product.bias != nil
      shape.epilogue = product.epilogue
      self.shape = shape
      self.product = product
      self.rows = rows
      self.panels = panels
    }

    /// Some rows of a product, of which all is known.
    init(
      _ product: GeneratedProduct, _ shape: MatrixKernelShape, rows: Range<Int>,
      panels: Range<Int>
    ) {
      self.product = product
      self.shape = shape
      self.rows = rows
      self.panels = panels
    }

    /// Computes them, with a workspace of `workspaceBytes`.
    func run(workspace: UnsafeMutableRawPointer) {
      switch shape.right {
      case .columns: return unsafe runOverColumns(workspace: workspace)
      case .codes: return unsafe runOverCodes(workspace: workspace)
      case .packed: run(together: product.set.panels(forRows: rows.count))
      case .rows, .rowsPacking: run(together: 1)
      }
    }

    /// Some panels at once, as long as there are so many whole ones, then one after another.
    func run(together: Int, scales: ScaleTable? = nil) {
      let whole = min(panels.upperBound, product.columns / product.set.panelWidth)
      var next = panels.lowerBound
      if next + together <= whole {
        let tiles = (whole - next) / together
        run(from: next, panels: together, tiles: tiles, scales)
        next += tiles * together
      }
      while next < whole {
        run(from: next, panels: 1, tiles: 1, scales)
        next += 1
      }
      if next < panels.upperBound { runPartial(next, scales) }
    }

    private func run(from panel: Int, panels: Int, tiles: Int, _ scales: ScaleTable?) {
      var shape = shape
      shape.panels = panels
      var arguments = arguments(shape, from: panel)
      scales?.fill(&arguments, from: panel, panels: panels)
      arguments.tiles = tiles
      unsafe shape.kernel(&arguments)
    }

    /// The shape of the last panel, where it is not whole.
    var partialShape: MatrixKernelShape {
      let lanes = product.set.lanes
      let columns = product.columns % product.set.panelWidth
      var shape = shape
      shape.vectors = (columns + lanes - 1) / lanes
      shape.isMasked = columns % lanes != 0
      return shape
    }

    private func runPartial(_ panel: Int, _ scales: ScaleTable?) {
      let shape = partialShape
      var arguments = arguments(shape, from: panel)
      scales?.fill(&arguments, from: panel, panels: 1)
      unsafe shape.kernel(&arguments)
    }

    /// The arguments of a kernel for all rows, from a panel on.
    func arguments(_ shape: MatrixKernelShape, from panel: Int) -> MatrixKernelArguments {
      let width = product.set.panelWidth
      let column = panel * width
      var arguments = MatrixKernelArguments()
      arguments.depth = product.depth
      arguments.columns = product.columns - column
      switch product.left {
      case .gathered(let pointers):
        unsafe arguments.a = UnsafeRawPointer(pointers + rows.lowerBound)
      case .matrix(let source):
        unsafe arguments.a = UnsafeRawPointer(source.base + rows.lowerBound * source.stride)
        arguments.aStride = 4 * source.stride
      }
      switch product.right {
      case .packed(let base):
        arguments.bStride = 4 * width * product.depth
        arguments.bStep = shape.panels * arguments.bStride
        unsafe arguments.b = UnsafeRawPointer(base) + panel * arguments.bStride
      case .matrix(let source):
        arguments.bStride = 4 * source.stride
        arguments.bStep = 4 * width * (source.isTransposed ? source.stride : 1)
        unsafe arguments.b = UnsafeRawPointer(source.base) + panel * arguments.bStep
      case .compressed(let matrix, _):
        arguments.bStride = matrix.layout.tileBytes
        let panelBytes = width / CompressedLayout.tileWidth * arguments.bStride
        arguments.bStep = shape.panels * panelBytes
        unsafe arguments.b = UnsafeRawPointer(matrix.codes) + panel * panelBytes
      }
      if case .matrix(let base, let stride) = product.output {
        unsafe arguments.c = UnsafeMutableRawPointer(base + rows.lowerBound * stride + column)
        arguments.cStride = 4 * stride
        arguments.cStep = 4 * width * shape.panels
      }
      if let bias = unsafe product.bias {
        unsafe arguments.bias = UnsafeRawPointer(bias + column)
        arguments.biasStep = 4 * width * shape.panels
      }
      return arguments
    }
  }
#endif
