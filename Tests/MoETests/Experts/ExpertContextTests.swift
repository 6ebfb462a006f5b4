import MoE
import Synchronization
import Testing

/// Experts that note what they are handed, and throw where they are told to.
private struct NotingExperts: ExpertGroup {
  struct Stop: Error, Equatable { var place: String }

  struct Note {
    var context: LayerContext
    var rows: GroupedRows
    var tokens: [Int32]?
  }

  final class Notes: Sendable {
    private let all = Mutex<[Note]>([])

    func add(_ note: Note) { all.withLock { $0.append(note) } }
    func take() -> [Note] {
      all.withLock { notes in
        defer { notes = [] }
        return notes
      }
    }
  }

  let expertCount: Int
  var scale: Tensor = [2]
  let notes = Notes()
  /// The step in which the forward pass throws, or −1 for inference.
  var stopsForward: Int?
  var stopsBackward = false

  var inputSize: Int { 4 }
  var outputSize: Int { 4 }

  mutating func visitParameters(_ visit: (String, inout Tensor) throws -> Void) rethrows {
    try visit("scale", &scale)
  }

  struct Pass: ExpertPass {
    var output: ExpertOutput
    let input: GroupedTokens
  }

  func forward(_ input: GroupedTokens, context: LayerContext) throws -> Pass {
    notes.add(Note(context: context, rows: input.rows, tokens: input.tokens))
    if stopsForward == (context.mode.isTraining ? context.mode.step : -1) {
      throw Stop(place: "forward")
    }
    let rows = input.matrix.gatheringEntries(input.rows.indices.map(Int.init))
    return Pass(output: .rows(rows * scale[0]), input: input)
  }

  func backward(
    _ outputGradient: GroupedGradient, pass: Pass
  ) throws -> ExpertGradient<NotingExperts> {
    if stopsBackward { throw Stop(place: "backward") }
    let rows = pass.input.rows.indices.map(Int.init)
    var gradient = outputGradient.matrix.gatheringEntries(rows)
    let dots = gradient.rowDots(pass.input.matrix.gatheringEntries(rows))
    gradient.scaleRows(by: outputGradient.weights)
    var parameters = self
    parameters.scale = Tensor([(dots * outputGradient.weights).sum()])
    return ExpertGradient(
      rows: gradient * scale[0], weights: dots * scale[0], parameters: parameters)
  }
}

@Suite(.namingCombinations) struct ExpertContextTests {
  private static func layer(
    _ group: NotingExperts, shared: NotingExperts? = nil, _ strategy: RoutingStrategy = .topK(2)
  ) throws -> MixtureOfExperts {
    var generator = SeededGenerator(seed: 81)
    return try MixtureOfExperts(
      router: Router(
        inputSize: 4, expertCount: group.expertCount, strategy: strategy, seed: 12, layer: 7,
        using: &generator),
      expertGroups: [group], sharedExperts: shared.map { try SharedExperts([$0]) })
  }

  private static let batch = Batch(
    positions: [10, 11, 12, 13, 14], tokenIDs: [5, 4, 3, 2, 1],
    padding: [false, true, false, false, false])

