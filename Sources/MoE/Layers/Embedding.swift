/// The vector of each token id: eₜ = W[idₜ].
///
/// **Shapes**: `weight` [count, size]; ids [tokens], output [tokens, size].
///
/// **Gradient**: row id of W gets the sum of the gradients of its tokens, added in their order.
///
/// **Initial values**: normal with standard deviation 0.02, as GPT-2 and most decoders since.
public struct Embedding: Parameterized {
  /// The vectors, one row an id.
  public var weight: Tensor {
    get { matrix.tensor }
    _modify { yield &matrix.tensor }
    set { matrix.tensor = newValue }
  }
  private var matrix: WeightMatrix

  /// The standard deviation of initial values.
  private static let initialDeviation: Float = 0.02

  /// An embedding of given vectors.
  ///
  /// - Parameter weight: A matrix of one row an id; a tensor of another rank traps.
  public init(weight: Tensor) {
    require(weight.rank == 2, "Embedding: weight of shape \(weight.shape), expected a matrix")
    matrix = WeightMatrix(weight)
    matrix.canBeCompressed = false
  }

  /// An embedding of random vectors.
  ///
  /// - Parameters:
  ///   - count: The number of ids.
  ///   - size: The size of a vector.
  ///   - generator: The source of randomness.
  public init(count: Int, size: Int, using generator: inout some RandomNumberGenerator) {
    self.init(
      weight: Embedding.initialDeviation * .normal(shape: [count, size], using: &generator))
  }

  /// The number of ids.
  public var count: Int { matrix.outputSize }

  /// The size of a vector.
  public var size: Int { matrix.inputSize }

  /// Visits `weight`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try visit("weight", &matrix.tensor)
  }

  /// Visits the weight for ``logits(of:)``; vectors are read where they stand.
  public mutating func visitWeights(
    _ visit: (String, inout WeightMatrix) throws -> Void
  ) rethrows {
    try visit("weight", &matrix)
  }

  /// The vectors of some ids.
  ///
  /// - Parameter ids: One id a token.
  /// - Returns: A matrix of one row a token.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` for an id that there is no vector of.
  public func forward(_ ids: [Int]) throws -> Tensor {
    for (token, id) in ids.enumerated() where id < 0 || id >= count {
      throw MoEError.configuration(
        "id of token \(token)", value: "\(id)",
        expected: count == 0 ? "none, as there are no ids" : "0 to \(count - 1)")
    }
    return weight.gatheringEntries(ids)
  }

  /// The gradient with respect to the vectors, from that with respect to the output.
  ///
  /// - Parameters:
  ///   - outputGradient: A matrix of one row a token; another shape traps.
  ///   - ids: What the forward pass was handed.
  /// - Returns: A value of this type.
  public func backward(_ outputGradient: Tensor, ids: [Int]) -> Embedding {
    var gradient = Tensor(zeros: weight.shape)
    gradient.scatterAddEntries(outputGradient, at: ids)
    return Embedding(weight: gradient)
  }

  /// The logits of all ids, with the vectors as the weight of a tied head: x·Wᵀ.
  ///
  /// - Parameter rows: A matrix of ``size`` columns; of another number it traps.
  /// - Returns: A matrix of one column an id.
  /// - Complexity: O(rows · count · size) multiply-adds.
  public func logits(of rows: Tensor) -> Tensor { rows.product(matrix.operand()) }

  /// The gradients of a tied head: g·W for the rows, gᵀ·x for the vectors.
  ///
  /// - Parameters:
  ///   - gradient: With respect to the logits.
  ///   - rows: What the logits were made of.
  /// - Returns: The gradients with respect to the rows and to the vectors.
  public func logitsBackward(_ gradient: Tensor, of rows: Tensor) -> LayerGradient<Embedding> {
    LayerGradient(
      input: gradient.product(matrix.backwardOperand),
      parameters: Embedding(weight: gradient.matmul(rows, transposingLeft: true)))
  }
}
