extension MixtureOfExperts.Pass: CustomStringConvertible {
  /// The shape of the output, the auxiliary losses, and the routing in numbers.
  public var description: String {
    let parts = ["output \(output.shape)"] + losses.map { "\($0)" }
    return parts.joined(separator: ", ") + "\n\(routing)"
  }
}
