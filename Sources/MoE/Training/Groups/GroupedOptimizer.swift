/// An optimiser that trains groups of parameters each in its own way.
///
///     var optimizer = GroupedOptimizer(
///       AdamW(learningRate: 1e-3, weightDecay: 0.1),
///       groups: [
///         ParameterGroup(.routers, learningRateScale: 0.1, weightDecay: 0),
///         ParameterGroup(.biases.union(.norms), weightDecay: 0),
///       ])
///
/// A parameter belongs to the first group that has it, and one of no group is trained as the
/// optimiser alone does. Each group has a copy of the optimiser, so that any optimiser can be
/// grouped, and groups of which nothing is given change no bit.
///
/// **Names**: buffers of the optimiser of group i stand under `groups.i`, those of the rest under
/// `others`.
public struct GroupedOptimizer<Base: Optimizer>: Optimizer {
  /// The learning rate of parameters of no group, which those of groups are multiples of.
  public var learningRate: Float
  /// The groups.
  public let groups: [ParameterGroup]
  /// The optimiser of each group, and that of the rest.
  private var optimizers: [Base]

  /// An optimiser for groups.
  ///
  /// - Parameters:
  ///   - base: What trains each group; what it has gathered already goes to the groups of the
  ///     parameters that it is of.
  ///   - groups: The groups. One with a weight decay of its own traps where the optimiser is no
  ///     ``DecayingOptimizer``.
  public init(_ base: Base, groups: [ParameterGroup]) {
    learningRate = base.learningRate
    self.groups = groups
    optimizers = groups.map { group in
      guard let weightDecay = group.weightDecay else { return base }
      guard var decaying = base as? any DecayingOptimizer else {
        fatalError("GroupedOptimizer: a group with a weight decay, but \(Base.self) has none")
      }
      decaying.decayAll(by: weightDecay)
      return decaying as? Base ?? base
    }
    optimizers.append(base)
    // What each holds is to be of its own parameters alone, as it will be checked.
    for index in optimizers.indices {
      let isOwn = contains(index)
      optimizers[index].forget { !isOwn($0) }
    }
  }

  /// The names of the parameters that a group has in a model; those of no group, of nothing.
  ///
  /// - Parameters:
  ///   - group: The number of the group, from 0.
  ///   - model: The model.
  /// - Returns: The names, in the order of the model.
  public func parameterNames(ofGroup group: Int?, in model: some Parameterized) -> [String] {
    let isChosen = selection(group ?? groups.count)
    return model.namedParameters.filter { isChosen($0.name, $0.parameter.sizes) }.map(\.name)
  }

  /// One step for every group; names or shapes that differ from those of the gradient trap.
  public mutating func update<Model: Parameterized>(_ model: inout Model, along gradient: Model) {
    for index in optimizers.indices {
      let group = index < groups.count ? groups[index] : nil
      guard group?.isFrozen != true else { continue }
      optimizers[index].learningRate = learningRate * (group?.learningRateScale ?? 1)
      let isChosen = selection(index)
      let part = ParameterSubset(gradient, where: isChosen)
      ParameterSubset.change(&model, where: isChosen) {
        optimizers[index].update(&$0, along: part)
      }
    }
  }

  /// Which names a group has; the rest are one behind the last.
  private func contains(_ index: Int) -> @Sendable (String) -> Bool {
    let earlier = groups.prefix(index).map(\.parameters)
    let own = index < groups.count ? groups[index].parameters : .all
    return { name in own(name) && !earlier.contains { $0(name) } }
  }

  /// Which parameters a group has, whatever their shapes are.
  private func selection(_ index: Int) -> @Sendable (String, TensorShape) -> Bool {
    let contains = contains(index)
    return { name, _ in contains(name) }
  }

  private func name(_ index: Int) -> String {
    index < groups.count ? "groups.\(index)" : "others"
  }
}

extension GroupedOptimizer {
  /// Visits the buffers of the optimiser of each group.
  public mutating func visitBuffers(_ visit: (String, inout Tensor?) throws -> Void) rethrows {
    for index in optimizers.indices {
      try optimizers[index].visitBuffers(under: name(index), visit)
    }
  }

  /// Throws what the optimisers throw.
  public func checkBuffers() throws { for optimizer in optimizers { try optimizer.checkBuffers() } }

  /// Takes over saved buffers; of none, the optimiser is as it was before its first update.
  ///
  /// Where it throws, nothing has changed.
  ///
  /// - Parameter buffers: What ``Buffered/namedBuffers`` gave, by name.
  /// - Throws: ``MoEError`` where a name is that of no group, and what the optimisers throw.
  public mutating func restoreBuffers(_ buffers: [String: Tensor]) throws {
    var restored = self
    var rest = buffers
    for index in optimizers.indices {
      var own: [String: Tensor] = [:]
      let start = name(index) + "."
      for (name, tensor) in buffers where name.hasPrefix(start) {
        own[String(name.dropFirst(start.count))] = tensor
        rest[name] = nil
      }
      try restored.optimizers[index].restoreBuffers(own)
    }
    guard rest.isEmpty else {
      throw MoEError.configuration(
        "saved buffers", value: rest.keys.sorted().joined(separator: ", "),
        expected: "those of \(optimizers.indices.map(name).joined(separator: ", "))")
    }
    self = restored
  }

  /// Throws where what a group has gathered is not of its parameters of the model.
  public func check(_ model: some Parameterized) throws {
    for (index, optimizer) in optimizers.enumerated() {
      try optimizer.check(ParameterSubset(model, where: selection(index)))
    }
  }

  /// Lets go of what was gathered for some parameters.
  ///
  /// - Parameter isForgotten: Whether what was gathered for a parameter of a name is let go.
  public mutating func forget(where isForgotten: (String) -> Bool) {
    for index in optimizers.indices { optimizers[index].forget(where: isForgotten) }
  }

  /// Takes what was gathered to where an edit takes the parameters.
  ///
  /// - Throws: What the edit throws, and where the optimiser cannot follow.
  public mutating func follow<Model: Parameterized>(
    _ model: Model, _ edit: (inout Model) throws -> Void
  ) throws {
    var moved = self
    for index in optimizers.indices {
      try moved.optimizers[index].follow(ParameterSubset(model, where: selection(index))) {
        try edit(&$0.base)
      }
    }
    self = moved
  }
}

extension GroupedOptimizer: CustomStringConvertible {
  /// The optimiser of the rest, and what is each group's own.
  public var description: String {
    let lines = groups.enumerated().map { "  group \($0.offset): \($0.element)" }
    return (["\(optimizers[groups.count])"] + lines).joined(separator: "\n")
  }
}
