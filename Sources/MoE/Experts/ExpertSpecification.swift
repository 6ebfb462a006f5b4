/// A plan for a group of experts, before the layer that it belongs to gives it sizes.
///
///     let groups: [ExpertSpecification] = [
///       .gatedFeedForward(count: 8, hiddenSize: 64), .feedForward(count: 2, hiddenSize: 32),
///     ]
public struct ExpertSpecification: Sendable {
  /// The number of experts.
  public let count: Int
  private let make: @Sendable (Int, Int, inout ErasedGenerator) throws -> any ExpertGroup
  /// What it was made of; nothing of a kind of your own.
  var plan: ExpertPlan?

  /// A specification of a kind of expert that may be your own.
  ///
  /// - Parameters:
  ///   - count: The number of experts.
  ///   - make: Makes the group from the input size, the output size and a source of randomness.
  public init(
    count: Int,
    make:
      @escaping @Sendable (
        _ inputSize: Int, _ outputSize: Int, _ generator: inout ErasedGenerator
      ) throws -> any ExpertGroup
  ) {
    self.count = count
    self.make = make
  }

  /// Makes the group.
  ///
  /// - Parameters:
  ///   - inputSize: The size of a token.
  ///   - outputSize: The size of an expert's output.
  ///   - generator: The source of randomness.
  /// - Returns: A group of ``count`` experts.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the count or what `make` returns
  ///   does not fit.
  public func group(
    inputSize: Int, outputSize: Int, using generator: inout some RandomNumberGenerator
  ) throws -> any ExpertGroup {
    guard count > 0 else {
      throw MoEError.configuration("expert count", value: "\(count)", expected: "at least 1")
    }
    return try withErased(&generator) { generator in
      let group = try make(inputSize, outputSize, &generator)
      guard group.expertCount == count, group.inputSize == inputSize, group.outputSize == outputSize
      else {
        throw MoEError.configuration(
          "expert group",
          value: "\(group.expertCount) experts from \(group.inputSize) to \(group.outputSize)",
          expected: "\(count) experts from \(inputSize) to \(outputSize)")
      }
      return group
    }
  }
}

extension ExpertSpecification: CustomStringConvertible {
  /// What the experts are made of; of a kind of your own their number.
  public var description: String {
    plan.map { planText($0) } ?? "\(count) experts of a kind of your own"
  }
}
