extension MixtureLoader {
  /// The tensors of a mixture under the names and in the layout of the model.
  ///
  /// - Throws: ``MoEError`` where it is of another make than the model's.
  func tensors(of mixture: MixtureOfExperts) throws -> [String: Tensor] {
    var parameters = Dictionary(
      uniqueKeysWithValues: mixture.namedParameters.map { ($0.name, $0.parameter) })
    func take(_ name: String) throws -> Tensor {
      guard let parameter = parameters.removeValue(forKey: name) else {
        throw MoEError.configuration(
          "parameter \(name) of a mixture", value: "none",
          expected: "one, as a layer of \(plan.family.types[0]) has")
      }
      return parameter
    }
    func banks(_ name: String, hasBias: Bool) throws -> ExpertBanks {
      let isGated = parameters["\(name).gate.weight"] != nil
      return ExpertBanks(
        gate: isGated ? try take("\(name).gate.weight") : nil, up: try take("\(name).up.weight"),
        down: try take("\(name).down.weight"),
        gateBias: hasBias && isGated ? try take("\(name).gate.bias") : nil,
        upBias: hasBias ? try take("\(name).up.bias") : nil,
        downBias: hasBias ? try take("\(name).down.bias") : nil)
    }
    let family = plan.family
    let block = blockPrefix
    var tensors: [String: Tensor] = [:]
    for extra in extras { tensors[name(of: extra)] = try take(extra.parameter) }
    if !family.isStateful { tensors[block + family.gate] = try take("router.gate.weight") }
    if plan.hasGateBias, let bias = family.gateBias {
      tensors[block + bias] = try take("router.gate.bias")
    }
    if plan.hasSelectionBias, let name = family.selectionBias {
      guard let bias = mixture.router.selectionBias else {
        throw MoEError.configuration(
          "selection bias of a mixture", value: "none", expected: "one, as the model has")
      }
      tensors[block + name] =
        plan.alwaysOnCount == 0 ? bias : bias[entries: 0..<plan.selectionBiasCount]
    }
    var group = isNormed("expertGroups.0") ? "expertGroups.0.experts" : "expertGroups.0"
    if let latent = family.latent, plan.latentSize != nil {
      tensors[block + latent.down] = try take("latent.down.weight")
      tensors[block + latent.up] = try take("latent.up.weight")
      if let norm = latent.norm { tensors[block + norm.name] = try take("latent.norm.weight") }
      if let norm = latent.expertNorm {
        tensors[block + norm.name] = try take("\(group).after.weight")
        group += ".experts"
      }
    }
    for (name, tensor) in layout.tensors(try banks(group, hasBias: layout.hasBias)) {
      tensors[block + name] = tensor
    }
    if let shared = family.shared, plan.sharedSize > 0 {
      var group = plan.alwaysOnCount > 0 ? "expertGroups.1" : "sharedExperts.groups.0"
      if isNormed(group) { group += ".experts" }
      let own = try banks(group, hasBias: false)
      for (name, tensor) in shared.layout.tensors(own) {
        tensors[sharedPrefix(shared) + name] =
          lacksExpertAxis(shared)
          ? tensor.reshaped(to: Array(tensor.shape.dropFirst())) : tensor
      }
      if let gate = shared.gate { tensors[block + gate] = try take("sharedExperts.gate.weight") }
    }
    guard parameters.isEmpty else {
      throw MoEError.configuration(
        "parameters of a mixture", value: parameters.keys.sorted().joined(separator: ", "),
        expected: "none that a layer of \(family.types[0]) does not have")
    }
    for part in parts {
      guard let tensor = tensors[part.name] else { continue }
      guard tensor.shape == part.shape else {
        throw MoEError.shape(part.name, found: tensor.shape, expected: "\(part.shape)")
      }
    }
    return tensors
  }

  /// Whether a group of experts stands between norms that are further tensors.
  private func isNormed(_ group: String) -> Bool {
    extras.contains { [group + ".before.weight", group + ".after.weight"].contains($0.parameter) }
  }
}

extension MixtureOfExperts {
  /// The tensors of this mixture under the names and in the layout of a model, to be written beside
  /// its others: the reverse of ``init(model:layer:expertBytes:keepingFormats:)``, with the same bits.
  ///
  ///     let tensors = try mixture.storedTensors(model: folder, layer: 0)
  ///     try Checkpoint.write(tensors, to: path)
  ///
  /// A table of token ids is the model's own, and left out.
  ///
  /// - Parameters:
  ///   - path: The folder of the model.
  ///   - layer: The number of the layer.
  ///   - format: The format of the numbers; the selection bias and the gate stay in single precision
  ///     whatever it is.
  /// - Returns: The tensors by their names.
  /// - Throws: ``CheckpointError`` where the model cannot be read, and ``MoEError`` where this
  ///   mixture is of another make than that layer.
  public func storedTensors(
    model path: String, layer: Int, as format: ScalarFormat = .float32
  ) throws -> [String: StoredTensor] {
    let model = try ModelFolder(path: path)
    let loader = try MixtureLoader(model.plan(layer), model.weights)
    let family = loader.plan.family
    let exact = Set(
      loader.extras.filter { $0.parameter.hasPrefix("router.") }.map(loader.name(of:))
    ).union(
      [family.gate, family.gateBias, family.selectionBias].compactMap { name in
        name.map { loader.blockPrefix + $0 }
      })
    return try loader.tensors(of: self).reduce(into: [:]) {
      $0[$1.key] = StoredTensor($1.value, as: exact.contains($1.key) ? .float32 : format)
    }
  }
}
