/// A value made of named parameters: a layer, or the gradient of one.
///
/// A parameter has one name, used by optimisers, checkpoints and error messages alike. The names of
/// nested values are joined with dots, as in `router.gate.weight`.
public protocol Parameterized: Buffered {
  /// Calls `visit` with each parameter and its name, always in the same order.
  ///
  /// - Parameter visit: May change the parameter, but not its shape.
  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows

  /// Calls `visit` with each matrix that products are made with, under its parameter's name, always
  /// in the same order.
  ///
  /// What packs and compresses weights finds them so: see ``packWeights()`` and
  /// ``compressing(to:rounding:keepingMaster:where:)``. A type made of other parameterized values
  /// visits theirs; one that does not still works, unpacked and in single precision.
  ///
  /// - Parameter visit: May change how the weight is kept.
  mutating func visitWeights(_ visit: (String, inout WeightMatrix) throws -> Void) rethrows
}

extension Parameterized {
  /// Visits nothing.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {}

  /// Visits the parameters of a value that is nested under a name.
  ///
  /// - Parameters:
  ///   - name: What is put before the names, with a dot.
  ///   - visit: Called with each parameter.
  public mutating func visitParameters(
    under name: String, _ visit: (String, inout Tensor) throws -> Void
  ) rethrows {
    try visitParameters { try visit("\(name).\($0)", &$1) }
  }

  /// The parameters with their names, in the order of ``visitParameters(_:)``.
  ///
  /// Nothing is copied.
  public var namedParameters: [(name: String, parameter: Tensor)] {
    // Visiting is mutating, so a copy is visited; tensors share their memory until one is changed.
    var copy = self
    var parameters: [(name: String, parameter: Tensor)] = []
    copy.visitParameters { parameters.append(($0, $1)) }
    return parameters
  }

  /// How many numbers the parameters have in all.
  public var parameterCount: Int { namedParameters.reduce(0) { $0 + $1.parameter.count } }

  /// Calls `body` with each parameter and the one at the same place in another value.
  ///
  ///     model.visitParameters(with: saved) { name, parameter, saved in parameter = saved }
  ///
  /// An optimiser takes ``updateParameters(along:_:)`` instead, which leaves frozen parameters as
  /// they are.
  ///
  /// - Parameters:
  ///   - other: A value with the same names and shapes; another traps, with both.
  ///   - body: May change this value's parameter.
  public mutating func visitParameters(
    with other: some Parameterized, _ body: (String, inout Tensor, Tensor) throws -> Void
  ) rethrows {
    let others = other.namedParameters
    var index = 0
    try visitParameters { name, parameter in
      require(index < others.count, "parameter \(name) has no counterpart")
      let counterpart = others[index]
      require(
        counterpart.name == name && counterpart.parameter.sizes == parameter.sizes,
        "parameter \(name) of shape \(parameter.shape) against \(counterpart.name) of shape "
          + "\(counterpart.parameter.shape)")
      index += 1
      try body(name, &parameter, counterpart.parameter)
    }
    require(index == others.count, "\(index) parameters against \(others.count)")
  }
}
