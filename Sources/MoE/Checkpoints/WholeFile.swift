import Foundation

/// Writes files whole or not at all.
enum WholeFile {
  /// Writes a file aside, brings it to the disk and puts it in its place.
  ///
  /// - Parameters:
  ///   - path: Where the file is to be.
  ///   - body: Writes its contents.
  /// - Throws: ``CheckpointError/unusable(file:reason:)``; what was there is still there.
  static func write(to path: String, _ body: (FileHandle) throws -> Void) throws {
    let target = URL(fileURLWithPath: path)
    let folder = target.deletingLastPathComponent()
    // In the same folder, as a renaming from one disk to another is none.
    let aside = folder.appendingPathComponent(
      ".\(target.lastPathComponent).\(UUID().uuidString)\(asideSuffix)")
    let manager = FileManager.default
    do {
      guard manager.createFile(atPath: aside.path, contents: nil) else {
        throw CheckpointError.unusable(
          file: path, reason: "it cannot be written: no file can be made in \(folder.path)")
      }
      do {
        let handle = try FileHandle(forWritingTo: aside)
        do {
          try body(handle)
          try handle.synchronize()
          try handle.close()
        } catch {
          try? handle.close()
          throw error
        }
        try put(aside, in: target)
      } catch {
        try? manager.removeItem(at: aside)
        throw error
      }
    } catch let error as CheckpointError {
      throw error
    } catch {
      throw CheckpointError.unusable(
        file: path, reason: "it cannot be written: \(error.localizedDescription)")
    }
  }

  /// What files end with that were not finished.
  static let asideSuffix = ".part"

  /// Takes away what a process left that was stopped while it wrote files of some name to a folder.
  static func removeUnfinished(_ start: String, in folder: String) {
    let manager = FileManager.default
    for name in (try? manager.contentsOfDirectory(atPath: folder)) ?? []
    where name.hasPrefix(".\(start)") && name.hasSuffix(asideSuffix) {
      try? manager.removeItem(
        atPath: URL(fileURLWithPath: folder).appendingPathComponent(name).path)
    }
  }

  /// Whether a path is a folder; nothing where nothing is there.
  static func isFolder(_ path: String) -> Bool? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let values = try? URL(fileURLWithPath: path).resourceValues(forKeys: [.isDirectoryKey])
    return values?.isDirectory ?? false
  }

  /// Renames a file to where another may be.
  ///
  /// Foundation has nothing that does so at once on all systems: on Linux what replaces a file takes
  /// the old one away first. The two paths are all that the system's own function reads.
  private static func put(_ aside: URL, in target: URL) throws {
    guard isFolder(target.path) != true else {
      throw CheckpointError.unusable(file: target.path, reason: "it is a folder, expected a file")
    }
    guard unsafe rename(aside.path, target.path) == 0 else {
      throw CheckpointError.unusable(
        file: target.path,
        reason:
          "it cannot be replaced: \(POSIXError.Code(rawValue: errno).map { POSIXError($0).localizedDescription } ?? "error \(errno)")"
      )
    }
    // The renaming itself is on the disk when the folder is.
    if let folder = try? FileHandle(forReadingFrom: target.deletingLastPathComponent()) {
      try? folder.synchronize()
      try? folder.close()
    }
  }
}
