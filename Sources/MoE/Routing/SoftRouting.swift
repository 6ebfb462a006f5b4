/// The dispatch and combination of a soft mixture: every expert takes mixtures of all tokens.
///
/// Each of E experts has P slots. With logits l of shape [T, E·P], the input of slot s is Σₜ
/// Dₜₛ·xₜ, with D the softmax of l over tokens, and the output of token t is Σₛ Cₜₛ·yₛ, with C the
/// softmax over all slots. There is no discrete choice: everything is differentiable. Every token
/// depends on every other one, so it is neither token-local nor causal. Padding is given to no
/// slot.
///
/// Source: Puigcerver and others, "From sparse to soft mixtures of experts", arXiv 2308.00951.
public struct SoftRouting: Sendable {
  /// The logits of the slots, of shape [tokens, experts · slots]; −∞ for those of experts that are
  /// switched off.
  public let logits: Tensor
  /// The part of each token in the input of each slot, of shape [tokens, experts · slots].
  public let dispatch: Tensor
  /// The part of each slot in the output of each token, of shape [tokens, experts · slots].
  public let combination: Tensor
  /// The slots of an expert.
  public let slotsPerExpert: Int
}

extension SoftRouting {
  /// The two softmaxes of slot logits.
  ///
  /// - Parameters:
  ///   - logits: Of shape [tokens, experts · slots]; −∞ for the slots of experts that are switched
  ///     off.
  ///   - slotsPerExpert: The slots of an expert.
  public init(logits: Tensor, slotsPerExpert: Int) {
    self.logits = logits
    self.slotsPerExpert = slotsPerExpert
    combination = logits.softmax()
    dispatch = logits.rowCount == 0 ? logits : logits.softmaxOverRows()
  }

  /// The same of some tokens alone, in their order, or among others of no part.
  func mapping(_ transform: (Tensor) -> Tensor) -> SoftRouting {
    SoftRouting(
      logits: transform(logits), dispatch: transform(dispatch),
      combination: transform(combination), slotsPerExpert: slotsPerExpert)
  }

  /// The gradient with respect to the logits, from those with respect to the two softmaxes.
  func gradient(dispatch dispatchGradient: Tensor, combination combinationGradient: Tensor)
    -> Tensor
  {
    Tensor.softmaxGradient(combinationGradient, softmax: combination)
      + Tensor.softmaxOverRowsGradient(dispatchGradient, softmax: dispatch)
  }
}
