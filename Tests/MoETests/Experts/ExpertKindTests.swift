import Foundation
import MoE
import Testing

/// Experts that cost little or nothing, and those that share a base, one kind at a time.
@Suite(.namingCombinations) struct ExpertKindTests {
  // MARK: - Sizes

  private static func layer(
    _ experts: [ExpertSpecification], outputSize: Int? = nil
  ) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 3)
    return try MixtureOfExperts(
      inputSize: 4, outputSize: outputSize, experts: experts, routing: .topK(1, weighting: .scores),
      using: &generator)
  }

  @Test func whatCannotBeSaysSo() {
    expectConfigurationError(
      "output size of copy experts is 5, expected 4, the size of a token"
    ) { _ = try Self.layer([.copy(count: 2)], outputSize: 5) }
    expectConfigurationError(
      "output size of constant experts is 5, expected 4, the size of a token"
    ) { _ = try Self.layer([.constant(count: 2)], outputSize: 5) }
    expectConfigurationError("expert rank is 0, expected at least 1") {
      _ = try Self.layer([.lowRank(count: 2, rank: 0, hiddenSize: 3)])
    }
    expectConfigurationError("expert hidden size is 0, expected at least 1") {
      _ = try Self.layer([.lowRank(count: 2, rank: 1, hiddenSize: 0)])
    }
    expectConfigurationError("alpha of low-rank experts is nan, expected a finite number") {
      _ = try Self.layer([.lowRank(count: 2, rank: 1, hiddenSize: 2, alpha: .nan)])
    }
    expectConfigurationError("base of low-rank experts is from 4 to 7, expected from 4 to 4") {
      _ = try Self.layer([
        .lowRank(count: 2, rank: 1) { input, _, generator in
          Linear(inputSize: input, outputSize: 7, using: &generator)
        }
      ])
    }
    for count in [0, -1] {
      expectConfigurationError("expert count is \(count), expected at least 1") {
        _ = try Self.layer([.zero(count: count)])
      }
    }
  }

  @Test func zeroAndLowRankExpertsMayHaveAnyOutputSize() throws {
    let layer = try Self.layer(
      [.zero(count: 1), .lowRank(count: 2, rank: 3, hiddenSize: 6)], outputSize: 7)
    #expect(try layer(SmallLayers.normal([5, 4])).shape == [5, 7])
    let names = layer.namedParameters.map { "\($0.name) \($0.parameter.shape)" }
    #expect(
      names == [
        "router.gate.weight [3, 4]", "expertGroups.1.base.gate.weight [6, 4]",
        "expertGroups.1.base.up.weight [6, 4]", "expertGroups.1.base.down.weight [7, 6]",
        "expertGroups.1.down.weight [2, 3, 4]", "expertGroups.1.up.weight [2, 7, 3]",
      ])
  }

  // MARK: - Zero and copy

  /// A copy with weight one is the identity, to the bit.
  @Test func aCopyOfWeightOneIsTheIdentity() throws {
    let tokens = SmallLayers.normal([6, 4])
    let layer = try KindGroups.layer("cz", .topK(1, weighting: .unweighted))
    let copies = try MixtureOfExperts(
      router: layer.router, expertGroups: [CopyExperts(count: 2, size: 4)])
    #expect(try copies(tokens).bits == tokens.bits)
    let zeros = try MixtureOfExperts(
      router: layer.router, expertGroups: [ZeroExperts(count: 2, inputSize: 4, outputSize: 3)])
    #expect(try zeros(tokens) == Tensor(zeros: [6, 3]))
  }

  /// The identity experts of LongCat-Flash: softmax, no division, a scale of 6.
  ///
  /// With logits 0, 0, 2, 0 the third has e²/(e² + 3), and the token gets six times that of itself.
  @Test func identityExpertsUnderAScale() throws {
    var layer = try MixtureOfExperts(
      router: Router(
        gate: LinearGate(Linear(weight: [[0, 0], [0, 0], [2, 0], [0, 0]])),
        strategy: .topK(1, weighting: .scores.scaled(by: 6))),
      expertGroups: [
        PerExpert([Linear(weight: [[7, 0], [0, 7]]), Linear(weight: [[5, 0], [0, 5]])]),
        CopyExperts(count: 2, size: 2),
      ])
    let tokens: Tensor = [[1, 0.5]]
    let factor = 6 * exp(2.0) / (exp(2.0) + 3)
    #expect((factor - 4.267408).magnitude < 5e-7)
    let output = try layer(tokens)
    // An exponential of one ulp, a sum of four, a quotient, and two products.
    for (found, x) in zip(output.doubles, [1, 0.5]) {
      #expect((found - factor * x).magnitude <= 12 * GradientTolerance.unitRoundoff * factor * x)
    }
    layer.packWeights()
    #expect(try layer(tokens).bits == output.bits)
  }

  // MARK: - Constants

  /// Zero maps mix evenly: (x + v)/2, exactly.
  @Test func aConstantOfAZeroMapIsTheMean() throws {
    let experts = ConstantExperts(
      mix: GroupedLinear(weight: Tensor(zeros: [2, 2, 3])), constant: [[1, 2, 3], [-4, 8, 0]])
    let input = GroupedTokens([[3, 0, 1], [1, 1, 1]], rows: GroupedRows([[1], [0, 1]]))
    let output = experts.forward(input, context: .inference).output.rows
    #expect(output == [[1, 1.5, 2], [-0.5, 4, 0.5], [-1.5, 4.5, 0.5]])
  }

  /// Shares of 1 and 0 are the token and the constant, however large the logits.
  @Test func extremeSharesAreExact() throws {
    let experts = ConstantExperts(
      mix: GroupedLinear(weight: [[[1e30, 0], [0, 0]]]), constant: [[3, 4]])
    let input = GroupedTokens([[1e8, 2], [-1e8, 2]], rows: GroupedRows([[0, 1]]))
    let pass = experts.forward(input, context: .training(step: 0))
    #expect(pass.output.rows == [[1e8, 2], [3, 4]])
    let back = experts.backward(
      GroupedGradient([[1, 1], [1, 1]], weights: [1, 2]), pass: pass)
    // 10⁸ + 2 is 10⁸ in eight digits.
    #expect(back.rows == [[1, 1], [0, 0]] && back.weights == [1e8, 7])
    #expect(back.parameters.constant == [[2, 2]])
  }

  @Test func initialValues() {
    var generator = SeededGenerator(seed: 5)
    let experts = ConstantExperts(count: 40, size: 100, using: &generator)
    let (mean, square) = (experts.constant.mean(), (experts.constant * experts.constant).mean())
    // Five standard deviations of means of 4,000.
    #expect(abs(mean) < 5 / Float(4000).squareRoot())
    #expect(abs(square - 1) < 5 * Float(2.0 / 4000).squareRoot())
    #expect(experts.mix.weight.scalarArray.allSatisfy { abs($0) <= 0.1 })
    #expect(experts.mix.bias == nil)
  }

  // MARK: - Low rank

  /// New experts are their base; so a token of any of them gets it, to the bit.
  @Test func newLowRankExpertsAreTheBase() throws {
    var generator = SeededGenerator(seed: 6)
    let base = GatedFeedForward(inputSize: 4, hiddenSize: 5, using: &generator)
    let experts = LowRankExperts(base: base, count: 3, rank: 2, using: &generator)
    let tokens = SmallLayers.normal([7, 4])
    let rows = GroupedRows([[4, 1], [], [1, 2, 6]])
    let output = try experts.forward(GroupedTokens(tokens, rows: rows), context: .inference)
      .output.rows
    let exact = base(tokens).gatheringEntries([4, 1, 1, 2, 6])
    #expect(output == exact)
    #expect(experts.up.weight == Tensor(zeros: [3, 4, 2]))
  }

  /// The base runs once a token, however many of its experts take it.
  @Test(.onEveryKernelSet) func theBaseRunsOnceAToken() throws {
    let base = CountingLayer(size: 4)
    var generator = SeededGenerator(seed: 6)
    let experts = LowRankExperts(base: base, count: 3, rank: 2, using: &generator)
    let rows = GroupedRows([[4, 1], [4], [1, 4, 6]])
    let tokens = SmallLayers.normal([7, 4])
    let context = LayerContext(.inference, batch: Batch(positions: (10..<17).map { $0 }))
    _ = try experts.forward(GroupedTokens(tokens, rows: rows), context: context)
    #expect(base.seen.withLock { $0 } == [[11, 14, 16]])
    // Rows that are no tokens are of no batch.
    _ = try experts.forward(GroupedTokens(tokens, rows: rows, tokens: nil), context: context)
    #expect(base.seen.withLock { $0.last } == [0, 1, 2])
  }

  @Test func scalesAreAlphaOverRank() throws {
    let layer = try Self.layer([.lowRank(count: 2, rank: 4, hiddenSize: 3, alpha: 6)])
    let group = try #require(layer.expertGroups[0] as? LowRankExperts<GatedFeedForward>)
    #expect(group.scale == 1.5)
    let plain = try Self.layer([.lowRank(count: 2, rank: 4, hiddenSize: 3)])
    #expect((plain.expertGroups[0] as? LowRankExperts<GatedFeedForward>)?.scale == 1)
  }

  // MARK: - Traps

  @Test func misshapenPartsTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = ConstantExperts(
        mix: GroupedLinear(weight: Tensor(zeros: [2, 2, 3])), constant: Tensor(zeros: [2, 4]))
    }
    await #expect(processExitsWith: .failure) {
      _ = ConstantExperts(
        mix: GroupedLinear(weight: Tensor(zeros: [2, 3, 3])), constant: Tensor(zeros: [2, 3]))
    }
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LowRankExperts(
        base: Linear(weight: Tensor(zeros: [3, 4])),
        down: GroupedLinear(weight: Tensor(zeros: [2, 1, 4])),
        up: GroupedLinear(weight: Tensor(zeros: [2, 4, 1])))
    }
    #expect(
      result?.standardErrorSays(
        "LowRankExperts: down [2, 1, 4] and up [2, 4, 1] against a base from 4 to 3") == true)
  }

  /// Experts whose output is not what they told are a slip.
  @Test func outputsAreWhatTraitsSay() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      var generator = SeededGenerator(seed: 1)
      let layer = try MixtureOfExperts(
        router: Router(inputSize: 4, expertCount: 1, strategy: .topK(1), using: &generator),
        expertGroups: [LyingExperts()])
      _ = try layer(Tensor(zeros: [2, 4]))
    }
    #expect(
      result?.standardErrorSays("an output of zero, expected tokens as its traits say") == true)
  }
}

