import Foundation
import MoE

/// Measures functions over whole tensors beside a plain copy of as many bytes.
struct VectorGroup {
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// Functions of a scalar over a large tensor and over one that caches hold, activations of two
  /// operands, and softmax.
  func run() throws {
    let (large, small) = session.options.isSmoke ? (4096, 512) : (1 << 22, 1 << 16)
    for count in [large, small] {
      try measure("exp", count: count, { $0.exp() }, { Foundation.exp($0) })
      try measure("SiLU", count: count, { Activation.silu($0) }, VectorGroup.silu)
    }
    try measureWithoutAllocation(count: large)
    try measure(
      "GELU", count: large, { Activation.gelu($0) }, { 0.5 * $0 * erfc(-$0 / 2.0.squareRoot()) })
    try measure("tanh", count: large, { $0.tanh() }, { Foundation.tanh($0) })
    for item in VectorGroup.gated {
      try measure(item, count: large)
      try measureGradients(item, count: large)
    }
    for columns in session.options.isSmoke ? [8, 64] : [64, 4096] {
      try measureSoftmax(shape: [large / columns, columns])
    }
  }

  private static func silu(_ x: Double) -> Double { x / (1 + Foundation.exp(-x)) }

  /// Measures work that reads and writes so many scalars in all, under every configuration.
  private func measure(
    _ name: String, _ shape: [Int], scalars: Int, needsGeneratedCode: Bool = false,
    residual: () -> Double, run: () -> Void
  ) throws {
    let shape = shape.map(String.init).joined(separator: "×")
    guard session.wants(.vector, name, shape) else { return }
    let bytes = MemoryLayout<Float>.stride * scalars
    try withoutActuallyEscaping(residual) { residual in
      try withoutActuallyEscaping(run) { run in
        try session.forEachConfiguration { set, threads in
          if needsGeneratedCode && set == .portable { return }
          // As exact as the functions are documented to be, and the roundings of a sum.
          try session.measure(
            Workload(
              group: .vector, name: name, shape: shape, amount: Double(bytes),
              largestResidual: 32, residual: residual, run: run),
            against: .copying(
              bytes: bytes, threads: threads, effort: session.effort(threads: threads)))
        }
      }
    }
  }

  /// A function of each scalar, into a new tensor.
  private func measure(
    _ name: String, count: Int, _ function: (Tensor) -> Tensor, _ reference: (Double) -> Double
  ) throws {
    let input = Tensor(scattering: -6...6, shape: [count])
    try measure(
      name, [count], scalars: 2 * count,
      residual: { residual(of: function(input), input, reference) },
      run: { blackHole(function(input)) })
  }

  private func residual(
    of output: Tensor, _ input: Tensor, _ reference: (Double) -> Double
  ) -> Double {
    var residual = Residual()
    for index in Residual.samples(of: input.count, 4096) {
      let expected = reference(Double(input.scalars[index]))
      residual.compare(output.scalars[index], to: expected, magnitude: expected.magnitude)
    }
    return residual.worst
  }

  /// SiLU into memory that is at hand: what allocating costs is the difference.
  ///
  /// From another module the portable kernel is not specialised, so its time would say nothing.
  private func measureWithoutAllocation(count: Int) throws {
    let input = Tensor(scattering: -6...6, shape: [count])
    var output = Tensor(zeros: [count])
    func run() {
      let kernel = VectorKernel(ActivationFunctions.SiLU())
      unsafe input.withUnsafeScalars { source in
        unsafe output.withUnsafeMutableScalars { destination in
          parallelRuns(of: count, run: scalarsPerRun) {
            unsafe kernel.run(over: $0, VectorPointers(source, to: destination))
          }
        }
      }
    }
    try measure(
      "SiLU, no allocation", [count], scalars: 2 * count, needsGeneratedCode: true,
      residual: {
        run()
        return residual(of: output, input, VectorGroup.silu)
      },
      run: run)
  }

  // MARK: - Activations of two operands

  private struct Gated {
    var name: String
    var activation: GatedActivation
    var gradients: any VectorFunction
  }

  private static let gated = [
    Gated(
      name: "SwiGLU", activation: .silu,
      gradients: ActivationFunctions.GatedGradient(
        activation: ActivationFunctions.SiLU(), gradient: ActivationFunctions.SiLUGradient())),
    Gated(
      name: "gpt-oss SwiGLU", activation: .gptOSS(limit: 5),
      gradients: GatedActivationFunctions.GPTOSSGradient(alpha: 1.702, limit: 5)),
    Gated(
      name: "clamped SwiGLU", activation: .clamped(limit: 5),
      gradients: GatedActivationFunctions.ClampedGradient(limit: 5)),
    Gated(
      name: "SwiGLU clamped", activation: .clampedAfter(limit: 5),
      gradients: GatedActivationFunctions.ClampedAfterGradient(limit: 5)),
    Gated(
      name: "softcapped SwiGLU", activation: .softcapped(),
      gradients: GatedActivationFunctions.SoftcappedGradient(gate: 4, up: 25)),
  ]

