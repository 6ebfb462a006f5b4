/// A group of experts of one kind and size, which run together.
///
/// A group knows nothing of routing. It is handed the tokens and, for each of its experts, the rows that
/// the expert is to take; it returns one output row for each. A layer holds several groups side by side,
/// such as feed-forward networks of different hidden sizes.
///
/// To add a kind of expert, write a type that conforms, and a static factory on ``ExpertSpecification``; see
/// <doc:WritingYourOwnExperts>.
public protocol ExpertGroup: Parameterized {
  /// The number of experts.
  var expertCount: Int { get }

  /// The size of a token.
  var inputSize: Int { get }

  /// The size of an expert's output.
  var outputSize: Int { get }

  /// Runs each expert on its rows.
  ///
  /// - Parameters:
  ///   - tokens: A matrix of ``inputSize`` columns.
  ///   - rows: The rows of `tokens` that each expert takes, one group an expert.
  ///   - mode: What the pass is for.
  /// - Returns: One output row for each position of `rows`, and what the backward pass needs.
  func forward(_ tokens: Tensor, rows: GroupedRows, mode: PassMode) -> ExpertGroupPass

  /// The gradients of a loss, from that with respect to the layer's output.
  ///
  /// The layer adds up weights times experts' outputs, so that the gradient with respect to the output at
  /// a position is that of its token, times the position's weight. The weight is handed over apart, so that
  /// a group can find the gradient with respect to it without having stored its outputs.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the layer's output, one row a token.
  ///   - weights: The weight of each position.
  ///   - tokens: What the forward pass was handed.
  ///   - rows: What the forward pass was handed.
  ///   - pass: The forward pass, in training mode.
  /// - Returns: The gradients with respect to the tokens, the weights and the parameters.
  func backward(
    _ outputGradient: Tensor, weights: Tensor, tokens: Tensor, rows: GroupedRows,
    pass: ExpertGroupPass
  ) -> ExpertGroupGradient
}

/// What a group's forward pass returns.
public struct ExpertGroupPass: Sendable {
  /// One row for each position.
  public var output: Tensor
  /// What the backward pass needs, in an order that the group itself defines; nothing in inference.
  public var saved: [Tensor]

  /// A pass of the given parts.
  ///
  /// - Parameters:
  ///   - output: One row for each position.
  ///   - saved: What the backward pass needs.
  public init(output: Tensor, saved: [Tensor] = []) {
    self.output = output
    self.saved = saved
  }
}

/// What a group's backward pass returns.
public struct ExpertGroupGradient: Sendable {
  /// The gradient with respect to the token at each position, one row a position; the layer adds up those
  /// of one token.
  public var tokens: Tensor
  /// The gradient with respect to the weight of each position.
  public var weights: Tensor
  /// The gradients with respect to the parameters, in a value of the group's own type.
  public var parameters: any ExpertGroup

  /// A gradient of the given parts.
  ///
  /// - Parameters:
  ///   - tokens: One row a position.
  ///   - weights: One number a position.
  ///   - parameters: A value of the group's own type.
  public init(tokens: Tensor, weights: Tensor, parameters: any ExpertGroup) {
    self.tokens = tokens
    self.weights = weights
    self.parameters = parameters
  }
}

/// What a group of experts is to be, before the layer that it belongs to gives it sizes.
///
///     let groups: [ExpertSpecification] = [
///       .gatedFeedForward(count: 8, hiddenSize: 64), .feedForward(count: 2, hiddenSize: 32),
///     ]
public struct ExpertSpecification: Sendable {
  /// The number of experts.
  public let count: Int
  private let make: @Sendable (Int, Int, inout ErasedGenerator) throws -> any ExpertGroup

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
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the count or what `make` returns does not fit.
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
