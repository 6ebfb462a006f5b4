import MoE

/// Measures layers whose experts are kept in fewer bits: what a format saves where reading weights
/// takes the time, and what it costs where arithmetic does.
struct FormatGroup {
  private static let formats: [WeightFormat] = [
    .bfloat16, .float16, .float8E4M3(), .float8E5M2(), .int8(), .int4(), .mxfp4, .nvfp4,
  ]

  private let session: Session

  init(_ session: Session) { self.session = session }

  /// A few tokens, and many; then rounding.
  func run() throws {
    let isSmoke = session.options.isSmoke
    let few = isSmoke ? [LayerCase.smoke[0]] : [LayerCase.decode1, .decode8]
    for item in few { try measureReading(item) }
    for item in isSmoke ? [LayerCase.smoke[1]] : [LayerCase.prefill, .large] {
      try measureArithmetic(item)
    }
    for item in isSmoke ? [LayerCase.small] : [LayerCase.few, .large] {
      for format in Self.formats { try measureRounding(item, format, .byMaximum) }
    }
    try measureRounding(isSmoke ? .small : .few, .int4(), .leastSquares())
  }

  /// The bytes of the experts that tokens use, beside a stream of as many as all experts take.
  private func measureReading(_ item: LayerCase) throws {
    let shape = item.shape(item.tokens)
    for format in [.float32] + Self.formats where session.wants(.formats, name(item, format), shape)
    {
      let layer = try item.layer().compressing(to: format)
      let references = try references(layer, item)
      let expertBytes = layer.weightByteCount - layer.router.weightByteCount
      let expertsUsed = try references.reduce(0) {
        try $0 + layer.forward($1.tokens, context: .inference).routing.load.count { $0 > 0 }
      }
      try session.forEachConfiguration { set, threads in
        var layer = layer
        layer.packWeights()
        var work = work(layer, item, format, references)
        work.amount = Double(expertBytes / item.experts * expertsUsed)
        work.note = { "\(tokensPerSecond(item, $0)) tokens/s" }
        try session.measure(
          work,
          against: .reading(
            bytes: expertBytes, threads: threads, effort: session.effort(threads: threads)))
      }
    }
  }

  /// Passes a second, beside those of the layer in single precision.
  private func measureArithmetic(_ item: LayerCase) throws {
    let shape = item.shape(item.tokens)
    for format in Self.formats where session.wants(.formats, name(item, format), shape) {
      let plain = try item.layer()
      let layer = try plain.compressing(to: format)
      let references = try references(layer, item)
      try session.forEachConfiguration { set, threads in
        var plain = plain
        plain.packWeights()
        let tokens = references[0].tokens
        let ceiling = Ceiling(
          .passes, threads: threads, busyThreads: threads,
          effort: session.effort(threads: threads), amount: Unit.amountOfPass
        ) { repeats in
          for _ in 0..<repeats { blackHole(try? plain.forward(tokens, context: .inference)) }
        }
        var work = work(layer, item, format, references)
        work.amount = Unit.amountOfPass
        work.note = { "\(tokensPerSecond(item, $0)) tokens/s" }
        try session.measure(work, against: ceiling)
      }
    }
  }

  /// The bytes in single precision that are rounded, beside a stream of as many.
  private func measureRounding(
    _ item: LayerCase, _ format: WeightFormat, _ rounding: WeightRounding
  ) throws {
    let name = "rounding to \(format)" + (rounding == .byMaximum ? "" : ", by least squares")
    let shape = item.shape(0)
    guard session.wants(.formats, name, shape) else { return }
    let layer = try item.layer()
    let bytes = layer.weightByteCount - layer.router.weightByteCount
    try session.forEachConfiguration { _, threads in
      let work = Workload(
        group: .formats, name: name, shape: shape, amount: Double(bytes), residual: { 0 },
        run: { blackHole(try? layer.compressing(to: format, rounding: rounding)) })
      try session.measure(
        work,
        against: .reading(
          bytes: bytes, threads: threads, effort: session.effort(threads: threads)))
    }
  }

  private func name(_ item: LayerCase, _ format: WeightFormat) -> String {
    "\(item.name), \(format)"
  }

  /// The decompressed weights are what results are held against.
  private func references(_ layer: MixtureOfExperts, _ item: LayerCase) throws -> [LayerReference] {
    let plain = try layer.compressing(to: .float32)
    return item.batches().map { LayerReference(plain, $0) }
  }

  private func work(
    _ layer: MixtureOfExperts, _ item: LayerCase, _ format: WeightFormat,
    _ references: [LayerReference]
  ) -> Workload {
    var work = Workload(
      group: .formats, name: name(item, format), shape: item.shape(item.tokens), amount: 0,
      residual: {
        references[0].residual(of: try layer.forward(references[0].tokens, context: .inference))
      },
      run: {
        for reference in references {
          blackHole(try layer.forward(reference.tokens, context: .inference))
        }
      })
    work.turns = references.count
    return work
  }

  private func tokensPerSecond(_ item: LayerCase, _ seconds: Double) -> Int {
    Int((Double(item.tokens) / seconds).rounded())
  }
}
