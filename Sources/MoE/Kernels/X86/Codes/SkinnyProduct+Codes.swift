#if arch(x86_64) && !os(Windows)
  /// Few rows against weights in fewer bits, which are decoded on the way to the multiplications.
  extension SkinnyProduct {
    func runOverCodes(workspace: UnsafeMutableRawPointer) {
      guard case .compressed(let matrix, _) = product.right else { return }
      guard isInTurns(matrix), isGenerated else {
        // A part at a time, which stays in the first-level cache.
        for panel in panels {
          unsafe runPacked(panel, steps: 0..<product.depth, workspace: workspace)
        }
        return
      }
      run(
        together: panelsTogether,
        scales: unsafe ScaleTable(matrix, panels: panels, set: product.set, at: workspace))
    }

    /// As many panels as sums have registers for, but where zero points beside scales leave none.
    private var panelsTogether: Int {
      let most = product.set.panels(forRows: rows.count)
      return shape.codeTraits?.hasZeroPoints == true ? min(most, 2) : most
    }

    /// Whether there is code for each kind of panel that there is: pages may be refused at any time,
    /// and kernels over codes are not interpreted.
    private var isGenerated: Bool {
      let last = product.columns / product.set.panelWidth
      let whole = min(panels.upperBound, last) - panels.lowerBound
      var several = shape
      several.panels = panelsTogether
      return (whole < several.panels || several.kernel.isGenerated)
        && (whole <= 0 || whole % several.panels == 0 || shape.kernel.isGenerated)
        && (panels.upperBound <= last || partialShape.kernel.isGenerated)
    }

    /// Whether the kernel's turns end where groups do.
    private func isInTurns(_ matrix: CompressedMatrix) -> Bool {
      let turn = max(MatrixKernelEmitter.unroll, matrix.layout.code.blockInputs)
      return !matrix.hasSpecialCodes && product.depth > 0 && product.depth % turn == 0
        && matrix.layout.groupSize % turn == 0
    }
  }

  /// Where the scales of some tiles start, and after all of these their zero points, as kernels over
  /// codes find them.
  @safe
  struct ScaleTable {
    private let base: UnsafeMutablePointer<UnsafeRawPointer>
    private let matrix: CompressedMatrix
    private let firstTile: Int
    private let tileCount: Int
    private let tilesPerPanel: Int

    private static let pointerBytes = MemoryLayout<Int>.stride

    /// Bytes of a table for so many panels.
    static func bytes(panels: Int, set: InstructionSet) -> Int {
      2 * panels * tilesPerPanel(set) * pointerBytes
    }

    private static func tilesPerPanel(_ set: InstructionSet) -> Int {
      set.panelWidth / CompressedLayout.tileWidth
    }

    /// Writes a table of `bytes(panels:set:)` bytes.
    init(
      _ matrix: CompressedMatrix, panels: Range<Int>, set: InstructionSet,
      at workspace: UnsafeMutableRawPointer
    ) {
      self.matrix = matrix
      tilesPerPanel = ScaleTable.tilesPerPanel(set)
      firstTile = panels.lowerBound * tilesPerPanel
      tileCount = panels.count * tilesPerPanel
      unsafe base = workspace.bindMemory(to: UnsafeRawPointer.self, capacity: 2 * tileCount)
      guard matrix.layout.scale != nil else { return }
      for tile in 0..<tileCount {
        // The last panel may have a tile less.
        let number = min(firstTile + tile, matrix.layout.tileCount - 1)
        unsafe base[tile] = matrix.scaleAddress(tile: number, group: 0)
        unsafe base[tileCount + tile] = matrix.zeroPointAddress(tile: number, group: 0)
      }
    }

    /// Fills in what a kernel must know that runs from a panel on, over so many at once.
    func fill(_ arguments: inout MatrixKernelArguments, from panel: Int, panels: Int) {
      unsafe arguments.scales = UnsafeRawPointer(base + panel * tilesPerPanel - firstTile)
      arguments.scalesStep = panels * tilesPerPanel * ScaleTable.pointerBytes
      arguments.zeroPointOffset = tileCount * ScaleTable.pointerBytes
      arguments.groupSize = matrix.layout.groupSize
      arguments.factor = CodeTraits(matrix.layout).factor(matrix.factor)
    }
  }
#endif
