import MoE
import Testing

/// Lion, Adafactor and Muon against golden numbers of their formulas in double precision.
///
/// They come from a program in Python with NumPy, which runs the formulas of the papers on
/// ``goldenNumbers(_:seed:)``: parameters of seeds 1 and 2, gradients of seeds 100 + 10·t and one
/// more at step t. Where it says so they come from PyTorch 2.13.
@Suite struct FurtherOptimizerTests {
  // MARK: - Lion

  @Test func lionMatchesItsFormula() {
    let golden = [
      0.01895236969, 0.218204975128, -0.127581834793, 0.213845252991, 0.120840787888,
      0.163791656494, 0.055934906006, 0.273193836212, 0.732656240463, 0.30693602562,
      -0.51035118103, 0.765593767166,
    ]
    let optimizer = Lion(learningRate: 0.125, weightDecay: 0.5, decays: { _ in true })
    let values = GoldenTraining.run(optimizer, [[3, 4], [1]], steps: 4)
    // Four steps of two roundings each, of numbers below 2.
    GradientTolerance.expect(values.first, near: golden, within: 2 * 8 * 0x1p-24, "Lion")
  }

  @Test func lionMovesByOneSize() {
    var layer = Linear(weight: [[1, 1, 1]], bias: [2])
    var optimizer = Lion(learningRate: 0.25, weightDecay: 0.5)
    optimizer.update(&layer, along: Linear(weight: [[1e-20, -7, 0]], bias: [3]))
    #expect(layer.weight == [[0.625, 1.125, 0.875]] && layer.bias == [1.75])
    // A NaN shows.
    optimizer.update(
      &layer, along: Linear(weight: Tensor([.nan, 0, 0], shape: [1, 3]), bias: [0]))
    #expect(layer.weight[0, 0].isNaN && layer.weight[0, 1].isFinite)
  }

  // MARK: - Adafactor

  /// As `torch.optim.Adafactor(lr=0.5, weight_decay=0.1)`, whose steps are relative.
  @Test func relativeAdafactorMatchesPyTorch() {
    let first = [
      0.247403216582, -0.057902178597, -0.441364297917, 0.292511065455, -0.139356717479,
      0.430270404945, -0.040228670339, 0.216593754141, 0.500688967236, -0.017600768687,
      -0.270471344668, 0.597401553144,
    ]
    let second = [-1.077958874543, 0.349457842949, -0.422277178307, -0.83640129731]
    let optimizer = Adafactor(learningRate: 0.5, isRelative: true, weightDecay: 0.1)
    let values = GoldenTraining.run(optimizer, [[3, 4], [4]])
    // Some twenty roundings a step, of numbers below 2.
    GradientTolerance.expect(values.first, near: first, within: 2 * 60 * 0x1p-24, "matrix")
    GradientTolerance.expect(values.second, near: second, within: 2 * 60 * 0x1p-24, "vector")
  }

  @Test func adafactorMatchesItsFormula() {
    let first = [
      0.121200014944, 0.171563837585, -0.285125845463, 0.486133184711, 0.261418196512,
      0.316344193603, -0.191234292836, 0.09820729548, 0.42238600684, 0.255197846699,
      -0.353163326034, 0.889505969881,
    ]
    let second = [-0.969499272082, 0.71562736614, -0.287163496578, -0.811584540867]
    let optimizer = Adafactor(learningRate: 0.1, clippingThreshold: 0.5)
    let values = GoldenTraining.run(optimizer, [[3, 4], [4]])
    GradientTolerance.expect(values.first, near: first, within: 2 * 60 * 0x1p-24, "matrix")
    GradientTolerance.expect(values.second, near: second, within: 2 * 60 * 0x1p-24, "vector")
  }

  @Test func adafactorKeepsRowsAndColumns() throws {
    var optimizer = Adafactor()
    var layer = try OptimizerChecks.layer()
    try OptimizerChecks.train(&layer, &optimizer, steps: 0..<2)
    let shapes = Dictionary(
      uniqueKeysWithValues: optimizer.namedBuffers.map { ($0.name, $0.tensor.shape) })
    #expect(shapes["factors.router.gate.weight.rows"] == [4])
    #expect(shapes["factors.router.gate.weight.columns"] == [4])
    #expect(shapes["factors.expertGroups.0.up.weight.rows"] == [2, 5])
    #expect(shapes["factors.expertGroups.0.up.weight.columns"] == [2, 4])
    #expect(shapes["squares.expertGroups.1.up.bias"] == [2, 3])
    let count = layer.namedParameters.count
    let matrices = layer.namedParameters.filter { $0.name.hasSuffix("weight") }.count
    #expect(shapes.count == 1 + count + matrices)
  }

