import MoE
import OwnParts

/// Measures experts that are written with the public API alone beside the library's, of the same
/// formula.
struct ExtensionGroup {
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// Forward and backward passes of a layer, with the library's experts and with those of one's
  /// own.
  func run() throws {
    let isSmoke = session.options.isSmoke
    let item = isSmoke ? LayerCase.small : LayerCase.many
    let tokenCount = isSmoke ? 12 : 512
    let shape = item.shape(tokenCount)
    guard session.wants(.extension, "experts", shape) else { return }
    let layer = try item.layer()
    guard let experts = layer.expertGroups[0] as? GatedFeedForwardExperts else { return }
    let own = try MixtureOfExperts(
      router: layer.router,
      expertGroups: [OwnGatedExperts(gate: experts.gate, up: experts.up, down: experts.down)])
    let tokens = Tensor(scattering: -1...1, shape: [tokenCount, item.inputSize], seed: 3)
    let outputGradient = Tensor(scattering: -1...1, shape: [tokenCount, item.inputSize], seed: 4)
    let reference = LayerReference(layer, tokens)

    try session.forEachConfiguration { set, threads in
      let ceiling = Ceiling.arithmetic(
        set, threads: threads, effort: session.effort(threads: threads))
      func step(_ layer: MixtureOfExperts) throws -> Step {
        try Step(layer, tokens, outputGradient)
      }
      for (name, measured) in [("experts of the library", layer), ("experts of one's own", own)] {
        var work = Workload(
          group: .extension, name: name, shape: shape,
          // Each product of the forward pass has two in the backward pass.
          amount: 3 * item.operations(tokenCount),
          residual: {
            let (ours, result) = (try step(layer), try step(measured))
            guard result.tensors == ours.tensors else { return .infinity }
            return max(
              reference.residual(of: ours.pass),
              reference.residual(
                of: ours.gradient, pass: ours.pass, outputGradient: outputGradient))
          },
          run: { blackHole(try step(measured)) })
        if measured.expertGroups[0] is OwnGatedExperts {
          let speed = try session.speed(
            of: { blackHole(try step(own)) }, over: { blackHole(try step(layer)) },
            clock: Clock(threads: threads))
          work.note = { _ in "\((100 * speed).rounded() / 100) of the library's speed" }
        }
        try session.measure(work, against: ceiling)
      }
    }
  }

  /// A forward and a backward pass.
  private struct Step {
    let pass: MixtureOfExperts.Pass
    let gradient: LayerGradient<MixtureOfExperts>

    init(_ layer: MixtureOfExperts, _ tokens: Tensor, _ outputGradient: Tensor) throws {
      pass = try layer.forward(tokens, context: .training(step: 0))
      gradient = try layer.backward(outputGradient, pass: pass)
    }

    /// All results.
    var tensors: [Tensor] {
      [pass.output, gradient.input] + gradient.parameters.namedParameters.map(\.parameter)
    }
  }
}
