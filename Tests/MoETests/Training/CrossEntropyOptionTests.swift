import MoE
import Testing

/// Label smoothing, class weights and ignored labels.
@Suite struct CrossEntropyOptionTests {
  private static let weights: [Float] = [1, 0.5, 2]

  /// The formula in double precision.
  private static func reference(
    _ rows: [[Double]], _ labels: [Int], smoothing: Double, weights: [Double], ignored: Int?
  ) -> Double {
    var (sum, total) = (0.0, 0.0)
    for (row, label) in zip(rows, labels) where label != ignored {
      let largest = row.reduce(-.infinity, max)
      var exponentials = 0.0
      for logit in row { exponentials += DoublePrecision.exponential(logit - largest) }
      // ln by Newton's steps from the series of e: it is exact to double precision.
      var logarithm = 0.0
      for _ in 0..<60 {
        logarithm += exponentials * DoublePrecision.exponential(-logarithm) - 1
      }
      for (column, logit) in row.enumerated() {
        var target = smoothing / Double(row.count) * weights[column]
        if column == label { target += (1 - smoothing) * weights[column] }
        sum -= target * (logit - largest - logarithm)
      }
      total += weights[label]
    }
    return sum / total
  }

  struct Options: Sendable, CustomStringConvertible {
    var smoothing: Float = 0
    var weights: [Float]?
    var ignored: Int?

    var loss: CrossEntropy {
      CrossEntropy(labelSmoothing: smoothing, classWeights: weights, ignoredLabel: ignored)
    }
    var description: String {
      "\(smoothing), \(weights ?? []), \(ignored.map { "\($0)" } ?? "none")"
    }
  }

  static let options = [
    Options(smoothing: 0.1), Options(weights: weights), Options(smoothing: 0.25, weights: weights),
    Options(ignored: 1), Options(smoothing: 1, weights: weights, ignored: 1),
    Options(smoothing: 0.1, weights: [1, 0, 2], ignored: -100),
  ]

  @Test(arguments: options) func matchesTheReference(_ options: Options) throws {
    let logits = 3 * Tensor(scattered: [6, 3], seed: 9)
    var labels = [0, 2, 1, 1, 2, 0]
    if let ignored = options.ignored, ignored < 0 { labels[3] = ignored }
    // The exponential and the logarithm of 2 units, sums over classes and rows, and some more.
    let (results, tolerances) = try GradientTolerance.tolerances(roundings: 40) { perturb in
      let loss = try options.loss(perturb(logits), labels: labels)
      return [Tensor([loss.value]), loss.gradient]
    }
    let weights = (options.weights ?? [1, 1, 1]).map(Double.init)
    func value(_ scalars: [Double]) -> Double {
      Self.reference(
        stride(from: 0, to: 18, by: 3).map { Array(scalars[$0..<$0 + 3]) }, labels,
        smoothing: Double(options.smoothing), weights: weights, ignored: options.ignored)
    }
    GradientTolerance.expect(
      results[0], near: [value(logits.doubles)], within: tolerances[0], "value")
    let derivatives = centralDifferences(at: ["logits": logits.doubles]) { value($0["logits"]!) }
    GradientTolerance.expect(
      results[1], near: derivatives["logits"]!, within: tolerances[1] + 1e-9, "gradient")
  }

  /// As `torch.nn.functional.cross_entropy` of PyTorch 2.13 in double precision, on three times the
  /// golden numbers of seed 7.
  @Test func matchesPyTorch() throws {
    let logits = 3 * goldenNumbers([4, 3], seed: 7)
    let all = [0, 2, 2, 1]
    let cases: [(CrossEntropy, [Int], Double, [Double])] = [
      (
        CrossEntropy(labelSmoothing: 0.1), all, 1.2513321295138764,
        [-0.006845124351, -0.003705596767, 0.010550721117, 0.231008462703]
      ),
      (
        CrossEntropy(classWeights: Self.weights), all, 1.5889013277082062,
        [-0.017099484376, 0.003365626594, 0.013733857782, 0.348133521507]
      ),
      (
        CrossEntropy(labelSmoothing: 0.1, classWeights: Self.weights), all, 1.6072359665325024,
        [-2.232960630911e-03, 3.914173402772e-04, 1.841543290634e-03, 3.275673520507e-01]
      ),
      (
        CrossEntropy(labelSmoothing: 0.25, classWeights: Self.weights, ignoredLabel: -100),
        [0, 2, -100, 1], 2.408119443600423,
        [0.031533582122, -0.006395551706, -0.025138030416, 0.466271296646]
      ),
    ]
    for (loss, labels, value, gradient) in cases {
      let own = try loss(logits, labels: labels)
      // Some twenty roundings of numbers up to 6, and of gradients below 1.
      #expect(abs(Double(own.value) - value) <= 20 * 6 * 0x1p-24)
      GradientTolerance.expect(
        Tensor(Array(own.gradient.scalarArray[..<4])), near: gradient, within: 20 * 0x1p-24,
        "\(loss)")
    }
  }

