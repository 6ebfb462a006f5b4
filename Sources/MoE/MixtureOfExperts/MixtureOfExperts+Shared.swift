/// Shared experts: every token goes to each of them, with weight one.
extension MixtureOfExperts {
  /// Runs the shared experts on all tokens.
  func runShared(_ tokens: Tensor, _ context: LayerContext) throws -> (any ExpertPass)? {
    guard let group = sharedExperts else { return nil }
    let rows = sharedRows(of: group, tokenCount: tokens.rowCount)
    let pass = try group.forward(GroupedTokens(tokens, rows: rows), context: context)
    checkOutput(pass.output, of: group, rowCount: rows.count)
    return pass
  }

  /// Adds what the shared experts gave, expert by expert.
  func addShared(
    _ shared: ExpertOutput, _ group: any ExpertGroup, _ tokens: Tensor, to output: inout Tensor
  ) {
    for expert in 0..<group.expertCount {
      switch shared {
      case .rows(let rows):
        output += rows[entries: expert * tokens.rowCount..<(expert + 1) * tokens.rowCount]
      case .tokens: output += tokens
      case .zero: break
      }
    }
  }

  /// The backward pass of the shared experts: their parameters' gradients, and what they add to
  /// that of the tokens.
  func backwardShared(
    _ outputGradient: Tensor, _ saved: Saved, tokenGradient: inout Tensor
  ) throws -> (any ExpertGroup)? {
    guard let group = sharedExperts, let pass = saved.shared else { return nil }
    let tokenCount = outputGradient.rowCount
    let back = try group.anyBackward(
      GroupedGradient(
        outputGradient,
        weights: Tensor(repeating: 1, shape: [group.expertCount * tokenCount])),
      pass: pass)
    for expert in 0..<group.expertCount {
      if saved.copiesShared {
        tokenGradient += outputGradient
      } else if let rows = back.rows {
        tokenGradient += rows[entries: expert * tokenCount..<(expert + 1) * tokenCount]
      }
    }
    return back.parameters
  }

  /// All tokens for each shared expert.
  private func sharedRows(of group: any ExpertGroup, tokenCount: Int) -> GroupedRows {
    let all = (0..<Int32(tokenCount)).map { $0 }
    return GroupedRows(
      offsets: (0...group.expertCount).map { $0 * tokenCount },
      indices: Array(repeatElement(all, count: group.expertCount).joined()))
  }
}
