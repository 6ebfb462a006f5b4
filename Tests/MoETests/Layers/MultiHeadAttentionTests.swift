import MoE
import Testing

/// Attention against its formula in `Double`, output and gradients.
@Suite struct MultiHeadAttentionTests {
  /// One way to put attention together.
  struct Case: Sendable, CustomTestStringConvertible {
    var heads = 2
    var shared: Int?
    var headSize: Int?
    var isCausal = true
    var window: Int?
    var rotary: RotaryPositions?
    var norm: NormSpecification?
    var bias = false
    var lengths = [3, 0, 1, 2]

    var testDescription: String {
      "\(heads)/\(shared ?? heads) heads of \(headSize ?? 0), causal \(isCausal), window "
        + "\(window ?? 0), \(rotary.map { "\($0.pairing)" } ?? "no") rotary, bias \(bias), "
        + "norm \(norm != nil), lengths \(lengths)"
    }

    func attention(size: Int = 4) throws -> MultiHeadAttention {
      var generator = SeededGenerator(seed: 5)
      var attention = try MultiHeadAttention(
        inputSize: size, headCount: heads, keyValueHeadCount: shared, headSize: headSize,
        isCausal: isCausal, window: window, rotary: rotary, headNorm: norm, bias: bias,
        using: &generator)
      attention.visitParameters { name, parameter in
        // Ones at first, which would hide where they are missing.
        guard name.contains("Norm") else { return }
        parameter += 0.5 * Tensor(scattered: parameter.shape, seed: name == "keyNorm" ? 8 : 9)
      }
      return attention
    }
  }

  static let cases = [
    Case(), Case(heads: 1), Case(heads: 4, shared: 2, headSize: 2, bias: true),
    Case(heads: 2, shared: 1, rotary: RotaryPositions()), Case(isCausal: false),
    Case(window: 1), Case(window: 2, bias: true, lengths: [6]),
    Case(rotary: RotaryPositions(base: 10, pairing: .interleaved, scale: 2), lengths: [5]),
    Case(heads: 1, rotary: RotaryPositions(base: 100, dimension: 2), lengths: [4, 2]),
    Case(headSize: 3, isCausal: false, lengths: [1, 1, 3]),
    Case(heads: 4, shared: 2, headSize: 4, rotary: RotaryPositions(), norm: .rms(epsilon: 0.01)),
  ]

  /// A map (n), a rotation (3), a score (n), a softmax (n + 8), a sum (n) and a map, and about twice
  /// as many back.
  @Test(arguments: cases)
  func matchesTheReference(_ example: Case) throws {
    let attention = try example.attention()
    let count = example.lengths.reduce(0, +)
    let (input, direction) = (
      Tensor(scattered: [count, 4], seed: 1), Tensor(scattered: [count, 4], seed: 2)
    )
    let context = LayerContext(
      .training(step: 0), batch: Batch(sequenceLengths: example.lengths))
    let (results, tolerances) = try GradientTolerance.tolerances(roundings: 160) { perturb in
      let attention = perturb(attention)
      let pass = try attention.forward(perturb(input), context: context)
      let back = attention.backward(perturb(direction), pass: pass)
      return [pass.output, back.input] + back.parameters.namedParameters.map(\.parameter)
    }
    let reference = ReferenceAttention(attention, lengths: example.lengths)
    var point = Reference.parameters(attention)
    let exact = reference(Reference.rows(input), point).flatMap { $0 }
    GradientTolerance.expect(results[0], near: exact, within: tolerances[0], "output")
    point["input"] = Reference.scalars(input)
    let rows = Reference.rows(direction)
    let derivatives = centralDifferences(at: point) { moved in
      Reference.inner(reference(Reference.rows(moved["input"]!, columns: 4), moved), rows)
    }
    let names = ["input"] + attention.namedParameters.map(\.name)
    #expect(results.count == names.count + 1)
    for (index, name) in names.enumerated() {
      // A bias of keys moves all scores of a query alike: its gradient is zero but for roundings.
      GradientTolerance.expect(
        results[index + 1], near: derivatives[name]!,
        within: max(tolerances[index + 1], name == "key.bias" ? 0x1p-20 : 0), "gradient of \(name)")
    }
    let inference = try attention.forward(
      input, context: LayerContext(.inference, batch: context.batch)
    ).output
    #expect(inference.bits == results[0].bits)
  }

  /// Several blocks of 64 queries, on every kernel set.
  @Test(.onEveryKernelSet, arguments: [nil, 40])
  func longSequencesMatchTheReference(window: Int?) throws {
    let attention = try Case(heads: 2, shared: 1, window: window, rotary: RotaryPositions())
      .attention(size: 4)
    let lengths = [150, 70]
    let input = 3 * Tensor(scattered: [220, 4], seed: 1)
    let context = LayerContext(.inference, batch: Batch(sequenceLengths: lengths))
    let (results, tolerances) = try GradientTolerance.tolerances(roundings: 400) { perturb in
      [try perturb(attention).forward(perturb(input), context: context).output]
    }
    let reference = ReferenceAttention(attention, lengths: lengths)
    GradientTolerance.expect(
      results[0],
      near: reference(Reference.rows(input), Reference.parameters(attention))
        .flatMap { $0 }, within: tolerances[0], "output")
  }

  @Test func configurationsThatCannotWorkThrow() throws {
    for example in [
      Case(heads: 0), Case(heads: 3), Case(heads: 4, shared: 3), Case(heads: 2, shared: 0),
      Case(headSize: 0), Case(isCausal: false, window: 2), Case(window: 0),
      Case(rotary: RotaryPositions(base: -1)), Case(rotary: RotaryPositions(dimension: 4)),
      Case(rotary: RotaryPositions(dimension: 1)), Case(rotary: RotaryPositions(scale: .nan)),
      Case(headSize: 3, rotary: RotaryPositions()),
    ] {
      #expect(throws: MoEError.self, "\(example)") { _ = try example.attention() }
    }
    var generator = SeededGenerator(seed: 1)
    let plain = try Case(heads: 2).attention()
    for (queryNorm, keyNorm) in [(3, 2), (2, 4)] {
      #expect(throws: MoEError.self) {
        _ = try MultiHeadAttention(
          query: plain.query, key: plain.key, value: plain.value, output: plain.output,
          queryNorm: .rms(RMSNorm(size: queryNorm)), keyNorm: .rms(RMSNorm(size: keyNorm)),
          headCount: 2)
      }
    }
    func map(_ input: Int, _ output: Int) -> Linear {
      Linear(inputSize: input, outputSize: output, using: &generator)
    }
    for (query, key, value, output) in [
      (map(4, 4), map(3, 4), map(4, 4), map(4, 4)), (map(4, 4), map(4, 2), map(4, 4), map(4, 4)),
      (map(4, 4), map(4, 4), map(4, 4), map(2, 4)), (map(4, 5), map(4, 4), map(4, 4), map(4, 4)),
    ] {
      #expect(throws: MoEError.self) {
        _ = try MultiHeadAttention(
          query: query, key: key, value: value, output: output, headCount: 2)
      }
    }
  }

  @Test func inputsThatDoNotFitThrow() throws {
    let attention = try Case().attention()
    for shape in [[3, 5], [3], [1, 3, 4]] {
      #expect(throws: MoEError.self) {
        _ = try attention.forward(Tensor(zeros: shape), context: .inference)
      }
    }
    let context = LayerContext(.inference, batch: Batch(sequenceLengths: [2, 2]))
    #expect(throws: MoEError.self) {
      _ = try attention.forward(Tensor(zeros: [3, 4]), context: context)
    }
  }
}
