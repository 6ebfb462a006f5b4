/// Dropout: in training, each scalar is zero with a probability p, and the others are divided by
/// 1 − p; in inference, the input itself.
///
/// Which are zero is a pure function of the noise of the pass (seed, step and layer), of the row's
/// position id and of the column, whatever stands beside the row in the batch. So the backward pass
/// makes the mask anew, and so does a pass that is made up anew in the same step: nothing is stored.
///
/// **Gradient**: the same mask and the same factor.
///
/// Source: Srivastava and others, JMLR 15 (2014); the inverted form.
public struct Dropout: Layer {
  /// The number of columns.
  public let size: Int
  /// The probability p.
  public let rate: Double
  /// The number of this one among those of a layer, so that each has a mask of its own.
  public let number: Int

  /// A dropout of a rate.
  ///
  /// - Parameters:
  ///   - size: The number of columns; at least 1.
  ///   - rate: The probability that a scalar is zero, at least 0 and below 1.
  ///   - number: The number of this one among those that see the same noise.
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` where the size or the rate is another.
  public init(size: Int, rate: Double, number: Int = 0) throws {
    guard size > 0 else {
      throw MoEError.configuration("size of dropout", value: "\(size)", expected: "at least 1")
    }
    try DropoutMask.check(rate: rate, of: "dropout")
    self.size = size
    self.rate = rate
    self.number = number
  }

  /// The number of columns of the input.
  public var inputSize: Int { size }

  /// The number of columns of the output.
  public var outputSize: Int { size }

  /// There are no parameters.
  public mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  /// The result of a forward pass.
  public struct Pass: LayerPass {
    /// The output, of shape [rows, size].
    public let output: Tensor
    /// The noise and the positions of the rows; nothing in inference.
    let saved: (noise: Noise, positions: [Int])?
  }

  /// The output; another number of columns traps.
  public func forward(_ input: Tensor, context: LayerContext) -> Pass {
    require(
      input.rank == 2 && input.columnCount == size,
      "Dropout: input of shape \(input.shape), expected [rows, \(size)]")
    guard context.mode.isTraining else { return Pass(output: input, saved: nil) }
    let noise = context.purpose.noise.branch(number)
    let positions = context.batch.noisePositions(rowCount: input.rowCount)
    return Pass(
      output: masked(input, noise, positions), saved: (noise, positions))
  }

  /// The gradient with respect to the input.
  public func backward(_ outputGradient: Tensor, pass: Pass) -> LayerGradient<Dropout> {
    let (noise, positions) = kept(pass.saved, by: "Dropout")
    return LayerGradient(input: masked(outputGradient, noise, positions), parameters: self)
  }

  private func masked(_ input: Tensor, _ noise: Noise, _ positions: [Int]) -> Tensor {
    guard rate > 0 else { return input }
    var output = input
    DropoutMask(rate: rate).apply(to: &output) { row, block in
      noise.words(.dropout, position: positions[row], block: block)
    }
    return output
  }
}

/// The rule by which random words leave scalars out.
package struct DropoutMask: Sendable, Hashable {
  /// Words below it leave out: uniform numbers below the rate.
  package let threshold: UInt32
  /// What is left is multiplied by: one over the probability that it is left.
  package let factor: Float

  /// The rule of a rate from 0 to below 1; another traps.
  package init(rate: Double) {
    require(rate >= 0 && rate < 1, "dropout: rate \(rate), expected 0 to below 1")
    // (w + ½)·2⁻³² < p.
    let words = (rate * 0x1p32 - 0.5).rounded(.up)
    threshold = words >= 0x1p32 ? .max : UInt32(max(words, 0))
    factor = Float(1 / (1 - rate))
  }

  /// Leaves out scalars of a matrix, by the words of four neighbouring columns of a row.
  package func apply(
    to matrix: inout Tensor, words: (_ row: Int, _ block: Int) -> SIMD4<UInt32>
  ) {
    matrix.drop(below: threshold, scalingOthersBy: factor, words: words)
  }

  /// Throws where a rate is not from 0 to below 1.
  package static func check(rate: Double, of name: String) throws {
    guard rate >= 0, rate < 1 else {
      throw MoEError.configuration(
        "rate of \(name)", value: "\(rate)", expected: "at least 0 and below 1")
    }
  }
}
