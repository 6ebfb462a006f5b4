/// Experts of one kind and size, which run together.
///
/// A group knows nothing of routing. It is handed a matrix and, for each of its experts, the rows
/// of it that the expert is to take; it returns one output row for each, or says that there is
/// nothing to compute. A layer holds several groups side by side, such as feed-forward networks of
/// different hidden sizes.
///
/// To add a kind of expert, write a type that conforms, and a static factory on
/// ``ExpertSpecification``; see <doc:WritingYourOwnExperts>.
public protocol ExpertGroup: ExpertParameterized {
  /// All that a forward pass returns, and all that a backward pass reads.
  associatedtype Pass: ExpertPass

  /// The number of experts.
  var expertCount: Int { get }

  /// The size of a token.
  var inputSize: Int { get }

  /// The size of an expert's output.
  var outputSize: Int { get }

  /// What routing may know of each of the experts: what it costs, and whether it gives nothing or
  /// the token itself; that it computes, unless given.
  ///
  /// A group whose experts give nothing or the token is handed no rows of its own.
  var traits: ExpertTraits { get }

  /// A specification that makes experts of this kind, count and sizes; nothing where there is none,
  /// and unless given.
  ///
  /// The configuration of a layer, ``MixtureOfExperts/configuration``, is made of them.
  var specification: ExpertSpecification? { get }

  /// Runs each expert on its rows.
  ///
  /// - Parameters:
  ///   - input: The rows that each expert takes, one group an expert, and which tokens they are.
  ///   - context: What the batch is, and what the pass is for: mode, step and noise.
  /// - Returns: The outputs, and what the backward pass needs.
  /// - Throws: What a kind of expert throws, before anything has changed.
  func forward(_ input: GroupedTokens, context: LayerContext) throws -> Pass

  /// The gradients of a loss, from that with respect to the layer's output.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the layer's output, and the weight of each
  ///     position.
  ///   - pass: A forward pass of this group in training mode.
  /// - Returns: The gradients with respect to the rows, the weights and the parameters.
  /// - Throws: What a kind of expert throws.
  func backward(_ outputGradient: GroupedGradient, pass: Pass) throws -> ExpertGradient<Self>
}

extension ExpertGroup {
  /// Experts that compute.
  public var traits: ExpertTraits { .computing }

  /// Nothing.
  public var specification: ExpertSpecification? { nil }
}

/// The output of experts: rows, nothing, or the tokens themselves.
public enum ExpertOutput: Sendable {
  /// One row for each position.
  case rows(Tensor)
  /// Nothing, which is zero for every position: no row is read or written.
  case zero
  /// The rows that experts took, unchanged: no row is copied.
  case tokens
}

/// The result of a group's forward pass.
public protocol ExpertPass: Sendable {
  /// The output of the experts.
  ///
  /// A layer whose backward pass does not read it sets it to ``ExpertOutput/zero`` once it has been
  /// combined, to give the memory back. So what a group's own backward pass reads, it keeps beside
  /// this.
  var output: ExpertOutput { get set }
}

/// The result of a group's backward pass.
public struct ExpertGradient<Parameters: ExpertGroup>: Sendable {
  /// The gradient with respect to the row at each position, one row a position; nothing where
  /// experts gave no rows.
  ///
  /// The layer adds up those of one token.
  public var rows: Tensor?
  /// The gradient with respect to the weight of each position; nothing where experts gave no rows.
  public var weights: Tensor?
  /// The gradients with respect to the parameters: a value of the group's own type.
  public var parameters: Parameters

  /// A gradient of the given parts.
  ///
  /// - Parameters:
  ///   - rows: One row a position.
  ///   - weights: One number a position.
  ///   - parameters: A value of the group's own type.
  public init(rows: Tensor? = nil, weights: Tensor? = nil, parameters: Parameters) {
    self.rows = rows
    self.weights = weights
    self.parameters = parameters
  }
}

extension ExpertGroup {
  /// The backward pass of a group whose type is not known, from a pass of that group; another
  /// traps.
  package func anyBackward(
    _ outputGradient: GroupedGradient, pass: any ExpertPass
  ) throws -> (rows: Tensor?, weights: Tensor?, parameters: any ExpertGroup) {
    guard let own = pass as? Pass else {
      fatalError("\(Self.self).backward: a pass of type \(type(of: pass)), expected \(Pass.self)")
    }
    let back = try backward(outputGradient, pass: own)
    return (back.rows, back.weights, back.parameters)
  }
}
