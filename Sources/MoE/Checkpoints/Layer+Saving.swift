extension Layer {
  /// Writes the layer to a file: its configuration, parameters and buffers.
  ///
  ///     try moe.save(to: path)
  ///     let same = try MixtureOfExperts(contentsOf: path)
  ///
  /// What comes back has the same bits, weights in fewer bits too. Where a process stops in the
  /// middle, the file that was there stays.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - metadata: What else is to be known, as texts, for ``Checkpoint/savedMetadata``.
  /// - Throws: ``CheckpointError/unusable(file:reason:)``, and
  ///   ``MoEError/configuration(_:value:expected:)`` for a layer that has no configuration, as one
  ///   of your own: see ``LayerConfiguration/init(of:)``.
  public func save(to path: String, metadata: [String: String] = [:]) throws {
    try SavedConfiguration.write(
      self, try LayerConfiguration(of: self), metadata: metadata, to: path)
  }

  /// The layer in a file that ``save(to:metadata:)`` wrote.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``CheckpointError`` where the file is none of a layer or has another one, and
  ///   ``MoEError`` where its configuration cannot work.
  public init(contentsOf path: String) throws {
    let checkpoint = try Checkpoint(path: path)
    let layer = try LayerConfiguration.layer(of: checkpoint)
    guard let own = layer as? Self else {
      throw CheckpointError.field(
        file: path, field: "configuration", found: "that of \(type(of: layer))",
        expected: "that of \(Self.self)")
    }
    self = own
  }
}

extension LayerConfiguration {
  /// The layer in a file that ``Layer/save(to:metadata:)`` wrote, whatever its type.
  ///
  /// - Parameter path: The file.
  /// - Returns: The layer.
  /// - Throws: ``CheckpointError`` where the file is none of a layer, and ``MoEError`` where its
  ///   configuration cannot work.
  public static func layer(contentsOf path: String) throws -> any Layer {
    try layer(of: Checkpoint(path: path))
  }

  /// The layer of a file that is open.
  static func layer(of checkpoint: Checkpoint) throws -> any Layer {
    // Parameters are drawn before they are read: what from does not matter.
    var generator = SeededGenerator(seed: 0)
    let configuration = try SavedConfiguration.read(checkpoint, as: LayerConfiguration.self)
    try SavedConfiguration.check(leastScalarCount: configuration.leastScalarCount, checkpoint)
    var layer = try configuration.layer(using: &generator)
    try layer.restore(checkpoint)
    return layer
  }
}

extension Checkpoint {
  /// The texts that ``Layer/save(to:metadata:)`` was given.
  public var savedMetadata: [String: String] { SavedConfiguration.metadata(of: self) }
}

/// What a decoder is made of but its parameters, each part by itself, so that blocks may differ.
private struct SavedDecoder: Codable {
  var vocabularySize: Int
  var stack: LayerConfiguration
  var norm: NormSpecification?
  var head: LinearConfiguration?

  init(_ decoder: MixtureDecoder) throws {
    vocabularySize = decoder.vocabularySize
    stack = try LayerConfiguration(of: decoder.stack)
    norm = decoder.norm?.specification
    head = decoder.head.map(LinearConfiguration.init)
  }

  /// A bound from below on the number of parameters.
  var leastScalarCount: Double {
    stack.leastScalarCount + (head?.leastScalarCount ?? 0) + Double(max(0, vocabularySize))
  }

  func decoder(using generator: inout SeededGenerator) throws -> MixtureDecoder {
    guard vocabularySize > 0 else {
      throw MoEError.configuration(
        "vocabulary size", value: "\(vocabularySize)", expected: "at least 1")
    }
    let layer = try stack.layer(using: &generator)
    guard let blocks = layer as? MixtureStack else {
      throw MoEError.configuration(
        "stack of a decoder", value: "\(type(of: layer))", expected: "MixtureStack")
    }
    return try MixtureDecoder(
      embedding: Embedding(count: vocabularySize, size: blocks.inputSize, using: &generator),
      stack: blocks, norm: try norm?.norm(size: blocks.inputSize),
      head: try head?.map("head", using: &generator))
  }
}

extension MixtureDecoder {
  /// Writes the decoder to a file: its configuration, parameters and buffers.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - metadata: What else is to be known, as texts, for ``Checkpoint/savedMetadata``.
  /// - Throws: ``CheckpointError/unusable(file:reason:)``, and
  ///   ``MoEError/configuration(_:value:expected:)`` where a part of your own has no configuration.
  public func save(to path: String, metadata: [String: String] = [:]) throws {
    try SavedConfiguration.write(self, try SavedDecoder(self), metadata: metadata, to: path)
  }

  /// The decoder in a file that ``save(to:metadata:)`` wrote.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``CheckpointError`` where the file is none of a decoder, and ``MoEError`` where its
  ///   configuration cannot work.
  public init(contentsOf path: String) throws {
    let checkpoint = try Checkpoint(path: path)
    var generator = SeededGenerator(seed: 0)
    let configuration = try SavedConfiguration.read(checkpoint, as: SavedDecoder.self)
    try SavedConfiguration.check(leastScalarCount: configuration.leastScalarCount, checkpoint)
    var decoder = try configuration.decoder(using: &generator)
    try decoder.restore(checkpoint)
    self = decoder
  }
}
