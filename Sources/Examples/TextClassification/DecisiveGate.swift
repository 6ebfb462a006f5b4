package import MoE

/// A loss that makes a gate sure about each text and fair over all of them.
///
/// It is minus the mutual information between texts and experts, H(p | text) − H(mean of p) with p
/// the softmax of the gate's logits: lowest where every text has one expert of its own and all
/// experts have equally many texts. It knows neither labels nor tasks; which texts belong together
/// is for the gate to find. A dense mixture needs something like it, because the cross-entropy
/// alone is as happy with three experts that all learn the same.
///
/// It also shows how a loss of your own is added to a mixture: conform to `BalancingLoss`, and
/// return a value and its gradient with respect to the logits.
///
/// Source: Bridle, Heading and MacKay, "Unsupervised classifiers, mutual information and 'phantom
/// targets'", 1991.
package struct DecisiveGate: BalancingLoss {
  /// What the loss is multiplied by.
  package let coefficient: Float

  /// A loss of the given weight.
  package init(coefficient: Float) { self.coefficient = coefficient }

  package var name: String { "decisive gate" }

  package func value(of routing: Routing) -> BalancingLossValue {
    guard routing.tokenCount > 0 else {
      return BalancingLossValue(value: 0, logitGradient: routing.logits)
    }
    let probabilities = routing.logits.softmax()
    let means = probabilities.columnMeans()
    // A probability may round to zero, whose logarithm is infinite; the smallest normal number has
    // one.
    let smallest = Float.leastNormalMagnitude
    let logarithms = (probabilities + smallest).log()
    let meanLogarithms = (means + smallest).log()
    let scale = coefficient / Float(routing.tokenCount)

    // d/dp of Σ −p·ln p is −ln p − 1; the ones of the two entropies cancel.
    let gradient = (-logarithms).addingToEachRow(meanLogarithms) * scale
    return BalancingLossValue(
      value: coefficient * (means * meanLogarithms).sum()
        - scale * (probabilities * logarithms).sum(),
      logitGradient: Tensor.softmaxGradient(gradient, softmax: probabilities))
  }
}
