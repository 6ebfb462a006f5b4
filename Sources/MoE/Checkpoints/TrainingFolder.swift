import Foundation

/// A folder of training states, one file a step, of which the newest are kept.
///
/// A file is there whole or not at all, so that whatever stops the process, even in the middle of a
/// save, leaves the state before it.
public struct TrainingFolder: Sendable, Hashable, Codable {
  /// Where it is.
  public let path: String
  /// How many states are kept, the newest ones.
  public let keeping: Int

  /// A folder, which is made at the first save.
  ///
  /// - Parameters:
  ///   - path: Where it is.
  ///   - keeping: How many states are kept, at least one.
  public init(path: String, keeping: Int = 1) {
    self.path = path
    self.keeping = max(1, keeping)
  }

  /// A folder from a file of settings; of fewer than one state, one is kept.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      path: try values.decode(String.self, forKey: .path),
      keeping: try values.decode(Int.self, forKey: .keeping))
  }

  /// The steps that there are states of, ascending.
  ///
  /// - Throws: ``CheckpointError/unusable(file:reason:)`` where the folder cannot be read; one that
  ///   is not there has none.
  public var steps: [Int] {
    get throws {
      guard FileManager.default.fileExists(atPath: path) else { return [] }
      do {
        return try FileManager.default.contentsOfDirectory(atPath: path)
          .compactMap(TrainingFolder.step).sorted()
      } catch {
        throw CheckpointError.unusable(
          file: path, reason: "it cannot be read: \(error.localizedDescription)")
      }
    }
  }

  /// The file of a step.
  ///
  /// - Parameter step: The number of updates before it.
  /// - Returns: Its path, whether it is there or not.
  public func file(step: Int) -> String {
    URL(fileURLWithPath: path).appendingPathComponent(
      "\(TrainingFolder.start)\(step)\(ShardIndex.fileEnding)"
    ).path
  }

  /// Saves a state, and takes the oldest away that are too many.
  ///
  /// - Parameter state: The state, whose step names the file.
  /// - Throws: ``CheckpointError/unusable(file:reason:)``; the states that were there still are.
  public func save(_ state: TrainingState<some Parameterized, some Optimizer>) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw CheckpointError.unusable(
        file: path, reason: "it cannot be made: \(error.localizedDescription)")
    }
    try state.save(to: file(step: state.step))
    // Those of later steps are of a training that was begun anew.
    let old = try steps.filter { $0 < state.step }.dropLast(keeping - 1)
    for step in old { try? FileManager.default.removeItem(atPath: file(step: step)) }
    WholeFile.removeUnfinished(TrainingFolder.start, in: path)
  }

  /// Takes over the newest state.
  ///
  /// - Parameter state: A model and an optimiser of the same make.
  /// - Returns: Whether there was one; else the state is as it was.
  /// - Throws: ``CheckpointError`` and ``MoEError`` where it does not fit; nothing has changed then.
  @discardableResult
  public func resume(_ state: inout TrainingState<some Parameterized, some Optimizer>) throws
    -> Bool
  {
    guard let last = try steps.last else { return false }
    try state.restore(from: file(step: last))
    return true
  }

  private static let start = "step-"

  private static func step(_ file: String) -> Int? {
    guard file.hasPrefix(start), file.hasSuffix(ShardIndex.fileEnding) else { return nil }
    let digits = file.dropFirst(start.count).dropLast(ShardIndex.fileEnding.count)
    guard digits.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else {
      return nil
    }
    return Int(digits)
  }
}
