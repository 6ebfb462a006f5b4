import MoE

/// Measures forward and backward passes of the whole layer together, at the sizes that other
/// libraries are measured at.
struct TrainingGroup {
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// Few experts and many; the optimiser's step is apart.
  func run() throws {
    let cases = session.options.isSmoke ? [LayerCase.smoke[1]] : LayerCase.trained
    for item in cases where session.wants(.training, item.name, item.shape(item.tokens)) {
      let layer = try item.layer()
      let reference = LayerReference(layer, item.batches()[0])
      try session.forEachConfiguration { set, threads in
        for rows in [HiddenRows.kept, .recomputed] {
          try measure(item, layer, reference, set, threads, hiddenRows: rows)
        }
      }
    }
  }

  private func measure(
    _ item: LayerCase, _ layer: MixtureOfExperts, _ reference: LayerReference, _ set: KernelSet,
    _ threads: Int, hiddenRows: HiddenRows
  ) throws {
    let outputGradient = Tensor(
      scattering: -1...1, shape: [item.tokens, item.inputSize], seed: 4)
    let context = LayerContext(.training(step: 0), hiddenRows: hiddenRows)
    func step() throws -> (MixtureOfExperts.Pass, LayerGradient<MixtureOfExperts>) {
      let pass = try layer.forward(reference.tokens, context: context)
      return (pass, try layer.backward(outputGradient, pass: pass))
    }
    let effort = session.effort(threads: threads)
    var work = Workload(
      group: .training,
      name: hiddenRows == .kept ? item.name : "\(item.name), recomputing",
      shape: item.shape(item.tokens),
      // Each product of the forward pass has two in the backward pass.
      amount: 3 * item.operations(item.tokens),
      residual: {
        let (pass, gradient) = try step()
        return max(
          reference.residual(of: pass),
          reference.residual(of: gradient, pass: pass, outputGradient: outputGradient))
      },
      run: { blackHole(try step()) })
    work.kernelCeiling = .microkernel(set, threads: threads, effort: effort)
    work.note = { "\(Int((Double(item.tokens) / $0).rounded())) tokens/s" }
    try session.measure(work, against: .arithmetic(set, threads: threads, effort: effort))
  }
}
