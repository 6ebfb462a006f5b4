extension Optimizer {
  /// Changes which experts a model has, and what the optimiser has gathered along with it.
  ///
  ///     try optimizer.edit(&moe) { try $0.removeExperts([3]) }
  ///
  /// What was gathered for a parameter goes where the parameter's numbers go: copies have that of
  /// the original, merged experts the average, and what is new starts from zero.
  ///
  /// - Parameters:
  ///   - model: What is trained.
  ///   - edit: Changes a model of the same type, such as by
  ///     ``MixtureOfExperts/removeExperts(_:routing:)``. It is called several times, once with the
  ///     model and further with what was gathered in the place of its parameters, and has to do the
  ///     same each time: of a generator that it draws from, hand it a copy made inside.
  /// - Throws: What the edit throws, and where this optimiser cannot follow, or the edit draws
  ///   other numbers each time; neither model nor optimiser have changed then.
  public mutating func edit<Model: Parameterized>(
    _ model: inout Model, by edit: (inout Model) throws -> Void
  ) throws {
    var (edited, optimizer) = (model, self)
    try edit(&edited)
    try optimizer.follow(model, edit)
    try optimizer.check(edited)
    model = edited
    self = optimizer
  }

  /// Throws, unless nothing has been gathered: it is not known what the optimiser holds.
  public mutating func follow<Model: Parameterized>(
    _ model: Model, _ edit: (inout Model) throws -> Void
  ) throws {
    guard !namedBuffers.isEmpty else { return }
    throw MoEError.configuration(
      "optimizer of a model whose experts change", value: "\(Self.self)",
      expected: "one that implements follow(_:_:), or has gathered nothing yet")
  }
}

extension ParameterStates {
  /// Takes what was gathered to where an edit takes the parameters.
  ///
  /// An edit copies numbers, averages them, and puts in new ones: the difference of what it makes
  /// of the gathered tensors and of zeros is without the new ones.
  mutating func follow<Model: Parameterized>(
    _ model: Model, _ edit: (inout Model) throws -> Void
  ) throws {
    guard !tensors.isEmpty else { return }
    try check(model)
    func edited(_ tensor: (String, Tensor) -> Tensor) throws -> [(name: String, parameter: Tensor)]
    {
      var filled = model
      filled.visitParameters { $1 = tensor($0, $1) }
      try edit(&filled)
      return filled.namedParameters
    }
    let new = try edited { Tensor(zeros: $1.shape) }
    for (parameter, other) in zip(new, try edited { Tensor(zeros: $1.shape) })
    where parameter.name != other.name || parameter.parameter != other.parameter {
      throw MoEError.configuration(
        "edit of a model with an optimizer", value: "another \(parameter.name) each time",
        expected: "the same each time, by a copy of a generator that is made inside")
    }
    var moved: [String: [Tensor]] = [:]
    for (index, part) in parts.enumerated() {
      let gathered = try edited { name, tensor in
        tensors[name].map { part.form.filling($0[index], shape: tensor.shape) }
          ?? Tensor(zeros: tensor.shape)
      }
      for ((name, tensor), (_, zero)) in zip(gathered, new) {
        var own = tensor - zero
        // Noise in copies may have moved it below.
        if part.isNotNegative { own = Activation.relu(own) }
        moved[name, default: []].append(part.form.reading(own))
      }
    }
    tensors = moved
  }
}

extension AdamW {
  /// Takes the moments to where an edit takes the parameters; the step goes on.
  ///
  /// - Throws: What the edit throws, and where it draws other numbers each time.
  public mutating func follow<Model: Parameterized>(
    _ model: Model, _ edit: (inout Model) throws -> Void
  ) throws { try moments.follow(model, edit) }
}

extension SGD {
  /// Takes the velocities to where an edit takes the parameters.
  ///
  /// - Throws: What the edit throws, and where it draws other numbers each time.
  public mutating func follow<Model: Parameterized>(
    _ model: Model, _ edit: (inout Model) throws -> Void
  ) throws { try velocities.follow(model, edit) }
}
