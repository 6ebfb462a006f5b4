import MoE
import Testing

/// Holds a layer's output to a reference, and its gradients to central differences of the
/// reference.
///
/// `roundings` are those of the longest chain of its forward and backward pass together;
/// `reference` makes an output row from an input row and the parameters by name.
func checkLayer<Checked: Layer>(
  _ layer: Checked, input: Tensor, roundings: Int, _ name: String = "\(Checked.self)",
  sourceLocation: SourceLocation = #_sourceLocation,
  reference: (_ row: [Double], _ parameters: [String: [Double]]) -> [Double]
) throws {
  var generator = SeededGenerator(seed: 77)
  let outputShape = [input.shape[0], layer.outputSize]
  let direction = Tensor.uniform(in: -1...1, shape: outputShape, using: &generator)
  let computed = try GradientTolerance.tolerances(roundings: roundings) { perturb in
    let layer = perturb(layer)
    let pass = try layer.forward(perturb(input), context: .training(step: 0))
    let gradient = try layer.backward(perturb(direction), pass: pass)
    return [pass.output, gradient.input] + gradient.parameters.namedParameters.map(\.parameter)
  }

  var point = Reference.parameters(layer)
  let exact = Reference.rows(input).flatMap { reference($0, point) }
  #expect(computed.results[0].shape == outputShape, sourceLocation: sourceLocation)
  GradientTolerance.expect(
    computed.results[0], near: exact, within: computed.tolerances[0], "\(name) output",
    sourceLocation: sourceLocation)

  point["input"] = Reference.scalars(input)
  let rows = Reference.rows(direction)
  let derivatives = centralDifferences(at: point) { moved in
    let inputs = Reference.rows(moved["input"]!, columns: input.columnCount)
    return Reference.inner(inputs.map { reference($0, moved) }, rows)
  }
  let parameters = layer.namedParameters
  #expect(computed.results[1].shape == input.shape, sourceLocation: sourceLocation)
  for (index, name) in (["input"] + parameters.map(\.name)).enumerated() {
    GradientTolerance.expect(
      computed.results[index + 1], near: derivatives[name]!,
      within: computed.tolerances[index + 1], "\(Checked.self) gradient of \(name)",
      sourceLocation: sourceLocation)
  }
  for (parameter, gradient) in zip(parameters, computed.results.dropFirst(2)) {
    #expect(gradient.shape == parameter.parameter.shape, sourceLocation: sourceLocation)
  }
  let inference = try layer(input)
  #expect(
    GradientTolerance.bits(inference) == GradientTolerance.bits(computed.results[0]),
    "\(name): inference differs from training", sourceLocation: sourceLocation)
}
