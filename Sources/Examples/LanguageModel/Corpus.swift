import ExampleSupport

/// A text as bytes: the start of it to train on, the end to validate with.
package struct Corpus: Sendable, Equatable {
  /// The bytes that training sees.
  package let training: ArraySlice<UInt8>
  /// The bytes that it does not.
  package let validation: ArraySlice<UInt8>

  /// How many bytes a text has at least: fewer could not be split with anything to learn from.
  package static let minimumCount = 1000
  /// How many it has at most.
  package static let maximumCount = 100_000_000
  /// How many bytes are kept to validate with at most; more would tell little more, and take long.
  package static let validationLimit = 65_536

  /// A text, of which the last tenth is kept to validate with.
  ///
  /// - Parameters:
  ///   - bytes: The text: UTF-8, or anything.
  ///   - name: The name that errors give.
  /// - Throws: `InputFile.Problem` where there are too few.
  package init(_ bytes: [UInt8], name: String) throws {
    guard bytes.count >= Corpus.minimumCount else {
      throw InputFile.Problem(
        file: name,
        reason: "it has \(format(bytes.count, "byte")), expected at least "
          + format(Corpus.minimumCount))
    }
    let split = bytes.count - min(bytes.count / 10, Corpus.validationLimit)
    (training, validation) = (bytes[..<split], bytes[split...])
  }

  /// The text of a file.
  ///
  /// - Throws: `InputFile.Problem` where it cannot be read, is too short or too long.
  package init(file: String) throws {
    try self.init(
      InputFile.contents(ofFile: file, limit: Corpus.maximumCount), name: file)
  }

  /// The text that comes with the example.
  package static func embedded() throws -> Corpus {
    try Corpus(Array(EmbeddedText.text.utf8), name: "the embedded text")
  }
}

/// Pieces of text of one length, beside the byte that follows each of theirs.
package struct Windows: Sendable, Equatable {
  /// The bytes, piece by piece.
  package var ids: [Int] = []
  /// The byte that follows each.
  package var following: [Int] = []
  /// The length of each piece.
  package var lengths: [Int] = []

  /// Pieces at some places.
  ///
  /// - Parameters:
  ///   - starts: Where each piece starts.
  ///   - length: How long each is; one that would reach the end is shorter by what is missing, as
  ///     its last byte has to be followed by another.
  ///   - bytes: The text.
  package init(at starts: [Int], length: Int, in bytes: ArraySlice<UInt8>) {
    for start in starts {
      let end = min(start + length, bytes.endIndex - 1)
      ids += bytes[start..<end].map(Int.init)
      following += bytes[start + 1..<end + 1].map(Int.init)
      lengths.append(end - start)
    }
  }
}
