import MoE

extension Strategy {
  /// All strategies, from the simplest on.
  package static let all: [Strategy] = references + choices + draws + balanced + others

  private static let references: [Strategy] = [
    Strategy("single", "one expert for all: what a mixture has to beat") {
      Parts(.feedForward(count: 1, hiddenSize: $0.hiddenSize), routing: .dense())
    },
    Strategy("dense", "every expert answers, weighted by the gate") {
      Parts($0.experts, routing: .dense())
    },
  ]

  /// The best experts of each token.
  private static let choices: [Strategy] = [
    Strategy("top-1", "the best expert, and nothing that balances") {
      Parts($0.experts, routing: .topK(1, weighting: .scores))
    },
    Strategy("switch", "the best expert, while it has room", balance: "loss 0.01") {
      Parts($0.experts, routing: .switchTransformer(), losses: [.loadBalancing(coefficient: 0.01)])
    },
    Strategy("top-2", "the best two, and nothing that balances") {
      Parts($0.experts, routing: .topK(2))
    },
    Strategy("top-2-loss", "the best two", balance: "loss 0.1") {
      Parts($0.experts, routing: .topK(2), losses: [.loadBalancing(coefficient: 0.1)])
    },
    Strategy(
      "noisy-top-2", "the best two of noisy logits", balance: "importance and load losses 0.1"
    ) {
      Parts(
        $0.experts, routing: .noisyTopK(2),
        losses: [.importance(coefficient: 0.1), .load(coefficient: 0.1)])
    },
  ]

  /// Experts that chance or a table chooses.
  private static let draws: [Strategy] = [
    Strategy("random", "any two experts, whatever the token", balance: "chance") {
      Parts($0.experts, routing: RoutingStrategy(selector: .random(2)))
    },
    Strategy("hash", "the expert that a table has for the token", balance: "the table") {
      Parts(
        $0.experts,
        routing: .hash(
          try HashRoutingTable(
            vocabulary: ComparedData.idCount, expertCount: $0.expertCount, seed: 1)))
    },
    Strategy("sampled", "two drawn by their scores in training") {
      Parts($0.experts, routing: RoutingStrategy(selector: .sampled(2)))
    },
    Strategy(
      "sampled-by-load", "two drawn by score over load", balance: "the load so far", readsLoad: true
    ) {
      Parts($0.experts, routing: RoutingStrategy(selector: .loadBalancedSampling(2)))
    },
    Strategy(
      "greedy-by-load", "the best two after a price on load", balance: "the load so far",
      readsLoad: true
    ) {
      Parts($0.experts, routing: RoutingStrategy(selector: .greedyByLoad(2, strength: 1)))
    },
  ]

  /// Strategies that are balanced by how they are made.
  private static let balanced: [Strategy] = [
    Strategy("expert-choice", "experts choose their tokens", balance: "equal shares") {
      Parts($0.experts, routing: .expertChoice(capacityFactor: 2))
    },
    Strategy("base", "one expert each, by assignment in training", balance: "equal shares") {
      Parts($0.experts, routing: .base())
    },
    Strategy("sigmoid-bias", "the best two sigmoids after a bias", balance: "bias 0.01 a step") {
      Parts(
        $0.experts,
        routing: RoutingStrategy(
          score: .sigmoid, selector: .topK(2), weighting: .renormalized, hasSelectionBias: true),
        updates: [SelectionBiasUpdate(rate: 0.01)])
    },
  ]

  private static let others: [Strategy] = [
    Strategy("top-p", "experts up to half of the probability", balance: "loss 0.01") {
      Parts(
        $0.experts, routing: .topP(0.5),
        losses: [.loadBalancing(coefficient: 0.01), .topPEntropy(coefficient: 0.01)])
    },
    Strategy(
      "moe++", "the best two, of which some compute nothing", balance: "heterogeneous loss 0.01"
    ) {
      Parts(
        $0.experts, .zero(count: 1), .copy(count: 1), .constant(count: 2),
        routing: .moePlusPlus(2, readsPreviousLogits: false),
        losses: [.heterogeneous(coefficient: 0.01)])
    },
    Strategy("soft", "every expert takes mixtures of the batch", balance: "no choice") {
      Parts(
        $0.experts,
        routing: .soft(slotsPerExpert: max(1, $0.batchSize / max(1, $0.expertCount))))
    },
  ]
}
