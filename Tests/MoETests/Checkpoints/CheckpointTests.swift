import Foundation
import MoE
import Testing

/// Files of tensors, one or many, and what is written to them.
@Suite struct CheckpointTests {
  private static let tensors: [String: StoredTensor] = [
    "a": StoredTensor(
      Tensor([1, -0.0, .infinity, 0x1p-149, -2.5, 3], shape: [2, 3])),
    "b.half": StoredTensor([1, 2, 3] as Tensor, as: .float16),
    "é\"\\\n": StoredTensor(Tensor(zeros: [0, 4])), "c": StoredTensor(integers: [-1, 7]),
    "big": StoredTensor(Tensor(repeating: 0.5, shape: [4, 16])),
    "scalar": StoredTensor(Tensor([7], shape: []), as: .bfloat16),
  ]

  private func expectSame(_ checkpoint: Checkpoint) {
    #expect(checkpoint.names == Self.tensors.keys.sorted())
    for (name, tensor) in Self.tensors {
      let found = checkpoint[name]
      #expect(found?.format == tensor.format && found?.shape == tensor.shape, "\(name)")
      #expect(found?.bytes == tensor.bytes, "\(name)")
    }
  }

  @Test func aFileGivesWhatWasWritten() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/m.safetensors"
      try Checkpoint.write(Self.tensors, metadata: ["k\u{1}": "v\t"], to: path)
      let checkpoint = try Checkpoint(path: path)
      expectSame(checkpoint)
      #expect(checkpoint.metadata == ["k\u{1}": "v\t"])
      #expect(try checkpoint.tensor("a").bits == Self.tensors["a"]?.tensor.bits)
      // Once more over it, and nothing else is left in the folder.
      try Checkpoint.write(["x": StoredTensor([1])], to: path)
      #expect(try Checkpoint(path: path).names == ["x"])
      expectSame(checkpoint)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["m.safetensors"])
      #expect(
        throws: CheckpointError.names(file: path, missing: ["y"], unexpected: [])
      ) { try Checkpoint(path: path).tensor("y") }
    }
  }

  @Test func dataStartAtLinesOfTheCache() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/m.safetensors"
      for length in 0..<70 {
        try Checkpoint.write(
          Self.tensors, metadata: ["m": String(repeating: "x", count: length)], to: path)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let header = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        #expect((8 + header) % 64 == 0 && bytes[8 + header - 1] != 0)
        let big = try #require(
          bytes.range(of: Data((0..<8).flatMap { _ in [0, 0, 0, 0x3F] as [UInt8] })))
        #expect(big.lowerBound % 64 == 0)
      }
    }
  }

  @Test func aFolderOfFilesGivesWhatWasWritten() throws {
    for limit in [1, 30, 300, 1 << 20] {
      try withTemporaryFolder { folder in
        let path = folder + "/model"
        try Checkpoint.write(Self.tensors, to: path, bytesPerFile: limit)
        let checkpoint = try Checkpoint(path: path)
        expectSame(checkpoint)
        #expect(checkpoint.files.count == (limit == 1 << 20 ? 1 : checkpoint.files.count))
        #expect((checkpoint.files.count > 1) == (limit < 1 << 20))
        // Without the index it is the same.
        try FileManager.default.removeItem(atPath: path + "/model.safetensors.index.json")
        expectSame(try Checkpoint(path: path))
      }
    }
    try withTemporaryFolder { folder in
      try Checkpoint.write([:], to: folder, bytesPerFile: 10)
      #expect(try Checkpoint(path: folder).names.isEmpty)
    }
  }

  /// The message that opening a folder gives.
  private func message(_ folder: String) -> String {
    do {
      _ = try Checkpoint(path: folder)
      return "nothing"
    } catch { return "\(error)".replacingOccurrences(of: folder, with: "F") }
  }

  @Test func indicesLeadToTheirFilesAlone() throws {
    try withTemporaryFolder { folder in
      func index(_ map: String) throws {
        try Data(#"{"metadata":{"total_size":1},"weight_map":\#(map)}"#.utf8)
          .write(to: URL(fileURLWithPath: folder + "/model.safetensors.index.json"))
      }
      func shard(_ number: Int, _ names: [String]) throws {
        try Checkpoint.write(
          Dictionary(uniqueKeysWithValues: names.map { ($0, StoredTensor([1])) }),
          to: folder + "/model-0000\(number)-of-00002.safetensors")
      }
      try shard(1, ["a", "b", "c"])
      try shard(2, ["d", "e"])
      let (one, two) = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
      try index(#"{"a":"\#(one)","d":"\#(two)"}"#)
      #expect(try Checkpoint(path: folder).names == ["a", "b", "c", "d", "e"])
      // An index that leaves a file of the series out.
      try index(#"{"a":"\#(one)"}"#)
      #expect(try Checkpoint(path: folder).names == ["a", "b", "c", "d", "e"])
      // Others stay out of it.
      try Checkpoint.write(["a": StoredTensor([2])], to: folder + "/consolidated.safetensors")
      #expect(try Checkpoint(path: folder).tensor("a") == [1])
      try index(#"{"a":"model-00003-of-00002.safetensors"}"#)
      #expect(
        message(folder)
          == "F/model-00003-of-00002.safetensors: there is no such file, though "
          + "model.safetensors.index.json lists it")
      for file in ["../x.safetensors", "/etc/passwd", "..", "", "a\\b"] {
        try index(#"{"a":"\#(file.replacingOccurrences(of: "\\", with: "\\\\"))"}"#)
        #expect(message(folder).contains("found the file \(file), expected one in the same folder"))
      }
      try index(#"{"a":"\#(one)","experts.0.up":"\#(one)"}"#)
      #expect(message(folder) == "F/model.safetensors.index.json: missing experts.0.up")
      try index("[]")
      #expect(message(folder).contains("expected a JSON object with weight_map"))
      try index(#"{"a":1}"#)
      #expect(
        message(folder).contains("found no text as the file of a, expected the name of a file"))
      try Data("{".utf8)
        .write(to: URL(fileURLWithPath: folder + "/model.safetensors.index.json"))
      #expect(message(folder).contains("expected JSON"))
      try FileManager.default.removeItem(atPath: folder + "/model.safetensors.index.json")
      #expect(
        message(folder).contains(
          "tensor a: found a second tensor of this name, expected one, as in"))
    }
  }

  @Test func whatCannotBeReadOrWrittenSaysWhy() throws {
    try withTemporaryFolder { folder in
      #expect(message(folder) == "F: it has no file that ends with .safetensors")
      #expect(message(folder + "/none") == "F: there is no such file or folder")
      #expect(throws: CheckpointError.self) { try SafetensorsFile(path: folder) }
      #expect(throws: CheckpointError.self) { try SafetensorsFile(path: folder + "/none") }
      for path in [folder, folder + "/none/m.safetensors", "/dev/null/m"] {
        #expect(throws: CheckpointError.self) { try Checkpoint.write([:], to: path) }
      }
      #expect(throws: CheckpointError.self) {
        try Checkpoint.write([:], to: "/dev/null/m", bytesPerFile: 10)
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.isEmpty)
    }
  }

  /// A mixture at the start of 50 GB is loaded without the rest; the file is a hole that takes no
  /// room.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status")))
  func largeFilesAreNotRead() throws {
    func residentBytes() throws -> Int {
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
      return try #require(Int(line.split(separator: " ")[1])) * 1024
    }
    let (tensors, size) = (LoaderTrapTests.qwen(), 50_000_000_000)
    var (entries, data, start): ([String], Data, Int) = ([], Data(), 0)
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let end = start + tensor.byteCount
      entries.append(
        #""\#(name)":{"dtype":"F32","shape":\#(tensor.shape),"data_offsets":[\#(start),\#(end)]}"#)
      data += tensor.bytes
      start = end
    }
    entries.append(
      #""z":{"dtype":"U8","shape":[\#(size - start)],"data_offsets":[\#(start),\#(size)]}"#)
    let header = "{\(entries.joined(separator: ","))}"
    try LoaderTrapTests.model { folder in
      let url = URL(fileURLWithPath: folder + "/model.safetensors")
      try (SafetensorsHeaderTests.file(header, data: 0) + data).write(to: url)
      let handle = try FileHandle(forWritingTo: url)
      try handle.truncate(atOffset: UInt64(8 + header.utf8.count + size))
      try handle.close()
      let before = try residentBytes()
      let model = try ModelDescription(path: folder)
      #expect(model.parameterCount > size - start)
      let mixture = try MixtureOfExperts(model: folder, layer: 0)
      #expect(
        mixture.router.namedParameters.first?.parameter.bits
          == tensors["model.layers.0.mlp.gate.weight"]?.tensor.bits)
      // Other tests run beside this one, and a file read whole would be a hundred times as large.
      #expect(try residentBytes() - before < 500_000_000)
    }
  }
}

/// Runs with a folder that is gone afterwards.
func withTemporaryFolder(_ body: (String) throws -> Void) throws {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  try body(url.path)
}