  /// The value at a pair of operands, and its derivative by the second of them.
  private static func value(
    _ activation: GatedActivation, _ g: Double, _ u: Double
  ) -> (value: Double, slope: Double) {
    var (gate, up, slope) = (silu(g), u, 1.0)
    func clip(_ limit: Float) {
      slope = u.magnitude > Double(limit) ? 0 : 1
      up = max(min(u, Double(limit)), -Double(limit))
    }
    switch activation {
    case .gated: break
    case .gptOSS(let alpha, let limit):
      clip(limit)
      gate = silu(min(g, Double(limit)) * Double(alpha)) / Double(alpha)
      up += 1
    case .clamped(let limit):
      clip(limit)
      gate = silu(min(g, Double(limit)))
    case .clampedAfter(let limit):
      clip(limit)
      gate = min(gate, Double(limit))
    case .softcapped(let gateCap, let upCap):
      let (a, b) = (Double(gateCap), Double(upCap))
      let t = Foundation.tanh(u / b)
      (gate, up, slope) = (gate / g * a * Foundation.tanh(g / a), b * t, 1 - t * t)
    }
    return (gate * up, gate * slope)
  }

  private func operands(_ count: Int) -> (gate: Tensor, up: Tensor) {
    (
      Tensor(scattering: -6...6, shape: [count], seed: 1),
      Tensor(scattering: -6...6, shape: [count], seed: 2)
    )
  }

  /// The function of two tensors, into a new one.
  private func measure(_ item: Gated, count: Int) throws {
    let (gate, up) = operands(count)
    try measure(
      item.name, [count], scalars: 3 * count,
      residual: {
        let output = item.activation(gate, up)
        var residual = Residual()
        for index in Residual.samples(of: count, 4096) {
          let (g, u) = (Double(gate.scalars[index]), Double(up.scalars[index]))
          let expected = VectorGroup.value(item.activation, g, u).value
          residual.compare(output.scalars[index], to: expected, magnitude: expected.magnitude)
        }
        return residual.worst
      },
      run: { blackHole(item.activation(gate, up)) })
  }

  /// Both gradients, into memory that is at hand: over and over in place they would come to nothing.
  private func measureGradients(_ item: Gated, count: Int) throws {
    func measured(_ function: some VectorFunction) throws {
      let (gate, up) = operands(count)
      let direction = Tensor(repeating: 1, shape: [count])
      var (first, second) = (Tensor(zeros: [count]), Tensor(zeros: [count]))
      func run() {
        let kernel = VectorKernel(function)
        unsafe direction.withUnsafeScalars { a in
          unsafe gate.withUnsafeScalars { b in
            unsafe up.withUnsafeScalars { c in
              unsafe first.withUnsafeMutableScalars { x in
                unsafe second.withUnsafeMutableScalars { y in
                  parallelRuns(of: count, run: scalarsPerRun) {
                    unsafe kernel.run(over: $0, VectorPointers(a, b, c, to: x, y))
                  }
                }
              }
            }
          }
        }
      }
      try measure(
        "\(item.name), back", [count], scalars: 5 * count, needsGeneratedCode: true,
        residual: {
          run()
          var residual = Residual()
          for index in Residual.samples(of: count, 4096) {
            let (g, u) = (Double(gate.scalars[index]), Double(up.scalars[index]))
            let expected = VectorGroup.value(item.activation, g, u).slope
            residual.compare(second.scalars[index], to: expected, magnitude: expected.magnitude)
          }
          return residual.worst
        },
        run: run)
    }
    try measured(item.gradients)
  }

  private func measureSoftmax(shape: [Int]) throws {
    let input = Tensor(scattering: -6...6, shape: shape)
    try measure(
      "softmax", shape, scalars: 2 * input.count,
      residual: { softmaxResidual(input.softmax(), input) },
      run: { blackHole(input.softmax()) })
  }

  private func softmaxResidual(_ output: Tensor, _ input: Tensor) -> Double {
    let columns = input.columnCount
    var residual = Residual()
    for row in Residual.samples(of: input.rowCount, 8) {
      let places = row * columns..<(row + 1) * columns
      let powers = places.map { Foundation.exp(Double(input.scalars[$0])) }
      let sum = powers.reduce(0, +)
      for (place, power) in zip(places, powers) {
        residual.compare(output.scalars[place], to: power / sum, magnitude: power / sum)
      }
    }
    return residual.worst
  }
}
