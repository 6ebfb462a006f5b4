/// A pass of each group of experts, and what each gives.
struct ExpertRun: Sendable {
  /// One pass a group.
  var passes: [any ExpertPass]
  /// The kind of output of each group: rows, nothing, or the tokens.
  private let kinds: [Kind]
  /// Whether the rows are slots of a soft mixture, which are no tokens: what computes nothing then
  /// gives rows all the same.
  private let isSoft: Bool

  private enum Kind: Sendable { case rows, zero, tokens }

  init(_ passes: [any ExpertPass], isSoft: Bool) {
    self.passes = passes
    self.isSoft = isSoft
    kinds = passes.map { pass in
      switch pass.output {
      case .rows: .rows
      case .zero: .zero
      case .tokens: .tokens
      }
    }
  }

  /// Whether a group gives rows.
  func givesRows(_ group: Int) -> Bool { isSoft || kinds[group] == .rows }

  /// The gradient with respect to a group's rows, of so many columns, where these are slots that it
  /// computed nothing of.
  func uncomputed(_ group: Int, _ gradient: Tensor, columns: Int) -> Tensor? {
    switch kinds[group] {
    case .rows: nil
    case .zero: Tensor(zeros: [gradient.rowCount, columns])
    case .tokens: gradient
    }
  }

  /// The ranges of experts that give rows.
  func computing(_ ranges: [Range<Int>]) -> [Range<Int>] {
    ranges.indices.allSatisfy(givesRows)
      ? ranges : ranges.indices.filter(givesRows).map { ranges[$0] }
  }

  /// The ranges of experts whose output is the token itself.
  func copying(_ ranges: [Range<Int>]) -> [Range<Int>] {
    isSoft || !kinds.contains(.tokens)
      ? [] : ranges.indices.filter { kinds[$0] == .tokens }.map { ranges[$0] }
  }

  /// The rows that groups gave, one matrix a group that gave any.
  var rows: [Tensor] {
    passes.compactMap { pass in
      if case .rows(let rows) = pass.output { rows } else { nil as Tensor? }
    }
  }

  /// Gives the memory of the outputs back.
  mutating func dropOutputs() { for index in passes.indices { passes[index].output = .zero } }
}

extension MixtureOfExperts {
  /// Runs each group on its experts' rows.
  func runExperts(
    _ inputs: [GroupedTokens], _ context: LayerContext, isSoft: Bool
  ) throws -> ExpertRun {
    var passes: [any ExpertPass] = []
    passes.reserveCapacity(inputs.count)
    for (group, input) in zip(expertGroups, inputs) {
      passes.append(try group.checkedPass(input, context))
    }
    var run = ExpertRun(passes, isSoft: isSoft)
    if isSoft {
      for (index, input) in inputs.enumerated() {
        run.passes[index].output = .rows(
          passes[index].output.rows(of: input, outputSize: expertGroups[index].outputSize))
      }
    }
    return run
  }

  /// The gradients of each group, one after another.
  struct ExpertGradients {
    var rows: Tensor
    var weights: Tensor
    var parameters: [any ExpertGroup]
  }

  /// The backward pass of each group.
  func expertGradients(
    _ gradients: [GroupedGradient], input rows: GroupedRows, _ run: ExpertRun
  ) throws -> ExpertGradients {
    var (rowGradients, weightGradients): ([Tensor], [Tensor]) = ([], [])
    var parameters: [any ExpertGroup] = []
    for (index, range) in expertRanges.enumerated() {
      let (group, gradient) = (expertGroups[index], gradients[index])
      let count = gradient.weights.count
      let back = try group.anyBackward(gradient, pass: run.passes[index])
      parameters.append(back.parameters)
      guard run.givesRows(index) else { continue }
      let taken = rows[groups: range].indices.map(Int.init)
      guard
        let own = back.rows
          ?? run.uncomputed(
            index, gradient.matrix.gatheringEntries(taken), columns: group.inputSize),
        let weights = back.rows == nil ? Tensor(zeros: [count]) : back.weights
      else { fatalError("\(type(of: group)).backward: rows without a gradient") }
      checkShape(
        of: own, is: TensorShape(count, group.inputSize), "gradient of tokens", type(of: group))
      checkShape(
        of: weights, is: TensorShape(count), "gradient of weights", type(of: group))
      rowGradients.append(own)
      weightGradients.append(weights)
    }
    guard !rowGradients.isEmpty else {
      return ExpertGradients(
        rows: Tensor(zeros: [0, expertGroups[0].inputSize]), weights: Tensor(zeros: [0]),
        parameters: parameters)
    }
    return ExpertGradients(
      rows: Tensor(concatenatingEntries: rowGradients),
      weights: Tensor(concatenatingEntries: weightGradients), parameters: parameters)
  }
}

extension ExpertGroup {
  /// A forward pass whose output has been checked.
  ///
  /// It is put behind a type that is not known only when it is done, and once.
  fileprivate func checkedPass(
    _ input: GroupedTokens, _ context: LayerContext
  ) throws -> any ExpertPass {
    let pass = try forward(input, context: context)
    pass.output.check(of: self, rowCount: input.rows.count)
    return pass
  }
}

extension ExpertOutput {
  /// Traps where an output, which may come from the user's own experts, has another shape than it
  /// has to.
  ///
  /// Its rows would else be taken for those of another group. Experts that say to read no rows have
  /// been handed none.
  func check(of group: some ExpertGroup, rowCount: Int) {
    let kind: ExpertTraits.Output =
      switch self {
      case .rows: .rows
      case .zero: .zero
      case .tokens: .tokens
      }
    let traits = group.traits
    require(
      traits.output == .rows || traits.output == kind,
      "\(type(of: group)): an output of \(kind), expected \(traits.output) as its traits say")
    switch self {
    case .rows(let rows):
      checkShape(
        of: rows, is: TensorShape(rowCount, group.outputSize), "output", type(of: group))
    case .tokens:
      require(
        group.inputSize == group.outputSize,
        "\(type(of: group)): tokens of \(group.inputSize) as outputs of \(group.outputSize)")
    case .zero: break
    }
  }

  /// The output as rows, made of the input where it is that.
  fileprivate func rows(of input: GroupedTokens, outputSize: Int) -> Tensor {
    switch self {
    case .rows(let rows): rows
    case .zero: Tensor(zeros: [input.rows.count, outputSize])
    case .tokens: input.matrix.gatheringEntries(input.rows.indices.map(Int.init))
    }
  }
}

/// Traps where a part that may be the user's own gives a tensor of another shape than it has to.
func checkShape(
  of tensor: Tensor, is expected: TensorShape, _ name: StaticString,
  _ part: @autoclosure () -> Any.Type
) {
  require(
    tensor.sizes == expected,
    "\(part()): \(name) of shape \(tensor.shape), expected \(expected.array)")
}
