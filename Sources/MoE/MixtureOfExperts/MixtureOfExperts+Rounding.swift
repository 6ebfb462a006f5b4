extension MixtureOfExperts {
  /// What rounding the weights of a layer does to its outputs.
  public struct RoundingEffect: Hashable, Codable, Sendable {
    /// The root of the mean square of what outputs are off by, in parts of the root of their own mean
    /// square.
    public let relativeError: Double
    /// The share of tokens that go to other experts: none, as long as routers are left as they are.
    public let changedTokens: Double
  }

  /// What this layer does to some tokens with its weights rounded, as by
  /// ``Parameterized/compressing(to:rounding:keepingMaster:where:)``.
  ///
  /// - Parameters:
  ///   - compressed: The layer with rounded weights.
  ///   - tokens: One row a token.
  ///   - context: What the batch is, where routing reads more of it than the rows, as token ids.
  /// - Returns: How far its outputs are off, and how many tokens change their experts.
  /// - Throws: What the passes throw.
  public func roundingEffect(
    of compressed: MixtureOfExperts, on tokens: Tensor, context: LayerContext = .inference
  ) throws -> RoundingEffect {
    let (pass, other) = (
      try forward(tokens, context: context), try compressed.forward(tokens, context: context)
    )
    var (errors, squares) = (0.0, 0.0)
    let (output, otherOutput) = (pass.output, other.output)
    let values = output.scalars
    let rounded = otherOutput.scalars
    for index in values.indices {
      let error = Double(values[index]) - Double(rounded[index])
      errors += error * error
      squares += Double(values[index]) * Double(values[index])
    }
    let count = tokens.rowCount
    let changed = (0..<count).count {
      pass.routing.experts(of: $0) != other.routing.experts(of: $0)
    }
    return RoundingEffect(
      relativeError: squares == 0 ? 0 : (errors / squares).squareRoot(),
      changedTokens: count == 0 ? 0 : Double(changed) / Double(count))
  }
}

extension MixtureOfExperts.RoundingEffect: CustomStringConvertible {
  /// One line, in percent.
  public var description: String {
    func percent(_ part: Double) -> String { "\((part * 100_000).rounded() / 1000)%" }
    return "outputs are off by \(percent(relativeError)), \(percent(changedTokens)) of the tokens "
      + "go to other experts"
  }
}
