extension FeedForwardExperts {
  /// The maps of other experts: copies, and averages where several are merged.
  public func editingExperts(_ edit: ExpertEdit) -> FeedForwardExperts {
    var edited = self
    edited.up = up.editingExperts(edit)
    edited.down = down.editingExperts(edit)
    return edited
  }

  /// Visits an expert's parameters of `up` and `down`, under these names.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {
    try up.visitParameters(ofExpert: expert) { try visit("up.\($0)", &$1) }
    try down.visitParameters(ofExpert: expert) { try visit("down.\($0)", &$1) }
  }
}

extension GatedFeedForwardExperts {
  /// The maps of other experts: copies, and averages where several are merged.
  public func editingExperts(_ edit: ExpertEdit) -> GatedFeedForwardExperts {
    var edited = self
    edited.gate = gate.editingExperts(edit)
    edited.up = up.editingExperts(edit)
    edited.down = down.editingExperts(edit)
    return edited
  }

  /// Visits an expert's parameters of `gate`, `up` and `down`, under these names.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {
    try gate.visitParameters(ofExpert: expert) { try visit("gate.\($0)", &$1) }
    try up.visitParameters(ofExpert: expert) { try visit("up.\($0)", &$1) }
    try down.visitParameters(ofExpert: expert) { try visit("down.\($0)", &$1) }
  }
}

extension NormalizedExperts {
  /// Other experts between the same norms, which belong to all of them.
  ///
  /// - Throws: What the experts throw.
  public func editingExperts(_ edit: ExpertEdit) throws -> NormalizedExperts {
    NormalizedExperts(try experts.editingExperts(edit), before: before, after: after)
  }

  /// Visits the parameters of one of the experts, under `experts`; the norms are no one's own.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) throws {
    try experts.visitParameters(ofExpert: expert) { try visit("experts.\($0)", &$1) }
  }
}

extension PerExpert {
  /// The layers of other experts: copies, and averages of parameters where several are merged.
  ///
  /// A merged layer keeps the buffers of the first.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where layers that are merged have
  ///   parameters of other names or shapes.
  public func editingExperts(_ edit: ExpertEdit) throws -> PerExpert {
    PerExpert(
      try edit.sources.map { sources in
        guard sources.count > 1 else { return layers[sources[0].expert] }
        return try PerExpert.merged(
          sources.map { layers[$0.expert] }, sources.map(\.weight),
          experts: sources.map(\.expert))
      })
  }

  /// The first of some layers, with the average of the parameters of all.
  private static func merged(
    _ layers: [Expert], _ weights: [Double], experts: [Int]
  ) throws -> Expert {
    let parameters = layers.map(\.namedParameters)
    for (own, expert) in zip(parameters, experts)
    where own.map(\.name) != parameters[0].map(\.name)
      || own.map(\.parameter.shape) != parameters[0].map(\.parameter.shape)
    {
      throw MoEError.configuration(
        "parameters of expert \(expert), which is merged with \(experts[0])",
        value: "\(own.map { "\($0.name) \($0.parameter.shape)" })",
        expected: "\(parameters[0].map { "\($0.name) \($0.parameter.shape)" })")
    }
    var (merged, index) = (layers[0], 0)
    merged.visitParameters { _, parameter in
      parameter = ExpertEdit.average(parameters.map { $0[index].parameter }, weights)
      index += 1
    }
    return merged
  }

  /// Visits the parameters of an expert's layer.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows { try layers[expert].visitParameters(visit) }
}
