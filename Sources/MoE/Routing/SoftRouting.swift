/// The dispatch and combination of a soft mixture: every expert takes mixtures of all tokens.
///
/// Each of E experts has P slots. With logits l of shape [T, E·P], the input of slot s is Σₜ Dₜₛ·xₜ, with D the
/// softmax of l over tokens, and the output of token t is Σₛ Cₜₛ·yₛ, with C the softmax over all slots. There is
/// no discrete choice: everything is differentiable. Every token depends on every other one, so it is
/// neither token-local nor causal. Padding is given to no slot.
///
/// Source: Puigcerver and others, "From sparse to soft mixtures of experts", arXiv 2308.00951.
public struct SoftRouting: Sendable {
  /// The logits of the slots, of shape [tokens, experts · slots]; −∞ for those of experts that are switched off.
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
  init(logits: Tensor, slotsPerExpert: Int, context: RoutingContext) {
    self.logits = logits
    self.slotsPerExpert = slotsPerExpert
    var combination = logits.softmax()
    var masked = logits
    if context.padding != nil {
      for token in 0..<logits.rowCount where context.isPadding(token) {
        masked[entries: token..<token + 1] = Tensor(
          repeating: -.infinity, shape: [1, logits.columnCount])
        combination[entries: token..<token + 1] = Tensor(zeros: [1, logits.columnCount])
      }
    }
    dispatch =
      context.validCount(of: logits.rowCount) == 0
      ? Tensor(zeros: logits.shape) : masked.softmaxOverRows()
    self.combination = combination
  }

  /// The gradient with respect to the logits, from those with respect to the two softmaxes.
  func gradient(dispatch dispatchGradient: Tensor, combination combinationGradient: Tensor)
    -> Tensor
  {
    Tensor.softmaxGradient(combinationGradient, softmax: combination)
      + Tensor.softmaxOverRowsGradient(dispatchGradient, softmax: dispatch)
  }
}

extension Tensor {
  /// The softmax of each column, over the rows of a matrix; a column of −∞ alone gives zeros.
  func softmaxOverRows() -> Tensor {
    var result = transposed().softmax()
    var scalars = result.mutableScalars
    for index in 0..<scalars.count where scalars[index].isNaN { scalars[index] = 0 }
    return result.transposed()
  }

  /// The gradient with respect to what ``softmaxOverRows()`` was taken of.
  static func softmaxOverRowsGradient(_ gradient: Tensor, softmax: Tensor) -> Tensor {
    Tensor.softmaxGradient(gradient.transposed(), softmax: softmax.transposed()).transposed()
  }
}
