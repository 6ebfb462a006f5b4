extension StackMixture: CustomStringConvertible {
  /// One line: which mixture it is, its load, its dropped routes and its auxiliary losses.
  public var description: String {
    let statistics = routing.statistics
    let variation = (statistics.coefficientOfVariation * 100).rounded() / 100
    var parts = [
      "block \(block), \(part.rawValue): load \(statistics.load), variation \(variation)"
    ]
    if statistics.droppedShare > 0 {
      parts.append("\((statistics.droppedShare * 1000).rounded() / 10)% dropped")
    }
    return (parts + losses.map { "\($0)" }).joined(separator: ", ")
  }
}

extension MixtureStack.Pass: CustomStringConvertible {
  /// The shape of the output, and a line for each mixture.
  public var description: String {
    (["output \(output.shape)"] + mixtures.map { "\($0)" }).joined(separator: "\n")
  }
}

extension MixtureDecoder.Pass: CustomStringConvertible {
  /// The shape of the logits, and a line for each mixture.
  public var description: String {
    (["logits \(logits.shape)"] + mixtures.map { "\($0)" }).joined(separator: "\n")
  }
}