  /// Mode, step, noise and batch are those of the layer without padding; the noise is the router's
  /// own.
  @Test func expertsSeeTheContext() throws {
    let (group, shared) = (NotingExperts(expertCount: 3), NotingExperts(expertCount: 2))
    let tokens = SmallLayers.normal([5, 4])
    try withEvery("mode", in: [.inference, .training(step: 9)] as [PassMode]) { mode in
      try withEvery("weights on inputs", in: [false, true]) { appliesWeightsToInput in
        let layer = try Self.layer(
          group, shared: shared,
          RoutingStrategy(selector: .topK(2), appliesWeightsToInput: appliesWeightsToInput))
        let routing = try layer.forward(
          tokens, context: LayerContext(mode, batch: Self.batch)
        ).routing
        let (own, other) = (group.notes.take(), shared.notes.take())
        #expect(own.count == 1 && other.count == 1)
        for note in own + other {
          #expect(note.context.mode == mode)
          #expect(note.context.purpose.noise == Noise(seed: 12, step: mode.step, layer: 7))
          #expect(note.context.batch.padding == nil)
          #expect(note.context.batch.positions == [10, 12, 13, 14])
          #expect(note.context.batch.tokenIDs == [5, 3, 2, 1])
          #expect((0..<4).map(note.context.batch.place) == [0, 2, 3, 4])
        }
        // Which tokens rows are: by their index among those that are valid.
        let valid = [0, 2, 3, 4]
        let note = try #require(own.first)
        for expert in 0..<3 {
          let tokens = note.rows.positions(of: expert).map { Int(note.tokens?[$0] ?? -1) }
          #expect(
            tokens.map { valid[$0] } == (0..<5).filter { routing.experts(of: $0).contains(expert) })
        }
        #expect(
          note.rows.indices.elementsEqual(
            appliesWeightsToInput ? (0..<8).map { Int32($0) } : note.tokens ?? []))
        #expect(other.first?.tokens == [0, 1, 2, 3, 0, 1, 2, 3])
      }
    }
  }

  /// Slots are mixtures of tokens, and so none of them.
  @Test func slotsAreNoTokens() throws {
    let group = NotingExperts(expertCount: 3)
    let layer = try Self.layer(group, .soft(slotsPerExpert: 2))
    _ = try layer.forward(
      SmallLayers.normal([5, 4]), context: LayerContext(.training(step: 2), batch: Self.batch))
    let note = try #require(group.notes.take().first)
    #expect(note.tokens == nil && note.rows.offsets == [0, 2, 4, 6])
    #expect(note.context.mode == .training(step: 2))
  }

  /// The other experts of a straight-through gradient are run in inference, with the noise of the
  /// pass.
  @Test func straightThroughRunsInInference() throws {
    let group = NotingExperts(expertCount: 3)
    let layer = try Self.layer(
      group,
      RoutingStrategy(selector: .topK(1), weighting: .scores, isStraightThrough: true))
    let tokens = SmallLayers.normal([5, 4])
    let pass = try layer.forward(
      tokens, context: LayerContext(.training(step: 6), batch: Self.batch))
    _ = group.notes.take()
    _ = try layer.backward(tokens, pass: pass)
    let notes = group.notes.take()
    #expect(notes.count == 3)
    for note in notes {
      #expect(note.context.mode == .inference)
      #expect(note.context.purpose.noise == Noise(seed: 12, step: 6, layer: 7))
      #expect(note.context.batch.positions == [10, 12, 13, 14])
      #expect(note.tokens == [0, 1, 2, 3])
    }
  }

  /// What experts throw is what the layer throws, and leaves the layer as it was.
  @Test func whatExpertsThrowIsThrown() throws {
    let tokens = SmallLayers.normal([5, 4])
    try withEvery("shared", in: [false, true]) { isShared in
      var stopping = NotingExperts(expertCount: 3)
      stopping.stopsForward = 4
      let sound = NotingExperts(expertCount: 3)
      func layer(_ stopping: NotingExperts) throws -> MixtureOfExperts {
        try isShared
          ? Self.layer(sound, shared: stopping) : Self.layer(stopping, shared: sound)
      }
      var stopped = try layer(stopping)
      #expect(throws: NotingExperts.Stop(place: "forward")) {
        _ = try stopped.forward(tokens, context: .training(step: 4))
      }
      let pass = try stopped.forward(tokens, context: .training(step: 5))
      #expect(try stopped.backward(tokens, pass: pass).input.shape == [5, 4])
      #expect(try stopped(tokens).bits == layer(sound)(tokens).bits)
      stopping.stopsForward = -1
      stopped = try layer(stopping)
      #expect(throws: NotingExperts.Stop(place: "forward")) { _ = try stopped(tokens) }
      stopping.stopsForward = nil
      stopping.stopsBackward = true
      stopped = try layer(stopping)
      let other = try stopped.forward(tokens, context: .training(step: 0))
      #expect(throws: NotingExperts.Stop(place: "backward")) {
        _ = try stopped.backward(tokens, pass: other)
      }
    }
  }
}