/// Experts that say they give the token, and give nothing.
private struct LyingExperts: ExpertGroup {
  var expertCount: Int { 1 }
  var inputSize: Int { 4 }
  var outputSize: Int { 4 }
  var traits: ExpertTraits { ExpertTraits(output: .tokens) }
  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}
  struct Pass: ExpertPass { var output: ExpertOutput }
  func forward(_ input: GroupedTokens, context: LayerContext) -> Pass { Pass(output: .zero) }
  func backward(_ outputGradient: GroupedGradient, pass: Pass) -> ExpertGradient<LyingExperts> {
    ExpertGradient(parameters: self)
  }
}

/// A layer that gives its rows, and notes their positions in the batch.
private struct CountingLayer: Layer {
  let size: Int
  let seen = Locked<[[Int]]>([])

  var inputSize: Int { size }
  var outputSize: Int { size }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {}

  struct Pass: LayerPass { var output: Tensor }

  func forward(_ input: Tensor, context: LayerContext) -> Pass {
    let positions = (0..<input.rowCount).map(context.batch.position(of:))
    seen.withLock { $0.append(positions) }
    return Pass(output: input)
  }

  func backward(_ outputGradient: Tensor, pass: Pass) -> LayerGradient<CountingLayer> {
    LayerGradient(input: outputGradient, parameters: self)
  }
}