  /// A parameter that never has a gradient stays.
  @Test func adafactorLeavesWhatHasNoGradient() {
    var layer = Linear(weight: [[1, 2], [3, 4]], bias: [5, 6])
    var optimizer = Adafactor(learningRate: 0.5)
    for _ in 0..<2 {
      optimizer.update(&layer, along: Linear(weight: [[0, 0], [0, 0]], bias: [0, 1]))
    }
    #expect(layer.weight == [[1, 2], [3, 4]])
    #expect(layer.bias?[0] == 5 && layer.bias?[1] ?? 6 < 6)
  }

  // MARK: - Muon

  @Test func muonMatchesItsFormula() {
    let first = [
      0.142465882559, 0.286405673101, -0.345093163539, 0.485947508525, 0.186883292984,
      0.319351735904, -0.237791281308, 0.027135317553, 0.398425465577, 0.173888810237,
      -0.327102297383, 0.837381324789,
    ]
    let second = [
      -0.958678329808, 0.781571926626, -0.388257660846, -0.81778721413, -0.301754664768,
      -1.159030561085, -0.289454545463, -0.941441691391, 0.072052794098, -0.524633628295,
    ]
    let optimizer = Muon(learningRate: 0.1, momentum: 0.9, scale: .spectral, weightDecay: 0.1)
    let values = GoldenTraining.run(optimizer, [[3, 4], [5, 2]])
    // The polynomial enlarges a relative error by up to 3.4445 in each of five steps, of some ten
    // roundings each; steps are of size 0.1 and their scale is below 1.6.
    let tolerance = 3 * 0.1 * 1.6 * 500 * 15 * 0x1p-24
    GradientTolerance.expect(values.first, near: first, within: tolerance, "wide")
    GradientTolerance.expect(values.second, near: second, within: tolerance, "tall")
  }

  @Test func muonMatchesTheSizeOfAdamW() {
    let first = [
      0.092247016085, 0.282435799025, -0.258972059665, 0.538201237703, 0.334358271269,
      0.28130861282, -0.254881127914, 0.029267898524, 0.381699890074, 0.29777750818,
      -0.365615854895, 0.918236090287,
    ]
    let second = [
      -0.939706247634, 0.776761067363, -0.287738317387, -0.790776757293, -0.385356863318,
      -0.999289111607, -0.265537314661, -0.98481731441, -0.149760547274, -0.61474820703,
    ]
    let optimizer = Muon(learningRate: 0.1, momentum: 0.5, isNesterov: false, weightDecay: 0)
    let values = GoldenTraining.run(optimizer, [[3, 4], [5, 2]])
    let tolerance = 3 * 0.1 * 0.5 * 500 * 15 * 0x1p-24
    GradientTolerance.expect(values.first, near: first, within: tolerance, "wide")
    GradientTolerance.expect(values.second, near: second, within: tolerance, "tall")
  }

  /// Singular values end between 0.6 and 1.3: so the squares of a step's rows do for one row.
  @Test func muonStepsAreNearlyOrthogonal() {
    var layer = Linear(weight: Tensor(zeros: [3, 8]))
    var optimizer = Muon(learningRate: 1, scale: .spectral, weightDecay: 0)
    optimizer.update(&layer, along: Linear(weight: Tensor(scattered: [3, 8], seed: 5)))
    let square = layer.weight.matmul(layer.weight, transposingRight: true)
    let trace = square[0, 0] + square[1, 1] + square[2, 2]
    #expect(trace > 3 * 0.36 && trace < 3 * 1.69)
    let mixed: Float = square[0, 1].magnitude + square[0, 2].magnitude + square[1, 2].magnitude
    #expect(mixed < 1)
  }

