/// The weight of a linear map, or of one map a group, in single precision or in fewer bits, with its
/// panels where it is packed.
///
/// **Shapes**: [outputSize, inputSize], or [groups, outputSize, inputSize].
///
/// All products with a weight go through the operands that it gives, so that how its numbers are
/// kept is known here alone. Panels never outlive a change: writing numbers drops them, and what is
/// written is in single precision.
///
/// You meet it where ``Parameterized/visitWeights(_:)`` hands it out.
public struct WeightMatrix: Sendable {
  private var numbers: WeightNumbers
  private var panels: PackedPanels?
  /// What a weight in fewer bits is rounded from, where it is kept, and how.
  private var master: (tensor: Tensor, rounding: WeightRounding)?

  /// A weight of the given numbers, not packed.
  ///
  /// - Parameter tensor: One matrix, or one a group; a tensor of another rank traps.
  package init(_ tensor: Tensor) {
    require(
      tensor.rank == 2 || tensor.rank == 3,
      "weight of shape \(tensor.shape), expected [outputSize, inputSize] or one a group")
    numbers = .tensor(tensor)
  }

  /// A weight in fewer bits.
  package init(_ weights: CompressedWeights) { numbers = .compressed(weights) }

  /// The matrices, in rows of inputSize: of a weight in fewer bits what it was rounded from, where
  /// that is kept, else what it is, decompressed.
  package var tensor: Tensor {
    get {
      switch numbers {
      case .tensor(let tensor): tensor
      case .compressed(let weights): master?.tensor ?? weights.decompressed()
      }
    }
    // In place: a copy of a large weight would be made and dropped at every update.
    _modify {
      let former = compressed
      let rounding = master?.rounding
      var tensor = take()
      // Who writes to what is held twice writes to a copy; so it shows whether anything was written.
      // A master is written in place, and rounded again in any case.
      let unchanged = former == nil || rounding != nil ? nil : tensor
      defer {
        if let former, let rounding {
          keep(tensor)
          compress(to: former.format, rounding: rounding, keepingMaster: true)
        } else if let former, let unchanged, tensor.isSame(as: unchanged) {
          numbers = .compressed(former)
        } else {
          keep(tensor)
        }
      }
      yield &tensor
    }
    set { keep(newValue) }
  }

  /// The numbers in fewer bits, where they are.
  package var compressed: CompressedWeights? {
    if case .compressed(let weights) = numbers { weights } else { nil }
  }

  /// How the numbers are kept.
  public var format: WeightFormat { compressed?.format ?? .float32 }

  /// Whether what the numbers are rounded from is kept beside.
  package var hasMaster: Bool { master != nil }

  /// Keeps other numbers in fewer bits, and nothing else.
  ///
  /// - Parameter weights: Numbers of the same shape; others trap.
  package mutating func replace(with weights: CompressedWeights) {
    require(weights.shape == shape, "weight of shape \(shape) against \(weights.shape)")
    (numbers, panels, master) = (.compressed(weights), nil, nil)
  }

  /// Keeps numbers in single precision, and nothing else.
  private mutating func keep(_ tensor: Tensor) {
    (numbers, panels, master) = (.tensor(tensor), nil, nil)
  }

  /// Moves the tensor out, so that nothing else holds its memory.
  private mutating func take() -> Tensor {
    let tensor = tensor
    (numbers, master) = (.tensor(WeightMatrix.nothing), nil)
    return tensor
  }

  private static let nothing = Tensor(zeros: [0, 0])

  /// The number of matrices.
  public var groupCount: Int { numbers.sizes.rank == 2 ? 1 : numbers.sizes[0] }

  /// The columns of the rows that are multiplied by the weight.
  public var inputSize: Int { numbers.sizes[numbers.sizes.rank - 1] }

  /// The columns of the results.
  public var outputSize: Int { numbers.sizes[numbers.sizes.rank - 2] }

  /// The size along each axis.
  public var shape: [Int] { numbers.shape }

  /// Bytes of the numbers as they are kept, without panels and master.
  public var byteCount: Int {
    compressed?.byteCount ?? numbers.sizes.scalarCount * MemoryLayout<Float>.stride
  }

  /// Whether the numbers may be kept in fewer bits: not where rows are looked up, nor in a router.
  package var canBeCompressed = true

  /// What watches the rows that are multiplied by the weight, if anything does.
  package var meter: ColumnMeter?

  /// Whether there are panels for the kernels in use, or the numbers stand as kernels read them.
  public var isPacked: Bool { compressed != nil || panels?.isForCurrentKernels ?? false }

  /// Packs the matrices, unless they are packed for the kernels in use.
  ///
  /// - Complexity: O(numbers), in time and in memory.
  public mutating func pack() {
    if !isPacked { panels = PackedPanels(tensor, transposing: true) }
  }

  /// Rounds the numbers to a format of fewer bits, or takes them back to single precision.
  ///
  /// Numbers that are in another format already are decompressed first.
  ///
  /// - Parameters:
  ///   - format: How the numbers are kept from now on.
  ///   - rounding: How scales are chosen.
  ///   - keepingMaster: Whether what is rounded is kept beside, is what gradients update, and is
  ///     rounded again after each update.
  ///   - columnWeights: How much each column counts in a search of scales, one number each; another
  ///     number of them traps.
  /// - Complexity: O(numbers), on the threads of ``Compute``.
  public mutating func compress(
    to format: WeightFormat, rounding: WeightRounding = .byMaximum, keepingMaster: Bool = false,
    columnWeights: Tensor? = nil
  ) {
    guard format != self.format || keepingMaster != (master != nil) else { return }
    let tensor = tensor
    keep(tensor)
    guard format != .float32 else { return }
    numbers = .compressed(
      CompressedWeights(
        tensor, format: format, rounding: rounding, columnWeights: columnWeights))
    if keepingMaster { master = (tensor, rounding) }
  }

  /// The factor of rows of inputSize: W·x + b of each, and what follows in the tail.
  ///
  /// - Parameters:
  ///   - bias: One row a matrix, of outputSize; another shape traps.
  ///   - epilogue: What happens to each result last.
  /// - Returns: An operand that reads the panels where they are for the kernels in use.
  package func operand(
    bias: Tensor? = nil, epilogue: ProductEpilogue = .none
  ) -> WeightOperand {
    var operand = WeightOperand(
      numbers, transposing: true, bias: bias, packed: panels, epilogue: epilogue)
    operand.meter = meter
    return operand
  }

  /// The factor of rows of outputSize on the way back: Wᵀ·g of each.
  package var backwardOperand: WeightOperand { WeightOperand(numbers, transposing: false) }
}
