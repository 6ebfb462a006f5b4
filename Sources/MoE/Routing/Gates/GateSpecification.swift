/// A plan for a gate, before the layer that it belongs to gives it sizes.
public struct GateSpecification: Sendable {
  /// The promises that the gate is to give; a layer goes by those of the gate itself.
  public var promises: RoutingPromises
  private let make: @Sendable (Int, Int, inout ErasedGenerator) throws -> any Gate
  /// What it was made of; nothing of a gate of your own.
  var plan: GatePlan?

  /// A specification of a gate that may be your own.
  ///
  /// - Parameters:
  ///   - promises: What the gate is to promise.
  ///   - make: Makes the gate from the size of a token, the number of experts and a source of
  ///     randomness.
  public init(
    promises: RoutingPromises = [],
    make:
      @escaping @Sendable (
        _ inputSize: Int, _ expertCount: Int, _ generator: inout ErasedGenerator
      ) throws -> any Gate
  ) {
    self.promises = promises
    self.make = make
  }

  /// Makes the gate.
  ///
  /// - Parameters:
  ///   - inputSize: The size of a token.
  ///   - expertCount: The number of experts.
  ///   - generator: The source of randomness.
  /// - Returns: A gate of those sizes.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` for a size below 1, and where what `make`
  ///   returns does not fit.
  public func gate(
    inputSize: Int, expertCount: Int, using generator: inout some RandomNumberGenerator
  ) throws -> any Gate {
    for (name, size) in [("size of a token", inputSize), ("number of experts", expertCount)]
    where size < 1 {
      throw MoEError.configuration(name, value: "\(size)", expected: "at least 1")
    }
    return try withErased(&generator) { generator in
      let gate = try make(inputSize, expertCount, &generator)
      guard gate.inputSize == inputSize, gate.expertCount == expertCount else {
        throw MoEError.configuration(
          "gate", value: "from \(gate.inputSize) to \(gate.expertCount) experts",
          expected: "from \(inputSize) to \(expertCount) experts")
      }
      return gate
    }
  }
}

extension GateSpecification: CustomStringConvertible {
  /// What the gate is made of; of a gate of your own what it promises.
  public var description: String {
    plan.map { planText($0) } ?? "a gate of your own that promises \(promises)"
  }
}
