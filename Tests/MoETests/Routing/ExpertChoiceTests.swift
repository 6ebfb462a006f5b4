import Foundation
import MoE
import Testing

/// Expert choice: each expert takes its best tokens.
@Suite(.namingCombinations) struct ExpertChoiceTests {
  @Test(arguments: [0.5, 1, 1.3, 2, 100])
  func expertsTakeTheirBestTokens(factor: Double) throws {
    // Rounded, so that there are equal ones.
    let logits = Tensor(
      Tensor(scattered: [10, 3], seed: 5).scalarArray.map { ($0 * 3).rounded() }, shape: [10, 3])
    let input = Selecting.batch(logits)
    let count = min(10, Int((factor * 10 / 3).rounded(.up)))
    var expected = [[Int]](repeating: [], count: 10)
    for expert in 0..<3 {
      var left = Array(0..<10)
      for _ in 0..<count {
        var best = 0
        for index in left.indices
        where input.priorities[left[index], expert] > input.priorities[left[best], expert] {
          best = index
        }
        expected[left.remove(at: best)].append(expert)
      }
    }
    for training in [true, false] {
      #expect(
        try Selecting.choice(
          .expertChoice(capacityFactor: factor),
          Selecting.batch(logits, training: training)) == expected)
    }
  }

  /// Mesh TensorFlow's: scores are a softmax over tokens, divided by the number of a token's
  /// experts.
  @Test func expertsChooseByTheSoftmaxOverTokens() throws {
    let layer = try SmallLayers.layer(
      .expertChoice(
        capacityFactor: 1.5, score: .softmaxOverTokens, weighting: .scoresByCount))
    let tokens = SmallLayers.normal([7, 4])
    for padding in [nil, [false, true, false, false, false, true, false]] {
      var context = RoutingContext(.training(step: 0))
      context.padding = padding
      let routing = try layer.forward(tokens, context: context).routing
      let count = padding == nil ? 3 : 2
      #expect(routing.load == [count, count, count, count])
      try checkMixture(layer, tokens, context) {
        var reference = ReferenceRoutes($0, hiddenSize: 3)
        reference.weights = .overTokens
        reference.padding = padding == nil ? [] : [1, 5]
        return { reference($0, $1) }
      }
    }
  }

  @Test func expertChoiceRefusesBadFactors() {
    for (factor, text) in [(0.0, "0.0"), (-1, "-1.0"), (.infinity, "inf"), (.nan, "nan")] {
      expectConfigurationError(
        "expert choice capacity factor is \(text), expected a finite number above 0"
      ) { _ = try SmallLayers.layer(.expertChoice(capacityFactor: factor)) }
    }
  }
}
