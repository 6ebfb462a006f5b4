import Foundation

/// What a model folder holds: its kind, its mixtures, its parameters and their bytes.
///
///     let model = try ModelDescription(path: folder)
///     print(model)
///     let mixture = try MixtureOfExperts(model: folder, layer: model.mixtures[0].layer)
///
/// Nothing but the configuration and the headers of the files is read.
public struct ModelDescription: Sendable {
  /// The mixture of a layer.
  public struct Mixture: Sendable, Hashable, Codable {
    /// The number of the layer.
    public let layer: Int
    /// The number of experts that tokens are sent to.
    public let expertCount: Int
    /// How many of them each token goes to.
    public let expertsPerToken: Int
    /// The size of a token.
    public let inputSize: Int
    /// The hidden size of an expert.
    public let hiddenSize: Int
    /// The hidden size of the experts that every token goes to, together; zero where there are none.
    public let sharedHiddenSize: Int
  }

  private let folder: ModelFolder
  /// Where the model is.
  public let path: String
  /// Its kind, as `model_type` says.
  public let modelType: String
  /// How many layers it has.
  public let layerCount: Int
  /// The mixtures, in the order of the layers.
  public let mixtures: [Mixture]
  /// How many numbers all tensors have together.
  public let parameterCount: Int
  /// The same without the experts that a token does not go to.
  public let activeParameterCount: Int
  /// The bytes of all tensors, by the format of their numbers.
  public let bytesByFormat: [ScalarFormat: Int]

  /// The description of a model folder.
  ///
  /// - Parameter path: A folder with `config.json` and safetensors files.
  /// - Throws: ``CheckpointError`` where a file cannot be read, the family is not known, a field is
  ///   missing or not understood, or the tensors are not those that the configuration says.
  public init(path: String) throws {
    let model = try ModelFolder(path: path)
    folder = model
    self.path = path
    modelType = model.modelType
    layerCount = model.mixtureLayers.count
    // Numbers that are packed count as what they stand for, and their scales as nothing.
    var (inactive, packed, mixtures): (Int, Int, [Mixture]) = (0, 0, [])
    for layer in model.mixtureLayers.indices where model.mixtureLayers[layer] {
      let loader = try MixtureLoader(model.plan(layer), model.weights)
      let plan = loader.plan
      for part in loader.parts where model.weights.isEncoded(part.name) {
        packed += part.shape.reduce(1, *)
        for name in model.weights.names(part.name) ?? [] {
          packed -= model.checkpoint[name]?.count ?? 0
        }
      }
      mixtures.append(
        Mixture(
          layer: layer, expertCount: plan.expertCount + plan.copyCount,
          expertsPerToken: plan.topK, inputSize: plan.inputSize, hiddenSize: plan.hiddenSize,
          sharedHiddenSize: plan.sharedSize))
      let maps = if case .plain = plan.activation { 2 } else { 3 }
      let size = maps * (plan.latentSize ?? plan.inputSize) * plan.hiddenSize
      inactive += max(0, plan.expertCount - plan.topK) * size
    }
    self.mixtures = mixtures
    var (count, bytes): (Int, [ScalarFormat: Int]) = (0, [:])
    for name in model.checkpoint.names {
      guard let tensor = model.checkpoint[name] else { continue }
      count += tensor.count
      bytes[tensor.format, default: 0] += tensor.byteCount
    }
    parameterCount = count + packed
    activeParameterCount = parameterCount - inactive
    bytesByFormat = bytes
  }

  /// The mixture of a layer, as ``MixtureOfExperts/init(model:layer:expertBytes:keepingFormats:)``
  /// gives it, from the files that are open: for several layers of one model.
  ///
  /// - Parameters:
  ///   - layer: The number of the layer, from 0.
  ///   - expertBytes: How many bytes of memory routed experts take at most, which then stay in their
  ///     file: ``StoredExperts``; they are loaded where there is no such number.
  ///   - keepingFormats: Whether weights of experts stay in the format that the file has them in, see
  ///     ``WeightFormat``, with its very codes and scales: outputs have the same bits, and the layer
  ///     takes the bytes of the file. Where the file has one that no ``WeightFormat`` is, as blocks
  ///     of other sizes or groups of no multiple of 16, weights are in single precision all the same.
  /// - Returns: The mixture, with weights of its own.
  /// - Throws: ``CheckpointError`` where the layer is no mixture.
  /// - Complexity: O(parameters of the layer), without those of experts that stay in their file.
  public func mixture(
    layer: Int, expertBytes: Int? = nil, keepingFormats: Bool = false
  ) throws -> MixtureOfExperts {
    try MixtureLoader(folder.plan(layer), folder.weights).layer(
      expertBytes: expertBytes, keepingFormats: keepingFormats)
  }
}

extension ModelDescription: CustomStringConvertible {
  /// A few lines for people to read.
  public var description: String {
    var lines = [
      "\(modelType): \(layerCount) layers, \(mixtures.count) of them mixtures",
      "\(parameterCount) parameters, \(activeParameterCount) of them active for a token",
    ]
    lines += bytesByFormat.sorted { $0.key.rawValue < $1.key.rawValue }.map {
      "\($0.value) bytes of \($0.key.rawValue)"
    }
    lines += mixtures.map {
      "layer \($0.layer): \($0.expertsPerToken) of \($0.expertCount) experts, \($0.inputSize) → "
        + "\($0.hiddenSize)"
        + ($0.sharedHiddenSize > 0 ? ", shared \($0.sharedHiddenSize)" : "")
    }
    return lines.joined(separator: "\n")
  }
}

extension MixtureOfExperts {
  /// The mixture of a layer of a published model, from the model's own files.
  ///
  ///     let mixture = try MixtureOfExperts(model: folder, layer: 0)
  ///     let small = try MixtureOfExperts(model: folder, layer: 0, keepingFormats: true)
  ///
  /// The configuration says the kind of model, of which the table of families knows how it routes and
  /// how its tensors stand; see <doc:LoadingModels>. All names and shapes are checked before
  /// anything is read, and no other bytes of the files are touched.
  ///
  /// - Parameters:
  ///   - path: A folder with `config.json` and safetensors files.
  ///   - layer: The number of the layer, from 0.
  ///   - expertBytes: How many bytes of memory routed experts take at most, which then stay in their
  ///     file: ``StoredExperts``; they are loaded where there is no such number.
  ///   - keepingFormats: Whether weights of experts stay in the format that the file has them in, see
  ///     ``WeightFormat``, with its very codes and scales: outputs have the same bits, and the layer
  ///     takes the bytes of the file. Where the file has one that no ``WeightFormat`` is, as blocks
  ///     of other sizes or groups of no multiple of 16, weights are in single precision all the same.
  /// - Throws: ``CheckpointError`` where a file cannot be read, the family is not known, a field is
  ///   missing or not understood, the layer is no mixture, or its tensors are not those that the
  ///   configuration says: with all that are missing or too many.
  /// - Complexity: O(parameters of the layer), without those of experts that stay in their file.
  public init(
    model path: String, layer: Int, expertBytes: Int? = nil, keepingFormats: Bool = false
  ) throws {
    let model = try ModelFolder(path: path)
    self = try MixtureLoader(model.plan(layer), model.weights).layer(
      expertBytes: expertBytes, keepingFormats: keepingFormats)
  }
}
