import ExampleSupport
import Foundation
import MoE

/// What is said of a folder or a file.
struct Inspection {
  let options: Options
  let console: Console

  /// Says it.
  func run(_ path: String) throws {
    if let file = options.reportFile { try SavedModel.checkWritable(file) }
    let checkpoint = try Checkpoint(path: path)
    console.printFacts([
      ("files", "\(format(checkpoint.files.count, "file")), \(bytes(checkpoint))"),
      ("tensors", format(checkpoint.names.count)),
    ])
    let isFolder =
      (try? URL(fileURLWithPath: path).resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory
      ?? false
    // What a configuration says that is not understood is no reason to say nothing of the tensors.
    let model = Result { try isFolder ? ModelDescription(path: path) : nil }
    switch model {
    case .success(let model?): describe(model)
    case .success(nil): break
    // A layer may be whole where the model is not.
    case .failure(let error):
      console.print("\nNot understood: \(truncated("\(error)", to: 400))")
    }
    if options.listsTensors || !isFolder { list(checkpoint) }
    if let layer = options.layer { try run(path, layer: layer) }
  }

  private func bytes(_ checkpoint: Checkpoint) -> String {
    format(checkpoint.files.reduce(0) { $0 + $1.byteCount }, "byte")
  }

  private func describe(_ model: ModelDescription) {
    console.printFacts([
      ("model", "\(model.modelType), \(format(model.layerCount, "layer"))"),
      (
        "",
        "\(format(model.parameterCount)) parameters, \(format(model.activeParameterCount)) of "
          + "them active for a token"
      ),
    ])
    for (format, bytes) in model.bytesByFormat.sorted(by: { $0.value > $1.value }) {
      console.printFacts([("", "\(ExampleSupport.format(bytes, "byte")) of \(format.rawValue)")])
    }
    guard !model.mixtures.isEmpty else {
      console.print("\nNo layer is a mixture.")
      return
    }
    console.printHeading("Mixtures")
    var table = Table([
      ("layers", .left), ("experts", .right), ("a token", .right), ("size", .right),
      ("hidden", .right), ("shared", .right),
    ])
    for (layers, mixture) in alike(model.mixtures) {
      table.add([
        layers, "\(mixture.expertCount)", "\(mixture.expertsPerToken)", "\(mixture.inputSize)",
        "\(mixture.hiddenSize)",
        mixture.sharedHiddenSize > 0 ? "\(mixture.sharedHiddenSize)" : "–",
      ])
    }
    for line in table.lines { console.print(line) }
  }

  /// Runs of layers whose mixtures are alike, as `3 to 60`.
  private func alike(
    _ mixtures: [ModelDescription.Mixture]
  ) -> [(layers: String, mixture: ModelDescription.Mixture)] {
    var runs: [[ModelDescription.Mixture]] = []
    for mixture in mixtures {
      if let last = runs.last?.last, last.layer + 1 == mixture.layer, isAlike(last, mixture) {
        runs[runs.count - 1].append(mixture)
      } else {
        runs.append([mixture])
      }
    }
    return runs.map { run in
      let (first, last) = (run[0], run[run.count - 1])
      return (
        first.layer == last.layer ? "\(first.layer)" : "\(first.layer) to \(last.layer)", first
      )
    }
  }

  private func isAlike(
    _ left: ModelDescription.Mixture, _ right: ModelDescription.Mixture
  ) -> Bool {
    left.expertCount == right.expertCount && left.expertsPerToken == right.expertsPerToken
      && left.hiddenSize == right.hiddenSize && left.sharedHiddenSize == right.sharedHiddenSize
  }

  private func list(_ checkpoint: Checkpoint) {
    console.printHeading("Tensors")
    var table = Table([
      ("name", .left), ("type", .left), ("shape", .left), ("bytes", .right),
    ])
    for name in checkpoint.names {
      guard let tensor = checkpoint[name] else { continue }
      table.add([
        printable(name), tensor.format.rawValue, "\(tensor.shape)", format(tensor.byteCount),
      ])
    }
    for line in table.lines { console.print(line) }
    for (key, text) in checkpoint.metadata.sorted(by: { $0.key < $1.key }) {
      console.print("  \(printable(key)): \(truncated(printable(text), to: 100))")
    }
  }

  // MARK: - A layer

  private func run(_ path: String, layer: Int) throws {
    let clock = ContinuousClock()
    var loaded: MixtureOfExperts?
    let loading = try clock.measure {
      loaded = try MixtureOfExperts(
        model: path, layer: layer, expertBytes: options.expertMebibytes.map { $0 << 20 })
    }
    guard var mixture = loaded else { return }
    console.printHeading("Layer \(layer)")
    console.printFacts([
      ("loaded", "\(format(mixture.parameterCount)) parameters in \(milliseconds(loading))")
    ])
    mixture.packWeights()
    var generator = SeededGenerator(seed: options.seed)
    let tokens = Tensor.normal(shape: [options.tokenCount, mixture.inputSize], using: &generator)
    var context = LayerContext.inference
    if let selector = mixture.router.strategy.selector as? HashSelector {
      let ids = selector.table.vocabulary
      context.batch.tokenIDs = (0..<options.tokenCount).map { _ in
        Int(generator.next() % UInt64(max(1, ids)))
      }
    }
    // The first pass makes kernels and touches memory.
    var pass = try mixture.forward(tokens, context: context)
    let running = try clock.measure { pass = try mixture.forward(tokens, context: context) }
    let speed = Double(options.tokenCount) / max(running / .seconds(1), 1e-9)
    console.printFacts([
      (
        "run",
        "\(format(options.tokenCount, "random token")) in \(milliseconds(running)), "
          + "\(format(Int(speed))) tokens/s"
      ), ("on", Compute.description),
    ])
    for case let experts as StoredExperts in mixture.expertGroups {
      let residency = experts.residency
      console.printFacts([
        (
          "kept",
          "\(format(residency.expertCount, "expert")), \(format(residency.byteCount, "byte")); "
            + "\(format(residency.hits)) found there, \(format(residency.misses)) read"
        )
      ])
    }
    console.print()
    for line in pass.routing.statistics.description.split(separator: "\n") {
      console.print("  \(line)")
    }
    if let file = options.reportFile { try write(file, pass.routing, of: path, layer: layer) }
  }

  /// Writes a page about where the tokens went.
  private func write(
    _ file: String, _ routing: Routing, of path: String, layer: Int
  ) throws {
    let name = URL(fileURLWithPath: path).lastPathComponent
    var report = RoutingReport(
      title: "\(name), \(format(options.tokenCount, "random token"))",
      layerNames: ["layer \(layer)"])
    try report.add([routing])
    try report.write(to: file)
    console.print("\nTheir routing is drawn in \(file).")
  }

  private func milliseconds(_ duration: Duration) -> String {
    "\(format(decimals: duration / .milliseconds(1))) ms"
  }
}
