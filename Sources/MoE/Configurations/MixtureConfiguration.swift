/// All that a layer of experts is made of but its parameters: what can be written, read again, and had
/// back from a layer.
///
///     let data = try JSONEncoder().encode(moe.configuration)
///     let configuration = try JSONDecoder().decode(MixtureConfiguration.self, from: data)
///     var same = try configuration.layer(using: &generator)
///     try same.restore(checkpoint)
///
/// Parameters and buffers are in a checkpoint beside it.
public struct MixtureConfiguration: Sendable, Codable {
  /// The size of a token.
  public var inputSize: Int
  /// The size of an output row.
  public var outputSize: Int
  /// The parts of the layer.
  public var mixture: MixtureSpecification
  /// The seed of all noise in routing.
  public var seed: UInt64
  /// The number of the layer.
  public var layer: Int

  /// A configuration of the given parts.
  ///
  /// - Parameters:
  ///   - inputSize: The size of a token.
  ///   - outputSize: The size of an output row; that of a token unless given.
  ///   - mixture: The parts of the layer.
  ///   - seed: The seed of all noise in routing.
  ///   - layer: The number of the layer.
  public init(
    inputSize: Int, outputSize: Int? = nil, mixture: MixtureSpecification, seed: UInt64 = 0,
    layer: Int = 0
  ) {
    self.inputSize = inputSize
    self.outputSize = outputSize ?? inputSize
    self.mixture = mixture
    self.seed = seed
    self.layer = layer
  }

  /// Makes the layer.
  ///
  /// - Parameter generator: The source of randomness.
  /// - Returns: A layer with random parameters.
  /// - Throws: What the initialiser of ``MixtureOfExperts`` throws, where a number that was read
  ///   cannot work.
  public func layer(
    using generator: inout some RandomNumberGenerator
  ) throws -> MixtureOfExperts {
    try MixtureOfExperts(
      inputSize: inputSize, outputSize: outputSize, experts: mixture.experts,
      sharedExperts: mixture.sharedExperts, latent: mixture.latent, output: mixture.output,
      routing: mixture.routing, balancingLosses: mixture.balancingLosses,
      stepUpdates: mixture.stepUpdates, seed: seed, layer: layer, using: &generator)
  }
}

extension MixtureOfExperts {
  /// All that the layer is made of but its parameters and buffers.
  ///
  /// - Throws: ``MoEError/configuration(_:value:expected:)`` for experts or a gate that have no
  ///   specification: those of your own that do not give one, those of
  ///   ``ExpertSpecification/perExpert(count:make:)``, and those that stay in their file.
  public var configuration: MixtureConfiguration {
    get throws {
      return MixtureConfiguration(
        inputSize: inputSize, outputSize: outputSize,
        mixture: MixtureSpecification(
          experts: try MixtureOfExperts.specifications(of: expertGroups),
          sharedExperts: try sharedExperts?.specification, latent: try latent?.specification,
          output: outputStage?.specification, routing: try router.specifiedStrategy,
          balancingLosses: balancingLosses, stepUpdates: stepUpdates),
        seed: router.seed, layer: router.layer)
    }
  }

  fileprivate static func specifications(
    of groups: [any ExpertGroup]
  ) throws -> [ExpertSpecification] {
    try groups.map { group in
      guard let specification = group.specification else {
        throw MoEError.configuration(
          "experts to be written", value: "\(type(of: group))",
          expected: "ones that give a specification")
      }
      return specification
    }
  }
}

extension SharedExperts {
  fileprivate var specification: SharedExpertSpecification {
    get throws {
      var specification = SharedExpertSpecification(
        try MixtureOfExperts.specifications(of: groups),
        gate: gate.map { $0.outputSize == 1 ? .common : .perExpert }, combination: combination)
      specification.gateHasBias = gate?.bias != nil
      specification.mixtureHasBias = coefficient?.bias != nil
      return specification
    }
  }
}

extension LatentProjection {
  fileprivate var specification: LatentSpecification {
    get throws {
      guard (down.bias == nil) == (up.bias == nil) else {
        throw MoEError.configuration(
          "maps of a latent mixture", value: "one with a bias", expected: "both or none")
      }
      return LatentSpecification(
        size: down.outputSize, bias: down.bias != nil, norm: norm?.specification)
    }
  }
}

extension OutputStage {
  fileprivate var specification: OutputSpecification {
    OutputSpecification(
      routedNorm: routedNorm?.specification, norm: norm?.specification, bias: bias != nil)
  }
}