  /// Options that say nothing change no bit.
  @Test func neutralOptionsChangeNoBit() throws {
    let logits = Tensor(scattered: [5, 4], seed: 1)
    let plain = try CrossEntropy()(logits, labels: [0, 1, 2, 3, 0])
    let ignoring = try CrossEntropy(ignoredLabel: -1)(logits, labels: [0, 1, 2, 3, 0])
    #expect(plain.value == ignoring.value && plain.gradient.bits == ignoring.gradient.bits)
  }

  /// A class of weight 0 may be masked by an infinite logit: the loss is that of the others.
  @Test func aMaskedClassThatDoesNotCountIsNothing() throws {
    let cross = CrossEntropy(labelSmoothing: 0.25, classWeights: [1, 1, 0])
    let loss = try cross(Tensor([2, 2, -.infinity], shape: [1, 3]), labels: [0])
    // ln 2 for each of both classes: 0.75·ln 2 of the label, and a twelfth of each that counts.
    let expected = (0.75 + 0.25 / 3 * 2) * Float(0.693_147_2)
    #expect((loss.value - expected).magnitude < 4 * expected.ulp)
    #expect(loss.gradient.isFinite)
  }

  /// Rows that do not count may hold anything, and the others have the bits that they have alone.
  @Test func ignoredRowsMayHoldAnything() throws {
    var logits = Tensor(scattered: [4, 3], seed: 1)
    for column in 0..<3 { logits[2, column] = .nan }
    let rows = logits.gatheringEntries([0, 1, 3])
    for smoothing in [0, 0.1] as [Float] {
      let loss = CrossEntropy(labelSmoothing: smoothing, ignoredLabel: 7)
      let all = try loss(logits, labels: [0, 1, 7, 2])
      let alone = try loss(rows, labels: [0, 1, 2])
      #expect(all.value == alone.value && all.value.isFinite)
      #expect(all.gradient.gatheringEntries([0, 1, 3]).bits == alone.gradient.bits)
      #expect(all.gradient[entries: 2..<3] == [[0, 0, 0]])
      let none = try loss(logits, labels: [7, 7, 7, 7])
      #expect(none.value == 0 && none.gradient == Tensor(zeros: [4, 3]))
    }
    let weightless = CrossEntropy(classWeights: [0, 1, 1])
    #expect(try weightless(rows, labels: [0, 0, 0]).value == 0)
    #expect(weightless.weight(of: [0, 1, 2, 1]) == 3)
    #expect(CrossEntropy(ignoredLabel: 2).weight(of: [0, 1, 2, 1]) == 3)
    // Without weights it is not known how many classes there are.
    #expect(CrossEntropy().weight(of: [7, -1]) == 2)
    #expect(CrossEntropy(classWeights: [1, 2]).weight(of: [7, -1, 1]) == 2)
  }

  @Test func refusesWeightsOfOtherClasses() {
    expectConfigurationError("number of class weights is 2, expected 3, as the classes") {
      _ = try CrossEntropy(classWeights: [1, 1])(Tensor(zeros: [1, 3]), labels: [0])
    }
    expectConfigurationError("label of row 1 is -1, expected 0 to 2") {
      _ = try CrossEntropy(ignoredLabel: -2)(Tensor(zeros: [2, 3]), labels: [-2, -1])
    }
  }

  @Test func trapsOnSettingsOutOfRange() async {
    let smoothing = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = CrossEntropy(labelSmoothing: 1.5)
    }
    #expect(
      smoothing?.standardErrorSays("CrossEntropy: labelSmoothing 1.5, expected 0...1") == true)
    let weights = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = CrossEntropy(classWeights: [1, -1])
    }
    #expect(
      weights?.standardErrorSays(
        "CrossEntropy: classWeights [1.0, -1.0], expected finite numbers of at least 0") == true)
  }
}
