import MoE

/// What can be measured; the order is that of the output.
enum Group: String, CaseIterable {
  /// What the others are compared with.
  case ceiling
  /// The innermost loops of products.
  case kernel
  /// Products of matrices.
  case gemm
  /// Functions of each scalar or row.
  case vector
  /// The whole layer, forward.
  case layer
  /// The layer's training steps, and the steps of optimisers.
  case training
  /// The layer with weights in fewer bits, and rounding to these.
  case formats
  /// The layer's routing.
  case routing
  /// Attention by itself.
  case attention
  /// Layers with experts that compute nothing.
  case moepp
  /// Loading from files.
  case checkpoints
  /// Parts that are written outside of the library.
  case `extension`

  /// Measures everything in the group that the options ask for.
  func run(in session: Session) throws {
    switch self {
    case .ceiling: runCeilings(in: session)
    case .kernel: try KernelGroup(session).run()
    case .gemm: try ProductGroup(session).run()
    case .vector: try VectorGroup(session).run()
    case .layer: try LayerGroup(session).run()
    case .training:
      try TrainingGroup(session).run()
      try OptimizerLines(session).run()
    case .formats: try FormatGroup(session).run()
    case .routing: try RoutingGroup(session).run()
    case .attention: try AttentionGroup(session).run()
    case .moepp: try ZeroComputationGroup(session).run()
    case .checkpoints: try CheckpointGroup(session).run()
    case .extension: try ExtensionGroup(session).run()
    }
  }

  private func runCeilings(in session: Session) {
    func measure(_ name: String, _ shape: String, _ ceiling: Ceiling) {
      let effort = session.effort(threads: Compute.threadCount)
      session.output.write(
        Line(
          group: self, name: name, shape: shape, kernels: .current, threads: Compute.threadCount,
          measurement: Measurement(ceiling, effort: effort)))
    }
    session.forEachConfiguration { set, threads in
      let name = set == .portable ? "portable microkernel" : "multiply-adds"
      guard session.wants(self, name, "") else { return }
      measure(
        name, "", .arithmetic(set, threads: threads, effort: session.effort(threads: threads)))
    }
    for mebibytes in session.options.isSmoke ? [1] : [1, 32, 512] {
      let shape = "\(mebibytes) MiB"
      guard session.wants(self, "reading", shape) else { continue }
      // The loop is the best that the machine has, whatever kernels were asked for.
      KernelSet.withCurrent(KernelSet.available.last ?? .portable) {
        for threads in session.options.threadCounts {
          Compute.withThreadCount(threads) {
            measure(
              "reading", shape,
              .reading(
                bytes: mebibytes << 20, threads: threads, effort: session.effort(threads: threads)))
          }
        }
      }
    }
  }
}
