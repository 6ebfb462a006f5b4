import MoE

/// Measures the whole layer: with many tokens, with few, and with its backward pass.
struct LayerGroup {
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// Few large experts and many small ones.
  func run() throws {
    for item in session.options.isSmoke ? LayerCase.tiny : LayerCase.all { try measure(item) }
  }

  private func measure(_ item: LayerCase) throws {
    let wanted = item.uses.filter { session.wants(.layer, $0.name, item.shape($0.tokens)) }
    guard !wanted.isEmpty else { return }
    let layer = try item.layer()
    for use in wanted {
      let tokens = Tensor(scattering: -1...1, shape: [use.tokens, item.inputSize], seed: 3)
      let reference = LayerReference(layer, tokens)
      try session.forEachConfiguration { set, threads in
        if use.isTraining {
          try measureTraining(item, use, layer, reference, set, threads)
        } else {
          try measureForward(item, use, layer, reference, set, threads)
        }
      }
    }
  }

  private func measureForward(
    _ item: LayerCase, _ use: LayerCase.Use, _ layer: MixtureOfExperts,
    _ reference: LayerReference, _ set: KernelSet, _ threads: Int
  ) throws {
    var layer = layer
    if use.isPacked { layer.packWeights() }
    let tokens = reference.tokens
    let operations = item.operations(use.tokens)
    let pass = try layer.forward(tokens, context: .inference)
    let bytes = item.bytesPerExpert * pass.routing.load.filter { $0 > 0 }.count
    let effort = session.effort(threads: threads)
    let ceiling =
      use.isBoundByMemory
      ? Ceiling.reading(bytes: bytes, threads: threads, effort: effort)
      : Ceiling.arithmetic(set, threads: threads, effort: effort)
    var work = Workload(
      group: .layer, name: use.name, shape: item.shape(use.tokens),
      amount: use.isBoundByMemory ? Double(bytes) : operations,
      residual: { reference.residual(of: try layer.forward(tokens, context: .inference)) },
      run: { blackHole(try layer.forward(tokens, context: .inference)) })
    work.note = { note(use, operations: use.isBoundByMemory ? operations : nil, seconds: $0) }
    try session.measure(work, against: ceiling)
  }

  private func measureTraining(
    _ item: LayerCase, _ use: LayerCase.Use, _ layer: MixtureOfExperts,
    _ reference: LayerReference, _ set: KernelSet, _ threads: Int
  ) throws {
    let tokens = reference.tokens
    let outputGradient = Tensor(
      scattering: -1...1, shape: [use.tokens, item.inputSize], seed: 4)
    func step() throws -> (MixtureOfExperts.Pass, LayerGradient<MixtureOfExperts>) {
      let pass = try layer.forward(tokens, context: .training(step: 0))
      return (pass, try layer.backward(outputGradient, pass: pass))
    }
    var work = Workload(
      group: .layer, name: use.name, shape: item.shape(use.tokens),
      // Each product of the forward pass has two in the backward pass.
      amount: 3 * item.operations(use.tokens),
      residual: {
        let (pass, gradient) = try step()
        return max(
          reference.residual(of: pass),
          reference.residual(of: gradient, pass: pass, outputGradient: outputGradient))
      },
      run: { blackHole(try step()) })
    work.note = { note(use, operations: nil, seconds: $0) }
    try session.measure(
      work,
      against: .arithmetic(set, threads: threads, effort: session.effort(threads: threads)))
  }

  private func note(_ use: LayerCase.Use, operations: Double?, seconds: Double) -> String {
    let rate = "\(Int((Double(use.tokens) / seconds).rounded())) tokens/s"
    guard let operations else { return rate }
    return "\(rate), \((operations / seconds / 1e8).rounded() / 10) GFLOP/s"
  }
}

/// The sizes of a layer, and what is done with it.
struct LayerCase {
  /// One way to use a layer.
  struct Use {
    var name: String
    var tokens: Int
    var isTraining = false
    /// Whether reading the weights takes longer than the arithmetic.
    var isBoundByMemory = false
    /// Whether the weights are packed before.
    var isPacked = false
  }

  var experts: Int
  var slots: Int
  var inputSize: Int
  var hiddenSize: Int
  var uses: [Use]

  /// Tokens × experts a token of experts there are, token size → hidden size.
  func shape(_ tokens: Int) -> String {
    "\(tokens)×\(slots)/\(experts), \(inputSize)→\(hiddenSize)"
  }

  /// Those of the three products of each route; the gate's is left out.
  func operations(_ tokens: Int) -> Double {
    Double(2 * 3 * tokens * slots) * Double(inputSize * hiddenSize)
  }

  var bytesPerExpert: Int { 3 * inputSize * hiddenSize * MemoryLayout<Float>.stride }

  /// A layer of gated experts of these sizes.
  func layer() throws -> MixtureOfExperts {
    func bank(_ input: Int, _ output: Int, seed: UInt32) -> GroupedLinear {
      let bound = 1 / Float(input).squareRoot()
      return GroupedLinear(
        weight: Tensor(scattering: -bound...bound, shape: [experts, output, input], seed: seed))
    }
    let bound = 4 / Float(inputSize).squareRoot()
    return try MixtureOfExperts(
      router: Router(
        gate: LinearGate(
          Linear(
            weight: Tensor(scattering: -bound...bound, shape: [experts, inputSize], seed: 5))),
        strategy: .topK(slots)),
      expertGroups: [
        GatedFeedForwardExperts(
          gate: bank(inputSize, hiddenSize, seed: 6), up: bank(inputSize, hiddenSize, seed: 7),
          down: bank(hiddenSize, inputSize, seed: 8))
      ])
  }

  /// An eighth of Mixtral 8×7B's sizes.
  static let few = LayerCase(
    experts: 8, slots: 2, inputSize: 512, hiddenSize: 1792,
    uses: [
      Use(name: "prefill", tokens: 512),
      Use(name: "prefill, packed", tokens: 512, isPacked: true),
      Use(name: "prefill, training", tokens: 512, isTraining: true),
      Use(name: "decode", tokens: 1, isBoundByMemory: true),
      Use(name: "decode, packed", tokens: 1, isBoundByMemory: true, isPacked: true),
      Use(name: "decode", tokens: 8, isBoundByMemory: true),
      Use(name: "decode, packed", tokens: 8, isBoundByMemory: true, isPacked: true),
    ])

  /// A quarter of DeepSeek-V2-Lite's sizes.
  static let many = LayerCase(
    experts: 64, slots: 6, inputSize: 512, hiddenSize: 352,
    uses: [
      Use(name: "many small", tokens: 512),
      Use(name: "many small, packed", tokens: 512, isPacked: true),
      Use(name: "many small, training", tokens: 512, isTraining: true),
    ])

  static let all = [few, many]

  static let tiny = [
    LayerCase(
      experts: 4, slots: 2, inputSize: 16, hiddenSize: 24,
      uses: [
        Use(name: "prefill", tokens: 12), Use(name: "training", tokens: 12, isTraining: true),
        Use(name: "decode", tokens: 1, isBoundByMemory: true),
        Use(name: "decode, packed", tokens: 1, isBoundByMemory: true, isPacked: true),
      ])
  ]
}
