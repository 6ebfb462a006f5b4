import ExampleSupport
import Foundation
import Testing

@Suite("Examples: files that are read")
struct InputFileTests {
  @Test("All bytes of a file are read", arguments: [0, 1, 1024, 1 << 20, 1 << 20 + 1])
  func sizes(count: Int) throws {
    // Rows that differ, so that parts in the wrong order are found.
    let rows = (0...count >> 10).map {
      [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: 1024)
    }
    let bytes = [UInt8](rows.joined().prefix(count))
    try withTemporaryFile(bytes) { path in
      let read = try InputFile.contents(ofFile: path, limit: count)
      #expect(read == bytes)
    }
  }

  @Test("A file that cannot be read, or is too long, is named with the reason")
  func problems() throws {
    func problem(_ path: String, limit: Int = .max) -> InputFile.Problem? {
      do {
        _ = try InputFile.contents(ofFile: path, limit: limit)
        return nil
      } catch { return error as? InputFile.Problem }
    }
    #expect(
      problem("/nowhere/x")?.description == "/nowhere/x: cannot be read: there is no such file")
    #expect(problem("/")?.reason == "it is a folder")
    // It has no size, and no end.
    #expect(
      problem("/dev/zero", limit: 3 << 20)?.reason
        == "it goes on, expected at most 3,145,728 bytes")
    try withTemporaryFile([1, 2, 3]) { path in
      #expect(problem(path, limit: 2)?.reason == "it has 3 bytes, expected at most 2 bytes")
    }
  }
}

/// Calls `body` with the path of a file of the given bytes, which is gone afterwards.
func withTemporaryFile(_ bytes: [UInt8] = [], _ body: (String) throws -> Void) throws {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try Data(bytes).write(to: url)
  defer { try? FileManager.default.removeItem(at: url) }
  try body(url.path)
}
