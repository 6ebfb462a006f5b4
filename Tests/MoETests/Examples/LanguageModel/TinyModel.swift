import LanguageModel
import MoE

/// A model that is made and trained in no time, and a text that it can learn.
enum TinyModel {
  static let settings: ByteModel.Settings = {
    var settings = ByteModel.Settings()
    (settings.size, settings.blockCount) = (8, 2)
    (settings.expertCount, settings.hiddenSize, settings.contextLength) = (2, 4, 8)
    return settings
  }()

  static func model(_ kind: ByteModel.Kind = .moePlusPlus) throws -> ByteModel {
    var settings = settings
    settings.kind = kind
    return try ByteModel(settings, seed: 3)
  }

  /// As many bytes of a text that repeats itself.
  static func text(_ count: Int = 1000) -> [UInt8] {
    let piece = Array("One fish, 2 fish.\nRed fish, \u{e9}!\n".utf8)
    return (0..<count).map { piece[$0 % piece.count] }
  }

  /// The options of a short run.
  static let options = [
    "--size", "8", "--blocks", "2", "--experts=2", "--hidden=4", "--context", "8", "--steps", "3",
    "--batch", "2", "--sample", "12",
  ]
}
