import MoE
import Testing

/// All that a step of training and the passes around it give, to be compared bit for bit.
struct Outcome: Equatable {
  var inference: Tensor
  var packed: Tensor
  var output: Tensor
  var experts: [Int32]
  var weights: Tensor
  var losses: [NamedLoss]
  var inputGradient: Tensor
  var gradients: [String: Tensor]
  var buffers: [String: Tensor]
  /// The output after the step.
  var next: Tensor

  /// Trains a layer for one step.
  init(of layer: MixtureOfExperts, _ tokens: Tensor, batch: Batch = Batch()) throws {
    var layer = layer
    let context = LayerContext(.inference, batch: batch)
    inference = try layer.forward(tokens, context: context).output
    var packedLayer = layer
    packedLayer.packWeights()
    packed = try packedLayer.forward(tokens, context: context).output
    let pass = try layer.forward(tokens, context: LayerContext(.training(step: 0), batch: batch))
    output = pass.output
    experts = pass.routing.experts
    weights = pass.routing.weights
    losses = pass.losses
    var generator = SeededGenerator(seed: 99)
    let outputGradient = Tensor.normal(shape: pass.output.shape, using: &generator)
    let gradient = try layer.backward(outputGradient, pass: pass)
    inputGradient = gradient.input
    gradients = Dictionary(
      uniqueKeysWithValues: gradient.parameters.namedParameters.map { ($0.name, $0.parameter) })
    var optimizer = AdamW(learningRate: 1e-2)
    optimizer.update(&layer, along: gradient)
    try layer.finishStep([pass])
    buffers = Dictionary(uniqueKeysWithValues: layer.namedBuffers.map { ($0.name, $0.tensor) })
    next = try layer.forward(tokens, context: context).output
  }

  /// Says which parts differ from another outcome.
  func expectEqual(to other: Outcome, _ label: String) {
    #expect(inference == other.inference, "\(label): output in inference")
    #expect(packed == other.packed && packed == inference, "\(label): output of packed weights")
    #expect(output == other.output, "\(label): output")
    #expect(experts == other.experts && weights == other.weights, "\(label): routing")
    #expect(losses == other.losses, "\(label): losses")
    #expect(inputGradient == other.inputGradient, "\(label): gradient of tokens")
    #expect(gradients.keys.sorted() == other.gradients.keys.sorted(), "\(label): names")
    for (name, gradient) in gradients {
      #expect(gradient == other.gradients[name], "\(label): gradient of \(name)")
    }
    #expect(next == other.next, "\(label): output after a step")
  }
}

/// The message of the error that some work throws; nothing where it throws none.
func message(_ work: () throws -> Void) -> String? {
  do { try work() } catch { return "\(error)" }
  return nil
}
