/// Some of the parameters of a model: what an optimiser sees that is to move those alone.
struct ParameterSubset<Base: Parameterized>: Parameterized {
  /// The whole model.
  var base: Base
  /// Which of its parameters there are, by name and shape.
  let isChosen: @Sendable (String, TensorShape) -> Bool

  /// Some of the parameters of a model.
  init(_ base: Base, where isChosen: @escaping @Sendable (String, TensorShape) -> Bool) {
    self.base = base
    self.isChosen = isChosen
  }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    let isChosen = isChosen
    try base.visitParameters { name, parameter in
      if isChosen(name, parameter.sizes) { try visit(name, &parameter) }
    }
  }

  /// Changes some of the parameters of a model where they stand: nothing is copied.
  static func change(
    _ model: inout Base, where isChosen: @escaping @Sendable (String, TensorShape) -> Bool,
    _ body: (inout ParameterSubset) -> Void
  ) {
    // Moved in and out, so that nothing else holds the memory that is changed.
    var subset = ParameterSubset(consume model, where: isChosen)
    body(&subset)
    model = subset.base
  }
}
