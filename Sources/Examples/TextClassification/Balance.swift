import MoE

/// What spreads texts over the experts: a loss, or a bias of the choice that is moved after each
/// update.
package struct Balance: Sendable, Equatable {
  /// The ways, by the names that the command line takes.
  package enum Method: String, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// Each text decided, all experts used.
    case decisive
    /// Switch Transformers' product of routes and probabilities.
    case load
    /// The same for each eight texts of a batch apart, as for the tokens of a sequence.
    case loadSequence = "load-sequence"
    /// How many texts each expert would get, estimated by a gate with noise.
    case smoothLoad = "smooth-load"
    /// How much the experts weigh in all.
    case importance
    /// As the load, with the last expert at half the cost of the others, so that it gets more.
    case heterogeneous
    /// The entropy of the mean probabilities.
    case entropy
    /// The entropy of each text's probabilities: each decided, and none balanced.
    case tokenEntropy = "token-entropy"
    /// The same where a text goes to experts until their probabilities exceed a half.
    case topPEntropy = "top-p-entropy"
    /// How many experts a text has by a rectified gate, with a factor that follows it.
    case sparsity
    /// The router z-loss, which keeps logits small.
    case z
    /// A bias moved by the sign of what an expert lacks.
    case biasSign = "bias-sign"
    /// A bias moved in proportion to what an expert lacks.
    case biasProportional = "bias-proportional"
    /// A bias moved to where every expert gets its part.
    case biasQuantile = "bias-quantile"

    /// Whether it needs a choice of some experts, and does nothing where all answer.
    var needsChoice: Bool {
      switch self {
      case .load, .loadSequence, .smoothLoad, .heterogeneous, .biasSign, .biasProportional,
        .biasQuantile:
        true
      case .none, .decisive, .importance, .entropy, .tokenEntropy, .topPEntropy, .sparsity, .z:
        false
      }
    }

    /// A weight, or a step of the bias, that works on the embedded data.
    var usualWeight: Float {
      switch self {
      case .none: 0
      case .decisive, .load, .loadSequence, .entropy: 0.3
      // It has no factor E, as the others have.
      case .heterogeneous: 1
      case .smoothLoad, .importance: 0.1
      case .tokenEntropy, .topPEntropy: 0.03
      case .z: 0.001
      case .sparsity: 1e-8
      case .biasSign, .biasProportional: 0.01
      case .biasQuantile: SelectionBiasUpdate.Rule.quantile.usualRate
      }
    }
  }

  /// The way.
  package var method: Method
  /// The weight of the loss, or the step of the bias.
  package var weight: Float

  /// A way with a weight; the usual one unless given.
  package init(_ method: Method, weight: Float? = nil) {
    self.method = method
    self.weight = weight ?? method.usualWeight
  }

  /// The losses of the layer.
  ///
  /// - Parameters:
  ///   - expertCount: The number of experts.
  ///   - topK: How many experts answer for a text; nil for all, or as many as the way gives it.
  /// - Returns: One loss, or none.
  func losses(expertCount: Int, topK: Int?) -> [any BalancingLoss] {
    switch method {
    case .decisive: [DecisiveGate(coefficient: weight)]
    case .load: [.loadBalancing(coefficient: weight)]
    case .loadSequence: [.loadBalancing(coefficient: weight, scope: .sequences(length: 8))]
    case .smoothLoad: [.load(coefficient: weight)]
    case .importance: [.importance(coefficient: weight)]
    case .heterogeneous:
      [
        .heterogeneous(
          coefficient: weight,
          costs: (0..<expertCount).map { $0 < max(1, expertCount - 1) ? 1 : 0.5 as Float })
      ]
    case .entropy: [.meanEntropy(coefficient: weight)]
    case .tokenEntropy: [.tokenEntropy(coefficient: weight)]
    case .topPEntropy: [.topPEntropy(coefficient: weight)]
    case .sparsity: [.adaptiveSparsity(targetCount: Double(topK ?? 1), coefficient: weight)]
    case .z: [.routerZ(coefficient: weight)]
    case .none, .biasSign, .biasProportional, .biasQuantile: []
    }
  }

  /// What moves the selection bias, where the way is one.
  var biasUpdate: SelectionBiasUpdate? {
    switch method {
    case .biasSign: SelectionBiasUpdate(.sign, rate: weight)
    case .biasProportional: SelectionBiasUpdate(.proportional, rate: weight)
    case .biasQuantile: SelectionBiasUpdate(.quantile, rate: weight)
    default: nil
    }
  }
}
