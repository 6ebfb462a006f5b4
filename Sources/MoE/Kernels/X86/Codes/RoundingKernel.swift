#if arch(x86_64) && !os(Windows)
  /// Generated code that rounds the numbers of a tile to codes: with given scales, or with those of
  /// each group's maximum, which it finds and writes itself.
  @safe
  struct RoundingKernel: Sendable {
    private typealias Function = @convention(c) @Sendable (UnsafeMutableRawPointer) -> Void

    /// The code.
    private let function: Function

    private init?(_ programs: RoundingPrograms, _ set: InstructionSet) {
      var emitter = RoundingKernelEmitter(programs, set)
      let code = emitter.emit()
      guard let kept = ExecutableMemory.Kept(for: "rounding to \(programs.code)", code) else {
        return nil
      }
      unsafe function = unsafeBitCast(kept.entry, to: Function.self)
    }

    /// The code on the kernel set in use; none where that is the portable one, or pages were
    /// refused.
    ///
    /// - Parameters:
    ///   - block: How numbers become words.
    ///   - layout: What the groups are of whose scales are found; none where scales are given.
    /// - Returns: The code, if any.
    static func current(
      for block: BlockCoding<some TileCoding>, scalesOf layout: CompressedLayout? = nil
    ) -> RoundingKernel? {
      guard let set = KernelSet.current.instructions else { return nil }
      var key = KernelKey(set)
      key.append(Int(block.code.rawValue), bits: 4)
      key.append(block.coding.variant, bits: 2)
      key.append(layout?.scale.map { Int($0.rawValue) } ?? 15, bits: 4)
      return kernels.kernel(key.bits) { RoundingKernel(RoundingPrograms(block, layout), set) }
    }

    /// Inputs that are rounded at a time: whole blocks of every code.
    static let turn = 8

    /// None stands for what was refused.
    private static let kernels = KernelTable<RoundingKernel?>()

    /// Rounds whole turns.
    func callAsFunction(_ arguments: inout RoundingArguments) {
      unsafe withUnsafeMutablePointer(to: &arguments) {
        unsafe function(UnsafeMutableRawPointer($0))
      }
    }
  }

  /// The arguments of a rounding kernel, in memory, their address in the first argument register.
  ///
  /// Safe to hold: only generated code follows the pointers.
  @safe
  struct RoundingArguments {
    /// The numbers, input by input, 16 side by side on a 64-byte boundary.
    var panel: UnsafePointer<Float>
    /// Where the first block goes.
    var target: UnsafeMutableRawPointer
    /// Where the scales of the first group go.
    var scaleCodes: UnsafeMutableRawPointer
    /// Where the zero points of the first group go.
    var zeroPoints: UnsafeMutableRawPointer
    /// How many groups there are, at least one.
    var groups = 1
    /// Inputs of a group: whole turns, at least one.
    var inputs: Int
    /// A row of what comes after, which is fetched from memory meanwhile.
    var next: UnsafePointer<Float>
    /// Bytes from one of its rows to the next.
    var nextStride: Int
    /// The factor of all scales.
    var factor: Float = 1
    /// What numbers are divided by, if that is given.
    var divisors = TileVector(repeating: 1)
    /// The codes that are zero, if these are given.
    var zeros = TileVector()
    /// The least and the largest number of a group so far.
    var (low, high) = (TileVector(), TileVector())
    /// The largest of all magnitudes, and of the numbers of the furthest codes: infinite where the
    /// scales that were written are not those of the definition.
    var furthest = TileVector()

    /// Of some blocks at the first address, that go to the second.
    @unsafe
    init(_ panel: TilePanel, to target: UnsafeMutableRawPointer, inputs: Int) {
      unsafe self.panel = panel.numbers
      unsafe next = panel.next
      nextStride = panel.nextStride
      unsafe self.target = target
      unsafe scaleCodes = target
      unsafe zeroPoints = target
      self.inputs = inputs
    }

    static func offset(_ field: PartialKeyPath<RoundingArguments>) -> Int {
      guard let offset = MemoryLayout<RoundingArguments>.offset(of: field) else {
        preconditionFailure("not a stored field")
      }
      return offset
    }
  }

  /// The steps of a rounding kernel.
  struct RoundingPrograms {
    /// How codes stand.
    let code: NumberCode
    /// How scales stand, where they are found.
    let scale: NumberCode?
    /// Whether groups have zero points.
    let hasZeroPoints: Bool
    /// The extremes of a group: the least and the largest number, or the largest magnitude alone.
    let folds: [VectorProgram]
    /// From the least and the largest number and the furthest so far to scale codes, zero points,
    /// divisors, zeros and the furthest.
    let scales: VectorProgram?
    /// From the numbers of a block, divisors and zeros to words.
    let words: VectorProgram

    init(_ block: BlockCoding<some TileCoding>, _ layout: CompressedLayout?) {
      let inputs = block.code.blockInputs
      code = block.code
      words = VectorProgram(inputCount: inputs + 2) { arguments in
        let words = block.words(
          inputs, divisors: arguments[inputs], zeros: arguments[inputs + 1]
        ) { arguments[$0] }
        return [words]
      }
      scale = layout?.scale
      hasZeroPoints = layout?.hasZeroPoints ?? false
      folds = layout.map { TileExtremes.folds($0) } ?? []
      scales = layout.map { layout in
        // The factor's place is all that counts here.
        let rule = GroupScaleRule(layout, factor: 1)
        return VectorProgram(inputCount: 3) { arguments in
          let low = layout.hasZeroPoints ? arguments[0] : 0 - arguments[1]
          let scales = rule.nearest(from: low, to: arguments[1])
          let furthest = rule.furthest(scales).higher(arguments[1]).higher(0 - low)
          return [
            scales.codes, scales.zeros.shiftedWholeNumbers.bitwiseAnd(0xFF), scales.divisors,
            scales.zeros, furthest.higher(arguments[2]),
          ]
        }
      }
    }
  }
#endif
