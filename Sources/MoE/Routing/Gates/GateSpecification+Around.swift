extension GateSpecification {
  /// A specification of a gate that is made around this one's.
  ///
  /// - Parameter wrap: Makes the outer gate from the inner one and a source of randomness.
  /// - Returns: A specification that draws the inner gate first.
  public func around(
    _ wrap:
      @escaping @Sendable (_ base: any Gate, _ generator: inout ErasedGenerator) throws -> any Gate
  ) -> GateSpecification {
    var specification = GateSpecification { inputSize, expertCount, generator in
      let base = try gate(
        inputSize: inputSize, expertCount: expertCount, using: &generator)
      return try wrap(base, &generator)
    }
    specification.isDeterministic = isDeterministic
    return specification
  }

  /// Throws where a gate has a parameter of the name that one around it needs.
  static func checkFree(_ name: String, of base: any Gate, for combinator: String) throws {
    guard !base.namedParameters.contains(where: { $0.name == name }) else {
      throw MoEError.configuration(
        "gate that \(combinator) is put around", value: "one with a parameter \(name)",
        expected: "one without")
    }
  }
}
