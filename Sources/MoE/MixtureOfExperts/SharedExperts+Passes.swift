extension SharedExperts {
  /// All that the backward pass reads.
  struct Saved: Sendable {
    var passes: [any ExpertPass] = []
    /// Whether the output of each group is the tokens.
    var copies: [Bool] = []
    var factors: Factors
    var gate: Linear.Pass?
    var coefficient: Linear.Pass?
    /// The output of the routed experts, where the two are mixed.
    var routed: Tensor?
  }

  /// The factors of what is added up.
  struct Factors: Sendable {
    /// σ of the gate, of shape [1 or experts, tokens].
    var gates: Tensor?
    /// The shares of a mixture, of shape [2, tokens].
    var shares: Tensor?
    /// The factors where they are the same for all tokens.
    var constant: (routed: Float, shared: Float)

    /// The factor of a shared expert; nothing where that is one.
    func factor(of expert: Int, tokenCount: Int) -> Tensor? {
      let gate = gate(of: expert)
      if let share = shares?[entry: 1] { return gate.map { $0 * share } ?? share }
      guard constant.shared != 1 else { return gate }
      return gate.map { $0 * constant.shared }
        ?? Tensor(repeating: constant.shared, shape: [tokenCount])
    }

    /// The gate of a shared expert alone.
    func gate(of expert: Int) -> Tensor? {
      gates.map { $0[entry: $0.sizes[0] == 1 ? 0 : expert] }
    }

    /// Multiplies what the routed experts gave, or the gradient with respect to it.
    func scaleRouted(_ rows: inout Tensor) {
      if let share = shares?[entry: 0] {
        rows.scaleRows(by: share)
      } else if constant.routed != 1 {
        rows *= constant.routed
      }
    }
  }

  /// The output of the layer, from that of the routed experts.
  ///
  /// - Parameters:
  ///   - routed: What the routed experts gave, one row a token.
  ///   - tokens: The tokens, without padding.
  ///   - routeCount: How many experts a token goes to.
  ///   - firstExpert: The number of the first shared expert, which follows the others.
  ///   - context: What the batch is, and what the pass is for.
  /// - Returns: One row a token, and in training what the backward pass reads.
  /// - Throws: What a group throws.
  func combined(
    _ routed: Tensor, tokens: Tensor, routeCount: Int, firstExpert: Int, context: LayerContext
  ) throws -> (output: Tensor, saved: Saved?) {
    let (logits, map) = (
      gate?.forward(tokens, context: context), coefficient?.forward(tokens, context: context)
    )
    let factors = Factors(
      gates: logits.map { $0.output.sigmoid().transposed() },
      shares: map.map { $0.output.softmax().transposed() },
      constant: combination.factors(routeCount: routeCount))
    var saved = Saved(
      factors: factors, gate: logits, coefficient: map, routed: map.map { _ in routed })
    var output = routed
    factors.scaleRouted(&output)
    var first = 0
    for group in groups {
      let rows = SharedExperts.rows(of: group, tokenCount: tokens.rowCount)
      var input = GroupedTokens(tokens, rows: rows)
      input.firstExpert = firstExpert + first
      var pass = try group.forward(input, context: context)
      pass.output.check(of: group, rowCount: rows.count)
      for expert in 0..<group.expertCount {
        guard var own = pass.output.rows(of: expert, tokens: tokens) else { continue }
        if let factor = factors.factor(of: first + expert, tokenCount: tokens.rowCount) {
          own.scaleRows(by: factor)
        }
        output += own
      }
      first += group.expertCount
      if case .tokens = pass.output {
        saved.copies.append(true)
      } else {
        saved.copies.append(false)
      }
      pass.output = .zero
      saved.passes.append(pass)
    }
    return (output, context.mode.isTraining ? saved : nil)
  }

  /// The gradient with respect to what the routed experts gave.
  func routedGradient(_ outputGradient: Tensor, _ saved: Saved) -> Tensor {
    var gradient = outputGradient
    saved.factors.scaleRouted(&gradient)
    return gradient
  }

  /// The backward pass: the gradients of parameters, and what is added to that of the tokens.
  func backward(
    _ outputGradient: Tensor, _ saved: Saved, tokens: Tensor, tokenGradient: inout Tensor
  ) throws -> SharedExperts {
    let tokenCount = tokens.rowCount
    var parameters: [any ExpertGroup] = []
    // The gradient with respect to the factor of each expert.
    var dots: [Tensor] = []
    for (index, group) in groups.enumerated() {
      let factors = (dots.count..<dots.count + group.expertCount).map {
        saved.factors.factor(of: $0, tokenCount: tokenCount)
          ?? Tensor(repeating: 1, shape: [tokenCount])
      }
      let back = try group.anyBackward(
        GroupedGradient(outputGradient, weights: Tensor(concatenatingEntries: factors)),
        pass: saved.passes[index])
      parameters.append(back.parameters)
      for expert in 0..<group.expertCount {
        let positions = expert * tokenCount..<(expert + 1) * tokenCount
        if saved.copies[index] {
          var own = outputGradient
          if saved.factors.factor(of: dots.count, tokenCount: tokenCount) != nil {
            own.scaleRows(by: factors[expert])
          }
          tokenGradient += own
          dots.append(needsDots ? outputGradient.rowDots(tokens) : Tensor(zeros: [tokenCount]))
        } else if let rows = back.rows {
          tokenGradient += rows[entries: positions]
          dots.append(back.weights?[entries: positions] ?? Tensor(zeros: [tokenCount]))
        } else {
          dots.append(Tensor(zeros: [tokenCount]))
        }
      }
    }
    return SharedExperts(
      self, groups: parameters,
      gate: gateGradient(dots, saved, tokenGradient: &tokenGradient),
      coefficient: coefficientGradient(
        dots, outputGradient, saved, tokenGradient: &tokenGradient))
  }

  /// Whether a map learns from the outputs of the experts.
  private var needsDots: Bool { gate != nil || coefficient != nil }

  /// With s = σ(a) and d the gradient with respect to each expert's factor: d·c·σ(a)·σ(−a), the sum
  /// of them where one gate is for all.
  private func gateGradient(
    _ dots: [Tensor], _ saved: Saved, tokenGradient: inout Tensor
  ) -> Linear? {
    guard let gate, let pass = saved.gate else { return nil }
    var ofGates: [Tensor] = []
    for dots in dots {
      if gate.outputSize == 1, let sum = ofGates.first {
        ofGates[0] = sum + dots
      } else {
        ofGates.append(dots)
      }
    }
    var gradient = Tensor(concatenatingEntries: ofGates)
      .reshaped(to: [gate.outputSize, pass.output.rowCount])
    if let share = saved.factors.shares?[entry: 1] {
      gradient.multiplyEachRow(by: share)
    } else if saved.factors.constant.shared != 1 {
      gradient *= saved.factors.constant.shared
    }
    let back = gate.backward(
      gradient.transposed() * pass.output.sigmoid() * (-pass.output).sigmoid(), pass: pass)
    tokenGradient += back.input
    return back.parameters
  }

  /// Through the softmax, from dc₀ = ⟨g, routed⟩ and dc₁ = ⟨g, Σᵢ sᵢ·Fᵢ⟩.
  private func coefficientGradient(
    _ dots: [Tensor], _ outputGradient: Tensor, _ saved: Saved, tokenGradient: inout Tensor
  ) -> Linear? {
    guard let coefficient, let pass = saved.coefficient, let routed = saved.routed else {
      return nil
    }
    var ofShared = Tensor(zeros: [pass.output.rowCount])
    for (expert, dots) in dots.enumerated() {
      ofShared += saved.factors.gate(of: expert).map { $0 * dots } ?? dots
    }
    let gradient = Tensor(concatenatingEntries: [outputGradient.rowDots(routed), ofShared])
      .reshaped(to: [2, pass.output.rowCount])
    let back = coefficient.backward(
      Tensor.softmaxGradient(gradient.transposed(), softmax: pass.output.softmax()), pass: pass)
    tokenGradient += back.input
    return back.parameters
  }

  /// All tokens for each expert of a group.
  private static func rows(of group: any ExpertGroup, tokenCount: Int) -> GroupedRows {
    let all = (0..<Int32(tokenCount)).map { $0 }
    return GroupedRows(
      offsets: (0...group.expertCount).map { $0 * tokenCount },
      indices: Array(repeatElement(all, count: group.expertCount).joined()))
  }
}

extension ExpertOutput {
  /// What an expert that takes all tokens gave; nothing where that is zero.
  fileprivate func rows(of expert: Int, tokens: Tensor) -> Tensor? {
    switch self {
    case .rows(let rows):
      rows[entries: expert * tokens.rowCount..<(expert + 1) * tokens.rowCount]
    case .tokens: tokens
    case .zero: nil
    }
  }
}