  @Test func muonLeavesOthersToAdamW() throws {
    var generator = SeededGenerator(seed: 4)
    let stack = StackConfiguration(
      size: 4, blockCount: 1, dense: .feedForward(hiddenSize: 5, activation: .gelu),
      pattern: .blocks([]))
    var decoder = try MixtureDecoder(
      DecoderConfiguration(vocabularySize: 6, stack: stack), using: &generator)
    var optimizer = Muon(others: AdamW(learningRate: 1e-3))
    let before = decoder
    optimizer.update(&decoder, along: before)
    var alone = before
    var adamW = AdamW(learningRate: 1e-3)
    adamW.update(&alone, along: before)
    var own: [String] = []
    for (name, parameter) in decoder.namedParameters
    where parameter.bits != OptimizerChecks.bits(alone)[name] { own.append(name) }
    #expect(
      own == ["stack.blocks.0.feedForward.up.weight", "stack.blocks.0.feedForward.down.weight"])
    #expect(
      optimizer.namedBuffers.map(\.name).filter { $0.hasPrefix("momenta") }
        == own.map { "momenta.\($0)" }.sorted())
    // The ratio of both rates stays.
    var scheduled = Muon(learningRate: 0.02, others: AdamW(learningRate: 0.005))
    scheduled.learningRate = 0.01
    scheduled.update(&decoder, along: before)
    #expect(scheduled.others.learningRate == 0.0025)
  }

  @Test func muonOfZerosStays() {
    var layer = Linear(weight: [[1, 2], [3, 4]])
    var optimizer = Muon(weightDecay: 0)
    optimizer.update(&layer, along: Linear(weight: [[0, 0], [0, 0]]))
    #expect(layer.weight == [[1, 2], [3, 4]])
    optimizer.update(&layer, along: Linear(weight: Tensor([.nan, 0, 0, 0], shape: [2, 2])))
    #expect(layer.weight[0, 0].isNaN)
  }

  // MARK: - Corners

  /// No rows, no columns, one number.
  @Test(arguments: [[0, 3], [3, 0], [0, 0], [1, 1]])
  func takesMatricesOfAnyShape(shape: [Int]) {
    func check(_ optimizer: some Optimizer) {
      var optimizer = optimizer
      var layer = Linear(
        weight: Tensor(repeating: 1, shape: shape), bias: Tensor(zeros: [shape[0]]))
      var stack = GroupedLinear(weight: Tensor(repeating: 1, shape: [2] + shape))
      var other = optimizer
      for _ in 0..<2 {
        let (gradient, stacked) = (layer, stack)
        optimizer.update(&layer, along: gradient)
        other.update(&stack, along: stacked)
      }
      #expect(layer.weight.shape == shape && layer.weight.isFinite && stack.weight.isFinite)
    }
    check(Muon())
    check(Adafactor())
    check(Adafactor(isRelative: true))
    check(Lion())
    check(GroupedOptimizer(Muon(), groups: [ParameterGroup(.biases)]))
  }

  // MARK: - Stacks

  /// Each matrix of a stack has the bits that it has alone.
  @Test func matricesOfAStackAreAlone() {
    func check<Tested: Optimizer>(_ make: () -> Tested, _ name: String) {
      let weight = Tensor(scattered: [3, 4, 5], seed: 1)
      var (stack, optimizer) = (GroupedLinear(weight: weight), make())
      var alone = (0..<3).map {
        Linear(weight: weight[entries: $0..<$0 + 1].reshaped(to: [4, 5]))
      }
      var optimizers = (0..<3).map { _ in make() }
      for step in 0..<3 {
        var gradient = Tensor(scattered: [3, 4, 5], seed: UInt64(10 + step))
        for index in 0..<20 { gradient[0, index / 5, index % 5] *= 100 }
        optimizer.update(&stack, along: GroupedLinear(weight: gradient))
        for matrix in 0..<3 {
          optimizers[matrix].update(
            &alone[matrix],
            along: Linear(weight: gradient[entries: matrix..<matrix + 1].reshaped(to: [4, 5])))
        }
      }
      for matrix in 0..<3 {
        #expect(
          stack.weight[entries: matrix..<matrix + 1].bits == alone[matrix].weight.bits,
          "\(name), \(matrix)")
      }
    }
    check({ Muon(learningRate: 0.1) }, "Muon")
    check({ Adafactor(learningRate: 0.1, weightDecay: 0.1) }, "Adafactor")
    check({ Adafactor(learningRate: 0.1, isRelative: true) }, "relative Adafactor")
    check({ Lion(learningRate: 0.1) }, "Lion")
  }

  // MARK: - What all are held to

  @Test func lionKeepsItsPromises() throws {
    let make = { Lion(weightDecay: 0.1) }
    try OptimizerChecks.expectResumable(make)
    try OptimizerChecks.expectSameBitsForAnyThreadCount(make)
    try OptimizerChecks.expectRespectsFrozenExperts(make())
    try OptimizerChecks.expectFollowsEdits(make())
    try OptimizerChecks.expectInPlace(make())
  }

  @Test(arguments: [false, true]) func adafactorKeepsItsPromises(isRelative: Bool) throws {
    let make = { Adafactor(isRelative: isRelative, weightDecay: 0.1) }
    try OptimizerChecks.expectResumable(make)
    try OptimizerChecks.expectSameBitsForAnyThreadCount(make)
    try OptimizerChecks.expectRespectsFrozenExperts(make())
    try OptimizerChecks.expectFollowsEdits(make())
    try OptimizerChecks.expectInPlace(make())
  }

  @Test func muonKeepsItsPromises() throws {
    let make = { Muon() }
    try OptimizerChecks.expectResumable(make)
    try OptimizerChecks.expectSameBitsForAnyThreadCount(make)
    try OptimizerChecks.expectRespectsFrozenExperts(make())
    try OptimizerChecks.expectFollowsEdits(make())
    try OptimizerChecks.expectInPlace(make())
  }

  /// Where experts go, the means of their rows and columns go.
  @Test func factorsMoveWithTheirExperts() throws {
    var (layer, optimizer) = (try OptimizerChecks.layer(), Adafactor())
    try OptimizerChecks.train(&layer, &optimizer, steps: 0..<2)
    let before = Dictionary(uniqueKeysWithValues: optimizer.namedBuffers)
    try optimizer.edit(&layer) { try $0.keepExperts([1, 0, 3, 2]) }
    let after = Dictionary(uniqueKeysWithValues: optimizer.namedBuffers)
    let name = "factors.expertGroups.0.up.weight"
    for (part, size) in [("rows", 5), ("columns", 4)] {
      let old = try #require(before["\(name).\(part)"]?.doubles)
      let new = try #require(after["\(name).\(part)"])
      // Spread over columns or rows and averaged again: some roundings.
      let moved = Array(old[size...] + old[..<size])
      GradientTolerance.expect(
        new, near: moved, within: moved.map { 8 * 0x1p-24 * $0 }, part)
    }
    // New experts have a row of zeros in the gate, which its columns do not count.
    let columns = try #require(after["factors.router.gate.weight.columns"])
    try optimizer.edit(&layer) {
      var generator = SeededGenerator(seed: 3)
      try $0.addExperts(.gatedFeedForward(count: 2, hiddenSize: 3), using: &generator)
    }
    let added = Dictionary(uniqueKeysWithValues: optimizer.namedBuffers)
    let rows = try #require(added["factors.router.gate.weight.rows"])
    #expect(rows.shape == [6] && rows.scalarArray[4...] == [0, 0])
    GradientTolerance.expect(
      try #require(added["factors.router.gate.weight.columns"]), near: columns.doubles,
      within: columns.doubles.map { 8 * 0x1p-24 * $0 }, "columns")
  }

  @Test func trapsOnSettingsOutOfRange() async {
    let lion = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Lion(beta1: 1)
    }
    #expect(lion?.standardErrorSays("Lion: beta1 1.0 and beta2 0.99, expected 0..<1") == true)
    let adafactor = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Adafactor(clippingThreshold: 0)
    }
    #expect(
      adafactor?.standardErrorSays(
        "Adafactor: clippingThreshold 0.0 and epsilon 1e-30, expected more than 0") == true)
    let muon = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Muon(momentum: -1)
    }
    #expect(muon?.standardErrorSays("Muon: momentum -1.0, expected 0..<1") == true)
  }
}
