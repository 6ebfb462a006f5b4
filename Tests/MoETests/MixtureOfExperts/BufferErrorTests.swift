import MoE
import Testing

/// Saved buffers that cannot be restored throw, and change nothing.
@Suite(.namingCombinations) struct BufferErrorTests {
  /// Names, shapes and values that cannot work, and what the error has to name.
  private static let wrong: [(name: String, tensor: Tensor?, says: String)] = [
    ("router.gate.weights", [1], "router.gate.weights"),
    ("stepUpdates.3.quality", [1], "stepUpdates.3.quality"),
    ("router.selectionBias", [1, 2], "selection bias"),
    ("router.selectionBias", Tensor([0, 0, .infinity, 0, 0]), "selection bias"),
    ("router.logitOffset", [[1, 2, 3, 4, 5]], "logit offset"),
    ("router.logitOffset", Tensor([0, .nan, 0, 0, 0]), "logit offset"),
    ("router.disabledExperts", [1, 1, 1, 1, 1], "experts switched on"),
    ("router.disabledExperts", [0, 0, 0, 0, 0, 1], "disabled expert"),
    ("router.gate.scale", [1], "scale"),
    ("router.gate.scale", Tensor([1, 1, .nan, 1, 1]), "scale"),
    ("expertGroups.0.offset", [1], "offset"),
    ("sharedExperts.groups.0.offset", Tensor([.nan, 0, 0, 0]), "offset"),
    ("expertGroups.1.1.router.selectionBias", [1, 2, 3, 4], "selection bias"),
    ("expertGroups.1.1.router.selectionBias", nil, "selection bias"),
    ("expertGroups.1.0.expertGroups.0.offset", Tensor([0, 0, 0, .infinity]), "offset"),
    ("balancingLosses.1.coefficient", [1, 2], "adaptive sparsity"),
    ("balancingLosses.1.coefficient", Tensor([.nan]), "adaptive sparsity"),
    ("balancingLosses.1.coefficient", [-1], "adaptive sparsity"),
    ("stepUpdates.0.quality", [1, 1, 1, 1, 1], "quality"),
    ("stepUpdates.0.quality", Tensor(doubles: [1, 1, 0, 1, 1]), "quality"),
    ("stepUpdates.0.quality", Tensor(doubles: [1, 1, 1, 1]), "number of experts"),
    ("stepUpdates.2.routes", Tensor(integers: [1, 2]), "load counts"),
    ("stepUpdates.2.routes", [0.5, 0, 0], "load counts"),
    ("finishedStep", [1], "step"), ("finishedStep", [0.5, 0, 0], "step"),
    ("finishedStep", Tensor([.nan, 0, 0]), "step"),
  ]

  @Test func whatCannotWorkThrowsAndChangesNothing() throws {
    var layer = try BufferTests.trained()
    let (saved, before) = (BufferTests.saved(layer), BufferTests.bits(layer))
    withEvery("buffer", in: Self.wrong) { name, tensor, says in
      var buffers = saved
      buffers[name] = tensor
      let error = #expect(throws: MoEError.self) { try layer.restoreBuffers(buffers) }
      #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
      #expect(BufferTests.bits(layer) == before)
    }
    // Several names that are not known are all named.
    let error = #expect(throws: MoEError.self) {
      try layer.restoreBuffers(["b": [1], "finishedStep": Tensor([.nan]), "a": [1]])
    }
    #expect(error?.description.hasPrefix("saved buffers is a, b, expected some of router.") == true)
    #expect(BufferTests.bits(layer) == before)
  }

  /// Tensors of another kind than the buffers.
  private static let unseen: [(name: String, tensor: Tensor)] = [
    ("router.disabledExperts", [0, 1]), ("router.disabledExperts", [0, 0, 0, 1, 0, 0]),
    ("router.disabledExperts", Tensor([0, .nan, 0, 0, 0])),
    ("stepUpdates.1.steps", [1, 2, 3]), ("stepUpdates.1.steps", Tensor([.nan])),
    ("stepUpdates.1.disabledExperts", [0.5]), ("stepUpdates.2.tokenCount", [0.5, 0, 0]),
    ("stepUpdates.2.tokenCount", [1]),
  ]

  @Test func wrongBuffersAreNotTakenForOthers() throws {
    let layer = try BufferTests.trained()
    let saved = BufferTests.saved(layer)
    withEvery("buffer", in: Self.unseen) { name, tensor in
      var buffers = saved
      buffers[name] = tensor
      var restored = layer
      #expect(throws: MoEError.self) { try restored.restoreBuffers(buffers) }
    }
  }

  @Test func aMissingBiasThrows() throws {
    var layer = try BufferTests.layer(5, hasBias: true)
    var saved = BufferTests.saved(layer)
    #expect(saved.removeValue(forKey: "router.selectionBias") != nil)
    expectConfigurationError(
      "selection bias is none, expected 5 numbers, as the strategy has one"
    ) { try layer.restoreBuffers(saved) }
    #expect(layer.router.selectionBias == Tensor(zeros: [5]))
  }
}
