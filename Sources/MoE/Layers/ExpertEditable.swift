/// A part of a layer that can follow where experts are taken away, doubled, merged or put in
/// another order.
///
/// Gates, scores, selectors, weightings, groups of experts, balancing losses and updates after a
/// step are such parts. What a part holds for each expert, such as a row of weights, a cost or a
/// count, has to move with the expert; what names an expert by its number has to name it by the new
/// one. A part of your own that says nothing of it throws, so that a changed layer never goes by
/// the numbers of another: implement ``editingExperts(_:)`` or, where the part knows experts by
/// nothing but what it is handed, declare it ``ExpertAgnostic``.
public protocol ExpertEditable {
  /// The same part for other experts.
  ///
  /// - Parameter edit: Which of the former experts each one is, or is made of.
  /// - Returns: A part for as many experts as there are afterwards.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` with the name of the part, where it
  ///   cannot follow.
  func editingExperts(_ edit: ExpertEdit) throws -> Self
}

extension ExpertEditable {
  /// Throws, unless nothing changes: it is not known what the part holds.
  public func editingExperts(_ edit: ExpertEdit) throws -> Self {
    guard !edit.isIdentity else { return self }
    throw MoEError.configuration(
      "part of a layer whose experts change", value: "\(Self.self)",
      expected: "one that implements editingExperts(_:), or is ExpertAgnostic")
  }
}

/// A part of a layer that holds nothing for single experts and names none by its number: it is the
/// same whichever experts there are.
public protocol ExpertAgnostic: ExpertEditable {}

extension ExpertAgnostic {
  /// The part as it is.
  public func editingExperts(_ edit: ExpertEdit) -> Self { self }
}

/// A part of a layer with parameters that each belong to an expert.
///
/// Gates and groups of experts are such parts.
public protocol ExpertParameterized: Parameterized, ExpertEditable {
  /// Calls `visit` with each parameter of one expert, always in the same order.
  ///
  /// Names and shapes are the same for all experts of a part: those of the expert by itself. What
  /// several experts share is left out.
  ///
  /// - Parameters:
  ///   - expert: The expert, numbered from 0 in this part; another traps. In the gate of a soft
  ///     mixture it is a slot.
  ///   - visit: May change the parameter, but not its shape.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the part does not tell the
  ///   parameters of its experts apart, and what `visit` throws.
  mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) throws
}

extension ExpertParameterized {
  /// Throws: it is not known which parameters are whose.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) throws {
    throw MoEError.configuration(
      "part of a layer whose experts' parameters are asked for", value: "\(Self.self)",
      expected: "one that implements visitParameters(ofExpert:_:)")
  }

  /// The parameters of one expert with their names, in the order of
  /// ``visitParameters(ofExpert:_:)``.
  ///
  /// - Parameter expert: The expert, numbered from 0 in this part.
  /// - Returns: Copies.
  /// - Throws: What visiting throws.
  public func namedParameters(
    ofExpert expert: Int
  ) throws -> [(name: String, parameter: Tensor)] {
    var copy = self
    var parameters: [(name: String, parameter: Tensor)] = []
    try copy.visitParameters(ofExpert: expert) { parameters.append(($0, $1)) }
    return parameters
  }

  /// Visits the entry of an expert in a parameter that has one for each along its first axis.
  ///
  /// It is a function of the type, so that a property of the value can be handed over.
  ///
  /// - Parameters:
  ///   - name: The name of the parameter.
  ///   - tensor: The parameter.
  ///   - expert: The expert.
  ///   - visit: Called with the entry, without the first axis.
  public static func visit(
    _ name: String, of tensor: inout Tensor, expert: Int,
    _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {
    var entry = tensor[entry: expert]
    try visit(name, &entry)
    // Only read: nothing is to be copied.
    guard !entry.sharesMemory(with: tensor) else { return }
    let shape = [1] + tensor.shape.dropFirst()
    require(
      entry.count == shape.reduce(1, *),
      "\(name) of expert \(expert): shape \(entry.shape) against \(shape.dropFirst())")
    tensor[entries: expert..<expert + 1] = entry.reshaped(to: shape)
  }
}

extension ExpertParameterized where Self: ExpertAgnostic {
  /// Visits nothing: no parameter is that of a single expert.
  public mutating func visitParameters(
    ofExpert expert: Int, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {}
}
