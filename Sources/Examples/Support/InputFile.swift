import Foundation

/// Reads whole files, and pipes such as /dev/stdin.
package enum InputFile {
  /// A file that cannot be read.
  package struct Problem: Error, Equatable, CustomStringConvertible {
    /// The file.
    package var file: String
    /// Why.
    package var reason: String

    /// A problem with a file.
    package init(file: String, reason: String) {
      self.file = file
      self.reason = reason
    }

    /// A sentence with the file and the reason.
    package var description: String { "\(file): cannot be read: \(reason)" }
  }

  /// The bytes of a file.
  ///
  /// - Parameters:
  ///   - path: The file or pipe.
  ///   - limit: How many bytes it may have; reading stops where there are more.
  /// - Returns: All of them.
  /// - Throws: ``Problem``.
  package static func contents(
    ofFile path: String, limit: Int = Int.max
  ) throws -> [UInt8] {
    guard FileManager.default.fileExists(atPath: path) else {
      throw Problem(file: path, reason: "there is no such file")
    }
    let url = URL(fileURLWithPath: path)
    do {
      let values = try url.resourceValues(forKeys: [.isDirectoryKey, .fileSizeKey])
      guard values.isDirectory != true else { throw Problem(file: path, reason: "it is a folder") }
      let size = values.fileSize ?? 0
      guard size <= limit else { throw tooLong(path, "it has \(format(size, "byte"))", limit) }
      let handle = try FileHandle(forReadingFrom: url)
      defer { try? handle.close() }
      var bytes: [UInt8] = []
      bytes.reserveCapacity(size)
      // In parts, so that a large file is in memory once; a pipe has no size, but may be endless.
      while let part = try handle.read(upToCount: 1 << 20), !part.isEmpty {
        guard part.count <= limit - bytes.count else {
          throw tooLong(path, "it goes on", limit)
        }
        bytes.append(contentsOf: part)
      }
      return bytes
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem(file: path, reason: error.localizedDescription)
    }
  }

  private static func tooLong(_ path: String, _ found: String, _ limit: Int) -> Problem {
    Problem(file: path, reason: "\(found), expected at most \(format(limit, "byte"))")
  }
}
