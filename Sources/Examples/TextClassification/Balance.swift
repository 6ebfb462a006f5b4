import MoE

/// What spreads texts over the experts: a loss, or a bias of the choice that is moved after each update.
package struct Balance: Sendable, Equatable {
  /// The ways, by the names that the command line takes.
  package enum Method: String, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// Each text decided, all experts used.
    case decisive
    /// Switch Transformers' product of routes and probabilities.
    case load
    /// How much the experts weigh in all.
    case importance
    /// The entropy of the mean probabilities.
    case entropy
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
      case .load, .biasSign, .biasProportional, .biasQuantile: true
      case .none, .decisive, .importance, .entropy, .z: false
      }
    }

    /// A weight, or a step of the bias, that works on the embedded data.
    var usualWeight: Float {
      switch self {
      case .none: 0
      case .decisive, .load, .entropy: 0.3
      case .importance: 0.1
      case .z: 0.001
      case .biasSign, .biasProportional: 0.01
      case .biasQuantile: 0.5
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
  var losses: [any BalancingLoss] {
    switch method {
    case .decisive: [DecisiveGate(coefficient: weight)]
    case .load: [.loadBalancing(coefficient: weight)]
    case .importance: [.importance(coefficient: weight)]
    case .entropy: [.meanEntropy(coefficient: weight)]
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
